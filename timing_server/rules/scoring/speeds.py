"""Whose a measured speed is, and of which lap: told beside the result, which it never alters. Pure.

A speed belongs to whoever made the pass that completed it, or else the one that began it, as laps
do (``passes.binding``), and to the lap that was under way then. One whose second pass was struck,
isn't of the heat, or can't be given to a run is left out.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from timing_server.rules.facts.sensors import SpeedMeasured
from timing_server.rules.passes.binding import bind
from timing_server.rules.passes.placing import SHELF_SIZE
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore, RunScore
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, HeatPass, Run
from timing_server.rules.state.passes import Speeds
from timing_server.rules.units import EntryId, JournalId, NodeId, PassRef


@dataclass(frozen=True, slots=True)
class TrapSpeed:
    """A run's speed between two gates, ``± bound_mmps``.

    ``lap_ref`` is the pass that closed its lap, None where none did: the lap is still under way,
    or the car was on its way to the line or back to the pits.
    """

    from_gate: str
    to_gate: str
    race_ns: int
    speed_mmps: int
    bound_mmps: int
    lap_ref: PassRef | None


HeatSpeeds = Mapping[EntryId, tuple[TrapSpeed, ...]]

_remembered: WeakKeyDictionary[Heat, tuple[Speeds, HeatScore, HeatSpeeds]] = WeakKeyDictionary()


def heat_speeds(state: EventState, heat: Heat) -> HeatSpeeds:
    """Return each run's speeds in the order in which they were driven; runs without are left out.

    Made once for as long as nothing about the heat or the stream's speeds changes.
    """
    if not state.speeds:
        return {}
    score = score_heat(state, heat.heat_id)
    known = _remembered.get(heat)
    if known is not None and known[0] is state.speeds and known[1] is score:
        return known[2]
    found = _found(state.speeds, heat, score)
    _remembered[heat] = state.speeds, score, found
    return found


def top_speed(speeds: tuple[TrapSpeed, ...]) -> TrapSpeed | None:
    """Return the fastest, of equal ones the first; None where there are none."""
    return max(speeds, key=lambda each: each.speed_mmps, default=None)


def _found(speeds: Speeds, heat: Heat, score: HeatScore) -> HeatSpeeds:
    racing = {run.entry_id: heat.runs[run.entry_id] for run in score.runs if run.status != "dns"}
    runs = {run.entry_id: run for run in score.runs}
    found: dict[EntryId, list[TrapSpeed]] = {}
    for each in sorted(heat.passes.values(), key=lambda one: (one.race_ns, one.pass_ref)):
        for fact in _ended_by(speeds, each):
            entry_id = _owner(heat, racing, each, fact)
            if entry_id is not None:
                speed = _speed(heat, runs[entry_id], each, fact)
                found.setdefault(entry_id, []).append(speed)
    return {entry_id: tuple(own) for entry_id, own in found.items()}


def _ended_by(speeds: Speeds, each: HeatPass) -> tuple[SpeedMeasured, ...]:
    if each.source != "sensor" or each.void_ruling_id is not None:
        return ()
    node_id, journal_id, seq = each.pass_ref.rsplit(":", 2)
    shelf = speeds.get((NodeId(node_id), JournalId(journal_id), int(seq) // SHELF_SIZE), {})
    return shelf.get(int(seq), ())


def _owner(
    heat: Heat, racing: Mapping[EntryId, Run], each: HeatPass, fact: SpeedMeasured
) -> EntryId | None:
    """Return whose it is, where both passes that anybody can be given to agree."""
    began = heat.passes.get(PassRef(f"{fact.node_id}:{fact.journal_id}:{fact.from_seq}"))
    ends = (each,) if began is None else (each, began)
    owners = {bind(heat, racing, end)[0] for end in ends} - {None}
    return owners.pop() if len(owners) == 1 else None


def _speed(heat: Heat, run: RunScore, each: HeatPass, fact: SpeedMeasured) -> TrapSpeed:
    return TrapSpeed(
        from_gate=fact.from_gate,
        to_gate=fact.to_gate,
        race_ns=each.race_ns,
        speed_mmps=fact.speed_mmps,
        bound_mmps=fact.bound_mmps,
        lap_ref=_lap_at(heat, run, each.race_ns),
    )


def _lap_at(heat: Heat, run: RunScore, race_ns: int) -> PassRef | None:
    """Return the pass that closed the lap under way at the instant."""
    laps = [lap for lap in run.laps if not lap.is_credited]
    at = bisect_left([lap.closed_race_ns for lap in laps], race_ns)
    if at == len(laps):
        return None
    opening = heat.passes.get(laps[at].opening_ref)
    return laps[at].pass_ref if opening is not None and opening.race_ns < race_ns else None
