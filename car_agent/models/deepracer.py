"""Reads DeepRacer's ``model_metadata.json`` into a model card.

The file's keys, their defaults and the input's shape are facts of the public DeepRacer simulation
application: one grey picture, NHWC 1×120×160×1 float32 with raw values 0–255 (the division is
inside the graph); a list of actions is discrete, a pair of ranges continuous.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from car_agent.errors import ModelError
from car_agent.models.card import Action, ContinuousOutput, DiscreteOutput, ModelCard, first_fault

METADATA_NAME = "model_metadata.json"

#: A real one is a few hundred bytes.
MAX_METADATA_BYTES = 1_000_000

_CAMERAS = ("observation", "FRONT_FACING_CAMERA")
_ALGORITHMS = ("clipped_ppo", "sac")
_DEFAULT_SENSORS = ["observation"]


def card_from_metadata(text: str, name: str) -> ModelCard:
    """Return the card of a DeepRacer model; ``name`` becomes the card's.

    Raises ModelError that names the key that is wrong, or the sensor that the car doesn't have.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{METADATA_NAME} is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ModelError(f"{METADATA_NAME} must be a JSON object with an action_space.")
    _check_version(content.get("version", "1"))
    _check_sensors(content.get("sensor", _DEFAULT_SENSORS))
    algorithm = content.get("training_algorithm", "clipped_ppo")
    if algorithm not in _ALGORITHMS:
        raise ModelError(
            f"{METADATA_NAME}: training_algorithm {algorithm!r} is unknown; "
            f"it may be {' or '.join(_ALGORITHMS)}."
        )
    output = _output(content)
    return ModelCard(name=name[:80] or "model", output=output, origin="DeepRacer")


def read_metadata_beside(model_path: Path) -> ModelCard | None:
    """Read the metadata file in the model's folder; None where there is none.

    Raises ModelError where it can't be read or is wrong.
    """
    path = model_path.with_name(METADATA_NAME)
    try:
        if path.stat().st_size > MAX_METADATA_BYTES:
            raise ModelError(f"{path} is too large to be a DeepRacer metadata file.")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ModelError(f"{path} is not a text file in UTF-8.") from error
    return card_from_metadata(text, model_path.stem)


def _check_version(version: object) -> None:
    if isinstance(version, bool) or not isinstance(version, str | int | float):
        raise ModelError(f"{METADATA_NAME}: version must be a string or a number.")


def _check_sensors(sensors: object) -> None:
    listed = sensors if isinstance(sensors, list) else [sensors]
    named = [sensor for sensor in listed if isinstance(sensor, str)]
    if len(named) != len(listed):
        raise ModelError(f"{METADATA_NAME}: sensor must be a list of names.")
    foreign = [sensor for sensor in named if sensor not in _CAMERAS]
    if foreign:
        raise ModelError(
            f"The model wants {' and '.join(foreign)}, and this car has one front camera only; "
            "train it with FRONT_FACING_CAMERA alone."
        )
    if len(named) != 1:
        wanted = " and ".join(named) or "no sensor"
        raise ModelError(f"The model wants {wanted}, but a car's model needs exactly one camera.")


def _output(content: dict[str, Any]) -> DiscreteOutput | ContinuousOutput:
    space = content.get("action_space")
    if not isinstance(space, list | dict):
        raise ModelError(
            f"{METADATA_NAME} has no action_space; it must be a list of actions or two ranges."
        )
    found = "discrete" if isinstance(space, list) else "continuous"
    stated = content.get("action_space_type", found)
    if stated != found:
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
