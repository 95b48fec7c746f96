"""A run's decisions as one table, a row each, for spreadsheets and notebooks. Pure."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal

from timing_server.service.analysis.laps import LapTrace, Position, Run, Sample

Kind = Literal["int", "float", "bool", "text"]
Cell = int | float | bool | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name carries the unit; None where nothing is known."""

    name: str
    kind: Kind
    values: Sequence[Cell]


def _at(tell: Callable[[Position], float]) -> Callable[[LapTrace, Sample], Cell]:
    return lambda _, each: None if each.position is None else tell(each.position)


_TELL: Mapping[str, tuple[Kind, Callable[[LapTrace, Sample], Cell]]] = {
    "lap": ("int", lambda lap, _: lap.number),
    "lap_us": ("int", lambda lap, _: lap.duration_us),
    "lap_invalid": ("text", lambda lap, _: lap.invalid),
    "place_known_by": ("text", lambda lap, _: lap.basis),
    "at_us": ("int", lambda _, each: each.at_us),
    "place": ("float", lambda _, each: each.place),
    "steering": ("float", lambda _, each: each.steering),
    "throttle": ("float", lambda _, each: each.throttle),
    "is_taken": ("bool", lambda _, each: each.is_taken),
    "action": ("int", lambda _, each: each.action),
    "latency_us": ("int", lambda _, each: each.latency_us),
    "entropy_bits": ("float", lambda _, each: each.doubt_bits),
    "speed_mps": ("float", lambda _, each: each.speed_mps),
    "x_m": ("float", _at(lambda position: position.x_m)),
    "y_m": ("float", _at(lambda position: position.y_m)),
    "heading_rad": ("float", _at(lambda position: position.heading_rad)),
    "reward": ("float", lambda _, each: each.reward),
    "is_off_track": ("bool", lambda _, each: each.is_off),
}


def table_of(run: Run) -> tuple[Column, ...]:
    """Return a run's decisions, all laps one below the other."""
    rows = [(lap, each) for lap in run.laps for each in lap.samples]
    names = {
        "steering": f"steering_{'frac' if run.steering_unit == 'share' else 'deg'}",
        "throttle": f"throttle_{'frac' if run.throttle_unit == 'share' else 'mps'}",
    }
    told = tuple(
        Column(names.get(name, name), kind, [tell(lap, each) for lap, each in rows])
        for name, (kind, tell) in _TELL.items()
    )
    track = run.raced_on
    return (
        *told,
        Column("track", "text", [track.name if track else None] * len(rows)),
        Column("track_sha256", "text", [track.sha256 if track else None] * len(rows)),
    )


def csv_of(table: Sequence[Column]) -> bytes:
    """Return a table as CSV: decimal points, commas, nothing where nothing is known."""
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([column.name for column in table])
    writer.writerows(zip(*(map(_text, column.values) for column in table), strict=True))
    return file.getvalue().encode()


def _text(value: Cell) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    return round(value, 6) if isinstance(value, float) else value
