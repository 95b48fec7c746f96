"""Reads a black box's file as far as it is whole: a power cut may have ended it anywhere.

Nothing in the file is believed: sizes are bounded before anything is read, compressed chunks (no
car writes any) are refused, and whatever else is wrong is one sentence.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from mcap.exceptions import McapError
from mcap.records import Channel, Chunk, DataEnd, McapRecord, Metadata
from mcap.records import Message as McapMessage
from mcap.stream_reader import StreamReader, breakup_chunk
from pydantic import ValidationError

from timing_server.contract.blackbox.rows import (
    ABOUT,
    END,
    KINDS,
    PICTURES,
    RecordAbout,
    Row,
    RunFigures,
    unpack_picture,
)
from timing_server.contract.errors import PaddockError

#: A car writes a chunk a second; the largest has a few pictures of a large camera.
MAX_MCAP_RECORD_BYTES = 16 * 2**20
MAX_CHANNELS = 64

#: What reading a broken file raises: the library's own, and what bytes cut anywhere lead it to.
_BROKEN = (McapError, struct.error, ValueError, KeyError, TypeError, OverflowError, EOFError)


class RecordDamagedError(PaddockError, ValueError):
    """A file is no black box's record, or holds what none can."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A camera's picture: its number, when it was taken, and the JPEG."""

    seq: int
    mono_ns: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """A row of any other topic, and its instant."""

    mono_ns: int
    row: Row


@dataclass(slots=True)
class RecordReading:
    """What stands in the file beside its rows; complete when the rows were all read.

    ``is_whole`` False: it ends before its end, as after a power cut. ``end`` None: likewise, or
    the car's agent was killed. ``skipped`` counts rows that were none of a black box's.
    """

    about: RecordAbout
    end: RunFigures | None = None
    is_whole: bool = False
    skipped: int = 0
    topics: dict[int, str] = field(default_factory=dict)


class _Bounded:
    """A file of which nobody reads more at once than a record may have, whatever it claims."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        """Return so many bytes, or what is left. Raises ValueError."""
        if not 0 <= size <= MAX_MCAP_RECORD_BYTES:
            raise ValueError("a length in it can't be true")
        return self._file.read(size)


def read_about(path: Path) -> RecordAbout:
    """Return what a file is of. Raises RecordDamagedError or OSError."""
    with path.open("rb") as file:
        return open_record(file)[0].about


def open_record(file: IO[bytes]) -> tuple[RecordReading, Iterator[Picture | Told]]:
    """Begin to read: what the file is of, and its rows, in the order in which they were written.

    The rows end where the file is whole no longer. Raises RecordDamagedError where it is no black
    box's record at all.
    """
    bounded = cast("IO[bytes]", _Bounded(file))
    reader = StreamReader(bounded, emit_chunks=True, record_size_limit=MAX_MCAP_RECORD_BYTES)
    records = iter(reader.records)
    about = _about(records)
    reading = RecordReading(about)
    return reading, _rows(records, reading)


def _about(records: Iterator[McapRecord]) -> RecordAbout:
    """Return what the first records say; the car writes it before anything else."""
    try:
        for _, record in zip(range(8), records, strict=False):
            if isinstance(record, Metadata) and record.name == ABOUT:
                return RecordAbout.model_validate_json(record.metadata["about"])
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        message = f"The file doesn't say which run it is of ({where}: {fault['msg']})."
        raise RecordDamagedError(message) from error
    except _BROKEN as error:
        raise RecordDamagedError(_sentence(error)) from error
    raise RecordDamagedError("The file is MCAP, but no record of a Paddock car.")


def _rows(records: Iterator[McapRecord], reading: RecordReading) -> Iterator[Picture | Told]:
    while True:
        try:
            found = _take(next(records), reading)
        except StopIteration:
            return
        except _BROKEN:
            # What came before the break is as good as ever.
            return
        yield from found


def _take(record: McapRecord, reading: RecordReading) -> list[Picture | Told]:
    if isinstance(record, DataEnd):
        reading.is_whole = True
    if isinstance(record, Metadata) and record.name == END:
        reading.end = RunFigures.model_validate_json(record.metadata["figures"])
    if not isinstance(record, Chunk):
        return []
    if record.compression or len(record.data) != record.uncompressed_size:
        raise RecordDamagedError("A record's chunks aren't compressed; this one's are.")
    found = []
    for each in breakup_chunk(record, validate_crc=True):
        if isinstance(each, Channel) and len(reading.topics) < MAX_CHANNELS:
            reading.topics[each.id] = each.topic
        if isinstance(each, McapMessage):
            row = _row(each, reading)
            if row is not None:
                found.append(row)
    return found


def _row(message: McapMessage, reading: RecordReading) -> Picture | Told | None:
    """Return a row; None, and counted, where it isn't one of a black box's."""
    topic = reading.topics.get(message.channel_id)
    try:
        if topic == PICTURES:
            seq, jpeg = unpack_picture(message.data)
            return Picture(seq, message.log_time, jpeg)
        kind = KINDS.get(topic or "")
        if kind is not None:
            # The table's keys are exactly the kinds of rows.
            return Told(message.log_time, kind.model_validate_json(message.data))  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    reading.skipped += 1
    return None


def _sentence(error: Exception) -> str:
    reason = str(error).strip().rstrip(".") or type(error).__name__
    return f"The file is no MCAP record that can be read ({reason[:120]})."
