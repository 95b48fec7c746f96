"""What was measured of one real car: its camera's mount, the ground it saw, how late it steers.

``paddock camera match`` writes such a file from a black box's record; evaluation, training and the
virtual venue read it.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from hardware.virtual.errors import MeasuredFileError
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.looks import PLAIN_LOOKS, Bgr, Looks
from timing_server.contract.base import Message

MAX_FILE_BYTES = 100_000

Level = Annotated[float, Field(ge=0, le=255, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class MeasuredCamera(Message):
    """As ``CameraPose``: radians and metres; where it sits along the car can't be seen."""

    field_of_view_rad: Annotated[float, Field(gt=0.2, lt=2.8, allow_inf_nan=False)]
    pitch_rad: Annotated[float, Field(gt=-0.7, lt=1.5, allow_inf_nan=False)]
    height_m: Annotated[float, Field(gt=0.01, lt=1.0, allow_inf_nan=False)]
    ahead_m: Annotated[float, Field(gt=-1.0, lt=1.0, allow_inf_nan=False)]


class MeasuredGround(Message):
    """How bright what the camera saw is in its pictures, and how noisy they are; grey levels."""

    road: Level
    border: Level
    centre: Level
    field: Level
    noise: Level


class MeasuredLatency(Message):
    """From a picture's instant until the wheels' device has the command that answers it.

    ``jitter_s``: give or take so much; ``loss_frac``: the share of pictures without an answer.
    """

    latency_s: Seconds
    jitter_s: Seconds
    loss_frac: Share
    commands: Annotated[int, Field(ge=0)]


class MeasuredFit(Message):
    """How well it fits: mean difference of pictures in grey levels, before and after.

    The deviations are of what was measured, as far as the pictures alone tell.
    """

    track: Annotated[str, Field(max_length=200)]
    pictures: Annotated[int, Field(ge=1)]
    before_levels: Level
    after_levels: Level
    pitch_deviation_rad: float
    height_deviation_m: float
    field_of_view_deviation_rad: float


class MeasuredCar(Message):
    """The file; ``latency`` None where the record has no commands that reached the wheels."""

    version: Literal[1] = 1
    camera: MeasuredCamera
    ground: MeasuredGround
    latency: MeasuredLatency | None = None
    fit: MeasuredFit | None = None

    @property
    def pose(self) -> CameraPose:
        """How the camera is mounted."""
        camera = self.camera
        return CameraPose(
            camera.field_of_view_rad, camera.pitch_rad, camera.height_m, camera.ahead_m
        )

    def looks(self, usual: Looks = PLAIN_LOOKS) -> Looks:
        """Return the ground as bright as it was seen, otherwise as usual."""
        ground = self.ground
        return Looks(
            **{
                **{name: getattr(usual, name) for name in usual.__slots__},
                "road_bgr": _grey(ground.road),
                "border_bgr": _grey(ground.border),
                "centre_bgr": _grey(ground.centre),
                "field_bgr": _grey(ground.field),
            }
        )


def read_measured(path: Path) -> MeasuredCar:
    """Return what stands in a file. Raises MeasuredFileError with one sentence."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES)
        return MeasuredCar.model_validate_json(content)
    except OSError as error:
        raise MeasuredFileError(f"{path} can't be read: {error.strerror or error}.") from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise MeasuredFileError(
            f"{path.name} is no file of 'paddock camera match' ({where}: {fault['msg']})."
        ) from error


def _grey(level: float) -> Bgr:
    grey = round(level)
    return grey, grey, grey
