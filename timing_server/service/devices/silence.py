"""Which timing gates have seen nothing for longer than a running heat makes plausible. Pure.

A gate with several sensors compares them by itself. One that goes dark as a whole, or has a single
sensor, is betrayed by the race alone: cars go round, and it says nothing. Plausible are three of
the heat's median laps, before the first lap the longest that the stage expects, or a minute; and
never more than half of what would end the heat for want of passes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_low

from timing_server.rules.answers.heats.practice import entries_on_track
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.passes.placing import find_pass, role_at
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.windows import is_paused_at
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import FINISH_ROLE, SECTOR_ROLES, GateRole
from timing_server.rules.units import NS_PER_S, NodeId

MEDIAN_LAPS = 3
#: Before anybody has closed a lap, where the stage has no longest one.
FIRST_LAP_NS = 60 * NS_PER_S

GateKey = tuple[NodeId, str]


@dataclass(frozen=True, slots=True)
class Silence:
    """A gate that has seen nothing for ``quiet_ns`` of racing; ``role`` is its job."""

    node_id: NodeId
    gate: str
    role: str
    quiet_ns: int


def silent_gates(
    state: EventState | None, gates: Iterable[GateKey], now_race_ns: int
) -> tuple[Silence, ...]:
    """Return which of these gates are silent while a heat runs; none while nobody is racing.

    ``gates`` are those of the nodes that are heard: one that isn't has another trouble.
    """
    heat = None if state is None else state.active_heat
    if state is None or heat is None or heat.phase is not HeatPhase.RUNNING:
        return ()
    since_ns = _racing_since(heat)
    if since_ns is None or is_paused_at(now_race_ns, heat.pauses):
        return ()
    jobs = {each: role_at(state, *each, now_race_ns) for each in gates}
    last_ns = _last_passes(state, heat)
    limit_ns = _limit_ns(state, heat)
    found = []
    for (node_id, gate), job in sorted(jobs.items()):
        quiet_ns = _racing_ns(heat, max(last_ns.get((node_id, gate), 0), since_ns), now_race_ns)
        if _is_awaited(heat, job) and quiet_ns > limit_ns:
            found.append(Silence(node_id, gate, job.role, quiet_ns))
    return tuple(found)


def _racing_since(heat: Heat) -> int | None:
    """Return since when somebody who could pass a gate is on track."""
    if not heat.is_practice:
        return heat.started_race_ns
    out = entries_on_track(heat)
    since = [each.out_race_ns for each in heat.outings if each.entry_id in out]
    return max(since, default=None)


def _is_awaited(heat: Heat, job: GateRole) -> bool:
    """Whether cars of this heat pass a gate with that job lap by lap."""
    if job.role != FINISH_ROLE and job.role not in SECTOR_ROLES:
        return False
    lanes = {run.lane for run in heat.runs.values()} - {None}
    return job.lane is None or not lanes or job.lane in lanes


def _last_passes(state: EventState, heat: Heat) -> Mapping[GateKey, int]:
    last: dict[GateKey, int] = {}
    for each in heat.passes.values():
        known = find_pass(state, each.pass_ref) if each.source == "sensor" else None
        if known is not None:
            key = known.fact.node_id, known.fact.gate
            last[key] = max(last.get(key, 0), each.race_ns)
    return last


def _limit_ns(state: EventState, heat: Heat) -> int:
    runs = score_heat(state, heat.heat_id).runs
    laps_ns = [lap.duration_ns for run in runs for lap in run.valid_laps if not lap.is_credited]
    first_ns = heat.options.lap_max_ns or FIRST_LAP_NS
    limit_ns = MEDIAN_LAPS * median_low(laps_ns) if laps_ns else first_ns
    return min(limit_ns, heat.options.idle_limit_ns // 2)


def _racing_ns(heat: Heat, from_ns: int, until_ns: int) -> int:
    """Return how much of the time between two instants no pause stood in."""
    paused_ns = sum(
        max(0, min(each.until_race_ns or until_ns, until_ns) - max(each.from_race_ns, from_ns))
        for each in heat.pauses
    )
    return until_ns - from_ns - paused_ns
