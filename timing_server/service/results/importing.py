"""Reads an event that was raced elsewhere into this log, as it is, from a checked bundle.

The event's stream stays what its own venue sealed: this server shows it and ranks it, and adds
nothing to it. That it was read in, from whom and by whom, is a fact of the venue's own stream.
"""

from collections.abc import Iterable
from concurrent.futures import Future

from timing_server.rules.facts.plan import EventClosed, EventCreated, EventImported, EventOpened
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.season import EventCounted, EventDropped, SeasonPlanned
from timing_server.rules.facts.sensors import ServerStarted
from timing_server.rules.stored.codec import chain_hash
from timing_server.rules.units import VENUE_STREAM, EventId, SeasonId, StreamId
from timing_server.service.entities import StoredFact
from timing_server.service.errors import TakenError
from timing_server.service.exports.awards import own_awards_blob, write_own_awards
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome, outcome_of
from timing_server.service.people.forgotten import forgotten_ids
from timing_server.service.results.bundle import mentioned_in
from timing_server.service.results.checking import CheckedBundle
from timing_server.service.results.errors import BundleError

#: What no event's stream holds: a server's own life, and its seasons.
_FOREIGN = (ServerStarted, EventImported, SeasonPlanned, EventCounted, EventDropped)


def import_bundle(office: Office, caller: Caller, bundle: CheckedBundle) -> "Future[Outcome]":
    """Read the event in; the same bundle again changes nothing.

    The future raises TakenError where this server has an event of that id with another log,
    BundleError where the log isn't that of one event.
    """

    def work(draft: Draft) -> Outcome:
        event_id = EventId(bundle.manifest.event_id)
        _check_facts(event_id, bundle.facts)
        known = draft.known.venue
        if event_id in known.events or SeasonId(event_id) in known.seasons:
            head = draft.head(StreamId(event_id))
            if head.hash_hex != bundle.manifest.head_hash:
                raise TakenError("event", event_id)
            return {"seq": head.state.seq, "facts": (), "event_id": event_id}
        draft.import_stream(_stored(bundle), bundle.facts)
        _put_names(draft, bundle)
        draft.put_event_name(event_id, bundle.registry.event_names[event_id])
        draft.rows.put_blob(own_awards_blob(event_id), write_own_awards(bundle.own_awards))
        fact = EventImported(
            event_id, bundle.manifest.facts, bundle.manifest.head_hash, bundle.venue_key
        )
        recorded = draft.append(VENUE_STREAM, fact, caller.principal, caller.retry_key)
        return outcome_of([recorded], recorded.seq)

    return office.once(caller, work)


def _check_facts(event_id: EventId, facts: Iterable[Recorded]) -> None:
    """Raise BundleError for a log that would say something about another event, or this server."""
    stream = StreamId(event_id)
    is_created = False
    for each in facts:
        match each.fact:
            case EventCreated() | EventOpened() | EventClosed() as fact:
                is_created = is_created or isinstance(fact, EventCreated)
                is_fitting = fact.event_id == event_id
            case _:
                is_fitting = not isinstance(each.fact, _FOREIGN)
        if each.stream != stream or stream == VENUE_STREAM or not is_fitting:
            raise BundleError(f"Fact {each.seq} of the bundle isn't about its own event.")
    if not is_created:
        raise BundleError("The bundle's log doesn't begin an event.")


def _stored(bundle: CheckedBundle) -> list[StoredFact]:
    return [
        StoredFact(each.stream, each.seq, type(each.fact).__name__, chain_hash(line), line)
        for each, line in zip(bundle.facts, bundle.lines, strict=True)
    ]


def _put_names(draft: Draft, bundle: CheckedBundle) -> None:
    """Name whom and what the event mentions and isn't known here; names that this server has stand.

    Whoever was forgotten here stays so, though the bundle remembers.
    """
    names, here = bundle.registry, draft.known.registry
    mentioned = mentioned_in(bundle.state)
    strangers = names.drivers.keys() & set(mentioned.drivers) - here.drivers.keys()
    draft.put_drivers(names.drivers[each] for each in strangers - forgotten_ids(draft.rows))
    for team_id in names.teams.keys() & set(mentioned.teams) - here.teams.keys():
        draft.put_team(names.teams[team_id])
    for car_id in names.cars.keys() & set(mentioned.cars) - here.cars.keys():
        draft.put_car(names.cars[car_id])
