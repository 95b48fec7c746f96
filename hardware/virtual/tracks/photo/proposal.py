"""From a photo and a known rectangle to a track for people to correct: its ground, a first line."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hardware.virtual.tracks.ground import write_ground
from hardware.virtual.tracks.photo.road import Road, find_road
from hardware.virtual.tracks.photo.straighten import Straight, Taps, read_photo, straighten
from hardware.virtual.tracks.smooth import points_along
from hardware.virtual.world.track import Points
from timing_server.contract.server.tracks import Ground, TrackDocument

Note = Literal["road_found", "dark_road", "no_road", "line_found", "no_line", "uneven", "direction"]

NOTES: dict[Note, str] = {
    "road_found": "The road was found between its white borders.",
    "dark_road": "The road was found by its dark colour alone; look well at its width.",
    "no_road": "No road was found; a plain round lies there to be corrected.",
    "line_found": "A white line across the road was taken as the finish line.",
    "no_line": "No line across the road was found; the finish line lies on the longest straight.",
    "uneven": "The road's width was not even; look at it well.",
    "direction": "Which way round it is driven can't be seen: it goes counter-clockwise for now.",
}
_WITHIN_M = 0.015
_UNEVEN = 0.08
_PLAIN_WIDTH_M = 0.75


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a photo gives: a whole track with its ground, and what of it was seen, in codes."""

    document: TrackDocument
    notes: tuple[Note, ...]


def propose(content: bytes, taps: Taps, name: str) -> Proposal:
    """Straighten a photo and look for the road. Raises TrackPhotoError with one sentence."""
    straight = straighten(read_photo(content), taps)
    road = find_road(straight)
    notes: tuple[Note, ...]
    if road is None:
        points, width_m, notes = _plain(taps), _PLAIN_WIDTH_M, ("no_road",)
    else:
        centre, width_m = road.centre, road.width_m
        at = road.start_at if road.start_at is not None else _straightest(centre)
        points = points_along(np.roll(centre, -at, axis=0), _WITHIN_M)
        notes = _notes(road)
    document = TrackDocument(
        name=name,
        points=tuple((round(float(x), 3), round(float(y), 3)) for x, y in points),
        width_m=round(min(3.0, max(0.2, width_m)), 2),
        ground=_ground(straight),
    )
    return Proposal(document, notes)


def _notes(road: Road) -> tuple[Note, ...]:
    notes: list[Note] = ["road_found" if road.has_borders else "dark_road"]
    if road.spread > _UNEVEN:
        notes.append("uneven")
    notes.append("no_line" if road.start_at is None else "line_found")
    return (*notes, "direction")


def _ground(straight: Straight) -> Ground:
    rows, columns = straight.picture.shape[:2]
    return write_ground(
        straight.picture,
        straight.left_m,
        straight.top_m,
        columns / straight.texels_per_m,
        rows / straight.texels_per_m,
    )


def _plain(taps: Taps) -> Points:
    """Return a round within the rectangle, its first point in the middle of the lower side."""
    angles = np.linspace(-np.pi / 2, 1.5 * np.pi, 10, endpoint=False)
    middle = np.array([taps.width_m, taps.height_m]) / 2
    reach = np.maximum(middle - min(_PLAIN_WIDTH_M, 0.3 * min(middle)), 0.1)
    return np.asarray(middle + reach * np.stack([np.cos(angles), np.sin(angles)], axis=1))


def _straightest(centre: Points) -> int:
    """Return the point of a line in the middle of its straightest metre or so."""
    reach = max(2, min(len(centre) // 8, 60))
    apart = np.hypot(*(np.roll(centre, -reach, axis=0) - np.roll(centre, reach, axis=0)).T)
    return int(np.argmax(apart))
