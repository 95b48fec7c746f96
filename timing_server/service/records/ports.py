"""What the service needs for records from outside: a folder for their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RecordCard:
    """A record that is here, and what it is of."""

    record_id: str
    event_id: str
    heat_id: str
    entry_id: str
    car_id: str
    model_name: str
    wall_utc: str
    size_bytes: int


class RecordFolder(Protocol):
    """Where records are: each under its own hash. Errors are StorageFailedError."""

    def begin(self, card: RecordCard) -> int | None:
        """Make ready for a record; return how much of it is here, None: all, and it is kept.

        Raises RecordsFullError.
        """

    def append(self, card: RecordCard, offset: int, piece: bytes) -> int | None:
        """Write a piece; return as ``begin`` does. The whole is checked by its hash.

        Raises RecordPieceError where it belongs elsewhere, or the whole had another hash: then
        nothing of it is here any more.
        """

    def offered(self, record_id: str) -> RecordCard | None:
        """Return a record that was begun and isn't whole yet."""

    def cards(self, event_id: str) -> Sequence[RecordCard]:
        """Return an event's records, the oldest first."""

    def find(self, event_id: str, record_id: str) -> Path | None:
        """Return the file of a record, None where it isn't here."""

    def playing_folder(self, event_id: str, record_id: str) -> Path:
        """Return where what is made of a record for playing is kept; it may be deleted any time."""

    def delete(self, event_id: str, record_id: str) -> None:
        """Forget a record."""
