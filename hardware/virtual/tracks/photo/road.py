"""Finds the road in a picture from above: the ring between two closed white borders.

The borders part the picture into regions: the field outside, the field inside, and the road
between. The centre line is where it is as far to the inside as to the outside; so neither a finish
line across the road nor dashes along it matter. Where there are no such borders, what is dark parts
the picture likewise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.tracks.photo.masks import (
    Mask,
    dark_ground,
    long_ones,
    white_lines,
    wider,
)
from hardware.virtual.tracks.photo.straighten import Straight
from hardware.virtual.world.looks import PLAIN_LOOKS
from hardware.virtual.world.track import Points

#: The picture is looked at so finely; borders are some texels wide then.
_TEXELS_PER_M = 100.0
#: Holes in a border, or lines across a dark road, that are bridged: the smallest that does.
_GAPS_M = (0.02, 0.06, 0.12, 0.2, 0.35, 0.6)
_LEAST_REGION_M2 = 0.08
_MOST_REGIONS = 8
LEAST_ROAD_M, MOST_ROAD_M = 0.3, 1.6
#: How much nine of ten widths along the road may differ from each other, as a share of the width.
MOST_SPREAD = 0.2
_SMOOTHED_M = 0.06


@dataclass(frozen=True, slots=True)
class Road:
    """The road that was found: its centre line in metres, its width, how evenly wide it is.

    ``start_at`` is the point of the line where a white line lies across the road, None without one.
    ``has_borders`` is false where it was found by its dark colour alone.
    """

    centre: Points
    width_m: float
    spread: float
    start_at: int | None
    has_borders: bool


def find_road(straight: Straight) -> Road | None:
    """Return the road in a picture from above, None where nothing closed is seen."""
    scale = _TEXELS_PER_M / straight.texels_per_m
    rows, columns = straight.picture.shape[:2]
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = cv2.resize(straight.picture, size, interpolation=cv2.INTER_AREA)
    unseen = cv2.resize((~straight.seen).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    picture = np.asarray(small, dtype=np.uint8)
    white = white_lines(picture, _TEXELS_PER_M)
    found = _first_ring(long_ones(white, _TEXELS_PER_M), unseen)
    has_borders = found is not None
    found = found or _first_ring(dark_ground(picture, _TEXELS_PER_M), unseen)
    if found is None:
        return None
    spread, ring, width_texels = found
    line = _smoothed(ring)
    start_at = _line_across(white, line, width_texels)
    # Back from texels of the small picture, whose centres lie half of one in.
    metres = (line + 0.5) / _TEXELS_PER_M * (1, -1) + (straight.left_m, straight.top_m)
    if _area(metres) < 0:
        metres = metres[::-1]
        start_at = None if start_at is None else len(metres) - 1 - start_at
    return Road(metres, width_texels / _TEXELS_PER_M, spread, start_at, has_borders)


def _first_ring(mask: Mask, unseen: object) -> tuple[float, Points, float] | None:
    """Return the road that a mask parts from the rest, its holes bridged as little as needed."""
    for gap_m in _GAPS_M:
        reach = max(1, round(gap_m / 2 * _TEXELS_PER_M))
        found = _best_ring(wider(mask, reach), np.asarray(unseen, dtype=np.uint8), 2 * reach)
        if found is not None:
            return found
    return None


def _best_ring(borders: Mask, unseen: Mask, grown: int) -> tuple[float, Points, float] | None:
    """Return spread, line and width of the most even road between an inside and the outside.

    The borders are so many texels wider than they are, both together.
    """
    rest = np.asarray((borders == 0) | (unseen > 0), dtype=np.uint8)
    framed = cv2.copyMakeBorder(rest, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(framed, connectivity=4)
    labels = labels[1:-1, 1:-1]
    outside = int(cv2.connectedComponents(framed, connectivity=4)[1][0, 0])
    least = _LEAST_REGION_M2 * _TEXELS_PER_M**2
    regions = [
        label
        for label in range(1, count)
        if label != outside and stats[label, cv2.CC_STAT_AREA] >= least
    ]
    regions.sort(key=lambda label: -stats[label, cv2.CC_STAT_AREA])
    from_outside = _distance(labels == outside)
    best: tuple[float, Points, float] | None = None
    for inside in _choices(regions[:_MOST_REGIONS]):
        found = _ring(np.isin(labels, inside), from_outside, grown)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best


def _choices(regions: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield what may be inside: one region, or all but one or two, which are road then."""
    yield from ((each,) for each in regions)
    for road in (1, 2):
        if len(regions) > road + 1:
            yield from combinations(regions, len(regions) - road)


def _distance(region: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Return how far each texel is from a region, in texels."""
    away = np.asarray(~region, dtype=np.uint8)
    return np.asarray(cv2.distanceTransform(away, cv2.DIST_L2, 5), dtype=np.float32)


def _ring(
    inside: npt.NDArray[np.bool_], from_outside: npt.NDArray[np.float32], grown: int
) -> tuple[float, Points, float] | None:
    """Return the line half way between inside and outside, where it is one road's."""
    from_inside = _distance(inside)
    nearer = np.asarray(from_inside < from_outside, dtype=np.uint8)
    lines, _ = cv2.findContours(nearer, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not lines:
        return None
    line = max(lines, key=cv2.contourArea)[:, 0, :]
    if len(line) < 2 * _TEXELS_PER_M or (
        len(lines) > 1 and _has_rival([cv2.contourArea(each) for each in lines])
    ):
        return None
    widths = (from_inside + from_outside)[line[:, 1], line[:, 0]]
    width = float(np.median(widths)) - grown
    if not LEAST_ROAD_M <= width / _TEXELS_PER_M <= MOST_ROAD_M:
        return None
    # A tenth may be anything: where roads touch, where a border bulges.
    low, high = np.percentile(widths, (5, 95))
    spread = float(high - low) / width
    return (spread, line.astype(np.float64), width) if spread <= MOST_SPREAD else None


def _has_rival(areas: list[float]) -> bool:
    """Whether there is a second piece of any size: the inside isn't one."""
    areas = sorted(areas, reverse=True)
    return areas[1] > 0.05 * areas[0]


def _smoothed(ring: Points) -> Points:
    """Return a contour's line without its steps, a point for each texel."""
    closed = np.vstack([ring, ring[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    wanted = np.arange(0.0, along[-1], 1.0)
    even = np.stack([np.interp(wanted, along, closed[:, axis]) for axis in (0, 1)], axis=1)
    sigma = _SMOOTHED_M * _TEXELS_PER_M
    reach = int(3 * sigma)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    around = np.vstack([even[-reach:], even, even[:reach]])
    line = np.stack([np.convolve(around[:, axis], weights, "valid") for axis in (0, 1)], axis=1)
    # A contour goes through the middle of the outermost texels inside, half of one too far in.
    ahead = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    outwards = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1) / np.hypot(*ahead.T)[:, None]
    return np.asarray(line + outwards * (0.5 if _area(line) > 0 else -0.5))


def _line_across(white: Mask, line: Points, width: float) -> int | None:
    """Return the point where white lies across all of the road between its borders."""
    ahead = np.roll(line, -4, axis=0) - np.roll(line, 4, axis=0)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) / np.hypot(*ahead.T)[:, None]
    between = width / 2 - 1.6 * PLAIN_LOOKS.border_width_m * _TEXELS_PER_M
    offsets = np.linspace(-between, between, 41)
    places = line[:, None, :] + side[:, None, :] * offsets[None, :, None]
    columns = np.clip(np.round(places[..., 0]).astype(int), 0, white.shape[1] - 1)
    rows = np.clip(np.round(places[..., 1]).astype(int), 0, white.shape[0] - 1)
    share = (white[rows, columns] > 0).mean(axis=1)
    share = np.convolve(np.concatenate([share[-2:], share, share[:2]]), np.ones(5) / 5, "valid")
    at = int(np.argmax(share))
    return at if share[at] > 0.6 else None


def _area(line: Points) -> float:
    x, y = line.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
