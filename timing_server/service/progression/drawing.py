"""Draws fields and plans matches: what follows from standings, decided where facts are written.

Both are read from the state in the very job that writes them, so that of two organisers who press
at once the second plans nothing twice.
"""

from concurrent.futures import Future

from timing_server.formats.brackets.due import needed
from timing_server.formats.brackets.tables import TABLES
from timing_server.formats.progression.cut import members_of
from timing_server.formats.progression.field import contest_of, field_now
from timing_server.rules.commands.progression import (
    DrawField,
    MatchHeat,
    NameFinalist,
    PlanMatches,
)
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId, EventId, HeatId, StageId, StreamId
from timing_server.service.errors import ServiceError, UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome, outcome_of
from timing_server.service.ports import NewId
from timing_server.service.progression.succession import replace_leavers
from timing_server.service.virtual.head_to_head.matches import queue_models


class NoResultError(ServiceError, ValueError):
    """An entry without a result is to go on: a no-show never does."""

    code = "no_result"


class NoMatchesError(ServiceError, ValueError):
    """Matches are asked for of a stage whose format has none."""

    code = "no_matches"


class Drawing:
    """The organiser's draws; each future raises RefusedError, UnknownIdError or NoResultError."""

    def __init__(self, office: Office, new_id: NewId) -> None:
        self._office = office
        self._new_id = new_id

    def draw(
        self,
        caller: Caller,
        event_id: EventId,
        stage_id: StageId,
        entry_ids: tuple[EntryId, ...] | None,
    ) -> "Future[Outcome]":
        """Draw a stage's field: by the cut, or these entries, of whom each must have a result."""

        def work(draft: Draft) -> Outcome:
            state = _state(draft, event_id)
            stage = _stage(state, stage_id)
            if entry_ids is not None:
                _refuse_without_result(state, stage, entry_ids)
            field = field_now(state, stage) if entry_ids is None else entry_ids
            outcome = _decide(draft, caller, event_id, DrawField(stage_id, field))
            return {**outcome, "stage_id": stage_id, "entry_ids": list(field)}

        return self._office.once(caller, work)

    def name(self, caller: Caller, event_id: EventId, command: NameFinalist) -> "Future[Outcome]":
        """Put an entry that has a result into a field, or keep one out: then the next moves up."""

        def work(draft: Draft) -> Outcome:
            state = _state(draft, event_id)
            stage = _stage(state, command.stage_id)
            if command.is_in:
                _refuse_without_result(state, stage, (command.entry_id,))
            outcome = _decide(draft, caller, event_id, command)
            replace_leavers(draft, StreamId(event_id), caller.principal)
            return outcome

        return self._office.once(caller, work)

    def plan_matches(
        self, caller: Caller, event_id: EventId, stage_id: StageId
    ) -> "Future[Outcome]":
        """Plan the heats of all matches that are due, and take back those nobody needs."""

        def work(draft: Draft) -> Outcome:
            state = _state(draft, event_id)
            stage = _stage(state, stage_id)
            if stage.format_name not in TABLES:
                raise NoMatchesError("This stage isn't raced by matches.")
            need = needed(state, stage)
            heats = [
                MatchHeat(
                    heat_id=HeatId(self._new_id()),
                    match_name=each.match_name,
                    entry_ids=each.entry_ids,
                    round_number=each.round_number,
                    lanes=each.lanes,
                )
                for each in need.heats
            ]
            command = PlanMatches(stage_id, tuple(heats), need.removed_heat_ids)
            outcome = _decide(draft, caller, event_id, command)
            queue_models(draft, event_id, stage_id)
            heat_ids = [each.heat_id for each in heats]
            return {**outcome, "stage_id": stage_id, "heat_ids": heat_ids}

        return self._office.once(caller, work)


def _decide(
    draft: Draft, caller: Caller, event_id: EventId, command: DrawField | NameFinalist | PlanMatches
) -> Outcome:
    stream = StreamId(event_id)
    recorded = draft.decide(stream, command, caller.principal, caller.retry_key)
    return outcome_of(recorded, draft.head(stream).state.seq)


def _state(draft: Draft, event_id: EventId) -> EventState:
    if event_id not in draft.known.venue.events:
        raise UnknownIdError("event", event_id)
    return draft.head(StreamId(event_id)).state


def _stage(state: EventState, stage_id: StageId) -> Stage:
    if stage_id not in state.stages:
        raise UnknownIdError("stage", stage_id)
    return state.stages[stage_id]


def _refuse_without_result(state: EventState, stage: Stage, entry_ids: tuple[EntryId, ...]) -> None:
    contest = contest_of(state, stage)
    if contest is None:
        return
    having = {key for each in contest.standings if each.has_value for key in members_of(each)}
    for entry_id in entry_ids:
        if entry_id in state.entries and entry_id not in having:
            number = state.entries[entry_id].number
            sentence = f"Entry {number} has no result in the stage before; it can't go on."
            raise NoResultError(sentence, number=number)
