"""The laps that models drove on real tracks, computed from the events' logs and kept nowhere."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog

from timing_server.contract.machines.library import EventLaps, RealLaps
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import LaidTrack
from timing_server.rules.units import NS_PER_US, StreamId
from timing_server.service.errors import LogDamagedError
from timing_server.service.log.venue import KnownEvent
from timing_server.service.log.writer import Writer
from timing_server.service.ports import Store

_log = structlog.get_logger()

#: A model's hash and the track, None where nobody told it.
ModelOnTrack = tuple[str, LaidTrack | None]
#: Returns the newest state of an event that this server has.
StateOf = Callable[[str], Awaitable[EventState]]


@dataclass(frozen=True, slots=True)
class Driven:
    """Laps of one model on one track in one event: how many, the best, and all together."""

    laps: int
    best_us: int
    total_us: int


class RealLapBook:
    """Remembers what an event's log came to until the log grows; a demo's laps are not real."""

    def __init__(self, writer: Writer, store: Store, state_of: StateOf) -> None:
        self._writer = writer
        self._store = store
        self._state_of = state_of
        self._known: dict[str, tuple[int, Mapping[ModelOnTrack, Driven]]] = {}

    async def of_all(self) -> Mapping[str, RealLaps]:
        """Return the laps of every model that drove in any event, by hash."""
        names = self._writer.known.registry.event_names
        found: dict[str, list[tuple[EventLaps, int]]] = {}
        for event in self._newest_first():
            for (sha256, track), driven in (await self._of_event(event.event_id)).items():
                name = names.get(event.event_id, "")
                told = _event_laps(event, name, track, driven)
                found.setdefault(sha256, []).append((told, driven.total_us))
        return {sha256: _together(parts) for sha256, parts in found.items()}

    def _newest_first(self) -> Iterable[KnownEvent]:
        real = (each for each in self._writer.known.venue.events.values() if not each.is_demo)
        return sorted(real, key=lambda each: each.created_wall_utc, reverse=True)

    async def _of_event(self, event_id: str) -> Mapping[ModelOnTrack, Driven]:
        seq = await asyncio.to_thread(self._newest_seq, event_id)
        before = self._known.get(event_id)
        if before is not None and before[0] == seq:
            return before[1]
        try:
            state = await self._state_of(event_id)
        except LogDamagedError as error:
            # What one event's log can't tell any more is no reason to tell of no other.
            _log.error("real_laps_unreadable", event_id=event_id, error=str(error))
            return {}
        # A rich event takes its time, for which no screen is to wait.
        driven = await asyncio.to_thread(driven_laps, state)
        self._known[event_id] = (state.seq, driven)
        return driven

    def _newest_seq(self, event_id: str) -> int:
        head = self._writer.known.heads.get(StreamId(event_id))
        if head is not None:
            return head.state.seq
        newest = self._store.newest_fact(StreamId(event_id))
        return 0 if newest is None else newest.seq


def best_on(real: RealLaps | None, track_sha256: str | None) -> int | None:
    """Return a model's best real lap on a track in microseconds; None: where nobody told it."""
    if real is None:
        return None
    found = (each.best_us for each in real.events if each.track_sha256 == track_sha256)
    return min(found, default=None)


def driven_laps(state: EventState) -> Mapping[ModelOnTrack, Driven]:
    """Return what each model drove in an event on real tracks: laps that count and were seen."""
    times_us: dict[ModelOnTrack, list[int]] = {}
    for heat in filter(_is_real, state.heats.values()):
        track = state.stages[heat.stage_id].laid
        for run in score_heat(state, heat.heat_id).runs:
            for lap in run.valid_laps:
                if lap.model_sha256 is not None and not lap.is_credited:
                    laps_us = times_us.setdefault((lap.model_sha256, track), [])
                    laps_us.append(lap.duration_ns // NS_PER_US)
    return {key: Driven(len(each), min(each), sum(each)) for key, each in times_us.items()}


def _is_real(heat: Heat) -> bool:
    """Whether a car was really driven in a heat, by a model that is known."""
    models = (each.model_sha256 for run in heat.runs.values() for each in run.equipment)
    return not heat.is_virtual and heat.phase is not HeatPhase.ABANDONED and any(models)


def _event_laps(event: KnownEvent, name: str, track: LaidTrack | None, driven: Driven) -> EventLaps:
    return EventLaps(
        event_id=event.event_id,
        name=name,
        track=track and track.name,
        track_sha256=track and track.sha256,
        made_utc=event.created_wall_utc,
        laps=driven.laps,
        best_us=driven.best_us,
        mean_us=driven.total_us // driven.laps,
    )


def _together(parts: list[tuple[EventLaps, int]]) -> RealLaps:
    laps = sum(each.laps for each, _ in parts)
    return RealLaps(
        laps=laps,
        best_us=min(each.best_us for each, _ in parts),
        mean_us=sum(total_us for _, total_us in parts) // laps,
        events=tuple(each for each, _ in parts),
    )
