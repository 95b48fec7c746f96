"""Keeps where a tracker saw cars during a heat, so that their laps have a way on the map.

A car doesn't know where it is; a camera above the track, or the virtual venue, may. What one of
them says is noted while a heat is on, a batch at a time, and read when somebody looks at a lap.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from pydantic import ValidationError

from timing_server.contract.machines.devices import PositionReport, TrackMap
from timing_server.rules.heat_phases import HeatPhase
from timing_server.service.log.known import Known

#: Reports are written so many at a time: two seconds of them.
BATCH = 20
_NOTED = frozenset({HeatPhase.ARMED, HeatPhase.RUNNING, HeatPhase.PAUSED})


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a car was, by the race clock, which a tracker is a network's delay behind at most."""

    race_ns: int
    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float
    is_off: bool


@dataclass(frozen=True, slots=True)
class HeatPositions:
    """What was seen of a heat's cars, each in the order of time, and the map that they drove on."""

    track: TrackMap | None
    cars: Mapping[str, Sequence[Seen]]


class PositionFolder(Protocol):
    """Where positions are, a file for each heat. Errors are StorageFailedError."""

    def append(self, event_id: str, heat_id: str, lines: bytes) -> None:
        """Write lines behind those that are there; what is too much is left out."""

    def read(self, event_id: str, heat_id: str) -> bytes:
        """Return a heat's lines, nothing where there are none."""


class Positions:
    """``note`` may be called in the event loop; all else reads or writes files."""

    def __init__(self, folder: PositionFolder) -> None:
        self._folder = folder
        self._lock = Lock()
        self._heat: tuple[str, str] | None = None
        self._lines: list[dict[str, Any]] = []
        self._told: tuple[tuple[str, str], TrackMap] | None = None

    def note(
        self, known: Known, report: PositionReport, at_race_ns: int, track: TrackMap | None
    ) -> bool:
        """Note a report that has just come, if a heat is on; say whether to ``flush`` now."""
        heat = _heat_now(known)
        with self._lock:
            is_over = bool(self._lines) and heat != self._heat
            if is_over or heat is None:
                return is_over
            self._heat = heat
            if track is not None and self._told != (heat, track):
                self._told = heat, track
                self._lines.append({"track": track.model_dump(mode="json")})
            cars = [
                (car.car_id, car.x_m, car.y_m, car.heading_rad, car.speed_mps, car.is_off_track)
                for car in report.cars
            ]
            self._lines.append({"mono_ns": report.mono_ns, "at_ns": at_race_ns, "cars": cars})
            return len(self._lines) >= BATCH

    def flush(self) -> None:
        """Write what was noted. Raises StorageFailedError; it is forgotten then."""
        with self._lock:
            heat, lines = self._heat, self._lines
            self._lines = []
            if heat is not None and lines:
                text = "".join(f"{json.dumps(each, separators=(',', ':'))}\n" for each in lines)
                self._folder.append(*heat, text.encode())

    def of_heat(self, event_id: str, heat_id: str) -> HeatPositions:
        """Return what was seen of a heat. Raises StorageFailedError."""
        self.flush()
        return read_positions(self._folder.read(event_id, heat_id))


def read_positions(lines: bytes) -> HeatPositions:
    """Return what lines say; a line that was cut off says nothing.

    The tracker's clock is joined to the race clock by the report that came quickest.
    """
    track: TrackMap | None = None
    reports: list[tuple[int, int, list[list[Any]]]] = []
    for line in _read_lines(lines):
        if "track" in line:
            track = _track_of(line["track"]) or track
        else:
            reports.append((line["mono_ns"], line["at_ns"], line["cars"]))
    cars: dict[str, list[Seen]] = {}
    for boot in _boots(reports):
        offset_ns = min(at_ns - mono_ns for mono_ns, at_ns, _ in boot)
        for mono_ns, _, told in boot:
            for car_id, x_m, y_m, heading_rad, speed_mps, is_off in told:
                seen = Seen(mono_ns + offset_ns, x_m, y_m, heading_rad, speed_mps, is_off)
                cars.setdefault(car_id, []).append(seen)
    return HeatPositions(track, cars)


def _read_lines(lines: bytes) -> Iterator[dict[str, Any]]:
    for line in lines.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _track_of(told: object) -> TrackMap | None:
    try:
        return TrackMap.model_validate(told)
    except ValidationError:
        return None


def _boots(
    reports: Sequence[tuple[int, int, list[list[Any]]]],
) -> Iterator[Sequence[tuple[int, int, list[list[Any]]]]]:
    """Yield the reports of each life of the tracker: a clock that falls back is another one's."""
    begin = 0
    for at in range(1, len(reports) + 1):
        if at == len(reports) or reports[at][0] < reports[at - 1][0]:
            yield reports[begin:at]
            begin = at


def _heat_now(known: Known) -> tuple[str, str] | None:
    """Return event and heat that are on track."""
    head = known.heads.get(known.venue.gate_stream)
    heat = None if head is None else head.state.active_heat
    if heat is None or heat.phase not in _NOTED:
        return None
    return str(known.venue.gate_stream), str(heat.heat_id)
