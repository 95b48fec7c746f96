"""What a screen draws of a track, and where it can't be driven: corners too tight, road on road."""

import numpy as np
import numpy.typing as npt

from hardware.virtual.world.track import Points, Track
from hardware.virtual.world.track_checks import MIN_CENTRE_RADIUS_M, narrowest_gap_m
from hardware.virtual.world.track_files import LEAST_LENGTH_M, MAX_LENGTH_M, MAX_SPAN_M
from timing_server.contract.server.tracks import Line, TrackShape

#: A drawn line has so many points at most, and none nearer to each other than this.
_MOST_DRAWN = 600
_DRAWN_EVERY_M = 0.05
#: Of so many points each is held against each other one.
_MOST_COMPARED = 1500

Flags = npt.NDArray[np.bool_]


def shape_of(track: Track) -> TrackShape:
    """Return a track's lines, measures and troubles. Takes some milliseconds."""
    bend = np.abs(track.curvature_per_m)
    tightest_radius_m = float(1.0 / max(1e-6, bend.max()))
    least_m = max(MIN_CENTRE_RADIUS_M, track.width_m / 2)
    overlapping = _overlapping(track)
    troubles = [
        code
        for code, is_so in (
            ("folds", tightest_radius_m < track.width_m / 2),
            ("tight", track.width_m / 2 <= tightest_radius_m < MIN_CENTRE_RADIUS_M),
            ("overlaps", bool(overlapping.any())),
            ("long", track.length_m > MAX_LENGTH_M),
            ("short", track.length_m < LEAST_LENGTH_M),
            ("wide", float(np.ptp(track.rows(), axis=0).max()) > MAX_SPAN_M),
        )
        if is_so
    ]
    stride = max(1, round(_DRAWN_EVERY_M / track.spacing_m), -(-len(bend) // _MOST_DRAWN))
    finish = track.finish
    return TrackShape.model_validate(
        {
            "length_m": round(track.length_m, 3),
            "width_m": round(track.width_m, 3),
            "tightest_radius_m": round(min(tightest_radius_m, 999.0), 3),
            "centre": _drawn(track.centre[::stride]),
            "inner": _drawn(track.inner[::stride]),
            "outer": _drawn(track.outer[::stride]),
            "finish": (finish.left, finish.right),
            "tight": _stretches(track.centre, bend > 1.0 / least_m, stride),
            "overlaps": _stretches(track.centre, overlapping, stride),
            "troubles": troubles,
        }
    )


def _drawn(points: Points) -> Line:
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in points)


def _overlapping(track: Track) -> Flags:
    """Say of each point of the centre line whether the road there lies on another part of it."""
    flags = np.zeros(len(track.centre), dtype=bool)
    if narrowest_gap_m(track) >= 0:
        return flags
    stride = max(1, round(0.05 / track.spacing_m), -(-len(flags) // _MOST_COMPARED))
    points = track.centre[::stride]
    place = np.arange(len(points))
    apart_m = np.abs(place[:, None] - place[None, :]) * (track.length_m / len(points))
    apart_m = np.minimum(apart_m, track.length_m - apart_m)
    between_m = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    far = apart_m > (2 + np.pi / 2) * track.width_m
    near = (far & (between_m < track.width_m)).any(axis=1)
    return np.asarray(np.repeat(near, stride)[: len(flags)])


def _stretches(centre: Points, flags: Flags, stride: int) -> tuple[Line, ...]:
    """Return the flagged parts of a closed line, each with a point more at its end."""
    if not flags.any():
        return ()
    if flags.all():
        return (_drawn(np.vstack([centre[::stride], centre[:1]])),)
    shift = int(np.flatnonzero(~flags)[0])
    turned, line = np.roll(flags, -shift), np.roll(centre, -shift, axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], turned, [False]]).astype(int)))
    parts = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        part = line[begin : end + 1]
        parts.append(_drawn(np.vstack([part[:-1:stride], part[-1:]])))
    return tuple(parts)
