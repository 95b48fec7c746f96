"""What a ruling is about: whose run, in which heat, at which lap or instant, by how much."""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice, takewhile
from operator import attrgetter

from timing_server.rules.facts.recorded import Ruling
from timing_server.rules.facts.rulings import (
    EntryDisqualified,
    FalseStartRuled,
    LapCredited,
    LapRestored,
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassReassigned,
    PassRestored,
    PassVoided,
    PenaltyGiven,
    ProtestDecided,
    ProtestLodged,
    ResetMarked,
    RulingReversed,
    RunRestarted,
    RunRuled,
    WindowExtended,
)
from timing_server.rules.passes.placing import find_pass, manual_ref, manual_ruling_id
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore, Lap, ScoredPass
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, HeatPass
from timing_server.rules.units import EntryId, HeatId, PassRef


@dataclass(frozen=True, slots=True)
class Subject:
    """All that can be said of what a ruling is about; None where it doesn't apply.

    ``elapsed_ns`` counts from the heat's start; ``value_ns`` is the time that was given, taken or
    credited; ``outcome`` how a run was ruled or a protest decided.
    """

    heat_id: HeatId | None = None
    heat_number: int | None = None
    entry_id: EntryId | None = None
    lap_number: int | None = None
    elapsed_ns: int | None = None
    value_ns: int | None = None
    outcome: str | None = None


def subject_of(state: EventState, fact: Ruling) -> Subject:
    """Return what a ruling is about; of a protest's decision, what the protest is about."""
    heat_id = _heat_id(state, fact)
    heat = None if heat_id is None else state.heats.get(heat_id)
    value_ns, outcome = _value_ns(fact), _outcome(fact)
    if heat is None:
        named = getattr(fact, "entry_id", None)
        return Subject(entry_id=named, value_ns=value_ns, outcome=outcome)
    ref = pass_ref_of_ruling(fact)
    score = score_heat(state, heat.heat_id)
    crossed = None if ref is None else heat.passes.get(ref)
    scored = None if crossed is None else _scored(score, crossed)
    lap = None if scored is None else _lap_closed_by(score, scored)
    instant = _instant_ns(fact) if crossed is None else crossed.race_ns
    started = heat.started_race_ns
    return Subject(
        heat_id=heat.heat_id,
        heat_number=heat.number,
        entry_id=_named_entry(state, fact) or (scored and scored.entry_id) or _first_entry(heat),
        lap_number=None if lap is None else lap.number,
        elapsed_ns=None if instant is None or started is None else instant - started,
        value_ns=value_ns,
        outcome=outcome,
    )


def pass_ref_of_ruling(fact: Ruling) -> PassRef | None:
    """Return the pass that a ruling is about, None where it isn't about one."""
    match fact:
        case PassInserted():
            return manual_ref(fact.ruling_id)
        case PassVoided() | PassRestored() | PassReassigned() | LapVoided() | LapRestored():
            return fact.pass_ref
        case PenaltyGiven() | FalseStartRuled():
            return fact.pass_ref
        case _:
            return None


def name_of_subject(fact: Ruling) -> str:
    """Name what a ruling is about by one id: a pass, an entry or another ruling."""
    match fact:
        case RulingReversed():
            return fact.reversed_ruling_id
        case ProtestDecided():
            return fact.protest_id
        case _:
            pass
    ref = pass_ref_of_ruling(fact)
    return ref if ref is not None else str(getattr(fact, "entry_id", fact.ruling_id))


def _heat_id(state: EventState, fact: Ruling) -> HeatId | None:
    match fact:
        case RulingReversed() | EntryDisqualified():
            return None
        case ProtestDecided():
            lodged = _lodged(state, fact)
            return None if lodged is None else lodged.heat_id
        case PassVoided() | PassRestored() | LapVoided() | LapRestored():
            return _heat_of_pass(state, fact.pass_ref)
        case _:
            return fact.heat_id


def _heat_of_pass(state: EventState, ref: PassRef) -> HeatId | None:
    move = state.effects.reassignments.get(ref)
    if move is not None:
        return move.heat_id
    inserted = manual_ruling_id(ref)
    if inserted is not None:
        entry = state.rulings.get(inserted)
        return entry.fact.heat_id if entry and isinstance(entry.fact, PassInserted) else None
    known = find_pass(state, ref)
    return None if known is None else known.heat_id


def _lodged(state: EventState, fact: ProtestDecided) -> ProtestLodged | None:
    entry = state.rulings.get(fact.protest_id)
    return entry.fact if entry is not None and isinstance(entry.fact, ProtestLodged) else None


def _named_entry(state: EventState, fact: Ruling) -> EntryId | None:
    if isinstance(fact, ProtestDecided):
        lodged = _lodged(state, fact)
        return None if lodged is None else lodged.entry_id
    named: EntryId | None = getattr(fact, "entry_id", None)
    return named


def _scored(score: HeatScore, crossed: HeatPass) -> ScoredPass | None:
    """Find a pass among thousands by its instant; one that was taken back isn't there."""
    passes, race_ns = score.passes, crossed.race_ns
    at = bisect_left(passes, race_ns, key=attrgetter("crossed_race_ns"))
    same = takewhile(lambda each: each.crossed_race_ns == race_ns, islice(passes, at, None))
    return next((each for each in same if each.pass_ref == crossed.pass_ref), None)


def _lap_closed_by(score: HeatScore, scored: ScoredPass) -> Lap | None:
    """Find the lap that a pass closed by its instant; only a pass that counts closes one."""
    run = next((run for run in score.runs if run.entry_id == scored.entry_id), None)
    if run is None or scored.verdict != "counted":
        return None
    at = bisect_left(run.laps, scored.crossed_race_ns, key=attrgetter("closed_race_ns"))
    near = islice(run.laps, at, at + 1)
    found = next((lap for lap in near if lap.pass_ref == scored.pass_ref), None)
    return found or score.lap_closed_by(scored.pass_ref)


def _first_entry(heat: Heat) -> EntryId | None:
    return heat.entry_ids[0] if heat.entry_ids else None


def _instant_ns(fact: Ruling) -> int | None:
    match fact:
        case PassInserted():
            return fact.crossed_race_ns
        case OffTrackMarked():
            return fact.left_race_ns
        case ResetMarked():
            return fact.reset_race_ns
        case RunRestarted():
            return fact.restarted_race_ns
        case _:
            return None


def _value_ns(fact: Ruling) -> int | None:
    match fact:
        case PenaltyGiven():
            return fact.penalty_ns
        case FalseStartRuled():
            return fact.penalty_ns or None
        case LapCredited():
            return fact.duration_ns
        case WindowExtended():
            return fact.extra_ns
        case _:
            return None


def _outcome(fact: Ruling) -> str | None:
    match fact:
        case RunRuled():
            return fact.status
        case ProtestDecided():
            return "upheld" if fact.is_upheld else "rejected"
        case FalseStartRuled(penalty_ns=0):
            return "dismissed"
        case _:
            return None
