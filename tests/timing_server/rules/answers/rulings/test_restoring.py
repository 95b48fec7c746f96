"""Whatever was ruled: taking a ruling back leaves the results exactly as they were."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.answers.rulings.commands import every_command
from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, ScriptedRace, planned_race
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.rulings import ReverseRuling
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import HeatPlanned
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.passes.strays import stray_passes
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_MS, NS_PER_S, EntryId, HeatId, RulingId

#: Draws from a strategy, within another or within a test.
Draw = Callable[[st.SearchStrategy[Any]], Any]

AFTER_MS = st.sampled_from([900, 2_000, 6_000, 7_000, 8_000])
#: One heat alone on the track, and one that two entries share, where a gate can't tell them apart.
HEATS = ("heat-1", "both")


@st.composite
def ruled_races(draw: st.DrawFn) -> ScriptedRace:
    """Draw a race of two heats with rulings of all kinds in and after them."""
    options = replace(OPTIONS, incidents_max=1, reset_penalty_ns=NS_PER_S, window_ns=15 * NS_PER_S)
    race = planned_race(1, options).at(5_000)
    race.append(HeatPlanned(HeatId("both"), STAGE, (EntryId("entry-1"), EntryId("entry-2"))))
    for name in HEATS:
        heat_id = HeatId(name)
        if isinstance(decide(race.state, CallNextHeat(), race.now_ms), RuleViolation):
            break  # the only known entry is disqualified
        race.ask(CallNextHeat())
        race.ask(StartHeat(heat_id))
        for after_ms in draw(st.lists(AFTER_MS, min_size=1, max_size=4)):
            race.crossing(race.now_ms + after_ms)
            if draw(st.booleans()):
                rule(draw, race)
        if race.state.heats[heat_id].phase is HeatPhase.RUNNING and draw(st.booleans()):
            race.ask(StopHeat(heat_id))
        if race.state.heats[heat_id].phase is HeatPhase.RUNNING:
            break
    return race


def rule(draw: Draw, race: ScriptedRace) -> RulingId | None:
    """Make a ruling of any kind about anything, if the rules take it."""
    ruling_id = RulingId(f"ruling-{len(race.state.rulings)}")
    commands = every_command(race, ruling_id)
    kind = draw(st.sampled_from(sorted({type(each).__name__ for each in commands})))
    command = draw(st.sampled_from([each for each in commands if type(each).__name__ == kind]))
    answer = decide(race.state, command, race.now_ms * NS_PER_MS)
    if isinstance(answer, RuleViolation):
        return None
    race.append(*answer, actor="marshal")
    return ruling_id


@dataclass(frozen=True)
class Results:
    """All that people see of a race, and all that it is computed from."""

    scores: tuple[Any, ...]
    standings: tuple[Any, ...]
    strays: tuple[Any, ...]
    effects: tuple[Any, ...]
    rulings_on_runs: tuple[Any, ...]


def results(state: EventState) -> Results:
    return Results(
        # A pass that was taken back still says that somebody was there: no heat ends in the past.
        tuple(replace(score_heat(state, each), last_sign_ns=None) for each in state.heats),
        tuple(each for stage_id in state.stages for each in rank_stage(state, stage_id)),
        (stray_passes(state), state.entries, state.passes),
        (state.effects.pass_voids, state.effects.pass_restores, state.effects.reassignments),
        tuple(heat.rulings for heat in state.heats.values()),
    )


@given(ruled_races(), st.data())
def test_a_reversed_ruling_restores_the_results(race: ScriptedRace, data: st.DataObject) -> None:
    """It should restore every result exactly when any ruling is taken back, and its return too."""
    before = results(race.state)
    ruling_id = rule(data.draw, race)
    if ruling_id is None:
        return
    ruled = results(race.state)
    race.ask(ReverseRuling(RulingId("back"), ruling_id, ""))
    assert results(race.state) == before
    race.ask(ReverseRuling(RulingId("again"), RulingId("back"), ""))
    assert results(race.state) == ruled


@given(ruled_races())
def test_every_command_has_an_answer(race: ScriptedRace) -> None:
    """It should answer every command about anything with facts or one sentence, never raise."""
    for command in every_command(race, RulingId("next")):
        answer = decide(race.state, command, race.now_ms * NS_PER_MS)
        if isinstance(answer, RuleViolation):
            assert answer.sentence.endswith(".")
        else:
            assert len(answer) == 1
