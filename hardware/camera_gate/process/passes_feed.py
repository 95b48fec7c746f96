"""The node's passes as they are journaled: read from its file, so that the node never waits.

The camera and the node on one machine share one monotonic clock, and nothing else: a camera that
hangs can't keep an edge from the disk.
"""

import sqlite3
from pathlib import Path

from pydantic import ValidationError

from hardware.node.errors import JournalError
from hardware.node.journal import JournalReader
from timing_server.contract.machines.journal import PassRecord

_BATCH = 200


class PassesFeed:
    """Follows the passes of one gate in this boot, from when it is opened."""

    def __init__(self, journal: Path, gate: str, boot_id: str) -> None:
        self._path = journal
        self._gate = gate
        self._boot_id = boot_id
        self._reader: JournalReader | None = None
        self._after_seq = 0
        self.journal_id: str | None = None

    def fresh(self) -> list[PassRecord]:
        """Return the passes since the last call; nothing where there is no journal to read."""
        try:
            reader = self._reader or self._open()
            if reader is None:
                return []
            rows = reader.urgent(self._after_seq, _BATCH)
        except (sqlite3.Error, JournalError, TypeError):
            self.close()
            return []
        if rows:
            self._after_seq = rows[-1].seq
        found = []
        for row in rows:
            if row.kind != "pass":
                continue
            try:
                record = PassRecord.model_validate_json(row.body)
            except ValidationError:
                continue  # the node's own trouble: it says so itself
            if record.gate == self._gate and record.boot_id == self._boot_id:
                found.append(record)
        return found

    def close(self) -> None:
        """Let go of the file; the next ``fresh`` opens it anew."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _open(self) -> JournalReader | None:
        if not self._path.exists():
            return None
        reader = JournalReader(self._path)
        self._reader = reader
        journal_id = reader.journal_id()
        if journal_id != self.journal_id:
            # Of passes from before there are no pictures.
            self.journal_id, self._after_seq = journal_id, reader.last_seq()
        return reader
