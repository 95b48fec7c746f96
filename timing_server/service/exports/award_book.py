"""The organiser's own awards: given, taken back, kept beside the log since they alter nothing."""

from concurrent.futures import Future
from dataclasses import dataclass

from timing_server.contract.race.sheets import Award, AwardRequest
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, EventId, StreamId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.exports.awards import (
    computed_awards,
    named_anew,
    own_awards_blob,
    read_own_awards,
    veterans_before,
    write_own_awards,
)
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.ports import Store


@dataclass(frozen=True, slots=True)
class AwardBook:
    """Every award of an event: those that follow from the log, then the organiser's own."""

    office: Office
    store: Store

    def all(self, state: EventState, registry: RegistryRows) -> tuple[Award, ...]:
        """Return the awards with the names of the moment. Reads the database."""
        return awards_of(self.store, state, registry)

    def own(self, event_id: str) -> tuple[Award, ...]:
        """Return the organiser's own awards as they are kept. Reads the database."""
        return read_own_awards(self.store.blob(own_awards_blob(event_id)))

    def give(
        self, caller: Caller, event_id: EventId, award_id: str, asked: AwardRequest
    ) -> "Future[Outcome]":
        """Give an award of one's own. The future raises UnknownIdError."""

        def work(draft: Draft) -> Outcome:
            state = _state_of(draft, event_id)
            entry = state.entries.get(EntryId(asked.entry_id))
            if entry is None:
                raise UnknownIdError("entry", asked.entry_id)
            award = Award(
                award_id=award_id,
                kind="own",
                entry_id=entry.entry_id,
                number=entry.number,
                driver="",
                title=asked.title,
                reason=asked.reason,
            )
            _keep(draft, event_id, (*_kept(draft, event_id), award))
            return {"seq": state.seq, "facts": (), "award_id": award_id}

        return self.office.once(caller, work)

    def take_back(self, caller: Caller, event_id: EventId, award_id: str) -> "Future[Outcome]":
        """Take an award of one's own back. The future raises UnknownIdError."""

        def work(draft: Draft) -> Outcome:
            state = _state_of(draft, event_id)
            kept = _kept(draft, event_id)
            left = tuple(each for each in kept if each.award_id != award_id)
            if len(left) == len(kept):
                raise UnknownIdError("award", award_id)
            _keep(draft, event_id, left)
            return {"seq": state.seq, "facts": (), "award_id": award_id}

        return self.office.once(caller, work)


def awards_of(store: Store, state: EventState, registry: RegistryRows) -> tuple[Award, ...]:
    """Return every award of an event, from the log and from what is kept beside it."""
    veterans = veterans_before(store, state.stream)
    own = read_own_awards(store.blob(own_awards_blob(state.stream)))
    return (*computed_awards(state, registry, veterans), *named_anew(own, state, registry))


def _state_of(draft: Draft, event_id: EventId) -> EventState:
    if event_id not in draft.known.venue.events:
        raise UnknownIdError("event", event_id)
    return draft.head(StreamId(event_id)).state


def _kept(draft: Draft, event_id: EventId) -> tuple[Award, ...]:
    return read_own_awards(draft.rows.blob(own_awards_blob(event_id)))


def _keep(draft: Draft, event_id: EventId, awards: tuple[Award, ...]) -> None:
    draft.rows.put_blob(own_awards_blob(event_id), write_own_awards(awards))
