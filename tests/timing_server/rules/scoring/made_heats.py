"""Heats made by hand, so that a rule of scoring is tested without the commands that lead to it."""

from dataclasses import replace
from typing import Any

from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, ms
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import compute_score
from timing_server.rules.scoring.scores import RunScore
from timing_server.rules.state.heat import (
    Heat,
    HeatPass,
    HeatRulings,
    Incident,
    IncidentKind,
    Pause,
    Run,
)
from timing_server.rules.units import BootId, EntryId, HeatId, NodeId, PassRef, RulingId

ENTRY = EntryId("entry-1")
OTHER = EntryId("entry-2")
GO_MS = 10_000


def crossing(at_ms: int, **fields: Any) -> HeatPass:
    """Return a sensor's pass at the finish line; it is named after its instant."""
    made = HeatPass(
        pass_ref=PassRef(f"node-1:journal-1:{at_ms}"),
        source="sensor",
        race_ns=ms(at_ms),
        bound_ns=40_000,
        role="finish",
        node_id=NodeId("node-1"),
        boot_id=BootId("boot-1"),
        mono_ns=ms(at_ms - 5_000),
    )
    return replace(made, **fields)


def ref(at_ms: int) -> PassRef:
    """Return the address of the crossing at that instant."""
    return crossing(at_ms).pass_ref


def heat(
    *passes: HeatPass | int,
    entries: int = 1,
    options: HeatOptions = OPTIONS,
    rulings: HeatRulings | None = None,
    **fields: Any,
) -> Heat:
    """Return a heat that runs since 10 s; whole numbers are crossings, in milliseconds."""
    entry_ids = tuple(EntryId(f"entry-{number}") for number in range(1, entries + 1))
    placed = [crossing(each) if isinstance(each, int) else each for each in passes]
    made = Heat(
        heat_id=HeatId("heat-1"),
        number=1,
        stage_id=STAGE,
        entry_ids=entry_ids,
        options=options,
        runs={entry_id: Run(entry_id) for entry_id in entry_ids},
        phase=HeatPhase.RUNNING,
        started_race_ns=ms(GO_MS),
        passes={each.pass_ref: each for each in placed},
        rulings=HeatRulings() if rulings is None else rulings,
    )
    return replace(made, **fields)


def ruled(**kinds: Any) -> HeatRulings:
    """Return standing rulings: each kind's as a tuple."""
    return HeatRulings(**kinds)


def incident(at_ms: int, kind: IncidentKind = "off_track", entry_id: EntryId = ENTRY) -> Incident:
    """Return a mark of a marshal at that instant."""
    return Incident(RulingId(f"{kind}-{at_ms}"), entry_id, ms(at_ms), kind)


def pause(from_ms: int, until_ms: int | None, entry_id: EntryId | None = None) -> Pause:
    """Return a pause, a timeout where an entry took it."""
    cause = "pause" if entry_id is None else "timeout"
    return Pause(ms(from_ms), cause, entry_id, None, None if until_ms is None else ms(until_ms))


def run_of(made: Heat, entry_id: EntryId = ENTRY) -> RunScore:
    """Return the score of an entry's run."""
    return next(run for run in compute_score(made).runs if run.entry_id == entry_id)


def verdicts(made: Heat) -> list[str]:
    """Return the verdicts on the heat's passes, in the order of their instants."""
    return [each.verdict for each in compute_score(made).passes]


def laps_ms(made: Heat, entry_id: EntryId = ENTRY) -> list[int]:
    """Return the laps of a run that count, in whole milliseconds."""
    return [lap.duration_ns // 10**6 for lap in run_of(made, entry_id).valid_laps]


def invalids(made: Heat, entry_id: EntryId = ENTRY) -> list[str | None]:
    """Return why each of a run's laps doesn't count, None where it does."""
    return [lap.invalid for lap in run_of(made, entry_id).laps]
