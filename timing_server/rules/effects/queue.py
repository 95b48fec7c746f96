"""The queue of heats that are still to come, kept in the order in which they will be called."""

from collections.abc import Iterable

from timing_server.rules.state.event import EventState
from timing_server.rules.units import HeatId


def queued_last(state: EventState, heat_id: HeatId) -> tuple[HeatId, ...]:
    """Return the queue with a heat at its end, where a newly planned one stands."""
    return (*without(state, heat_id), heat_id)


def queued_first(state: EventState, heat_id: HeatId) -> tuple[HeatId, ...]:
    """Return the queue headed by a heat: one that stood down, or one that is run again."""
    return (heat_id, *without(state, heat_id))


def without(state: EventState, heat_id: HeatId) -> tuple[HeatId, ...]:
    """Return the queue without a heat: it was called, or isn't wanted any more."""
    return tuple(each for each in state.queue if each != heat_id)


def reordered(state: EventState, heat_ids: Iterable[HeatId]) -> tuple[HeatId, ...]:
    """Return the queue with these heats first, in this order, and the others as they were.

    Heats that aren't in the queue (any more) are passed over: one may have been called meanwhile.
    """
    waiting = set(state.queue)
    named = tuple(dict.fromkeys(each for each in heat_ids if each in waiting))
    return (*named, *(each for each in state.queue if each not in set(named)))
