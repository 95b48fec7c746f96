"""What a track's ground is made of and how worn it is: a mat, a carpet with tape, a wooden floor.

Models that have only seen one mat know that mat; so practice draws another ground each time.
"""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.world.markings import BORDER_WIDTH_M, DASH_M, DASH_WIDTH_M, GAP_M

Bgr = tuple[int, int, int]
Image = npt.NDArray[np.uint8]

#: Wear is drawn this much coarser than the ground, and spread smoothly.
_PATCH_TEXELS = 24
#: The ground is made uneven in strips, so that a large hall takes no more memory than it has to.
_STRIP_ROWS = 256


@dataclass(frozen=True, slots=True)
class BarrierLooks:
    """What barriers are made of; ``contrast`` is how unlike their panels are, as a share."""

    bgr: Bgr = (118, 116, 112)
    height_m: float = 0.76
    contrast: float = 0.1


@dataclass(frozen=True, slots=True)
class Looks:
    """Colours are blue, green, red; lengths metres.

    ``grain`` is how uneven the ground is, as a deviation in grey levels. ``wear`` is the share of
    their brightness that worn places lost. ``glints`` lamps mirror in the ground. ``seed`` says
    where all that is. ``barrier`` None: the track lies open in its hall.
    """

    field_bgr: Bgr = (60, 128, 62)
    road_bgr: Bgr = (44, 42, 40)
    border_bgr: Bgr = (236, 238, 238)
    #: Orange and green are nearly alike in grey, as on the mats people race on.
    centre_bgr: Bgr = (30, 120, 232)
    sky_bgr: Bgr = (186, 172, 158)
    border_width_m: float = BORDER_WIDTH_M
    dash_width_m: float = DASH_WIDTH_M
    dash_m: float = DASH_M
    gap_m: float = GAP_M
    grain: float = 0.0
    wear: float = 0.0
    glints: int = 0
    seed: int = 11
    barrier: BarrierLooks | None = BarrierLooks()


#: DeepRacer's own: black road, white borders, dashed orange line, green field, grey barriers.
PLAIN_LOOKS = Looks()


def random_looks(chance: Random) -> Looks:
    """Return a ground as somebody may have it: any field, a darker road, bright borders."""
    field = _tinted(chance, chance.uniform(45, 150), 26)
    # Tape is the brightest there is, or nobody would find the road.
    border = _tinted(chance, chance.uniform(195, 250), 8)
    return Looks(
        field_bgr=field,
        road_bgr=_tinted(chance, chance.uniform(22, 78), 10),
        border_bgr=border,
        centre_bgr=(
            round(chance.uniform(10, 90)),
            round(chance.uniform(95, 210)),
            round(chance.uniform(200, 250)),
        ),
        sky_bgr=_tinted(chance, chance.uniform(90, 210), 14),
        border_width_m=chance.uniform(0.04, 0.06),
        dash_width_m=chance.uniform(0.02, 0.045),
        dash_m=chance.uniform(0.07, 0.22),
        gap_m=chance.uniform(0.06, 0.22),
        grain=chance.uniform(0.0, 7.0),
        wear=chance.uniform(0.0, 0.3),
        glints=chance.choice((0, 0, 2, 4, 6)),
        seed=chance.getrandbits(31),
        barrier=chance.choice((None, _random_barrier(chance))),
    )


def _random_barrier(chance: Random) -> BarrierLooks:
    return BarrierLooks(
        bgr=_tinted(chance, chance.uniform(40, 200), 30),
        height_m=chance.uniform(0.3, 0.9),
        contrast=chance.choice((0.0, 0.1, 0.4)),
    )


def weather(ground: Image, looks: Looks, texels_per_m: int) -> None:
    """Make a painted ground uneven, worn and shiny, in place."""
    if looks.wear == looks.grain == looks.glints == 0:
        return
    chance = np.random.default_rng(looks.seed)
    kept = _patches(ground.shape, looks.wear, chance)
    grain = chance.normal(0.0, looks.grain, (_STRIP_ROWS, _STRIP_ROWS)).astype(np.int16)
    tiled = np.tile(grain, (1, -(-ground.shape[1] // _STRIP_ROWS)))[:, : ground.shape[1]]
    uneven = cv2.merge([tiled] * 3)
    for top in range(0, len(ground), _STRIP_ROWS):
        part = ground[top : top + _STRIP_ROWS]
        worn = cv2.merge([kept[top : top + _STRIP_ROWS]] * 3)
        cv2.multiply(part, worn, dst=part, scale=1 / 255)
        cv2.add(part, uneven[: len(part)], dst=part, dtype=cv2.CV_8U)
    for _ in range(looks.glints):
        _shine(ground, chance, texels_per_m)


def _patches(shape: tuple[int, ...], wear: float, chance: np.random.Generator) -> Image:
    """Return how much of its brightness each texel kept, of 255: some much less than most."""
    rows, columns = (max(2, side // _PATCH_TEXELS) for side in shape[:2])
    coarse = 255 * (1.0 - wear * chance.random((rows, columns)) ** 3)
    spread = cv2.resize(
        coarse.astype(np.uint8), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR
    )
    return np.asarray(spread, dtype=np.uint8)


def _shine(ground: Image, chance: np.random.Generator, texels_per_m: int) -> None:
    """Brighten one round place, most in its middle."""
    radius = round(float(chance.uniform(0.12, 0.45)) * texels_per_m)
    top, left = (int(chance.integers(0, max(1, side - 2 * radius))) for side in ground.shape[:2])
    part = ground[top : top + 2 * radius, left : left + 2 * radius]
    row, column = np.ogrid[: part.shape[0], : part.shape[1]]
    off = np.hypot(row - radius, column - radius) / radius
    bright = float(chance.uniform(15, 60)) * np.clip(1.0 - off, 0.0, 1.0)
    cv2.add(part, cv2.merge([bright.astype(np.float32)] * 3), dst=part, dtype=cv2.CV_8U)


def _tinted(chance: Random, grey: float, spread: float) -> Bgr:
    """Return a colour of about that brightness."""
    blue, green, red = (
        max(0, min(255, round(grey + chance.uniform(-spread, spread)))) for _ in range(3)
    )
    return blue, green, red
