"""The last seconds of a camera gate: pictures, what was read in them, and the word on a pass."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hardware.camera_gate.judging.matching import (
    NEAR_NS,
    Judgement,
    Lookout,
    Scene,
    crossed_between,
    judge,
)
from hardware.camera_gate.judging.motion import Fix, position_at
from hardware.camera_gate.line import Line, Point
from hardware.camera_gate.reading.dictionaries import MarkSet
from hardware.camera_gate.reading.reader import MarkReader, Sighting, grey_of
from hardware.camera_gate.reading.strangers import Mover, TrackWatch, is_stranger_at_line
from hardware.cameras.frames import Frame

#: How long pictures are kept: a pass is journaled within milliseconds, and judged soon after.
KEPT_NS = 2_000_000_000
KEPT_BYTES = 96 * 1024 * 1024
#: Without a picture as near as this, a car without a mark could have come and gone unseen.
_STILL_NS = 60_000_000
#: By this much a car's outline may be longer than the car: blur, and the outline's own steps.
_OUTLINE_MM = 30.0
_MM_PER_M = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture with what was read in it."""

    frame: Frame
    sightings: tuple[Sighting, ...]
    movers: tuple[Mover, ...]


class GateWatch:
    """Takes pictures in order and answers about instants; one thread's, memory bounded."""

    def __init__(self, line: Line, marks: MarkSet, lookout: Lookout, car_width_mm: float) -> None:
        self.line = line
        self.lookout = lookout
        self._car_width_mm = car_width_mm
        self._reader = MarkReader(marks)
        self._track = TrackWatch(line, car_width_mm)
        self._seen: deque[Seen] = deque()
        self._bytes = 0
        self._told: dict[int, int] = {}

    @property
    def newest_ns(self) -> int:
        """When the newest picture was taken; 0 before the first one."""
        return self._seen[-1].frame.capture_mono_ns if self._seen else 0

    def take(self, frame: Frame) -> Seen:
        """Read a picture and keep it; a stamp that runs backwards begins anew."""
        if self._seen and frame.capture_mono_ns <= self.newest_ns:
            self._seen.clear()
            self._bytes = 0
        grey = grey_of(frame.pixels)
        sightings = tuple(
            each
            for each in self._reader.read(grey)
            if not self.line.crosses_beside(self.line.place(each.middle_px)[1])
        )
        seen = Seen(frame, sightings, tuple(self._track.look(grey)))
        self._seen.append(seen)
        self._bytes += frame.pixels.nbytes
        oldest_ns = frame.capture_mono_ns - KEPT_NS
        while self._bytes > KEPT_BYTES or self._seen[0].frame.capture_mono_ns < oldest_ns:
            self._bytes -= self._seen.popleft().frame.pixels.nbytes
        return seen

    def judge(self, mono_ns: int) -> Judgement:
        """Return whose the pass at that instant was, from the pictures that are kept."""
        near = [seen for seen in self._seen if _distance_ns(seen, mono_ns) <= NEAR_NS]
        if not any(_distance_ns(seen, mono_ns) <= _STILL_NS for seen in near):
            return Judgement("missing")
        tracks = self._tracks(near)
        stranger = self._has_stranger(near, tracks, mono_ns)
        return judge(mono_ns, Scene(tracks, _twins(near), stranger), self.lookout)

    def around(self, mono_ns: int, before: int, after: int) -> list[Seen]:
        """Return up to so many pictures from before the instant and from after it, in order."""
        earlier = [seen for seen in self._seen if seen.frame.capture_mono_ns <= mono_ns]
        later = [seen for seen in self._seen if seen.frame.capture_mono_ns > mono_ns]
        return [*earlier[len(earlier) - before :][-before:], *later[:after]]

    def crossings_without(self, passes_ns: Iterable[int], upto_ns: int) -> list[tuple[int, int]]:
        """Return marks that crossed before ``upto_ns`` though no pass did: (mark, instant).

        Each crossing is told once.
        """
        passes = tuple(passes_ns)
        slack_ns = self.lookout.limits.stamp_bound_ns
        found = []
        for mark, track in self._tracks(self._seen).items():
            span = crossed_between(track, self.lookout)
            if span is None or span[1] > upto_ns or self._told.get(mark, 0) >= span[0]:
                continue
            if not any(span[0] - slack_ns <= each <= span[1] + slack_ns for each in passes):
                self._told[mark] = span[1]
                found.append((mark, (span[0] + span[1]) // 2))
        return found

    def _tracks(self, seen: Sequence[Seen] | deque[Seen]) -> dict[int, list[Fix]]:
        tracks: dict[int, list[Fix]] = {}
        for each in seen:
            for sighting in each.sightings:
                ahead_mm, _ = self.line.place(sighting.middle_px)
                fix = Fix(each.frame.capture_mono_ns, ahead_mm)
                tracks.setdefault(sighting.mark, []).append(fix)
        needed = self._reader.marks.sightings_needed
        return {mark: track for mark, track in tracks.items() if len(track) >= needed}

    def _has_stranger(
        self, near: Sequence[Seen], tracks: dict[int, list[Fix]], mono_ns: int
    ) -> bool:
        nearest = min(near, key=lambda seen: _distance_ns(seen, mono_ns))
        apart_ns = _distance_ns(nearest, mono_ns)
        limits = self.lookout.limits
        apart_s = (apart_ns + limits.stamp_bound_ns) / 1e9
        slack_mm = self.lookout.lead_bound_mm + limits.speed_mps / 2 * _MM_PER_M * apart_s
        places = self._places_at(near, tracks, nearest.frame.capture_mono_ns)
        furthest_mm = self.lookout.lead_mm + self.lookout.lead_bound_mm + _OUTLINE_MM
        return is_stranger_at_line(
            nearest.movers, places, slack_mm, self._car_width_mm, furthest_mm
        )

    def _places_at(
        self, near: Sequence[Seen], tracks: dict[int, list[Fix]], mono_ns: int
    ) -> list[Point]:
        """Where the marks were in a picture, in which some of them may not have been read."""
        places = []
        for mark, track in tracks.items():
            where = position_at(track, mono_ns, self.lookout.limits)
            along_mm = [
                self.line.place(sighting.middle_px)[1]
                for seen in near
                for sighting in seen.sightings
                if sighting.mark == mark
            ]
            places.append(((where.low_mm + where.high_mm) / 2, along_mm[len(along_mm) // 2]))
        return places


def _distance_ns(seen: Seen, mono_ns: int) -> int:
    return abs(seen.frame.capture_mono_ns - mono_ns)


def _twins(seen: Sequence[Seen]) -> frozenset[int]:
    twins: set[int] = set()
    for each in seen:
        marks = [sighting.mark for sighting in each.sightings]
        twins.update(mark for mark in marks if marks.count(mark) > 1)
    return frozenset(twins)
