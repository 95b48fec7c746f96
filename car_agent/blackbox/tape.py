"""One record being written: an MCAP file that is whole up to its last second, whatever happens."""

import json
import os
from pathlib import Path

from mcap.writer import CompressionType, Writer

from car_agent.errors import RecordTroubleError
from timing_server.contract.blackbox.rows import (
    ABOUT,
    END,
    PICTURE_SCHEMA,
    PICTURE_SCHEMA_NAME,
    PICTURES,
    TOPICS,
    RecordAbout,
    Row,
    RunFigures,
    pack_picture,
)

#: A chunk that grows beyond this is written before its second is over.
CHUNK_BYTES = 256 * 1024
PROFILE = "paddock"


class Tape:
    """Writes rows; ``flush`` puts them on the disk for good. One thread calls.

    Chunks aren't compressed: pictures are already, and a chunk that is cut off in the middle by a
    power cut loses nothing but itself.
    """

    def __init__(self, path: Path, about: RecordAbout) -> None:
        """Begin the file, which must not be there. Raises RecordTroubleError."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = path.open("xb")
        except OSError as error:
            raise _trouble(error) from error
        self._writer = Writer(self._file, chunk_size=CHUNK_BYTES, compression=CompressionType.NONE)
        self._channels: dict[str, int] = {}
        try:
            self._writer.start(profile=PROFILE, library="paddock")
            self._writer.add_metadata(ABOUT, {"about": about.model_dump_json()})
            self._register()
            self._to_disk()
        except OSError as error:
            self._file.close()
            raise _trouble(error) from error

    @property
    def size_bytes(self) -> int:
        """How large the file is by now, without what ``flush`` would write."""
        return self._file.tell()

    def add_row(self, row: Row, mono_ns: int) -> None:
        """Write a row. Raises RecordTroubleError."""
        self._add(TOPICS[type(row)], row.model_dump_json().encode(), mono_ns)

    def add_picture(self, jpeg: bytes, seq: int, capture_mono_ns: int) -> None:
        """Write a picture. Raises RecordTroubleError."""
        self._add(PICTURES, pack_picture(jpeg, seq, capture_mono_ns), capture_mono_ns)

    def flush(self) -> None:
        """Put on the disk what was added. Raises RecordTroubleError."""
        try:
            self._writer.flush()  # type: ignore[no-untyped-call]
            self._to_disk()
        except OSError as error:
            raise _trouble(error) from error

    def finish(self, end: RunFigures) -> None:
        """Write the end and the index, and close. Raises RecordTroubleError; it is closed then."""
        try:
            self._writer.flush()  # type: ignore[no-untyped-call]
            self._writer.add_metadata(END, {"figures": end.model_dump_json()})
            self._writer.finish()  # type: ignore[no-untyped-call]
            self._to_disk()
        except OSError as error:
            raise _trouble(error) from error
        finally:
            self.close()

    def close(self) -> None:
        """Close without an end: what was flushed is there."""
        try:
            self._file.close()
        except OSError:
            # Only what was buffered is lost with it, and it was counted as lost where it was added.
            return

    def _register(self) -> None:
        schema = json.dumps(PICTURE_SCHEMA).encode()
        schema_id = self._writer.register_schema(PICTURE_SCHEMA_NAME, "jsonschema", schema)
        self._channels[PICTURES] = self._writer.register_channel(PICTURES, "json", schema_id)
        for kind, topic in TOPICS.items():
            schema = json.dumps(kind.model_json_schema()).encode()
            schema_id = self._writer.register_schema(
                f"paddock.{kind.__name__}", "jsonschema", schema
            )
            self._channels[topic] = self._writer.register_channel(topic, "json", schema_id)

    def _add(self, topic: str, content: bytes, mono_ns: int) -> None:
        try:
            self._writer.add_message(self._channels[topic], mono_ns, content, mono_ns)
        except OSError as error:
            raise _trouble(error) from error

    def _to_disk(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


def _trouble(error: OSError) -> RecordTroubleError:
    return RecordTroubleError(f"The record can't be written ({error.strerror}).")
