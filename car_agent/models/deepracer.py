"""Reads DeepRacer's ``model_metadata.json``.

The file's keys, their defaults and the input are facts of the public DeepRacer simulation
application (aws-deepracer-community/deepracer-simapp, ``bundle/markov``:
``boto/s3/files/model_metadata.py``, ``sensors/utils.py``, ``sensors/sensors_rollout.py``): one grey
picture with raw values 0–255 (the division is inside the graph), or a left and a right one; a list
of actions is discrete, a pair of ranges continuous.
"""

import json
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from car_agent.errors import ModelError
from car_agent.models.card import (
    Action,
    ContinuousOutput,
    DiscreteOutput,
    first_fault,
)

METADATA_NAME = "model_metadata.json"

#: A real one is a few hundred bytes.
MAX_METADATA_BYTES = 1_000_000

STEREO = "STEREO_CAMERAS"
_CAMERAS = ("observation", "FRONT_FACING_CAMERA", "LEFT_CAMERA", STEREO)
_LIDARS = ("LIDAR", "SECTOR_LIDAR", "DISCRETIZED_SECTOR_LIDAR")
_ALGORITHMS = ("clipped_ppo", "sac")
_DEFAULT_SENSORS = ["observation"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says: ``network`` is its word, which the graph may contradict."""

    sensor: str
    network: str | None
    algorithm: str
    output: DiscreteOutput | ContinuousOutput

    @property
    def channels(self) -> Literal["luma", "stereo"]:
        """What the camera's planes are."""
        return "stereo" if self.sensor == STEREO else "luma"


def read_metadata(text: str) -> Metadata:
    """Read the file's text.

    Raises ModelError that names the key that is wrong, or the sensor that no car here has.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{METADATA_NAME} is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ModelError(f"{METADATA_NAME} must be a JSON object with an action_space.")
    _check_version(content.get("version", "1"))
    return Metadata(
        _sensor(content.get("sensor", _DEFAULT_SENSORS)),
        _network(content.get("neural_network")),
        _algorithm(content.get("training_algorithm", "clipped_ppo")),
        _output(content),
    )


def _network(network: object) -> str | None:
    if not isinstance(network, str | None):
        raise ModelError(f"{METADATA_NAME}: neural_network must be a name.")
    return network


def _algorithm(algorithm: object) -> str:
    told = algorithm.lower().strip() if isinstance(algorithm, str) else algorithm
    if not isinstance(told, str) or told not in _ALGORITHMS:
        raise ModelError(
            f"{METADATA_NAME}: training_algorithm {algorithm!r} is unknown; "
            f"it may be {' or '.join(_ALGORITHMS)}."
        )
    return told


def _check_version(version: object) -> None:
    if isinstance(version, bool) or not isinstance(version, str | int | float):
        raise ModelError(f"{METADATA_NAME}: version must be a string or a number.")


def _sensor(sensors: object) -> str:
    listed = sensors if isinstance(sensors, list) else [sensors]
    named = [sensor for sensor in listed if isinstance(sensor, str)]
    if len(named) != len(listed):
        raise ModelError(f"{METADATA_NAME}: sensor must be a list of names.")
    lidars = [sensor for sensor in named if sensor in _LIDARS]
    if lidars:
        raise ModelError(
            f"The model wants {' and '.join(lidars)}, and no car here has a lidar; train it with "
            "a camera alone."
        )
    foreign = [sensor for sensor in named if sensor not in _CAMERAS]
    if foreign:
        raise ModelError(f"{METADATA_NAME} names a sensor that is unknown: {foreign[0]!r}.")
    if len(named) != 1:
        wanted = " and ".join(named) or "no sensor"
        raise ModelError(f"The model wants {wanted}, but a car's model needs exactly one camera.")
    return named[0]


def _output(content: dict[str, Any]) -> DiscreteOutput | ContinuousOutput:
    space = content.get("action_space")
    if not isinstance(space, list | dict):
        raise ModelError(
            f"{METADATA_NAME} has no action_space; it must be a list of actions or two ranges."
        )
    found = "discrete" if isinstance(space, list) else "continuous"
    stated = content.get("action_space_type", found)
    told = stated.lower().strip() if isinstance(stated, str) else stated
    if told != found:
        raise ModelError(
            f"{METADATA_NAME} says action_space_type {stated!r}, but its action_space is {found}."
        )
    try:
        return _discrete(space) if isinstance(space, list) else _continuous(space)
    except ValidationError as error:
        raise ModelError(f"{METADATA_NAME}: action_space {first_fault(error)}.") from error
    except KeyError as error:
        raise ModelError(f"{METADATA_NAME}: action_space lacks the key {error}.") from error
    except TypeError as error:
        raise ModelError(
            f"{METADATA_NAME}: action_space must hold steering_angle and speed."
        ) from error


def _discrete(actions: list[Any]) -> DiscreteOutput:
    return DiscreteOutput(
        actions=tuple(
            Action(steering_deg=action["steering_angle"], speed_mps=action["speed"])
            for action in actions
        )
    )


def _continuous(ranges: dict[str, Any]) -> ContinuousOutput:
    steering, speed = ranges["steering_angle"], ranges["speed"]
    return ContinuousOutput(
        steering_low_deg=steering["low"],
        steering_high_deg=steering["high"],
        speed_low_mps=speed["low"],
        speed_high_mps=speed["high"],
    )
