"""Takes the commands of organisers and marshals to the log, each exactly once."""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import StopHeat
from timing_server.rules.commands.marks import BindMark
from timing_server.rules.commands.plan import (
    AddEntry,
    BindGate,
    CloseEvent,
    CreateEvent,
    EquipRun,
    GroupEntry,
    OpenEvent,
    SubstituteDrivers,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import HeatPlanned
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.rulings import PassInserted
from timing_server.rules.passes.placing import manual_ref
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S, VENUE_STREAM, EventId, StreamId
from timing_server.service.entities import Retry
from timing_server.service.errors import RefusedError, RetryKeyReusedError, UnknownIdError
from timing_server.service.event_copies import commands_like
from timing_server.service.log.draft import Draft
from timing_server.service.log.venue import KnownEvent
from timing_server.service.log.writer import Writer
from timing_server.service.ports import NewId
from timing_server.service.progression.succession import replace_leavers

Outcome = Mapping[str, Any]

#: What a fact says about itself that the one who caused it wants to hear.
_TELLING_FIELDS = (
    *("event_id", "stage_id", "entry_id", "number", "heat_id", "car_id", "mark"),
    *("ruling_id", "reversed_ruling_id", "pass_ref", "stop_id"),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and the idempotency key with the hash of what is asked, where one was given.

    A repeat of the key is answered for ``replay_s``; None: as long as keys are kept.
    """

    principal: str
    retry_key: str | None = None
    request_sha256: str = ""
    replay_s: int | None = None


class Office:
    """Commands for the race. Each answer is ``{"seq", "facts", ...ids}``, after the commit."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def create_event(self, caller: Caller, command: CreateEvent, name: str) -> "Future[Outcome]":
        """Begin an event and name it."""

        def work(draft: Draft) -> Outcome:
            draft.put_event_name(command.event_id, name)
            return self._decide(draft, caller, command.event_id, command)

        return self.once(caller, work)

    def create_event_like(
        self, caller: Caller, command: CreateEvent, name: str, earlier_id: EventId, new_id: NewId
    ) -> "Future[Outcome]":
        """Begin an event planned as an earlier one was. The future raises UnknownIdError."""

        def work(draft: Draft) -> Outcome:
            _check_event(draft, earlier_id)
            earlier = draft.head(StreamId(earlier_id)).state
            draft.put_event_name(command.event_id, name)
            outcome = self._decide(draft, caller, command.event_id, command)
            for each in commands_like(earlier, draft.known.registry, new_id):
                draft.decide(StreamId(command.event_id), each, caller.principal)
            return outcome

        return self.once(caller, work)

    def open_event(self, caller: Caller, event_id: EventId) -> "Future[Outcome]":
        """Give the event the gates: the one that had them closes, and the new one's stream learns
        what it must know for its results to follow from it alone: bindings and clock relations.
        """

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            other = draft.known.venue.open_event
            if other is not None and other.event_id != event_id:
                _close(draft, other, caller.principal)
            outcome = self._decide(draft, caller, event_id, OpenEvent())
            for fact in draft.known.venue.inheritance():
                draft.append(StreamId(event_id), fact, caller.principal)
            return outcome

        return self.once(caller, work)

    def command(self, caller: Caller, event_id: EventId, command: Command) -> "Future[Outcome]":
        """Take any other command to its event."""
        return self.command_from(caller, event_id, lambda _: command)

    def command_from(
        self, caller: Caller, event_id: EventId, make: Callable[[EventState], Command]
    ) -> "Future[Outcome]":
        """Take a command to its event that is made from the event as it is by then.

        What ``make`` raises, the future raises.
        """

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            command = make(draft.head(StreamId(event_id)).state)
            _check_names(draft, command)
            outcome = self._decide(draft, caller, event_id, command)
            replace_leavers(draft, StreamId(event_id), caller.principal)
            return outcome

        return self.once(caller, work)

    def bind_gate(
        self, caller: Caller, event_id: EventId | None, command: BindGate
    ) -> "Future[Outcome]":
        """Bind a gate for one event, or for the venue: from now on, and in the event now open."""

        def work(draft: Draft) -> Outcome:
            if event_id is not None:
                _check_event(draft, event_id)
                return self._decide(draft, caller, event_id, command)
            outcome = self._decide(draft, caller, VENUE_STREAM, command)
            if draft.known.venue.gate_stream != VENUE_STREAM:
                draft.decide(draft.known.venue.gate_stream, command, caller.principal)
            return outcome

        return self.once(caller, work)

    def once(self, caller: Caller, work: Callable[[Draft], Outcome]) -> "Future[Outcome]":
        """Do the work, unless the caller's key says that it was done: then answer as then.

        The future raises RetryKeyReusedError where the key came with another request, or longer
        ago than the caller's repeats are answered.
        """

        def keyed(draft: Draft) -> Outcome:
            if caller.retry_key is None:
                return work(draft)
            found = draft.rows.find_retry(caller.principal, caller.retry_key)
            if found is not None:
                if found.request_sha256 != caller.request_sha256:
                    message = "This Idempotency-Key was used for another request; use a fresh one."
                    raise RetryKeyReusedError(message)
                age_ns = draft.at_race_ns - found.made_race_ns
                if caller.replay_s is not None and age_ns > caller.replay_s * NS_PER_S:
                    message = "This Idempotency-Key was used too long ago; use a fresh one."
                    raise RetryKeyReusedError(message)
                stored: Outcome = json.loads(found.outcome)
                return stored
            outcome = work(draft)
            draft.rows.put_retry(
                Retry(
                    principal=caller.principal,
                    key=caller.retry_key,
                    request_sha256=caller.request_sha256,
                    outcome=json.dumps(outcome).encode(),
                    made_race_ns=draft.at_race_ns,
                )
            )
            return outcome

        return self._writer.submit(keyed)

    def _decide(self, draft: Draft, caller: Caller, stream: str, command: Command) -> Outcome:
        try:
            recorded = draft.decide(StreamId(stream), command, caller.principal, caller.retry_key)
        except RefusedError as error:
            raise _with_names(draft, error) from error
        return outcome_of(recorded, draft.head(StreamId(stream)).state.seq)


def outcome_of(recorded: Iterable[Recorded], seq: int) -> dict[str, Any]:
    """Return what a command's caller hears: the facts by name and the ids that they carry."""
    facts = [each.fact for each in recorded]
    told = {
        name: getattr(fact, name)
        for fact in facts
        for name in _TELLING_FIELDS
        if hasattr(fact, name)
    }
    for fact in facts:
        if isinstance(fact, PassInserted):
            told["pass_ref"] = manual_ref(fact.ruling_id)
    planned = [fact.heat_id for fact in facts if isinstance(fact, HeatPlanned)]
    if planned:
        told["heat_ids"] = planned
    return {"seq": seq, "facts": [type(fact).__name__ for fact in facts], **told}


def _close(draft: Draft, event: KnownEvent, actor: str) -> None:
    """Close the event that has the gates; a demo, which never counts, may be on track."""
    stream = StreamId(event.event_id)
    heat = draft.head(stream).state.active_heat
    if event.is_demo and heat is not None:
        draft.decide(stream, StopHeat(heat.heat_id), actor)
    draft.decide(stream, CloseEvent(), actor)


def _with_names(draft: Draft, error: RefusedError) -> RefusedError:
    """Call a car that a refusal is about by its name, which the rules don't know."""
    car = draft.known.registry.cars.get(str(error.params.get("car_id")))
    if car is None:
        return error
    told = {"car": car.name, **error.params}
    return RefusedError(
        RuleViolation(error.code, str(error).replace(car.car_id, car.name, 1), told)
    )


def _check_event(draft: Draft, event_id: EventId) -> None:
    if event_id not in draft.known.venue.events:
        raise UnknownIdError("event", event_id)


def _check_names(draft: Draft, command: Command) -> None:
    """Refuse drivers, teams and cars that nobody has entered in the registry."""
    registry = draft.known.registry
    if isinstance(command, AddEntry | GroupEntry):
        team_id = command.team_id
        if team_id is not None and team_id not in registry.teams:
            raise UnknownIdError("team", team_id)
    if isinstance(command, AddEntry | SubstituteDrivers):
        for driver_id in command.driver_ids:
            if driver_id not in registry.drivers:
                raise UnknownIdError("driver", driver_id)
    if isinstance(command, EquipRun | BindMark) and command.car_id not in registry.cars:
        raise UnknownIdError("car", command.car_id)
