"""What was measured of a real car: its camera's mount, the ground it saw, how late it steers."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message

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


class MeasuredFigures(Message):
    """What ``paddock camera match`` writes of a car.

    ``latency`` None where the record has no commands that reached the wheels.
    """

    version: Literal[1] = 1
    camera: MeasuredCamera
    ground: MeasuredGround
    latency: MeasuredLatency | None = None
    fit: MeasuredFit | None = None
