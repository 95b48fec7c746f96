"""Logs that people brought, on the disk: a folder for each owner, a file under its own hash."""

import json
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from timing_server.service.errors import StorageFailedError
from timing_server.service.training_logs.ports import LogCard

_LOG, _CARD = ".csv", ".json"
_HASH = re.compile(r"^[0-9a-f]{64}$")


class KeptTrainingLogs:
    """Keeps logs below a folder, for this user alone. Errors are StorageFailedError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, card: LogCard, content: bytes) -> None:
        """Keep a log; the same once more only takes the new name."""
        file = self._file(card.owner, card.log_id)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = file.with_suffix(".new")
            fresh.write_bytes(content)
            fresh.replace(file)
            file.with_suffix(_CARD).write_text(json.dumps(asdict(card)), encoding="utf-8")
        except OSError as error:
            raise StorageFailedError(f"A log can't be kept ({error.strerror}).") from error

    def cards(self, owner: str) -> Sequence[LogCard]:
        """Return an owner's logs, the oldest first."""
        found = []
        for path in self._of(owner).glob(f"*{_CARD}"):
            with suppress(OSError, ValueError, TypeError):
                card = LogCard(**json.loads(path.read_text(encoding="utf-8")))
                if path.with_suffix(_LOG).is_file():
                    found.append(card)
        return sorted(found, key=lambda each: (each.brought_utc, each.log_id))

    def read(self, owner: str, log_id: str) -> bytes | None:
        """Return a log as it was brought, None where the owner has no such one."""
        if not _HASH.match(log_id):
            return None
        try:
            return self._file(owner, log_id).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageFailedError(f"A log can't be read ({error.strerror}).") from error

    def delete(self, owner: str, log_id: str) -> None:
        """Forget a log."""
        file = self._file(owner, log_id)
        try:
            file.with_suffix(_CARD).unlink(missing_ok=True)
            file.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailedError(f"A log can't be deleted ({error.strerror}).") from error

    def forget(self, owner: str) -> None:
        """Forget all that an owner brought."""
        folder = self._of(owner)
        try:
            if folder.is_dir():
                shutil.rmtree(folder)
        except OSError as error:
            raise StorageFailedError(f"Logs can't be deleted ({error.strerror}).") from error

    def _of(self, owner: str) -> Path:
        # An owner's name is anybody's word, and no path.
        return self._path / sha256(owner.encode()).hexdigest()[:32]

    def _file(self, owner: str, log_id: str) -> Path:
        return self._of(owner) / f"{log_id}{_LOG}"
