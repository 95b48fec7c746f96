"""How a heat's passes become laps: a function of the set of its passes and of nothing else.

Passes are walked in the order of their instants and, at the same instant, of their addresses, so
the order in which they were delivered doesn't matter, nor does it matter that one came twice. Each
is bound to a run (``passes.binding``) and judged there (``scoring.track``).
"""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from timing_server.rules.passes.binding import bind
from timing_server.rules.scoring.scores import HeatScore, ScoredPass, Verdict
from timing_server.rules.scoring.terms import terms_of
from timing_server.rules.scoring.track import Track
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, HeatPass, Run
from timing_server.rules.state.plan import FINISH_ROLE
from timing_server.rules.units import EntryId, HeatId

_Disqualified = frozenset[EntryId]
_NOBODY: _Disqualified = frozenset()
# Scores are remembered as long as the very heat that they were computed from is alive.
_remembered: WeakKeyDictionary[Heat, tuple[_Disqualified, HeatScore]] = WeakKeyDictionary()


def score_heat(state: EventState, heat_id: HeatId) -> HeatScore:
    """Return the heat's passes with their verdicts, and its laps.

    Computed once for as long as nothing about the heat changes, nor about who is disqualified.
    Raises KeyError for a heat that the state doesn't have.
    """
    heat = state.heats[heat_id]
    disqualified = _disqualified(state, heat)
    known = _remembered.get(heat)
    if known is not None and known[0] == disqualified:
        return known[1]
    score = compute_score(heat, disqualified)
    _remembered[heat] = disqualified, score
    return score


def compute_score(heat: Heat, disqualified: _Disqualified = _NOBODY) -> HeatScore:
    """Score a heat from scratch; ``score_heat`` remembers what this returns.

    ``disqualified`` are those of its entries that are out of the whole event.
    """
    ordered = sorted(heat.passes.values(), key=lambda each: (each.race_ns, each.pass_ref))
    tracks = {
        entry_id: Track(terms_of(heat, run, is_disqualified=entry_id in disqualified))
        for entry_id, run in _runs(heat).items()
    }
    # Who didn't show up crossed no line: whatever passed was somebody else.
    racing = {
        entry_id: track.terms.run
        for entry_id, track in tracks.items()
        if track.terms.status != "dns"
    }
    passes = [_walked(heat, racing, tracks, each) for each in ordered if not each.is_taken_back]
    signs = [each.race_ns for each in ordered]
    signs += [each.race_ns for each in heat.rulings.restarts]
    if heat.started_race_ns is not None:
        signs.append(heat.started_race_ns)
    return HeatScore(
        heat_id=heat.heat_id,
        stage_id=heat.stage_id,
        runs=tuple(track.score() for track in tracks.values()),
        passes=tuple(passes),
        last_sign_ns=max(signs, default=None),
    )


def _disqualified(state: EventState, heat: Heat) -> _Disqualified:
    entries = ((entry_id, state.entries.get(entry_id)) for entry_id in heat.entry_ids)
    out = [entry_id for entry_id, entry in entries if entry and entry.disqualified_by is not None]
    return frozenset(out) if out else _NOBODY


def _runs(heat: Heat) -> Mapping[EntryId, Run]:
    return {entry_id: heat.runs[entry_id] for entry_id in heat.entry_ids}


def _walked(
    heat: Heat, racing: Mapping[EntryId, Run], tracks: Mapping[EntryId, Track], each: HeatPass
) -> ScoredPass:
    """Bind and judge the next pass, and let its run have it where it counts."""
    if each.role != FINISH_ROLE:
        return scored_pass(each, "other_gate", None)
    entry_id, unbound = bind(heat, racing, each)
    if each.void_ruling_id is not None:
        return scored_pass(each, "voided", entry_id)
    if entry_id is None:
        return scored_pass(each, unbound or "unknown_entry", None)
    track = tracks[entry_id]
    verdict = track.judge(each)
    if verdict == "counted":
        track.count(heat, each)
    return scored_pass(each, verdict, entry_id)


def scored_pass(each: HeatPass, verdict: Verdict, entry_id: EntryId | None) -> ScoredPass:
    """Return the pass as a result: what it was judged to be, and whose it is."""
    return ScoredPass(
        pass_ref=each.pass_ref,
        source=each.source,
        crossed_race_ns=each.race_ns,
        bound_ns=each.bound_ns,
        verdict=verdict,
        entry_id=entry_id,
        role=each.role,
        void_ruling_id=each.void_ruling_id,
    )
