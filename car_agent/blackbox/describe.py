"""Records in words, for the command line: listed, summed up, and written as CSV and JPEG."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from car_agent.blackbox.assembly import make_shelf
from car_agent.blackbox.salvage import Recount
from car_agent.blackbox.shelf import FETCHED, OPEN, WHOLE
from car_agent.errors import RecordTroubleError
from car_agent.settings import CarSettings
from timing_server.contract.base import Message
from timing_server.contract.blackbox.reading import (
    Picture,
    RecordDamagedError,
    open_record,
    read_about,
)
from timing_server.contract.blackbox.rows import PICTURES, TOPICS, RecordAbout, RunFigures

_NS_PER_S = 1_000_000_000


class RecordSummary(Message):
    """What a record holds. ``rows`` counts by topic; ``is_whole`` False: cut off before its end."""

    about: RecordAbout
    figures: RunFigures
    is_whole: bool
    duration_ns: int
    rows: dict[str, int]


def record_files(settings: CarSettings) -> list[Path]:
    """Return a car's records, the oldest first, those too that are being written."""
    folder = make_shelf(settings).folder
    return sorted([*folder.glob(f"*{WHOLE}"), *folder.glob(f"*{OPEN}")])


def listing(settings: CarSettings) -> list[dict[str, Any]]:
    """Return what ``record list`` says of each record."""
    found = []
    for path in record_files(settings):
        row: dict[str, Any] = {
            "record": path.name,
            "size_bytes": path.stat().st_size,
            "is_fetched": path.with_suffix(FETCHED).exists(),
            "is_finished": path.name.endswith(WHOLE),
        }
        try:
            about = read_about(path)
            row |= {"heat_id": about.heat_id, "entry_id": about.entry_id}
            row |= {"model_name": about.model_name, "wall_utc": about.wall_utc}
        except RecordDamagedError as error:
            row["trouble"] = str(error)
        found.append(row)
    return found


def list_line(row: dict[str, Any]) -> str:
    """Return a line for people."""
    size_mb = row["size_bytes"] / 1e6
    if "trouble" in row:
        return f"{row['record']}  {size_mb:.1f} MB  {row['trouble']}"
    state = "fetched" if row["is_fetched"] else "not fetched yet"
    if not row["is_finished"]:
        state = "being written, or cut off"
    return (
        f"{row['record']}  {size_mb:.1f} MB  heat {row['heat_id']}  entry {row['entry_id']}  "
        f"model {row['model_name']}  {state}"
    )


def summarise(path: Path) -> RecordSummary:
    """Read a whole record. Raises RecordDamagedError or RecordTroubleError."""
    rows: Counter[str] = Counter()
    try:
        with path.open("rb") as file:
            reading, found = open_record(file)
            recount = Recount(reading.about.heat_id)
            first_ns, last_ns = None, 0
            for each in found:
                first_ns = each.mono_ns if first_ns is None else min(first_ns, each.mono_ns)
                last_ns = max(last_ns, each.mono_ns)
                rows[PICTURES if isinstance(each, Picture) else TOPICS[type(each.row)]] += 1
                if not isinstance(each, Picture):
                    recount.add(each)
    except OSError as error:
        raise RecordTroubleError(f"{path} can't be read ({error.strerror}).") from error
    return RecordSummary(
        about=reading.about,
        figures=reading.end or recount.figures(),
        is_whole=reading.is_whole,
        duration_ns=0 if first_ns is None else last_ns - first_ns,
        rows=dict(sorted(rows.items())),
    )


def describe(summary: RecordSummary) -> Iterator[str]:
    """Return lines for people."""
    about, figures = summary.about, summary.figures
    yield f"heat       {about.heat_id}, entry {about.entry_id}, car {about.car_id}"
    yield f"began      {about.wall_utc}, {summary.duration_ns / _NS_PER_S:.1f} s long"
    yield f"model      {about.model_name} ({about.model_sha256[:12]}…)"
    if figures.latency_p50_us is not None and figures.latency_p95_us is not None:
        yield (
            f"latency    picture to wheels {figures.latency_p50_us / 1000:.1f} ms p50, "
            f"{figures.latency_p95_us / 1000:.1f} ms p95 of {figures.commands} commands"
        )
    yield (
        f"frames     {figures.frames}, {figures.dropped_frames} more dropped; "
        f"{figures.stale_commands} commands out of time"
    )
    yield f"throttled  {_flag(figures.is_throttled)}, undervolted {_flag(figures.is_undervolted)}"
    yield "rows       " + ", ".join(f"{topic} {count}" for topic, count in summary.rows.items())
    if figures.lost_rows:
        yield f"lost       {figures.lost_rows} rows couldn't be kept"
    if not summary.is_whole:
        yield "end        cut off: a power cut, or the agent was killed; shown as far as it goes"


def export_csv(path: Path, folder: Path) -> int:
    """Write a CSV file per kind of row and each picture as a JPEG; return how many rows.

    Raises RecordDamagedError or OSError.
    """
    count = 0
    with path.open("rb") as file, ExitStack() as open_files:
        _, found = open_record(file)
        (folder / "camera").mkdir(parents=True)
        tables: dict[str, csv.DictWriter[str]] = {}
        for each in found:
            count += 1
            if isinstance(each, Picture):
                name = f"{count:07d}-{each.mono_ns}.jpg"
                (folder / "camera" / name).write_bytes(each.jpeg)
                continue
            values = {"mono_ns": each.mono_ns, **each.row.model_dump(mode="json")}
            topic = TOPICS[type(each.row)].lstrip("/")
            if topic not in tables:
                target = open_files.enter_context(
                    (folder / f"{topic}.csv").open("w", encoding="utf-8", newline="")
                )
                tables[topic] = csv.DictWriter(target, fieldnames=list(values))
                tables[topic].writeheader()
            tables[topic].writerow(values)
    return count


def _flag(value: bool | None) -> str:
    return {None: "unknown", False: "no", True: "yes"}[value]
