"""The store on SQLite: one write connection, readers beside it (WAL)."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Engine, RowMapping, Select, func, select

from timing_server.adapters.sqlite.database import BUSY_TIMEOUT_MS
from timing_server.adapters.sqlite.job_rows import JobReads
from timing_server.adapters.sqlite.model_rows import ModelReads
from timing_server.adapters.sqlite.tables import (
    BLOBS,
    CARS,
    CLOSED_SIGN_UPS,
    CODES,
    CREDENTIALS,
    DRIVER_PICTURES,
    DRIVERS,
    EVENT_NAMES,
    EVIDENCE,
    FACTS,
    MODELS,
    REGISTRATIONS,
    TEAMS,
    UPLINKS,
)
from timing_server.adapters.sqlite.transaction import (
    NAMES_CHANGED_BLOB,
    SqlTransaction,
    wrapped_errors,
)
from timing_server.rules.units import JournalId, NodeId, StreamId
from timing_server.service.entities import (
    Car,
    Credential,
    Driver,
    Evidence,
    LogCounts,
    Model,
    OneTimeCode,
    Picture,
    Registration,
    RegistryRows,
    StoredFact,
    Team,
    Uplink,
)

_FACT_COLUMNS = (FACTS.c.stream, FACTS.c.seq, FACTS.c.type, FACTS.c.hash, FACTS.c.stored)


#: How long those who read may keep a person who was forgotten in the write-ahead log, at a time.
_FOLD_PATIENCE_MS = 500


class SqlStore(ModelReads, JobReads):
    """Implements ``service.ports.Store``; close it when nobody writes or reads any more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write_lock = threading.Lock()
        self._write_connection: Connection | None = None
        self._must_fold = False

    def close(self) -> None:
        """Give all connections back; the last one folds the write-ahead log into the file."""
        with self._write_lock:
            if self._write_connection is not None:
                self._write_connection.close()
                self._write_connection = None
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Open a write transaction; leaving the block commits it durably, an exception undoes it.

        Raises StorageFailedError where the database can't take it.
        """
        with self._write_lock, wrapped_errors():
            connection = self.write_connection()
            with connection.begin():
                rows = SqlTransaction(connection)
                yield rows
            self._must_fold |= rows.has_forgotten
            if self._must_fold:
                self._must_fold = not _fold(connection)

    def fold(self) -> None:
        """Fold the write-ahead log into the file, where no reader is in the way."""
        with self._write_lock:
            _fold(self.write_connection())

    def write_connection(self) -> Connection:
        """Return the one connection that writes, opened the first time."""
        if self._write_connection is None:
            self._write_connection = self._engine.connect()
        return self._write_connection

    def read_stream(
        self, stream: StreamId, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[StoredFact]:
        """Return a stream's lines in order."""
        wanted = (
            select(*_FACT_COLUMNS)
            .where(FACTS.c.stream == stream, FACTS.c.seq > after_seq)
            .order_by(FACTS.c.seq)
            .limit(limit)
        )
        return self._facts(wanted)

    def read_types(
        self, type_names: Sequence[str], newest: int | None = None
    ) -> Sequence[StoredFact]:
        """Return the lines of those types in the order of the whole log; ``newest``: the last n."""
        wanted = (
            select(*_FACT_COLUMNS)
            .where(FACTS.c.type.in_(type_names))
            .order_by(FACTS.c.position.desc())
            .limit(newest)
        )
        return self._facts(wanted)[::-1]

    def newest_fact(self, stream: StreamId | None = None) -> StoredFact | None:
        """Return the last line of the log, or of one stream."""
        wanted = select(*_FACT_COLUMNS).limit(1)
        if stream is None:
            wanted = wanted.order_by(FACTS.c.position.desc())
        else:
            wanted = wanted.where(FACTS.c.stream == stream).order_by(FACTS.c.seq.desc())
        found = self._facts(wanted)
        return found[0] if found else None

    def log_counts(self) -> LogCounts:
        """Count facts, passes and streams."""
        passes = func.count().filter(FACTS.c.type == "PassDetected")
        wanted = select(
            func.count().label("facts"),
            passes.label("passes"),
            func.count(FACTS.c.stream.distinct()).label("streams"),
        ).select_from(FACTS)
        return LogCounts(**self._rows(wanted)[0])

    def registry(self) -> RegistryRows:
        """Return all names."""
        drivers = [Driver(**row) for row in self._rows(select(DRIVERS))]
        cars = [Car(**row) for row in self._rows(select(CARS))]
        teams = [Team(**row) for row in self._rows(select(TEAMS))]
        waiting = select(REGISTRATIONS).order_by(REGISTRATIONS.c.made_wall_utc)
        registrations = [Registration(**row) for row in self._rows(waiting)]
        models = [Model(**row) for row in self._rows(select(MODELS))]
        versions = select(DRIVER_PICTURES.c.driver_id, DRIVER_PICTURES.c.version)
        closed = select(CLOSED_SIGN_UPS.c.event_id)
        changed = self.blob(NAMES_CHANGED_BLOB)
        return RegistryRows(
            drivers={driver.driver_id: driver for driver in drivers},
            cars={car.car_id: car for car in cars},
            teams={team.team_id: team for team in teams},
            registrations={each.registration_id: each for each in registrations},
            event_names={row["event_id"]: row["name"] for row in self._rows(select(EVENT_NAMES))},
            changed_race_ns=None if changed is None else int(changed),
            picture_versions={row["driver_id"]: row["version"] for row in self._rows(versions)},
            closed_sign_ups=frozenset(row["event_id"] for row in self._rows(closed)),
            models={(each.sha256, each.owner): each for each in models},
        )

    def credentials(self) -> Sequence[Credential]:
        """Return all credentials."""
        return [Credential(**row) for row in self._rows(select(CREDENTIALS))]

    def codes(self) -> Sequence[OneTimeCode]:
        """Return all one-time codes that weren't used."""
        return [OneTimeCode(**row) for row in self._rows(select(CODES))]

    def uplinks(self) -> Sequence[Uplink]:
        """Return all high-water marks."""
        return [Uplink(**row) for row in self._rows(select(UPLINKS))]

    def newest_records(self, kind: str) -> Sequence[Evidence]:
        """Return each node's newest record of a kind."""
        newest = (
            select(func.max(EVIDENCE.c.position))
            .where(EVIDENCE.c.kind == kind)
            .group_by(EVIDENCE.c.node_id)
        )
        columns = [column for column in EVIDENCE.c if column.name != "position"]
        rows = self._rows(select(*columns).where(EVIDENCE.c.position.in_(newest)))
        return [Evidence(**row) for row in rows]

    def records_between(
        self, node_id: NodeId, journal_id: JournalId, first_seq: int, last_seq: int, kind: str
    ) -> Sequence[Evidence]:
        """Return a journal's records of a kind, both ends included, in order."""
        columns = [column for column in EVIDENCE.c if column.name != "position"]
        wanted = (
            select(*columns)
            .where(EVIDENCE.c.node_id == node_id, EVIDENCE.c.journal_id == journal_id)
            .where(EVIDENCE.c.seq.between(first_seq, last_seq), EVIDENCE.c.kind == kind)
            .order_by(EVIDENCE.c.seq)
        )
        return [Evidence(**row) for row in self._rows(wanted)]

    def blob(self, name: str) -> bytes | None:
        """Return a small document."""
        found = self._rows(select(BLOBS.c.content).where(BLOBS.c.name == name))
        return bytes(found[0]["content"]) if found else None

    def picture(self, driver_id: str) -> Picture | None:
        """Return a driver's picture."""
        rows = self._rows(select(DRIVER_PICTURES).where(DRIVER_PICTURES.c.driver_id == driver_id))
        return Picture(**rows[0]) if rows else None

    def _facts(self, wanted: Select[Any]) -> list[StoredFact]:
        return [
            StoredFact(
                stream=StreamId(row["stream"]),
                seq=row["seq"],
                type_name=row["type"],
                hash_hex=row["hash"],
                stored=row["stored"],
            )
            for row in self._rows(wanted)
        ]

    def _rows(self, wanted: Select[*tuple[Any, ...]]) -> Sequence[RowMapping]:
        with wrapped_errors(), self._engine.connect() as connection:
            return connection.execute(wanted).mappings().all()


def _fold(connection: Connection) -> bool:
    """Empty the write-ahead log into the file, since it holds pages as they were before; say
    whether that could be done. Where somebody reads for long, the next commit tries again.
    """
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    try:
        driver.execute(f"PRAGMA busy_timeout={_FOLD_PATIENCE_MS}")
        (is_busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False  # What was to be kept is kept, and what was deleted is deleted.
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return not is_busy
