"""When waiting heats can be expected to begin, as the event runs now."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from timing_server.rules.heat_phases import UNDER_WAY
from timing_server.rules.orders.attendance import has_starter
from timing_server.rules.orders.start_list import start_list
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import EventPhase
from timing_server.rules.units import NS_PER_US, HeatId


def expected_times(
    state: EventState, now_race_ns: int, now_utc: datetime
) -> Mapping[HeatId, datetime]:
    """Return when each heat that waits is expected to begin; ``now_utc`` has its offset from UTC.

    The next one begins now, or at the end of what is on track; each further one a slot of the
    stage before it later, whichever stage it is of; none earlier than it is planned for. Where a
    stage has no slots a heat is as long as its window. A heat to which nobody comes takes no time,
    and nothing is expected of an event that is closed, nor beyond the calendar's last year.
    """
    if state.phase in (EventPhase.UNKNOWN, EventPhase.CLOSED):
        return {}
    expected: dict[HeatId, datetime] = {}
    planned = _planned(state)
    try:
        next_utc = now_utc + timedelta(microseconds=_busy_ns(state, now_race_ns) // NS_PER_US)
        for heat in _waiting(state):
            begins = max(next_utc, planned.get(heat.heat_id, next_utc))
            expected[heat.heat_id] = begins
            slot_ns = state.stages[heat.stage_id].slot_ns or heat.options.window_ns
            next_utc = begins + timedelta(microseconds=slot_ns // NS_PER_US)
    except OverflowError:
        pass  # what is expected until then stands
    return expected


def _waiting(state: EventState) -> Iterator[Heat]:
    """Yield the heats that will begin, in the order of calling, from the one at the line on."""
    active = state.active_heat
    if active is not None and active.phase not in UNDER_WAY:
        yield active
    for heat_id in state.queue:
        heat = state.heats[heat_id]
        if has_starter(state, heat):
            yield heat


def _planned(state: EventState) -> Mapping[HeatId, datetime]:
    timed = (each for each in state.stages.values() if each.starts_utc is not None)
    return {
        slot.heat.heat_id: datetime.fromisoformat(slot.planned_utc)
        for stage in timed
        for slot in start_list(state, stage)
        if slot.planned_utc is not None
    }


def _busy_ns(state: EventState, now_race_ns: int) -> int:
    """Return for how long the heat on track will last: until its last window closes.

    Without a pass yet a window may open any moment; while the heat is paused none runs. Practice
    ends when somebody ends it.
    """
    heat = state.active_heat
    if heat is None or heat.phase not in UNDER_WAY or heat.is_practice:
        return 0
    paused_ns = [each.from_race_ns for each in heat.pauses if each.until_race_ns is None]
    clock_ns = min([now_race_ns, *paused_ns])
    closes_ns = [
        clock_ns + heat.options.window_ns
        if each.window_closes_ns is None
        else each.window_closes_ns
        for each in score_heat(state, heat.heat_id).runs
        if each.is_awaited and each.entry_id not in heat.absent_entry_ids
    ]
    return max(0, max(closes_ns, default=clock_ns) - clock_ns)
