"""Looks after shows: workers that are lost, a queue that plays by itself, the map when all is over.

In memory but for what it has recorded: after a start of the server nothing plays by itself.
"""

import asyncio
import secrets
from collections.abc import Callable

import structlog

from timing_server.contract.errors import PaddockError
from timing_server.contract.race.virtual import AutoPlay
from timing_server.rules.commands.heats import StartHeat
from timing_server.rules.heat_phases import AT_THE_LINE, HeatPhase
from timing_server.rules.units import NS_PER_MS, NS_PER_S, EventId, HeatId, StageId, StreamId
from timing_server.service.devices.device_board import DeviceBoard
from timing_server.service.log.writer import Writer
from timing_server.service.office import Caller, Office
from timing_server.service.virtual.errors import NothingToPlayError
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.shows.on_air import OnAir
from timing_server.service.virtual.shows.shows import Shows
from timing_server.service.virtual.work import WorkQueue

_log = structlog.get_logger()

LOOK_S = 0.5
#: So long the map of a show stays beside its result.
MAP_STAYS_NS = 12 * NS_PER_S
_HOLD_LEAST_MS, _HOLD_SPREAD_MS = 200, 2_800


class ShowKeeper:
    """Lives in the event loop beside the server."""

    def __init__(
        self,
        shows: Shows,
        work: WorkQueue,
        office: Office,
        board: DeviceBoard,
        leases: Leases,
        writer: Writer,
        now_ns: Callable[[], int],
    ) -> None:
        self._shows, self._work, self._office = shows, work, office
        self._board, self._leases, self._writer = board, leases, writer
        self._now_ns = now_ns
        self._auto: tuple[EventId, str, AutoPlay] | None = None
        self._seen: str | None = None
        self._planned: HeatId | None = None

    def auto_of(self, event_id: str) -> AutoPlay | None:
        """Return how an event's queue plays by itself, None where it doesn't."""
        return self._auto[2] if self._auto is not None and self._auto[0] == event_id else None

    def set_auto(self, event_id: EventId, principal: str, auto: AutoPlay) -> None:
        """Let a queue play by itself for whoever asks so, or no longer."""
        self._auto = (event_id, principal, auto) if auto.is_on else None

    async def keep(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except PaddockError as error:
                # An organiser did something else at this moment; it is looked at again.
                _log.info("show_not_kept", why=str(error))
            except Exception:  # noqa: BLE001 - the supervisor of every show
                _log.exception("show_keeper_failed")

    async def look(self) -> None:
        """Do what is due by now."""
        show, now_ns = self._shows.now, self._now_ns()
        if show is not None and show.lease_id != self._seen:
            self._seen = show.lease_id
            for car_id in show.car_ids:
                self._board.forget_car(car_id)
        if show is None:
            self._clear_map(now_ns)
            await self._plan_again()
        if self._is_anybody_lost(show, now_ns):
            await asyncio.wrap_future(self._work.give_back_lost())
        if self._auto is not None:
            await self._play_on(show, *self._auto, now_ns)

    def _is_anybody_lost(self, show: OnAir | None, now_ns: int) -> bool:
        """Whether a worker is: where it was the only one, no other's claim would find it out."""
        jobs = self._writer.known.jobs.values()
        is_one = any(each.lease_id and self._leases.is_over(each, now_ns) for each in jobs)
        return is_one or (show is not None and self._is_lost(show, now_ns))

    def _is_lost(self, show: OnAir, now_ns: int) -> bool:
        job = show.job
        return job is not None and bool(job.lease_id) and self._leases.is_over(job, now_ns)

    async def _plan_again(self) -> None:
        """Plan a match anew that was broken off before an audience: it waits as if never called."""
        known = self._writer.known
        head = known.heads.get(known.venue.gate_stream)
        played_id = None if head is None else head.state.newest_played_id
        last = None if head is None or played_id is None else head.state.heats.get(played_id)
        if head is None or last is None or last.heat_id == self._planned:
            return
        self._planned = last.heat_id
        if last.match_name and last.phase is HeatPhase.ABANDONED:
            event_id = EventId(head.state.stream)
            await asyncio.wrap_future(self._shows.plan_again(event_id, last.stage_id))

    def _clear_map(self, now_ns: int) -> None:
        """Give boards the venue's own map back, a while after the end or when real cars come."""
        if self._board.shown_track is None:
            return
        head = self._writer.known.heads.get(self._writer.known.venue.gate_stream)
        state = None if head is None else head.state
        played_id = None if state is None else state.newest_played_id
        last = None if state is None or played_id is None else state.heats.get(played_id)
        ended_ns = None if last is None else last.ended_race_ns
        is_other = state is not None and state.active_heat is not None
        if is_other or ended_ns is None or now_ns - ended_ns > MAP_STAYS_NS:
            self._board.show_track(None)

    async def _play_on(
        self, show: OnAir | None, event_id: EventId, principal: str, auto: AutoPlay, now_ns: int
    ) -> None:
        known, caller = self._writer.known, Caller(principal)
        if known.venue.gate_stream != StreamId(event_id):
            self._auto = None
            return
        if show is not None:
            ready_ns = self._leases.ready_since(show.lease_id)
            is_due = ready_ns is not None and now_ns - ready_ns >= auto.start_after_s * NS_PER_S
            if show.heat.phase in AT_THE_LINE and is_due:
                hold_ns = drawn_hold_ms() * NS_PER_MS
                words = self._shows.words(now_ns)
                start = StartHeat(show.heat.heat_id, hold_ns, words)
                await asyncio.wrap_future(self._office.command(caller, event_id, start))
            return
        state = known.heads[StreamId(event_id)].state
        last = None if state.newest_played_id is None else state.heats[state.newest_played_id]
        if state.active_heat is not None:
            return
        ended_ns = None if last is None else last.ended_race_ns
        if ended_ns is None or now_ns - ended_ns >= auto.next_after_s * NS_PER_S:
            try:
                following = self._shows.play_next(caller, event_id, StageId(auto.stage_id))
                await asyncio.wrap_future(following)
            except NothingToPlayError:
                pass  # somebody may submit yet


def drawn_hold_ms() -> int:
    """Draw how long all lights stay on, so that nobody can foresee the go."""
    return _HOLD_LEAST_MS + secrets.randbelow(_HOLD_SPREAD_MS + 1)
