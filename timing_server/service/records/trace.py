"""Plays laps from a record that was made ready for it; it reads files: not for the event loop."""

import json
import shutil
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from timing_server.contract.blackbox.reading import RecordDamagedError
from timing_server.contract.blackbox.rows import ActionLabel
from timing_server.contract.machines.records import (
    ReplayPicture,
    ReplayStep,
    ReplayTrace,
    ReplayWord,
)
from timing_server.service.errors import StorageFailedError
from timing_server.service.records.errors import RecordUnreadableError
from timing_server.service.records.making import PICTURES, ROWS, make_playable

_NS_PER_US = 1_000


@dataclass(frozen=True, slots=True)
class LapWindow:
    """A lap on the race clock; ``bound_ns`` is its own."""

    number: int
    begin_race_ns: int
    end_race_ns: int
    bound_ns: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a record is meant; ``bound_us`` None: all of it, no lap is found in it."""

    begin_ns: int
    end_ns: int
    bound_us: int | None
    is_short: bool

    @property
    def duration_us(self) -> int:
        """How long it is."""
        return max(0, self.end_ns - self.begin_ns) // _NS_PER_US

    def since_us(self, mono_ns: int) -> int:
        """Return an instant of the record as one of this part."""
        return (mono_ns - self.begin_ns) // _NS_PER_US


class PlayedRecord:
    """One record, ready to be played."""

    def __init__(self, record_id: str, folder: Path, rows: dict[str, Any]) -> None:
        self._record_id = record_id
        self._folder = folder
        self._rows = rows

    def picture(self, index: int) -> bytes | None:
        """Return a picture as a JPEG, None where there is none of that number."""
        places = self._rows["pictures"]
        if not 0 <= index < len(places):
            return None
        _, offset, size = places[index]
        try:
            with (self._folder / PICTURES).open("rb") as file:
                file.seek(offset)
                return file.read(size)
        except OSError as error:
            raise StorageFailedError(f"A picture can't be read ({error.strerror}).") from error

    @property
    def actions(self) -> tuple[ActionLabel, ...]:
        """What the model's actions mean, nothing where it has none."""
        return tuple(ActionLabel(**each) for each in self._rows["actions"])

    def cut(self, lap: LapWindow | None) -> Cut:
        """Return a lap's part, or all where none is meant or the clocks can't be joined."""
        relation = None if lap is None else self._relation(lap)
        first_ns, last_ns = self._span()
        if lap is None or relation is None:
            return Cut(first_ns, last_ns, None, is_short=False)
        offset_ns, clock_bound_ns = relation
        begin_ns, end_ns = lap.begin_race_ns - offset_ns, lap.end_race_ns - offset_ns
        bound_us = (clock_bound_ns + lap.bound_ns) // _NS_PER_US
        return Cut(begin_ns, end_ns, bound_us, is_short=first_ns > begin_ns or last_ns < end_ns)

    def trace(self, lap: LapWindow | None) -> ReplayTrace:
        """Return a lap, or the whole record where none is meant or the clocks can't be joined."""
        cut = self.cut(lap)
        return ReplayTrace(
            record_id=self._record_id,
            entry_id=self._rows["entry_id"],
            lap=0 if cut.bound_us is None or lap is None else lap.number,
            duration_us=cut.duration_us,
            bound_us=cut.bound_us,
            is_cut=cut.is_short,
            lost_rows=self._rows["lost_rows"],
            actions=self.actions,
            pictures=tuple(
                ReplayPicture(at_us=cut.since_us(each[0]), index=index)
                for index, each in self.within("pictures", cut)
            ),
            steps=tuple(_step(each, cut) for _, each in self.within("steps", cut)),
            words=tuple(
                ReplayWord(at_us=cut.since_us(each[0]), kind=each[1], text=each[2])
                for _, each in self.within("words", cut)
            ),
        )

    def covers(self, lap: LapWindow) -> bool:
        """Say whether any of a lap is in this record."""
        relation = self._relation(lap)
        first_ns, last_ns = self._span()
        if relation is None:
            return False
        return (
            lap.begin_race_ns < last_ns + relation[0] and lap.end_race_ns > first_ns + relation[0]
        )

    def _relation(self, lap: LapWindow) -> tuple[int, int] | None:
        """Return (race_offset_ns, bound_ns) of the relation that was made nearest to a lap."""
        clocks: Sequence[Sequence[int]] = self._rows["clocks"]
        if not clocks:
            return None
        middle_ns = (lap.begin_race_ns + lap.end_race_ns) // 2
        nearest = min(clocks, key=lambda each: abs(each[0] + each[1] - middle_ns))
        return nearest[1], nearest[2]

    def _span(self) -> tuple[int, int]:
        first_ns, last_ns = self._rows["span"]
        return first_ns, last_ns

    def within(self, kind: str, cut: Cut) -> Iterator[tuple[int, Sequence[Any]]]:
        """Yield the rows of a part, each with its index; the first of each row is its instant."""
        rows = self._rows[kind]
        start = bisect_left(rows, cut.begin_ns, key=lambda each: each[0])
        for index in range(start, len(rows)):
            if rows[index][0] > cut.end_ns:
                return
            yield index, rows[index]


def open_played(record_id: str, record: Path, folder: Path) -> PlayedRecord:
    """Return a record ready to be played, made so where it isn't yet.

    Raises RecordUnreadableError or StorageFailedError.
    """
    try:
        if not (folder / ROWS).is_file():
            make_playable(record, folder)
        rows = json.loads((folder / ROWS).read_text(encoding="utf-8"))
    except RecordDamagedError as error:
        raise RecordUnreadableError(str(error)) from error
    except (OSError, ValueError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        reason = getattr(error, "strerror", None) or "what was made of it is broken; try again"
        raise StorageFailedError(f"The record can't be played ({reason}).") from error
    return PlayedRecord(record_id, folder, rows)


def _step(row: Sequence[Any], cut: Cut) -> ReplayStep:
    return ReplayStep(
        at_us=cut.since_us(row[0]),
        age_us=row[1],
        inference_us=row[2],
        latency_us=row[3],
        steering_frac=row[4],
        throttle_frac=row[5],
        is_taken=row[6],
        action=row[7],
        probabilities=tuple(row[8]),
    )
