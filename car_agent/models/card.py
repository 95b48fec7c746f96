"""The model card: what a model wants to see, and what its answer means in degrees and m/s.

Paddock's own models carry their card inside the ONNX file, as JSON under the metadata key
``CARD_KEY``. A DeepRacer model has a ``model_metadata.json`` beside it instead, which
``car_agent.models.deepracer`` reads into the same card; any other may have its card in a file.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from car_agent.errors import ModelError
from timing_server.contract.base import Message
from timing_server.contract.names import clean_text

#: The key of ONNX ``metadata_props`` that holds the card's JSON.
CARD_KEY = "paddock.card"

MAX_ACTIONS = 256


def _visible(text: str) -> str:
    """Return a text as it is. Raises ValueError where it would steer what it is shown on."""
    clean_text(text, 4 * len(text))
    return text


SteeringDeg = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
SpeedMps = Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)]
SidePx = Annotated[int, Field(ge=8, le=1024)]


class Action(Message):
    """One choice of a discrete model; steering in degrees, positive is left; speed in m/s."""

    steering_deg: SteeringDeg
    speed_mps: SpeedMps


class DiscreteOutput(Message):
    """The model answers 1×N float32: one probability (or score) per action; the largest wins."""

    kind: Literal["discrete"] = "discrete"
    actions: Annotated[tuple[Action, ...], Field(min_length=1, max_length=MAX_ACTIONS)]


class ContinuousOutput(Message):
    """The model answers 1×2 float32: [steering, speed], each −1..1, clipped when outside.

    −1 means the low end of its range and 1 the high end, linearly between them, as DeepRacer's
    continuous models do. Steering in degrees, positive is left; speed in m/s. ``squash`` ``tanh``
    is for a network that was trained through a tanh which its file leaves out (DeepRacer's SAC).
    """

    kind: Literal["continuous"] = "continuous"
    squash: Literal["none", "tanh"] = "none"
    steering_low_deg: SteeringDeg
    steering_high_deg: SteeringDeg
    speed_low_mps: SpeedMps
    speed_high_mps: SpeedMps

    @model_validator(mode="after")
    def _ranges_are_in_order(self) -> Self:
        if self.steering_low_deg >= self.steering_high_deg:
            raise ValueError("steering_low_deg must be below steering_high_deg")
        if self.speed_low_mps > self.speed_high_mps:
            raise ValueError("speed_low_mps must not be above speed_high_mps")
        return self


class DirectOutput(Message):
    """The model answers 1×2 float32: [angle, throttle], each a fraction, as Donkeycar's do.

    ``left`` says which sign of the angle turns left (Donkeycar: negative). Throttle 1 is full
    throttle and negative ones count as none: a model doesn't reverse a car here.
    """

    kind: Literal["direct"] = "direct"
    left: Literal["negative", "positive"] = "negative"


Output = DiscreteOutput | ContinuousOutput | DirectOutput

#: How many planes an input has.
DEPTHS = {"luma": 1, "rgb": 3, "stereo": 2}


class ModelCard(Message):
    """What a model wants to see and what its answer means.

    The input is float32 of shape 1×height×width×channels (``NHWC``) or 1×channels×height×width
    (``NCHW``), with one channel for ``luma`` (ITU-R BT.601, as OpenCV's grey), three for ``rgb``
    and two for ``stereo`` (luma of the left and of the right camera), in ``0-255`` or ``0-1``.
    ``resampler`` is how camera pictures were made small for training: ``area`` is OpenCV's
    INTER_AREA, ``linear`` its INTER_LINEAR. The first output is what ``output`` describes.
    ``origin`` tells people how the model was made: the command line, say.
    """

    version: Literal[1] = 1
    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_visible)]
    layout: Literal["NHWC", "NCHW"] = "NHWC"
    height_px: SidePx = 120
    width_px: SidePx = 160
    channels: Literal["luma", "rgb", "stereo"] = "luma"
    value_range: Literal["0-255", "0-1"] = "0-255"
    resampler: Literal["area", "linear"] = "area"
    output: Annotated[Output, Field(discriminator="kind")]
    origin: Annotated[str, Field(max_length=400), AfterValidator(_visible)] = ""

    @property
    def input_shape(self) -> tuple[int, int, int, int]:
        """The shape of one input, batch of one first."""
        depth = DEPTHS[self.channels]
        if self.layout == "NHWC":
            return (1, self.height_px, self.width_px, depth)
        return (1, depth, self.height_px, self.width_px)

    @property
    def answer_size(self) -> int:
        """How many numbers one answer has."""
        return len(self.output.actions) if isinstance(self.output, DiscreteOutput) else 2


def card_to_json(card: ModelCard) -> str:
    """Return the text that belongs under ``CARD_KEY`` of an ONNX file's ``metadata_props``."""
    return card.model_dump_json()


def card_from_json(text: str) -> ModelCard:
    """Read a card as ``card_to_json`` wrote it.

    Raises ModelError that names the first field that is wrong.
    """
    try:
        return ModelCard.model_validate_json(text)
    except ValidationError as error:
        raise ModelError(f"The model's card is wrong: {first_fault(error)}.") from error


def first_fault(error: ValidationError) -> str:
    """Return the first thing that pydantic found wrong, with the place where it stands."""
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"])
    reason = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{where}: {reason}" if where else reason
