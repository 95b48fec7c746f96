"""What the camera said, kept on the node's disk until the server has it, and some time beyond.

Bounded: above ``MAX_KEPT`` passes the oldest that were sent are given up first, then the oldest.
"""

import sqlite3
from pathlib import Path

import structlog
from pydantic import ValidationError

from hardware.camera_gate.errors import CameraGateError
from hardware.camera_gate.process.evidence import KeptWord

_log = structlog.get_logger()
MAX_KEPT = 2000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS words (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    is_sent INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS waiting ON words (number) WHERE is_sent = 0;
"""


class WordBox:
    """One thread's connection to the file; every thread opens its own."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises CameraGateError with one sentence."""
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=10.0)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise CameraGateError(
                f"The camera's file {path} can't be used ({error}); make room, or move it away."
            ) from error

    def put(self, word: KeptWord) -> None:
        """Keep a report. Raises sqlite3.Error where the disk won't take it."""
        body = word.model_dump_json()
        self._connection.execute("INSERT INTO words (body) VALUES (?)", (body,))
        self._connection.execute(
            "DELETE FROM words WHERE number IN (SELECT number FROM words "
            "ORDER BY is_sent DESC, number LIMIT max(0, (SELECT count(*) FROM words) - ?))",
            (MAX_KEPT,),
        )

    def next_waiting(self) -> tuple[int, KeptWord] | None:
        """Return the oldest report that wasn't sent, with its number; a damaged one is passed."""
        while True:
            found = self._connection.execute(
                "SELECT number, body FROM words WHERE is_sent = 0 ORDER BY number LIMIT 1"
            ).fetchone()
            if found is None:
                return None
            number, body = found
            try:
                return number, KeptWord.model_validate_json(body)
            except ValidationError as error:
                _log.error(
                    "camera_word_damaged", number=number, error=str(error.errors()[0]["msg"])
                )
                self.mark_sent(number)

    def mark_sent(self, number: int) -> None:
        """The server has it, or will never take it."""
        self._connection.execute("UPDATE words SET is_sent = 1 WHERE number = ?", (number,))

    def waiting(self) -> int:
        """Return how many the server doesn't have yet."""
        return int(
            self._connection.execute("SELECT count(*) FROM words WHERE is_sent = 0").fetchone()[0]
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
