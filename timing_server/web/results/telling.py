"""Gets an event ready for any export, off the event loop and one at a time; this room shares it."""

from typing import Annotated

from fastapi import Query

from timing_server.contract.race.sheets import EventResults
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

_ENGLISH = "en"


async def export_of(event_id: str, kit: Kit) -> Export:
    """Return the event as it is now. Raises UnknownIdError."""
    state = await kit.state_of(event_id)
    if state.event_id is None:
        raise UnknownIdError("event", event_id)
    registry = kit.writer.known.registry

    def work() -> Export:
        lines = kit.store.read_stream(state.stream, 0, state.seq)
        own = kit.awards.own(state.stream)
        return Export(state, lines, registry, kit.system.wall_utc(), kit.version, own)

    return await kit.press.read(work)


async def results_of(event_id: str, kit: Kit) -> EventResults:
    """Return everything about the event's results. Raises UnknownIdError."""
    export = await export_of(event_id, kit)
    known = kit.writer.known.venue.events[EventId(event_id)]
    venue_key = known.imported_key or fingerprint(kit.sealer.key.public_key)

    # What this venue's lines measured says nothing of an event that was held elsewhere.
    timing = () if known.is_imported else kit.board.timing.lines

    def work() -> EventResults:
        awards = kit.awards.all(export.state, export.registry)
        return tell(export, venue_key, awards, timing)

    return await kit.press.read(work)


def wording(kit: Kit, language: str) -> Wording:
    """Return the words of a language; one that there is none of is English."""
    texts = kit.catalogues(language)
    return Wording(language if texts != kit.catalogues(_ENGLISH) else _ENGLISH, texts)


def attachment(name: str, event_id: str) -> dict[str, str]:
    """Return the header that makes a browser keep the answer as a file; ids are plain text."""
    kept = "".join(char for char in event_id if char.isascii() and char.isalnum())[:8]
    return {"content-disposition": f'attachment; filename="paddock-{kept}-{name}"'}
