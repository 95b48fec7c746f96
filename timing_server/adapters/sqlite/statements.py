"""The statements of the hot path, built once: to build one takes as long as to run it."""

from sqlalchemy import Executable, Table, bindparam, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from timing_server.adapters.sqlite.tables import (
    BLOBS,
    CARS,
    DRIVER_PICTURES,
    DRIVERS,
    EVENT_NAMES,
    EVIDENCE,
    FACTS,
    MODELS,
    REGISTRATIONS,
    RETRIES,
    TEAMS,
    UPLINKS,
)

KNOWN_EVIDENCE = select(EVIDENCE.c.seq, EVIDENCE.c.content_sha256).where(
    EVIDENCE.c.node_id == bindparam("node_id"),
    EVIDENCE.c.journal_id == bindparam("journal_id"),
    EVIDENCE.c.seq.in_(bindparam("seqs", expanding=True)),
)
ACKED_SEQ = select(UPLINKS.c.acked_seq).where(
    UPLINKS.c.node_id == bindparam("node_id"), UPLINKS.c.journal_id == bindparam("journal_id")
)
NEXT_EVIDENCE_SEQS = (
    select(EVIDENCE.c.seq)
    .where(
        EVIDENCE.c.node_id == bindparam("node_id"),
        EVIDENCE.c.journal_id == bindparam("journal_id"),
        EVIDENCE.c.seq > bindparam("after_seq"),
    )
    .order_by(EVIDENCE.c.seq)
    .limit(bindparam("most"))
)
FIND_RETRY = select(RETRIES).where(
    RETRIES.c.principal == bindparam("principal"), RETRIES.c.key == bindparam("key")
)
ADD_FACTS = insert(FACTS)
ADD_EVIDENCE = insert(EVIDENCE)
ADD_RETRY = insert(RETRIES)


def _upsert(table: Table) -> Executable:
    """Return the statement that inserts a row, or replaces the one with its primary key."""
    key = {column.name for column in table.primary_key}
    statement = upsert(table)
    rest = {each.name: each for each in statement.excluded if each.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=rest)


#: Inserts a row, or replaces the one with its primary key, for each table that has such.
PUT = {
    table: _upsert(table)
    for table in (
        *(UPLINKS, DRIVERS, DRIVER_PICTURES, TEAMS, REGISTRATIONS, CARS, EVENT_NAMES, BLOBS),
        MODELS,
    )
}
