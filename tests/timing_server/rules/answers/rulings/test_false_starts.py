"""What marshals make of passes between the first light and the go."""

from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import OPTIONS, ScriptedRace, ms, planned_race
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.rulings import ReverseRuling, RuleFalseStart
from timing_server.rules.facts.rulings import FalseStartRuled
from timing_server.rules.facts.sensors import LightsWentOut
from timing_server.rules.passes.clocks import Span
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, PassRef, RulingId

HEAT, ENTRY = HeatId("heat-1"), EntryId("entry-1")
R1, R2, R3 = RulingId("r1"), RulingId("r2"), RulingId("r3")
PENALTY = 5 * NS_PER_S


def lights_out(race: ScriptedRace, at_ms: int) -> LightsWentOut:
    """Return what the line's own node says of its lamps, 20 µs late and known to 1 µs."""
    node, go_ns = race.node.relation(), ms(at_ms)
    mono_ns = ms(at_ms - race.node.offset_ms) + 20_000
    return LightsWentOut(
        node_id=node.node_id,
        boot_id=node.boot_id,
        journal_id=node.journal_id,
        seq=node.seq,
        heat_id=HEAT,
        go_race_ns=go_ns,
        mono_ns=mono_ns,
        bound_ns=1_000,
        planned_mono_ns=mono_ns - 20_000,
        clock_bound_ns=40_000,
    )


@pytest.fixture
def race() -> ScriptedRace:
    """A heat whose lights go out at 11 s, with a pass 100 ms before and one 300 ms after that."""
    made = planned_race(1, replace(OPTIONS, start_mode="lights")).at(5_000)
    made.ask(CallNextHeat())
    made.ask(StartHeat(HEAT, NS_PER_S))
    made.crossing(10_900)
    made.at(11_000).append(lights_out(made, 11_000), actor="node")
    made.crossing(11_300)
    return made


def candidate(race: ScriptedRace) -> PassRef:
    (found,) = race.run().false_starts
    return found.pass_ref


def test_a_candidate_has_no_consequence_by_itself(race: ScriptedRace) -> None:
    """It should be kept with how early it was, by the lamps' own clock, and cost nothing."""
    (found,) = race.run().false_starts
    assert (found.early_ns, found.bound_ns, found.ruling_id) == (ms(100) + 20_000, 1_000, None)
    assert race.verdicts() == ["false_start", "counted"]
    assert (race.run().penalty_ns, race.run().status) == (0, None)


def test_a_penalty_and_back(race: ScriptedRace) -> None:
    """It should put time on the run, once, until it is taken back."""
    ref = candidate(race)
    given = RuleFalseStart(R1, HEAT, ENTRY, ref, PENALTY, "jumped")
    assert race.ask(given) == (FalseStartRuled(R1, HEAT, ENTRY, ref, PENALTY, "jumped"),)
    assert race.run().penalty_ns == PENALTY
    assert race.refusal(replace(given, ruling_id=R2)) == "false_start_ruled"
    race.ask(ReverseRuling(R2, R1, ""))
    assert (race.run().penalty_ns, race.run().false_starts[0].ruling_id) == (0, None)
    race.ask(replace(given, ruling_id=R3))
    assert race.run().penalty_ns == PENALTY


def test_dismissed(race: ScriptedRace) -> None:
    """It should leave the run as it is, and its reaction as the lamps' clock measured it."""
    race.ask(RuleFalseStart(R1, HEAT, ENTRY, candidate(race), 0, "a marshal's hand"))
    assert race.run().penalty_ns == 0
    assert race.run().false_starts[0].is_dismissed
    assert race.run().reaction == Span(ms(300) - 20_000, 1_000)


def test_what_is_no_candidate(race: ScriptedRace) -> None:
    """It should refuse a pass after the go, a run that isn't there, and a negative penalty."""
    counted = race.score().passes[-1].pass_ref
    ruling = RuleFalseStart(R1, HEAT, ENTRY, counted, PENALTY, "")
    assert race.refusal(ruling) == "no_false_start"
    assert race.refusal(replace(ruling, entry_id=EntryId("x"))) == "unknown_entry"
    assert race.refusal(replace(ruling, penalty_ns=-1)) == "option_out_of_range"


def test_twice_told_is_once(race: ScriptedRace) -> None:
    """It should take the same word of a node once, and one about no heat not at all."""
    heat = race.state.heats[HEAT]
    race.append(race.log[-2].fact, actor="node")
    assert race.state.heats[HEAT].gos == heat.gos
    race.append(replace(lights_out(race, 11_000), heat_id=HeatId("x")), actor="node")
    assert race.state.heats[HEAT].gos == heat.gos
