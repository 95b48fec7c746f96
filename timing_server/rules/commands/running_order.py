"""Commands that say who drives when: rounds, the queue's order, and the queue of an open stage."""

from dataclasses import dataclass

from timing_server.rules.units import EntryId, HeatId, StageId


@dataclass(frozen=True, slots=True)
class PlanRounds:
    """Plan rounds of a stage at the end of the queue, every entry once in each.

    ``heat_ids`` are fresh ids, as many as may be needed (one for each run at most). ``order`` is
    one of ``orders.rounds.ORDERS``. ``entry_ids`` None takes everybody who may race the stage,
    under ``is_checked_in_only`` those who are here. ``ranked`` is who stands where, best first:
    the order ``standings`` needs it. ``has_lanes`` gives the entries of a heat a lane each, and
    each round another one.
    """

    stage_id: StageId
    heat_ids: tuple[HeatId, ...]
    order: str
    rounds_n: int = 1
    entry_ids: tuple[EntryId, ...] | None = None
    is_checked_in_only: bool = False
    ranked: tuple[EntryId, ...] = ()
    has_lanes: bool = False


@dataclass(frozen=True, slots=True)
class RemoveHeat:
    """Take a heat that never started out of the plan."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class ReorderHeats:
    """Call these heats first, in this order; those that aren't named follow as they were."""

    heat_ids: tuple[HeatId, ...]


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """Let an entry queue for a run in an open stage: a heat of its own, at the end."""

    heat_id: HeatId
    stage_id: StageId
    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Take back an entry's place in the queue of an open stage."""

    stage_id: StageId
    entry_id: EntryId
