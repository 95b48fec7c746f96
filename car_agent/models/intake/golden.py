"""Golden frames: made-up pictures on which two models must answer alike."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from car_agent.errors import CarError
from car_agent.models.card import ModelCard
from car_agent.models.intake.certificate import Agreement
from car_agent.models.load import LoadedModel, Tensor

#: A converted model may differ by this much from what it was converted from.
TOLERANCE = 1e-5

_SEED = 20_260_101
_NOISY_FRAMES = 4

Answer = npt.NDArray[np.floating]

#: Answers one input of the card's shape, flat.
Reference = Callable[[Tensor], Answer]


class ReferenceFailedError(CarError, ArithmeticError):
    """The evaluation to compare with can't answer."""


def golden_frames(card: ModelCard) -> list[Tensor]:
    """Return the frames for a card: black, white, ramps, a chequer, and noise in blotches.

    The same card gives the same frames on every machine.
    """
    shape_px = (card.height_px, card.width_px)
    rows, columns = np.indices(shape_px)
    greys = [
        np.zeros(shape_px),
        np.full(shape_px, 255.0),
        rows * (255.0 / (card.height_px - 1)),
        columns * (255.0 / (card.width_px - 1)),
        ((rows // 8 + columns // 8) % 2) * 255.0,
    ]
    chance = np.random.Generator(np.random.PCG64(_SEED))
    for _ in range(_NOISY_FRAMES):
        blotches = chance.integers(0, 256, (card.height_px // 8 + 1, card.width_px // 8 + 1))
        greys.append(np.kron(blotches, np.ones((8, 8)))[: card.height_px, : card.width_px])
    return [_as_input(np.rint(grey), card) for grey in greys]


def measure_agreement(model: LoadedModel, reference: Reference, compared_with: str) -> Agreement:
    """Run both on every golden frame and return how nearly they agree.

    Raises ReferenceFailedError where the reference doesn't give as many finite numbers.
    """
    worst_error, same_choice = 0.0, 0
    frames = golden_frames(model.card)
    for frame in frames:
        ours = model.infer(frame)
        theirs = reference(frame).reshape(-1)
        if theirs.size != ours.size or not np.isfinite(theirs).all():
            raise ReferenceFailedError("its answer has another size or isn't finite")
        scale = max(1.0, float(np.abs(theirs).max()))
        worst_error = max(worst_error, float(np.abs(ours - theirs).max()) / scale)
        same_choice += int(ours.argmax() == theirs.argmax())
    return Agreement(
        frames=len(frames),
        worst_error=worst_error,
        compared_with=compared_with,
        same_choice=same_choice if model.card.output.kind == "discrete" else None,
    )


def _as_input(grey: npt.NDArray[np.float64], card: ModelCard) -> Tensor:
    """Return a picture as the card wants it; further planes are the first one moved sideways."""
    depth = card.input_shape[-1 if card.layout == "NHWC" else 1]
    planes = [np.roll(grey, 5 * plane, axis=1) for plane in range(depth)]
    picture = np.stack(planes, axis=-1 if card.layout == "NHWC" else 0)
    scale = 1.0 if card.value_range == "0-255" else 1 / 255
    return np.ascontiguousarray(picture[None] * scale, dtype=np.float32)
