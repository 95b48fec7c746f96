"""The start list: a stage's heats in the order of calling, each with the time planned for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from timing_server.rules.orders.attendance import heats_of
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_US


@dataclass(frozen=True, slots=True)
class StartSlot:
    """A heat on the start list; ``planned_utc`` (ISO 8601) None where the stage has no times."""

    heat: Heat
    planned_utc: str | None


def start_list(state: EventState, stage: Stage) -> tuple[StartSlot, ...]:
    """Return the stage's heats with their times: the first at its start, each next a slot later.

    An abandoned heat gives its slot to the one that repeats it.
    """
    return tuple(
        StartSlot(heat, _slot_utc(stage, at))
        for at, heat in enumerate(heats_of(state, stage.stage_id))
    )


def _slot_utc(stage: Stage, at: int) -> str | None:
    if stage.starts_utc is None:
        return None
    starts = datetime.fromisoformat(stage.starts_utc)
    try:
        return (starts + timedelta(microseconds=at * stage.slot_ns // NS_PER_US)).isoformat()
    except OverflowError:  # beyond the calendar's last year
        return None
