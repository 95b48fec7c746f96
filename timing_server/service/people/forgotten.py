"""Who was forgotten here, by id alone, so that no bundle brings their names back."""

import json

from timing_server.service.ports import Transaction

_BLOB = "forgotten_driver_ids"


def forgotten_ids(rows: Transaction) -> frozenset[str]:
    """Return the ids of everybody who was forgotten on this server."""
    return frozenset(json.loads(rows.blob(_BLOB) or b"[]"))


def note_forgotten(rows: Transaction, driver_id: str) -> None:
    """Remember that the names of this id are never to come back."""
    ids = forgotten_ids(rows) | {driver_id}
    rows.put_blob(_BLOB, json.dumps(sorted(ids)).encode())
