"""How a heat's passes become laps: a function of the set of its passes and of nothing else."""

from threading import Lock
from weakref import WeakKeyDictionary

from timing_server.rules.scoring.scores import HeatScore
from timing_server.rules.scoring.walk import Disqualified, Walk, walk_of, walk_on
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import HeatId

_NOBODY: Disqualified = frozenset()
#: How many heats' walks are kept to go on from: those under way, and those that people look at.
_WALKS_KEPT = 128

# Scores are remembered as long as the very heat that they were computed from is alive.
_remembered: WeakKeyDictionary[Heat, tuple[Disqualified, HeatScore]] = WeakKeyDictionary()
_walks: dict[HeatId, Walk] = {}
_walks_lock = Lock()


def score_heat(state: EventState, heat_id: HeatId) -> HeatScore:
    """Return the heat's passes with their verdicts, and its laps.

    Computed once for as long as nothing about the heat changes, nor about who is disqualified; the
    next pass costs no more in a long heat than in a short one. Raises KeyError for a heat that the
    state doesn't have.
    """
    heat = state.heats[heat_id]
    disqualified = _disqualified(state, heat)
    known = _remembered.get(heat)
    if known is not None and known[0] == disqualified:
        return known[1]
    before = _walks.get(heat_id)
    walk = None if before is None else walk_on(before, heat, disqualified)
    walk = walk_of(heat, disqualified) if walk is None else walk
    _keep(walk)
    score = walk.score()
    _remembered[heat] = disqualified, score
    return score


def compute_score(heat: Heat, disqualified: Disqualified = _NOBODY) -> HeatScore:
    """Score a heat from scratch; ``score_heat`` remembers what this returns.

    ``disqualified`` are those of its entries that are out of the whole event.
    """
    return walk_of(heat, disqualified).score()


def _keep(walk: Walk) -> None:
    """Keep the newest walks; ``walk_on`` tells a heat of the same id in another event apart."""
    with _walks_lock:
        _walks.pop(walk.heat.heat_id, None)
        _walks[walk.heat.heat_id] = walk
        while len(_walks) > _WALKS_KEPT:
            del _walks[next(iter(_walks))]


def _disqualified(state: EventState, heat: Heat) -> Disqualified:
    out = _NOBODY
    for entry_id in heat.entry_ids:
        entry = state.entries.get(entry_id)
        if entry is not None and entry.disqualified_by is not None:
            out |= {entry_id}
    return out
