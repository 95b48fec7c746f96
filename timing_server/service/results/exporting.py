"""Reads an event from the store for an export: its lines, its state, the names of the moment."""

from timing_server.rules.facts.plan import EventImported
from timing_server.rules.reduce import reduce_all
from timing_server.rules.state.event import empty_state
from timing_server.rules.units import EventId, StreamId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import ImportedEventError, UnknownIdError
from timing_server.service.exports.awards import own_awards_blob, read_own_awards
from timing_server.service.log.known import read_facts, replay
from timing_server.service.ports import Store
from timing_server.service.results.bundle import Export


def read_export(store: Store, event: str, exported_utc: str, paddock_version: str) -> Export:
    """Return what there is of an event, which is named by its id or by its exact name.

    Raises UnknownIdError for no event or several, LogDamagedError where the chain is broken.
    """
    registry = store.registry()
    event_id = _event_id(event, registry)
    lines = store.read_stream(StreamId(event_id))
    if not lines:
        raise UnknownIdError("event", event)
    state = reduce_all(empty_state(StreamId(event_id)), replay(lines))
    own = read_own_awards(store.blob(own_awards_blob(event_id)))
    return Export(state, lines, registry, exported_utc, paddock_version, own)


def imported_key_of(store: Store, event_id: str) -> str | None:
    """Return the fingerprint of the venue that sealed an event which was read in here, else None.

    Raises LogDamagedError.
    """
    for each in read_facts(store.read_types([EventImported.__name__])):
        if isinstance(each.fact, EventImported) and each.fact.event_id == event_id:
            return each.fact.venue_key
    return None


def check_own(imported_key: str | None) -> None:
    """Raise ImportedEventError for another venue's event: its bundle is its own venue's to seal."""
    if imported_key is not None:
        raise ImportedEventError(
            "This event was raced elsewhere: hand on the bundle that it came with, which its own "
            "venue sealed."
        )


def _event_id(event: str, registry: RegistryRows) -> EventId:
    if event in registry.event_names:
        return EventId(event)
    named = [each for each, name in registry.event_names.items() if name == event]
    if len(named) != 1:
        raise UnknownIdError("event", event)
    return EventId(named[0])
