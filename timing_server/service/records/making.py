"""Makes a record ready to be played: its pictures in one file, all else as lists of instants.

Done once, when somebody first wants to see a lap of it, and kept beside the record.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from timing_server.contract.blackbox.reading import Picture, Told, open_record
from timing_server.contract.blackbox.rows import (
    ClockRelation,
    Drive,
    Guard,
    Leave,
    Loss,
    Pose,
    Wheels,
)

#: More than an hour at 60 Hz.
MAX_ROWS = 300_000
#: The number grows with what is kept of a record: an older one is then made anew.
PICTURES, ROWS = "pictures.bin", "rows3.json"
_JPEG_START = b"\xff\xd8\xff"


def make_playable(record: Path, folder: Path) -> None:
    """Write what a record holds into a folder of its own. Raises RecordDamagedError or OSError."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    made = _Made()
    with record.open("rb") as file, (folder / PICTURES).open("wb") as pictures:
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
    fresh = folder / f"{ROWS}.new"
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
                "poses": sorted(made.poses, key=lambda each: each[0]),
                "speeds": sorted(made.speeds, key=lambda each: each[0]),
            }
        ),
        encoding="utf-8",
    )
    fresh.replace(folder / ROWS)


class _Made:
    """What a record's rows come to."""

    def __init__(self) -> None:
        self.pictures: list[tuple[int, int, int]] = []
        self.clocks: list[tuple[int, int, int]] = []
        self.words: list[tuple[int, str, str]] = []
        self.poses: list[tuple[Any, ...]] = []
        self.speeds: list[tuple[int, float | None]] = []
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
        elif isinstance(row, Pose):
            self.poses.append((told.mono_ns, *(value for _, value in row)))
        elif isinstance(row, Loss):
            self.lost_rows += row.rows
            self.words.append((told.mono_ns, "lost", row.reason))

    def _take_guard(self, mono_ns: int, row: Guard) -> None:
        self.speeds.append((mono_ns, row.speed_mps))
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
        """Return the first and the last instant of pictures, decisions and places."""
        instants = [
            *(each[0] for each in self.pictures),
            *(each.issued_mono_ns for each in self._drives),
            *(each[0] for each in self.poses),
        ]
        return (min(instants), max(instants)) if instants else (0, 0)
