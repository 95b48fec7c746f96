"""Whether a track can be driven and built: its tightest corner, and road that comes too close."""

from dataclasses import dataclass

import numpy as np

from hardware.virtual.world.track import Track

#: What DeepRacer's build guide asks of an outer radius is 25 in and more; tighter inner edges than
#: this can't be followed by the car's own steering lock (wheelbase / tan 30°).
MIN_CENTRE_RADIUS_M = 0.45
#: Of so many points each is held against each other one, which are some 50 MB.
_MOST_POINTS = 2500


@dataclass(frozen=True, slots=True)
class TrackCheck:
    """What was found of a track; lengths in metres.

    ``tightest_radius_m`` is the centre line's. ``troubles`` says in sentences what is wrong.
    """

    name: str
    length_m: float
    width_m: float
    tightest_radius_m: float
    troubles: tuple[str, ...]


def check_track(track: Track) -> TrackCheck:
    """Measure a track's corners and look for road that overlaps itself."""
    tightest_radius_m = float(1.0 / max(1e-9, np.abs(track.curvature_per_m).max()))
    troubles = []
    if tightest_radius_m < track.width_m / 2:
        troubles.append(
            f"A corner of {tightest_radius_m:.2f} m is tighter than half the road's width: its "
            "inner border folds over."
        )
    elif tightest_radius_m < MIN_CENTRE_RADIUS_M:
        troubles.append(
            f"A corner of {tightest_radius_m:.2f} m is tighter than {MIN_CENTRE_RADIUS_M} m, which "
            "few models can follow."
        )
    gap_m = narrowest_gap_m(track)
    if gap_m < 0:
        troubles.append("The road crosses itself or overlaps a neighbouring part.")
    return TrackCheck(track.name, track.length_m, track.width_m, tightest_radius_m, tuple(troubles))


def narrowest_gap_m(track: Track) -> float:
    """Return how far the borders of two parts of the road stay apart; negative where they meet.

    Parts count as two where the way between them along the road is longer than twice the width
    and a half circle of it, so that a corner isn't held against itself.
    """
    stride = max(1, round(0.05 / track.spacing_m), -(-len(track.centre) // _MOST_POINTS))
    points = track.centre[::stride]
    spacing_m = track.length_m / len(points)
    apart_m = np.abs(np.arange(len(points))[:, None] - np.arange(len(points))[None, :]) * spacing_m
    apart_m = np.minimum(apart_m, track.length_m - apart_m)
    between_m = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    far = apart_m > (2 + np.pi / 2) * track.width_m
    return float(between_m[far].min() - track.width_m) if far.any() else float("inf")
