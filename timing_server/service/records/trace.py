"""A record made ready to be played: its pictures in one file, all else as one list of instants.

Made once, when somebody first wants to see a lap of it, and kept beside the record; files are read
and written here, so that it is not for the event loop.
"""

import json
import shutil
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from timing_server.contract.blackbox.reading import (
    Picture,
    RecordDamagedError,
    Told,
    open_record,
)
from timing_server.contract.blackbox.rows import (
    ActionLabel,
    ClockRelation,
    Drive,
    Guard,
    Leave,
    Loss,
    Wheels,
)
from timing_server.contract.machines.records import (
    ReplayPicture,
    ReplayStep,
    ReplayTrace,
    ReplayWord,
)
from timing_server.service.errors import StorageFailedError
from timing_server.service.records.errors import RecordUnreadableError

#: More than an hour at 60 Hz.
MAX_ROWS = 300_000
_JPEG_START = b"\xff\xd8\xff"
_PICTURES, _ROWS = "pictures.bin", "rows.json"
_NS_PER_US = 1_000


@dataclass(frozen=True, slots=True)
class LapWindow:
    """A lap on the race clock; ``bound_ns`` is its own."""

    number: int
    begin_race_ns: int
    end_race_ns: int
    bound_ns: int


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
            with (self._folder / _PICTURES).open("rb") as file:
                file.seek(offset)
                return file.read(size)
        except OSError as error:
            raise StorageFailedError(f"A picture can't be read ({error.strerror}).") from error

    def trace(self, lap: LapWindow | None) -> ReplayTrace:
        """Return a lap, or the whole record where none is meant or the clocks can't be joined."""
        relation = None if lap is None else self._relation(lap)
        if lap is None or relation is None:
            begin_ns, end_ns, bound_us = *self._span(), None
        else:
            offset_ns, clock_bound_ns = relation
            begin_ns, end_ns = lap.begin_race_ns - offset_ns, lap.end_race_ns - offset_ns
            bound_us = (clock_bound_ns + lap.bound_ns) // _NS_PER_US
        first_ns, last_ns = self._span()
        return ReplayTrace(
            record_id=self._record_id,
            entry_id=self._rows["entry_id"],
            lap=0 if bound_us is None or lap is None else lap.number,
            duration_us=max(0, end_ns - begin_ns) // _NS_PER_US,
            bound_us=bound_us,
            is_cut=first_ns > begin_ns or last_ns < end_ns,
            lost_rows=self._rows["lost_rows"],
            actions=tuple(ActionLabel(**each) for each in self._rows["actions"]),
            pictures=tuple(
                ReplayPicture(at_us=_since(each[0], begin_ns), index=index)
                for index, each in self._within("pictures", begin_ns, end_ns)
            ),
            steps=tuple(
                _step(each, begin_ns) for _, each in self._within("steps", begin_ns, end_ns)
            ),
            words=tuple(
                ReplayWord(at_us=_since(each[0], begin_ns), kind=each[1], text=each[2])
                for _, each in self._within("words", begin_ns, end_ns)
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

    def _within(self, kind: str, begin_ns: int, end_ns: int) -> Iterator[tuple[int, Sequence[Any]]]:
        rows = self._rows[kind]
        start = bisect_left(rows, begin_ns, key=lambda each: each[0])
        for index in range(start, len(rows)):
            if rows[index][0] > end_ns:
                return
            yield index, rows[index]


def open_played(record_id: str, record: Path, folder: Path) -> PlayedRecord:
    """Return a record ready to be played, made so where it isn't yet.

    Raises RecordUnreadableError or StorageFailedError.
    """
    try:
        if not (folder / _ROWS).is_file():
            _make(record, folder)
        rows = json.loads((folder / _ROWS).read_text(encoding="utf-8"))
    except RecordDamagedError as error:
        raise RecordUnreadableError(str(error)) from error
    except (OSError, ValueError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        reason = getattr(error, "strerror", None) or "what was made of it is broken; try again"
        raise StorageFailedError(f"The record can't be played ({reason}).") from error
    return PlayedRecord(record_id, folder, rows)


def _make(record: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    made = _Made()
    with record.open("rb") as file, (folder / _PICTURES).open("wb") as pictures:
        reading, found = open_record(file)
        for count, each in enumerate(found):
            if count >= MAX_ROWS:
                break
            if isinstance(each, Picture):
                if each.jpeg.startswith(_JPEG_START):
                    made.pictures.append((each.mono_ns, pictures.tell(), len(each.jpeg)))
                    pictures.write(each.jpeg)
            else:
                made.take(each)
    about = reading.about
    fresh = folder / f"{_ROWS}.new"
    fresh.write_text(
        json.dumps(
            {
                "entry_id": about.entry_id,
                "actions": [each.model_dump() for each in about.actions],
                "lost_rows": made.lost_rows,
                "span": made.span(),
                "clocks": made.clocks,
                "pictures": sorted(made.pictures),
                "steps": sorted(made.steps(), key=lambda each: each[0]),
                "words": sorted(made.words, key=lambda each: each[0]),
            }
        ),
        encoding="utf-8",
    )
    fresh.replace(folder / _ROWS)


class _Made:
    """What a record's rows come to."""

    def __init__(self) -> None:
        self.pictures: list[tuple[int, int, int]] = []
        self.clocks: list[tuple[int, int, int]] = []
        self.words: list[tuple[int, str, str]] = []
        self.lost_rows = 0
        self._drives: list[Drive] = []
        self._latencies: dict[int, int] = {}
        self._why_neutral: str | None = None

    def take(self, told: Told) -> None:
        row = told.row
        if isinstance(row, Drive):
            self._drives.append(row)
        elif isinstance(row, Wheels):
            self._latencies[row.capture_mono_ns] = row.latency_us
        elif isinstance(row, ClockRelation):
            self.clocks.append((told.mono_ns, row.race_offset_ns, row.bound_ns))
        elif isinstance(row, Leave):
            self.words.append((told.mono_ns, "leave" if row.is_allowed else "no_leave", row.reason))
        elif isinstance(row, Guard):
            self._take_guard(told.mono_ns, row)
        elif isinstance(row, Loss):
            self.lost_rows += row.rows
            self.words.append((told.mono_ns, "lost", row.reason))

    def _take_guard(self, mono_ns: int, row: Guard) -> None:
        why = row.e_stop or row.fault or row.why_neutral
        if why != self._why_neutral:
            self._why_neutral = why
            self.words.append((mono_ns, "wheels" if why is None else "neutral", why or ""))

    def steps(self) -> list[list[Any]]:
        """Return the decisions, each with when its command reached the wheels."""
        return [
            [
                each.issued_mono_ns,
                each.frame_age_us,
                each.inference_us,
                self._latencies.get(each.capture_mono_ns),
                round(each.steering_frac, 4),
                round(each.throttle_frac, 4),
                each.is_taken,
                each.action,
                each.probabilities,
            ]
            for each in self._drives
        ]

    def span(self) -> tuple[int, int]:
        """Return the first and the last instant of pictures and decisions."""
        instants = [
            *(each[0] for each in self.pictures),
            *(each.issued_mono_ns for each in self._drives),
        ]
        return (min(instants), max(instants)) if instants else (0, 0)


def _step(row: Sequence[Any], begin_ns: int) -> ReplayStep:
    return ReplayStep(
        at_us=_since(row[0], begin_ns),
        age_us=row[1],
        inference_us=row[2],
        latency_us=row[3],
        steering_frac=row[4],
        throttle_frac=row[5],
        is_taken=row[6],
        action=row[7],
        probabilities=tuple(row[8]),
    )


def _since(mono_ns: int, begin_ns: int) -> int:
    return (mono_ns - begin_ns) // _NS_PER_US
