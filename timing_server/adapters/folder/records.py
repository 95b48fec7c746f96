"""Cars' records on the disk: a folder per event, each file under its own hash, a card beside it.

Names are made of checked hashes and ids alone; nothing that a car says becomes a path unchecked.
"""

import json
import os
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path

from timing_server.service.errors import StorageFailedError
from timing_server.service.records.errors import RecordPieceError, RecordsFullError
from timing_server.service.records.ports import RecordCard

#: What the race itself needs on the disk.
FREE_BYTES = 2 * 2**30

#: Records under way at once; who is forgotten offers again.
MAX_OFFERED = 64

_WHOLE, _CARD, _HALF = ".mcap", ".json", ".part"
_HASH = re.compile(r"^[0-9a-f]{64}$")
_PART = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


class KeptRecords:
    """Keeps records below a folder; any thread may call. Errors are StorageFailedError."""

    def __init__(self, path: Path, limit_bytes: int, free_bytes: int = FREE_BYTES) -> None:
        self._path = path
        self._limit_bytes = limit_bytes
        self._free_bytes = free_bytes
        self._offered: dict[str, RecordCard] = {}
        self._lock = threading.Lock()

    def begin(self, card: RecordCard) -> int | None:
        """Make ready for a record; return how much of it is here, None: all, and it is kept."""
        with self._lock:
            if self.find(card.event_id, card.record_id) is not None:
                return None
            received = self._received(card)
            if received == 0:
                self._make_room(card)
                self._check_disk(card.size_bytes)
            self._offered[card.record_id] = card
            while len(self._offered) > MAX_OFFERED:
                del self._offered[next(iter(self._offered))]
            return received

    def append(self, card: RecordCard, offset: int, piece: bytes) -> int | None:
        """Write a piece; the whole is checked by its hash."""
        with self._lock:
            if self.find(card.event_id, card.record_id) is not None:
                return None
            received = self._received(card)
            if offset != received or offset + len(piece) > card.size_bytes:
                message = f"The next piece begins at {received} of {card.size_bytes} bytes."
                raise RecordPieceError(message, received_bytes=received)
            half = self._file(card, _HALF)
            try:
                half.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with half.open("ab") as file:
                    file.write(piece)
            except OSError as error:
                raise _not_kept(error) from error
            received += len(piece)
            if received < card.size_bytes:
                return received
            self._finish(card, half)
            return None

    def offered(self, record_id: str) -> RecordCard | None:
        """Return a record that was begun and isn't whole yet."""
        return self._offered.get(record_id)

    def cards(self, event_id: str) -> Sequence[RecordCard]:
        """Return an event's records, the oldest first."""
        return sorted(self._cards(event_id), key=lambda each: (each.wall_utc, each.record_id))

    def find(self, event_id: str, record_id: str) -> Path | None:
        """Return the file of a record, None where it isn't here."""
        if not (_PART.match(event_id) and _HASH.match(record_id)):
            return None
        path = self._path / event_id / f"{record_id}{_WHOLE}"
        return path if path.is_file() else None

    def playing_folder(self, event_id: str, record_id: str) -> Path:
        """Return where what is made of a record for playing is kept."""
        return self._path / event_id / "playing" / record_id

    def delete(self, event_id: str, record_id: str) -> None:
        """Forget a record."""
        path = self.find(event_id, record_id)
        if path is None:
            return
        shutil.rmtree(self.playing_folder(event_id, record_id), ignore_errors=True)
        try:
            path.with_suffix(_CARD).unlink(missing_ok=True)
            path.unlink()
        except OSError as error:
            raise StorageFailedError(f"The record can't be deleted ({error.strerror}).") from error

    def _finish(self, card: RecordCard, half: Path) -> None:
        try:
            with half.open("rb") as file:
                is_right = file_digest(file, "sha256").hexdigest() == card.record_id
                os.fsync(file.fileno())
            if not is_right:
                half.unlink()
                message = "The record's bytes aren't those that its hash promised; send it anew."
                raise RecordPieceError(message, received_bytes=0)
            self._file(card, _CARD).write_text(json.dumps(asdict(card)), encoding="utf-8")
            half.replace(self._file(card, _WHOLE))
        except OSError as error:
            raise _not_kept(error) from error
        self._offered.pop(card.record_id, None)

    def _cards(self, event_id: str) -> Iterator[RecordCard]:
        if not _PART.match(event_id):
            return
        for path in (self._path / event_id).glob(f"*{_CARD}"):
            with suppress(OSError, ValueError, TypeError):
                card = RecordCard(**json.loads(path.read_text(encoding="utf-8")))
                if self.find(event_id, card.record_id) is not None:
                    yield card

    def _received(self, card: RecordCard) -> int:
        half = self._file(card, _HALF)
        return _size(half)

    def _file(self, card: RecordCard, suffix: str) -> Path:
        if not (_PART.match(card.event_id) and _HASH.match(card.record_id)):
            raise StorageFailedError("A record whose ids are no plain words isn't kept.")
        return self._path / card.event_id / f"{card.record_id}{suffix}"

    def _make_room(self, card: RecordCard) -> None:
        """Let the oldest records of other events go until this one fits.

        Those of its own event stay: somebody may be looking at them.
        """
        used = sum(_size(each) for each in self._path.rglob("*") if each.is_file())
        others = sorted(
            (each for each in self._path.glob(f"*/*{_WHOLE}") if each.parent.name != card.event_id),
            key=_changed_ns,
        )
        for path in others:
            if used + card.size_bytes <= self._limit_bytes:
                return
            used -= _size(path)
            self.delete(path.parent.name, path.stem)
        if used + card.size_bytes > self._limit_bytes:
            most = self._limit_bytes // 1_000_000
            raise RecordsFullError(f"Records may take {most} MB here, and do; delete some.")

    def _check_disk(self, size_bytes: int) -> None:
        try:
            at = self._path if self._path.exists() else self._path.parent
            found = os.statvfs(at)
        except OSError as error:
            raise _not_kept(error) from error
        if found.f_bavail * found.f_frsize < self._free_bytes + size_bytes:
            raise RecordsFullError("The server's disk is nearly full; the car keeps its record.")


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _changed_ns(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


def _not_kept(error: OSError) -> StorageFailedError:
    return StorageFailedError(f"A record can't be kept ({error.strerror}).")
