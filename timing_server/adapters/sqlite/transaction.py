"""The open write transaction of a group, in Core statements: the hot path of the server."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from timing_server.adapters.sqlite.job_rows import JobWrites
from timing_server.adapters.sqlite.model_rows import ModelWrites
from timing_server.adapters.sqlite.statements import (
    ACKED_SEQ,
    ADD_EVIDENCE,
    ADD_FACTS,
    ADD_RETRY,
    FIND_RETRY,
    KNOWN_EVIDENCE,
    NEXT_EVIDENCE_SEQS,
    PUT,
)
from timing_server.adapters.sqlite.tables import (
    BLOBS,
    CARS,
    CLOSED_SIGN_UPS,
    CODES,
    CREDENTIALS,
    DRIVER_PICTURES,
    DRIVERS,
    EVENT_NAMES,
    MODELS,
    REGISTRATIONS,
    RETRIES,
    TEAMS,
    UPLINKS,
)
from timing_server.rules.units import JournalId, NodeId
from timing_server.service.entities import (
    Car,
    Credential,
    Driver,
    Evidence,
    Model,
    OneTimeCode,
    Picture,
    Registration,
    Retry,
    StoredFact,
    Team,
    Uplink,
)
from timing_server.service.errors import StorageFailedError

#: Holds the instant at which a name was last replaced.
NAMES_CHANGED_BLOB = "names_changed_race_ns"

_COLUMNS: dict[type, tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind))
    for kind in (
        *(Car, Credential, Driver, Evidence, Model, OneTimeCode, Picture, Registration, Retry),
        *(Team, Uplink),
    )
}


@contextmanager
def wrapped_errors() -> Iterator[None]:
    """Turn what the database says into the service's StorageFailedError."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = getattr(error, "orig", None) or error
        message = f"The database refused ({reason}); nothing of this was kept. Is the disk full?"
        raise StorageFailedError(message) from error


class SqlTransaction(ModelWrites, JobWrites):
    """Writes of one group; implements ``service.ports.Transaction``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        #: Whether something was deleted that must not be found in any file afterwards.
        self.has_forgotten = False

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what was written inside when an exception leaves the block.

        Said to the driver itself: through SQLAlchemy it costs as much as an insert. A database
        that failed may have given up the whole transaction: then so does the block.
        """
        self._say("SAVEPOINT job")
        try:
            yield
        except BaseException:
            self._say("ROLLBACK TO job")
            self._say("RELEASE job")
            raise
        self._say("RELEASE job")

    def append_facts(self, facts: Sequence[StoredFact]) -> None:
        """Add lines to the log, in this order."""
        rows = [
            {
                "stream": fact.stream,
                "seq": fact.seq,
                "type": fact.type_name,
                "hash": fact.hash_hex,
                "stored": fact.stored,
            }
            for fact in facts
        ]
        self._execute(ADD_FACTS, rows)

    def known_evidence(
        self, node_id: NodeId, journal_id: JournalId, seqs: Sequence[int]
    ) -> Mapping[int, str]:
        """Return the content hashes of those records that are stored, by seq."""
        wanted = {"node_id": node_id, "journal_id": journal_id, "seqs": seqs}
        found = self._execute(KNOWN_EVIDENCE, wanted)
        return {row.seq: row.content_sha256 for row in found}

    def add_evidence(self, records: Sequence[Evidence]) -> None:
        """Store records that aren't stored yet."""
        self._execute(ADD_EVIDENCE, [row_of(record) for record in records])

    def acked_seq(self, node_id: NodeId, journal_id: JournalId) -> int:
        """Return the journal's high-water mark, 0 for an unknown one."""
        wanted = {"node_id": node_id, "journal_id": journal_id}
        found = self._execute(ACKED_SEQ, wanted).scalar()
        return 0 if found is None else int(found)

    def next_evidence_seqs(
        self, node_id: NodeId, journal_id: JournalId, after_seq: int, limit: int
    ) -> Sequence[int]:
        """Return stored seqs above ``after_seq``, ascending."""
        wanted = {"node_id": node_id, "journal_id": journal_id}
        found = self._execute(NEXT_EVIDENCE_SEQS, wanted | {"after_seq": after_seq, "most": limit})
        return [seq for (seq,) in found]

    def put_uplink(self, uplink: Uplink) -> None:
        """Move a journal's high-water mark."""
        self._put(UPLINKS, row_of(uplink))

    def find_retry(self, principal: str, key: str) -> Retry | None:
        """Return what that key asked for before."""
        wanted = {"principal": principal, "key": key}
        found = self._execute(FIND_RETRY, wanted).one_or_none()
        return None if found is None else Retry(**found._mapping)  # noqa: SLF001 - its public name

    def put_retry(self, retry: Retry) -> None:
        """Remember an answer."""
        self._execute(ADD_RETRY, row_of(retry))

    def forget_retries(self, before_race_ns: int) -> None:
        """Drop answers that are older."""
        self._execute(delete(RETRIES).where(RETRIES.c.made_race_ns < before_race_ns))

    def put_driver(self, driver: Driver) -> None:
        """Add or replace a driver."""
        self._put(DRIVERS, row_of(driver))

    def delete_driver(self, driver_id: str) -> None:
        """Remove all that is known of a person, with the answers that told it."""
        self.has_forgotten = True
        self._execute(delete(DRIVERS).where(DRIVERS.c.driver_id == driver_id))
        self._execute(delete(REGISTRATIONS).where(REGISTRATIONS.c.driver_id == driver_id))
        self._execute(delete(MODELS).where(MODELS.c.owner == driver_id))
        self.delete_picture(driver_id)
        told = func.instr(RETRIES.c.outcome, driver_id.encode()) > 0
        self._execute(delete(RETRIES).where(told))

    def put_picture(self, picture: Picture) -> None:
        """Add or replace a driver's picture."""
        self._put(DRIVER_PICTURES, row_of(picture))

    def delete_picture(self, driver_id: str) -> None:
        """Remove a driver's picture."""
        self._execute(delete(DRIVER_PICTURES).where(DRIVER_PICTURES.c.driver_id == driver_id))

    def put_team(self, team: Team) -> None:
        """Add or replace a team."""
        self._put(TEAMS, row_of(team))

    def put_registration(self, registration: Registration) -> None:
        """Add or replace a registration."""
        self._put(REGISTRATIONS, row_of(registration))

    def put_sign_up(self, event_id: str, *, is_open: bool) -> None:
        """Let people register for an event, or not."""
        self._execute(delete(CLOSED_SIGN_UPS).where(CLOSED_SIGN_UPS.c.event_id == event_id))
        if not is_open:
            self._execute(insert(CLOSED_SIGN_UPS), {"event_id": event_id})

    def put_car(self, car: Car) -> None:
        """Add or replace a car."""
        self._put(CARS, row_of(car))

    def put_event_name(self, event_id: str, name: str) -> None:
        """Name an event."""
        self._put(EVENT_NAMES, {"event_id": event_id, "name": name})

    def put_credential(self, credential: Credential) -> None:
        """Add a credential."""
        self._execute(insert(CREDENTIALS), row_of(credential))

    def delete_credential(self, credential_id: str) -> None:
        """Revoke a credential."""
        self._execute(delete(CREDENTIALS).where(CREDENTIALS.c.credential_id == credential_id))

    def put_code(self, code: OneTimeCode) -> None:
        """Open a one-time code."""
        self._execute(insert(CODES), row_of(code))

    def delete_code(self, code_sha256: str) -> None:
        """Use up a one-time code."""
        self._execute(delete(CODES).where(CODES.c.code_sha256 == code_sha256))

    def put_names_changed(self, race_ns: int) -> None:
        """Note when a name was last replaced."""
        self.put_blob(NAMES_CHANGED_BLOB, str(race_ns).encode())

    def put_blob(self, name: str, content: bytes) -> None:
        """Keep a small document under a name."""
        self._put(BLOBS, {"name": name, "content": content})

    def delete_blob(self, name: str) -> None:
        """Remove a small document, where there is one."""
        self._execute(delete(BLOBS).where(BLOBS.c.name == name))

    def blob(self, name: str) -> bytes | None:
        """Return a small document, as this transaction leaves it."""
        found = self._execute(select(BLOBS.c.content).where(BLOBS.c.name == name)).scalar()
        return None if found is None else bytes(found)

    def has_blob(self, name: str) -> bool:
        """Whether there is a document of that name, without reading it."""
        found = self._execute(select(BLOBS.c.name).where(BLOBS.c.name == name)).scalar()
        return found is not None

    def _execute(
        self, statement: Executable, rows: dict[str, Any] | list[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        with wrapped_errors():
            return self._connection.execute(statement, rows)

    def _say(self, statement: str) -> None:
        with wrapped_errors():
            self._driver.execute(statement)

    def _put_row(self, value: Model) -> None:
        self._put(MODELS, row_of(value))

    def _put(self, table: Table, values: dict[str, Any]) -> None:
        self._execute(PUT[table], values)


def row_of(value: Any) -> dict[str, Any]:
    """Return a flat dataclass as a row; ``asdict`` would copy every value deeply."""
    return {name: getattr(value, name) for name in _COLUMNS[type(value)]}
