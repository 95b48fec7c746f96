"""A batch on its way to the server: where it goes, how it is written, and what a refusal says."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from hardware.node.journal import StoredRecord


@dataclass(frozen=True, slots=True)
class Address:
    """Whose journal goes where."""

    node_id: str
    journal_id: str

    @property
    def path(self) -> str:
        """Return the route of this node's journal."""
        return f"/api/v1/nodes/{self.node_id}/journal"


def batch_body(
    journal_id: str, records: Sequence[StoredRecord], complete: tuple[int, int] | None = None
) -> bytes:
    """Return a JournalBatch as JSON; the records are JSON already."""
    bodies = ",".join(record.body for record in records)
    holes = "" if complete is None else f'"complete":[{complete[0]},{complete[1]}],'
    return f'{{"journal_id":"{journal_id}",{holes}"records":[{bodies}]}}'.encode()


def sentence_of(response: httpx2.Response) -> str:
    """Return the sentence of a problem body, else the status."""
    try:
        body = response.json()
    except (ValueError, RecursionError):  # a body may be nested deeper than Python goes
        body = None
    if isinstance(body, dict):
        for key in ("detail", "title"):
            if isinstance(body.get(key), str) and body[key]:
                return f"{body[key]} ({response.status_code})"
    return f"it answers with status {response.status_code}"
