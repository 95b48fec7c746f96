"""The node's journal: one sequence of records in a SQLite file that a power cut can't tear.

WAL with synchronous=FULL: when ``append`` returns, the records are on the disk. A journal gets its
UUID once, when its file is made; a file that is thrown away starts another journal, so that a
sequence number never stands for two records (decision 7). Records are kept after they were
acknowledged: the server may lose its own. Only raw edges that were acknowledged are ever given up,
and only above a size (``hardware.node.pruning``); ``pruned_seq`` says how far there may be holes.
"""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from hardware.node.errors import JournalError
from timing_server.contract.machines.journal import EdgeRecord, PassRecord, Record

JOURNAL_FILE = "journal.sqlite3"
_FORMAT = 1
#: A restart looks at the edges since this many passes of a gate: sensors of two chips may be read
#: out of order, so that the newest record isn't always the newest pass.
_PASSES_LOOKED_AT = 8
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    mono_ns INTEGER NOT NULL,
    gate TEXT,
    body TEXT NOT NULL
);
CREATE INDEX urgent ON records (seq) WHERE kind <> 'edge';
"""
#: Without it, a restart would read a whole season's edges to find a gate's last ones.
_GATE_INDEX = "CREATE INDEX IF NOT EXISTS by_gate ON records (gate, kind, seq)"


class Draft(Protocol):
    """A record that lacks only its number: ``functools.partial(EdgeRecord, …)``."""

    def __call__(self, *, seq: int) -> Record:
        """Return the record under ``seq``."""
        ...


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A journaled record as it is sent: ``body`` is its JSON."""

    seq: int
    kind: str
    body: str


def _connect(path: Path) -> sqlite3.Connection:
    # The thread that opens it may hand it to another, but only one uses it at a time.
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the journal at ``path`` into a JournalError of one sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise JournalError(
            f"The journal {path} can't be opened ({error}); make room on the disk, "
            "or let this user write there."
        ) from error
    except (sqlite3.DatabaseError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise JournalError(
            f"The journal {path} can't be used ({reason}); move it to a safe place, "
            "and the node begins a new one."
        ) from error


class Journal:
    """The writing end. Used by one thread at a time; ``JournalReader`` reads beside it."""

    def __init__(self, path: Path) -> None:
        """Open the journal, or make it. Raises JournalError with one sentence."""
        self.path = path
        with explained(path):
            self._connection = _connect(path)
            self._prepare()
            self._connection.execute(_GATE_INDEX)
            meta = dict(self._connection.execute("SELECT key, value FROM meta").fetchall())
            found = self._connection.execute("SELECT max(seq) FROM records").fetchone()
        self.journal_id = meta["journal_id"]
        self.acked_seq = int(meta["acked_seq"])
        self.pruned_seq = int(meta.get("pruned_seq", 0))
        self.last_seq = int(found[0] or 0)

    def append(self, drafts: Sequence[Draft], acked_seq: int | None = None) -> list[Record]:
        """Number the drafts, commit them as one group, and return the records.

        ``acked_seq`` is kept for the next start where it is given. Raises sqlite3.Error when the
        disk won't take it (full, read-only, torn out); then nothing of the group is stored and
        the same call may be repeated.
        """
        first_seq = self.last_seq + 1
        records = [draft(seq=seq) for seq, draft in enumerate(drafts, start=first_seq)]
        rows = [
            (r.seq, r.kind, r.boot_id, r.mono_ns, getattr(r, "gate", None), r.model_dump_json())
            for r in records
        ]
        with self._transaction():
            self._connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)", rows)
            if acked_seq is not None:
                self._set_meta("acked_seq", str(acked_seq))
        self.last_seq += len(records)
        if acked_seq is not None:
            self.acked_seq = acked_seq
        return records

    @property
    def used_bytes(self) -> int:
        """Return how much of the file is in use; what was given up is used again, not returned."""
        sizes = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        pages, free, page_bytes = sizes
        return int((pages - free) * page_bytes)

    def give_up_edges(self, upto_seq: int, limit: int) -> int:
        """Forget the oldest raw edges up to ``upto_seq``, ``limit`` at most; return how many.

        An edge above the acknowledged mark is never forgotten, whatever is asked for. Raises
        sqlite3.Error where the disk won't have it; then nothing is forgotten.
        """
        upto_seq = min(upto_seq, self.acked_seq)
        found = self._connection.execute(
            "SELECT seq FROM records WHERE kind = 'edge' AND seq > ? AND seq <= ? "
            "ORDER BY seq LIMIT ?",
            (self.pruned_seq, upto_seq, limit),
        ).fetchall()
        if not found:
            return 0
        with self._transaction():
            self._connection.executemany("DELETE FROM records WHERE seq = ?", found)
            self._set_meta("pruned_seq", str(found[-1][0]))
        self.pruned_seq = found[-1][0]
        return len(found)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _prepare(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == _FORMAT:
            return
        if version != 0:
            raise JournalError(
                f"The journal {self.path} was written by a later release of Paddock; "
                "install that one, or give the node another folder."
            )
        self._connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_FORMAT};")
        self._set_meta("journal_id", str(uuid.uuid4()))
        self._set_meta("acked_seq", "0")
        self._connection.execute("COMMIT")

    def _set_meta(self, key: str, value: str) -> None:
        self._connection.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )


class JournalReader:
    """A reading end; each thread has its own."""

    def __init__(self, path: Path) -> None:
        """Open the journal, which must exist."""
        self._connection = _connect(path)
        self._connection.execute("PRAGMA query_only=1")

    def ordered(self, after_seq: int, limit: int) -> list[StoredRecord]:
        """Return records of every kind after ``after_seq``, in order."""
        return self._select("seq > ?", (after_seq, limit))

    def urgent(self, after_seq: int, limit: int) -> list[StoredRecord]:
        """Return records after ``after_seq`` that aren't raw edges, in order."""
        return self._select("kind <> 'edge' AND seq > ?", (after_seq, limit))

    def between(self, first_seq: int, last_seq: int, limit: int = -1) -> list[StoredRecord]:
        """Return the records of a range, both ends included; the first ``limit`` of them."""
        return self._select("seq BETWEEN ? AND ?", (first_seq, last_seq, limit))

    def gates(self) -> list[str]:
        """Return the names of gates that have edges in the journal."""
        # From name to name over the index: DISTINCT alone would walk every edge.
        rows = self._connection.execute(
            "WITH RECURSIVE names (gate) AS ("
            " SELECT min(gate) FROM records WHERE gate IS NOT NULL UNION ALL"
            " SELECT (SELECT min(gate) FROM records WHERE records.gate > names.gate)"
            " FROM names WHERE names.gate IS NOT NULL) "
            "SELECT gate FROM names WHERE gate IS NOT NULL AND EXISTS"
            " (SELECT 1 FROM records WHERE records.gate = names.gate AND kind = 'edge')"
        )
        return [gate for (gate,) in rows]

    def last_seq(self) -> int:
        """Return the highest number in the journal, 0 where it is empty."""
        (found,) = self._connection.execute("SELECT max(seq) FROM records").fetchone()
        return int(found or 0)

    def acked_seq(self) -> int:
        """Return the server's mark as of the writer's last commit; it may be newer by now."""
        (found,) = self._connection.execute(
            "SELECT value FROM meta WHERE key = 'acked_seq'"
        ).fetchone()
        return int(found)

    def journal_id(self) -> str:
        """Return the journal's UUID."""
        (found,) = self._connection.execute(
            "SELECT value FROM meta WHERE key = 'journal_id'"
        ).fetchone()
        return str(found)

    def passes_and_edges_at_the_end(
        self, gate: str
    ) -> tuple[str, set[int], tuple[EdgeRecord, ...]]:
        """Return what a restart needs of a gate that has edges: (boot_id, pass times, edges).

        All of the boot of the gate's last edge: its edges from its last pass on, in the order in
        which they were journaled, and the mono_ns of the passes since then.
        """
        (boot_id,) = self._connection.execute(
            "SELECT boot_id FROM records WHERE kind = 'edge' AND gate = ? "
            "ORDER BY seq DESC LIMIT 1",
            (gate,),
        ).fetchone()
        passes = self._connection.execute(
            "SELECT seq, mono_ns FROM records WHERE kind = 'pass' AND gate = ? AND boot_id = ? "
            "ORDER BY seq DESC LIMIT ?",
            (gate, boot_id, _PASSES_LOOKED_AT),
        ).fetchall()
        from_seq = passes[-1][0] if len(passes) == _PASSES_LOOKED_AT else 0
        rows = self._connection.execute(
            "SELECT kind, mono_ns, body FROM records WHERE kind IN ('edge', 'pass') "
            "AND gate = ? AND boot_id = ? AND mono_ns >= ? AND seq >= ? ORDER BY seq",
            (gate, boot_id, passes[0][1] if passes else 0, from_seq),
        ).fetchall()
        edges = (EdgeRecord.model_validate_json(body) for kind, _, body in rows if kind == "edge")
        return boot_id, {mono_ns for kind, mono_ns, _ in rows if kind == "pass"}, tuple(edges)

    def passes(self) -> list[PassRecord]:
        """Return every pass of the journal, in order."""
        rows = self._connection.execute(
            "SELECT body FROM records WHERE kind = 'pass' ORDER BY seq"
        ).fetchall()
        return [PassRecord.model_validate_json(body) for (body,) in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _select(self, condition: str, values: tuple[int, ...]) -> list[StoredRecord]:
        rows = self._connection.execute(
            f"SELECT seq, kind, body FROM records WHERE {condition} ORDER BY seq LIMIT ?",  # noqa: S608 - our own constants
            values,
        )
        return [StoredRecord(*row) for row in rows.fetchall()]
