"""Gets an event ready for any export, off the event loop: routes of this room share it."""

import asyncio
from typing import Annotated

from fastapi import Query

from timing_server.contract.sheets import EventResults
from timing_server.rules.units import EventId
from timing_server.service.errors import UnknownIdError
from timing_server.service.exports.sheets import tell
from timing_server.service.exports.wording import Wording
from timing_server.service.kit import Kit
from timing_server.service.results.bundle import Export
from timing_server.service.results.seals import fingerprint

Language = Annotated[
    str,
    Query(
        alias="lang",
        pattern=r"^[a-z]{2}$",
        description="`en` or `es`; another one gets English.",
    ),
]


async def export_of(event_id: str, kit: Kit) -> Export:
    """Return the event as it is now. Raises UnknownIdError."""
    state = await kit.state_of(event_id)
    if state.event_id is None:
        raise UnknownIdError("event", event_id)
    lines = await asyncio.to_thread(kit.store.read_stream, state.stream, 0, state.seq)
    registry = kit.writer.known.registry
    own = await asyncio.to_thread(kit.awards.own, state.stream)
    return Export(state, lines, registry, kit.system.wall_utc(), kit.version, own)


async def results_of(event_id: str, kit: Kit) -> EventResults:
    """Return everything about the event's results. Raises UnknownIdError."""
    export = await export_of(event_id, kit)
    known = kit.writer.known.venue.events[EventId(event_id)]
    venue_key = known.imported_key or fingerprint(kit.sealer.key.public_key)

    def work() -> EventResults:
        awards = kit.awards.all(export.state, export.registry)
        return tell(export, venue_key, awards)

    return await asyncio.to_thread(work)


def wording(kit: Kit, language: str) -> Wording:
    """Return the words of a language."""
    return Wording(language, kit.catalogues(language))


def attachment(name: str, event_id: str) -> dict[str, str]:
    """Return the header that makes a browser keep the answer as a file; ids are plain text."""
    kept = "".join(char for char in event_id if char.isascii() and char.isalnum())[:8]
    return {"content-disposition": f'attachment; filename="paddock-{kept}-{name}"'}
