"""What the service needs for logs from outside: a folder for their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LogCard:
    """A log that is kept: ``log_id`` is its bytes' hash, ``owner`` who alone may see it."""

    log_id: str
    owner: str
    name: str
    size_bytes: int
    episodes: int
    brought_utc: str


class LogFolder(Protocol):
    """Where logs are, a folder for each owner. Errors are StorageFailedError."""

    def keep(self, card: LogCard, content: bytes) -> None:
        """Keep a log; the same once more only takes the new name."""

    def cards(self, owner: str) -> Sequence[LogCard]:
        """Return an owner's logs, the oldest first."""

    def read(self, owner: str, log_id: str) -> bytes | None:
        """Return a log as it was brought, None where the owner has no such one."""

    def delete(self, owner: str, log_id: str) -> None:
        """Forget a log."""

    def forget(self, owner: str) -> None:
        """Forget all that an owner brought."""
