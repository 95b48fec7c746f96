"""Takes the server's machine down in order: it is logged, screens are told, all is kept."""

import asyncio
from concurrent.futures import Future
from typing import Any, Literal, Protocol

from timing_server.contract.errors import PaddockError
from timing_server.rules.facts.venue import MachineSentDown
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import VENUE_STREAM
from timing_server.service.backups import Backups
from timing_server.service.live.hub import Hub
from timing_server.service.log.draft import Draft
from timing_server.service.log.known import read_facts
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.ports import Store, SystemClock
from timing_server.service.upkeep.errors import (
    HeatUnderWayError,
    MachineNotKeptError,
    MachineRefusedError,
)

Verb = Literal["poweroff", "reboot"]
_WITH_CARS = (HeatPhase.ARMED, HeatPhase.RUNNING, HeatPhase.PAUSED)


class Machine(Protocol):
    """What the service may do to the machine that it runs on. Errors are PaddockError."""

    @property
    def is_kept(self) -> bool:
        """Whether it may do anything at all: 'paddock venue install' says so."""

    def set_calendar(self, now_utc: str) -> None:
        """Set the machine's own calendar."""

    def go_down(self, verb: str) -> None:
        """End the machine; returns once that has begun."""


class Keeper:
    """Answers the organiser who switches the machine off."""

    def __init__(self, office: Office, machine: Machine, system: SystemClock, store: Store) -> None:
        self.machine = machine
        self._office = office
        self._system = system
        self._store = store

    async def send_down(
        self, caller: Caller, verb: Verb, backups: Backups, hub: Hub, *, is_heat_given_up: bool
    ) -> dict[str, Any]:
        """Log it, tell every screen, take a last backup, fold the write-ahead log, then go down.

        Raises MachineNotKeptError, HeatUnderWayError, or MachineRefusedError, after which the
        screens hear that it stays.
        """
        if not self.machine.is_kept:
            raise MachineNotKeptError(
                "This server may not switch its machine off: run 'sudo paddock venue install' "
                f"there once, or type 'sudo systemctl {verb}' at it."
            )
        logged = self._log(caller, verb, is_heat_given_up=is_heat_given_up)
        outcome = await asyncio.wrap_future(logged)
        if outcome["boot_id"] != self._system.boot_id:
            # A repeat of a command whose answer was lost: it has been down and up again since.
            return {"backup": None, "failure": None}
        hub.tell_going_down(verb)
        backup, failure = await asyncio.to_thread(_last_backup, backups)
        await asyncio.to_thread(self._store.fold)
        try:
            await asyncio.to_thread(self.machine.go_down, verb)
        except PaddockError as error:
            hub.tell_going_down(None)
            raise MachineRefusedError(str(error)) from error
        return {"backup": backup, "failure": failure}

    def last_sent_down(self) -> tuple[str, str, str] | None:
        """Return who ended the machine last, when (ISO 8601) and how; None: nobody."""
        lines = self._store.read_types([MachineSentDown.__name__])
        for recorded in reversed(list(read_facts(lines))):
            if recorded.stream == VENUE_STREAM and isinstance(recorded.fact, MachineSentDown):
                return recorded.actor, recorded.wall_utc, recorded.fact.verb
        return None

    def _log(self, caller: Caller, verb: Verb, *, is_heat_given_up: bool) -> "Future[Outcome]":
        def work(draft: Draft) -> Outcome:
            heat = draft.head(draft.known.venue.gate_stream).state.active_heat
            if heat is not None and heat.phase in _WITH_CARS and not is_heat_given_up:
                raise HeatUnderWayError(
                    f"Heat {heat.number} is on track: stop it first, or say that it is given up.",
                    number=heat.number,
                )
            fact = MachineSentDown(self._system.boot_id, verb)
            recorded = draft.append(VENUE_STREAM, fact, caller.principal, caller.retry_key)
            return {"seq": recorded.seq, "boot_id": fact.boot_id}

        return self._office.once(caller, work)


def _last_backup(backups: Backups) -> tuple[str | None, str | None]:
    """Take a backup; a full disk doesn't keep a machine from being switched off."""
    try:
        return backups.take_last(), None
    except PaddockError as error:
        return None, str(error)
