"""Reads logs in the columns of DeepRacer's SimTrace files: an episode becomes a lap. Pure.

Columns and statuses as AWS's simulation wrote them. Nothing in a file is believed: rows, episodes
and the length of a field are bounded, numbers must be finite, and what is wrong is one sentence
with its line.
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from timing_server.service.analysis.laps import LapTrace, Position, Run, Sample, median
from timing_server.service.analysis.places import knots_of_progress, place_at
from timing_server.service.analysis.recorded import exits_of, in_equal_parts, with_speeds
from timing_server.service.training_logs.errors import LogTooLargeError, LogUnreadableError

#: Reading so much takes a second or two, during which the race goes on beside it.
MAX_BYTES = 8 * 2**20
MAX_ROWS = 60_000
MAX_EPISODES = 1_000
MAX_FIELD = 400
NEEDED = ("episode", "X", "Y", "yaw", "steer", "throttle", "progress", "tstamp", "episode_status")
#: A lap that begins later or ends earlier than this share of the course is only a part of one.
WHOLE_FROM, WHOLE_UNTIL = 0.15, 0.9
#: What the statuses of a line say of the episode that ends with it.
COMPLETE, OFF_TRACK, UNDER_WAY = "lap_complete", "off_track", "in_progress"
STATUSES = ("off_track", "crashed", "immobilized", "reversed", "time_up")
#: No track or car of anybody's goes beyond, nor a clock: older logs count seconds since 1970.
MOST, MOST_S = 1e9, 1e11
_US_PER_S = 1_000_000


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the log."""

    episode: int
    at_s: float
    position: Position
    steering: float
    throttle: float
    action: int | None
    reward: float | None
    progress: float
    status: str


def read_simtrace(content: bytes) -> Run:
    """Return the log's episodes as laps. Raises LogUnreadableError or LogTooLargeError."""
    if len(content) > MAX_BYTES:
        raise LogTooLargeError(
            f"A log has at most {MAX_BYTES // 2**20} MiB.", most_mib=MAX_BYTES // 2**20
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LogUnreadableError("It is no text, and a SimTrace log is a CSV file.") from error
    laps = [_lap(number, rows) for number, rows in _episodes(_rows(text)).items()]
    if not laps:
        raise LogUnreadableError("There is no line in it below the columns' names.")
    if not any(each.reward for lap in laps for each in lap.samples):
        # A log without a reward has zeros in that column.
        laps = [_without_reward(lap) for lap in laps]
    return in_equal_parts(Run(tuple(laps), "deg", "mps"))


def _rows(text: str) -> Iterator[_Row]:
    # The length of a field is bounded by hand: csv's own limit is one for the whole process.
    lines = csv.reader(_short_lines(text))
    try:
        head = [name.strip() for name in next(lines, [])]
        missing = [name for name in NEEDED if name not in head]
        if missing:
            raise LogUnreadableError(
                f"The first line has no column '{missing[0]}': it is no SimTrace log."
            )
        for count, fields in enumerate(lines, 2):
            if count > MAX_ROWS + 1:
                raise LogTooLargeError(f"A log has at most {MAX_ROWS} lines.", most=MAX_ROWS)
            if fields:
                yield _row(dict(zip(head, fields, strict=False)), count)
    except csv.Error as error:
        raise LogUnreadableError(f"Line {lines.line_num} is no CSV ({error}).") from error


def _short_lines(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_FIELD:
            raise LogUnreadableError(f"Line {number} is longer than any of a SimTrace log.")
        yield line


def _row(fields: Mapping[str, str], line: int) -> _Row:
    def number(name: str, most: float = MOST) -> float:
        try:
            value = float(fields.get(name, ""))
        except ValueError as error:
            raise LogUnreadableError(f"Line {line}: '{name}' is no number.") from error
        if not abs(value) <= most:  # also what is no number at all
            raise LogUnreadableError(f"Line {line}: '{name}' is out of any range.")
        return value

    action = fields.get("action", "").strip()
    return _Row(
        episode=round(number("episode")),
        at_s=number("tstamp", MOST_S),
        position=Position(number("X"), number("Y"), math.radians(number("yaw"))),
        steering=number("steer"),
        throttle=number("throttle"),
        action=int(action) if action.isascii() and action.isdigit() and len(action) < 4 else None,
        reward=number("reward") if fields.get("reward", "").strip() else None,
        progress=min(1.0, max(0.0, number("progress") / 100)),
        status=fields["episode_status"].strip() if "episode_status" in fields else "",
    )


def _episodes(rows: Iterator[_Row]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = {}
    newest: int | None = None
    for row in rows:
        if row.episode != newest and row.episode in found:
            raise LogUnreadableError(f"The lines of episode {row.episode} don't stand together.")
        if row.episode not in found and len(found) == MAX_EPISODES:
            message = f"A log has at most {MAX_EPISODES} episodes."
            raise LogTooLargeError(message, most=MAX_EPISODES)
        newest = row.episode
        found.setdefault(row.episode, []).append(row)
    return found


def _lap(number: int, rows: Sequence[_Row]) -> LapTrace:
    """Return an episode; its time is from its first line to its last, which is all that is told."""
    began_s = rows[0].at_s
    at_us = [round((row.at_s - began_s) * _US_PER_S) for row in rows]
    if any(later < before for before, later in pairwise(at_us)):
        raise LogUnreadableError(f"The clock of episode {number} runs backwards.")
    is_whole = _is_whole(rows)
    reach = 1.0 if is_whole else max(1e-6, *(row.progress for row in rows))
    progress = [(us, row.progress) for us, row in zip(at_us, rows, strict=True)]
    knots = knots_of_progress(progress, at_us[-1], reach)
    samples = with_speeds(
        [_sample(row, us, place_at(knots, us)) for us, row in zip(at_us, rows, strict=True)]
    )
    return LapTrace(
        number=number,
        duration_us=at_us[-1],
        invalid=None if is_whole else _why_not(rows),
        basis="distance",
        samples=samples,
        frames_at_us=tuple(at_us),
        exits=exits_of(samples),
        bound_us=median([later - before for before, later in pairwise(at_us)]),
        resets=sum(row.status in STATUSES for row in rows[:-1]),
        reach=reach,
    )


def _is_whole(rows: Sequence[_Row]) -> bool:
    shares = [row.progress for row in rows]
    ends = rows[-1].status == COMPLETE or (rows[-1].status not in STATUSES and max(shares) >= 1)
    return ends and shares[0] <= WHOLE_FROM and max(shares) >= WHOLE_UNTIL and len(rows) > 1


def _why_not(rows: Sequence[_Row]) -> str:
    last = rows[-1].status
    return last if last in STATUSES else "part"


def _sample(row: _Row, at_us: int, place: float) -> Sample:
    return Sample(
        at_us=at_us,
        place=place,
        steering=row.steering,
        throttle=row.throttle,
        action=row.action,
        position=row.position,
        reward=row.reward,
        is_off=row.status == OFF_TRACK,
    )


def _without_reward(lap: LapTrace) -> LapTrace:
    return replace(lap, samples=tuple(replace(each, reward=None) for each in lap.samples))
