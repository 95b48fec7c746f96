import pytest

from tests.timing_server.rules.answers.rulings.ruled_race import (
    ENTRY,
    HEAT,
    R1,
    R2,
    R3,
    R4,
    ref_at,
)
from tests.timing_server.rules.scripted_race import ScriptedRace, ms, planned_race
from timing_server.rules.commands.heats import ArmHeat, CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.rulings import (
    GivePenalty,
    InsertPass,
    ReassignPass,
    RestorePass,
    ReverseRuling,
    VoidLap,
    VoidPass,
)
from timing_server.rules.facts.rulings import (
    PassInserted,
    PassReassigned,
    PassRestored,
    RulingReversed,
)
from timing_server.rules.passes.placing import manual_ref
from timing_server.rules.units import EntryId, HeatId, PassRef


def test_a_manual_pass_is_now_unless_an_instant_is_given(race: ScriptedRace) -> None:
    """It should enter a pass at the instant of the command, or at one that the marshal names."""
    race.at(30_000)
    now = race.ask(InsertPass(R1, HEAT, None, 5, "seen"))
    assert now == (PassInserted(R1, HEAT, ms(30_000), 5, "seen"),)
    race.ask(InsertPass(R2, HEAT, ms(24_000), 5, "seen on video"))
    assert race.laps_ms() == [8_000, 4_000, 4_000, 2_000]


def test_a_manual_pass_may_say_whose_it_is(race: ScriptedRace) -> None:
    """It should keep whose pass a marshal saw, and refuse an entry that isn't in the heat."""
    assert race.refusal(InsertPass(R1, HEAT, None, 5, "", EntryId("entry-9"))) == "unknown_entry"
    facts = race.ask(InsertPass(R1, HEAT, ms(24_000), 5, "", ENTRY))
    assert facts == (PassInserted(R1, HEAT, ms(24_000), 5, "", ENTRY),)
    assert race.laps_ms() == [8_000, 4_000, 4_000]


def test_a_manual_pass_lies_in_its_heat(race: ScriptedRace) -> None:
    """It should lie between its heat's start and now, and have a bound that isn't negative."""
    race.at(30_000)
    assert race.refusal(InsertPass(R1, HeatId("x"), None, 0, "")) == "unknown_heat"
    assert race.refusal(InsertPass(R1, HEAT, ms(9_999), 0, "")) == "instant_outside_heat"
    assert race.refusal(InsertPass(R1, HEAT, ms(30_001), 0, "")) == "instant_in_future"
    assert race.refusal(InsertPass(R1, HEAT, None, -1, "")) == "option_out_of_range"
    not_started = planned_race()
    assert not_started.refusal(InsertPass(R1, HEAT, None, 0, "")) == "heat_not_started"


def test_a_missed_first_crossing_can_be_entered() -> None:
    """It should open the first lap of a heat that was armed, and started with a later crossing."""
    race = planned_race().at(10_000)
    race.ask(CallNextHeat())
    race.ask(ArmHeat(HEAT))
    race.crossing(20_000)
    race.crossing(28_000)
    assert race.laps_ms() == [8_000]
    assert race.refusal(InsertPass(R1, HEAT, ms(9_000), 0, "")) == "instant_outside_heat"
    race.ask(InsertPass(R1, HEAT, ms(12_000), 0, "the beam was covered"))
    assert race.laps_ms() == [8_000, 8_000]
    assert race.run().window_opens_ns == ms(12_000)
    race.ask(ReverseRuling(R2, R1, "it wasn't"))
    assert race.laps_ms() == [8_000]


def test_a_finished_heat_can_be_put_right(race: ScriptedRace) -> None:
    """It should need an instant after the end; a stopped heat has none after its end."""
    race.at(30_000).ask(StopHeat(HEAT))
    race.at(90_000)
    assert race.refusal(InsertPass(R1, HEAT, None, 0, "")) == "heat_not_running"
    assert race.refusal(InsertPass(R1, HEAT, ms(30_001), 0, "")) == "instant_outside_heat"
    race.ask(InsertPass(R1, HEAT, ms(24_000), 0, "seen on video"))
    assert race.laps_ms() == [8_000, 4_000, 4_000]


@pytest.mark.parametrize(
    "ref", ["", "nonsense", "node-1:journal-1:99", "node-1:journal-1:x", "manual:r9"]
)
def test_only_known_passes_are_ruled_on(race: ScriptedRace, ref: str) -> None:
    """It should know only passes that the stream has."""
    assert race.refusal(VoidPass(R1, PassRef(ref), "")) == "unknown_pass"
    assert race.refusal(RestorePass(R1, PassRef(ref), "")) == "unknown_pass"
    assert race.refusal(ReassignPass(R1, PassRef(ref), HEAT, ENTRY, "")) == "unknown_pass"
    assert race.refusal(VoidLap(R1, PassRef(ref), "")) == "unknown_pass"


def test_an_address_has_one_spelling(race: ScriptedRace) -> None:
    """It should not know a pass by its address with zeros before the number."""
    node, journal, seq = ref_at(race, 12_000).split(":")
    assert race.refusal(VoidPass(R1, PassRef(f"{node}:{journal}:0{seq}"), "")) == "unknown_pass"


def test_a_pass_is_struck_once(race: ScriptedRace) -> None:
    """It should not strike again what is void, by hand or sensor, in a heat or out of it."""
    ref = ref_at(race, 20_000)
    race.ask(VoidPass(R1, ref, ""))
    assert race.refusal(VoidPass(R2, ref, "")) == "pass_already_voided"
    race.ask(InsertPass(R2, HEAT, ms(24_000), 0, ""))
    race.ask(VoidPass(R3, manual_ref(R2), "no"))
    assert race.refusal(VoidPass(R4, manual_ref(R2), "no")) == "pass_already_voided"
    assert race.laps_ms() == [16_000]
    race.ask(StopHeat(HEAT))
    race.ask(VoidPass(R4, race.crossing(35_000), "outside"))


def test_a_taken_back_manual_pass_is_unknown(race: ScriptedRace) -> None:
    """It should not find a manual pass that was reversed."""
    race.ask(InsertPass(R1, HEAT, ms(24_000), 0, ""))
    race.ask(ReverseRuling(R2, R1, ""))
    assert race.refusal(VoidPass(R3, manual_ref(R1), "")) == "unknown_pass"
    assert race.laps_ms() == [8_000, 8_000]


def test_restoring_a_struck_pass_takes_the_ruling_back(race: ScriptedRace) -> None:
    """It should reverse the ruling that struck a pass, rather than rule against it."""
    ref = ref_at(race, 20_000)
    race.ask(VoidPass(R1, ref, "a hand"))
    assert race.ask(RestorePass(R2, ref, "a car after all")) == (
        RulingReversed(R2, R1, "a car after all"),
    )
    assert race.laps_ms() == [8_000, 8_000]
    assert race.refusal(RestorePass(R3, ref, "")) == "pass_counts_already"


def test_a_doubted_pass_can_be_restored(race: ScriptedRace) -> None:
    """It should let a pass inside the dead time count, until it is struck after all."""
    ref = race.crossing(29_000)
    assert race.verdicts()[-1] == "inside_dead_time"
    assert race.ask(RestorePass(R1, ref, "two cars")) == (PassRestored(R1, ref, "two cars"),)
    assert race.laps_ms() == [8_000, 8_000, 1_000]
    race.ask(VoidPass(R2, ref, "no"))
    assert race.verdicts()[-1] == "voided"
    assert race.laps_ms() == [8_000, 8_000]


def test_passes_elsewhere_are_not_restored(race: ScriptedRace) -> None:
    """It should not restore a pass of another gate, or outside any heat."""
    elsewhere = race.crossing(29_000, gate="sector-1")
    race.at(30_000).ask(StopHeat(HEAT))
    outside = race.crossing(35_000)
    assert race.refusal(RestorePass(R1, elsewhere, "")) == "pass_not_restorable"
    assert race.refusal(RestorePass(R1, outside, "")) == "pass_not_restorable"


def test_a_pass_can_be_given_to_another_heat() -> None:
    """It should move a pass to the run and heat that a marshal names, and back on reversal."""
    race = planned_race(entries=2).at(10_000)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    race.crossing(12_000)
    race.at(13_000).ask(StopHeat(HEAT))
    late = race.crossing(20_000)
    other = ENTRY, HeatId("heat-2")
    assert race.refusal(ReassignPass(R1, late, other[1], EntryId("entry-2"), "")) == (
        "heat_not_started"
    )
    assert race.refusal(ReassignPass(R1, late, HEAT, EntryId("entry-2"), "")) == "unknown_entry"
    assert race.ask(ReassignPass(R1, late, HEAT, ENTRY, "stopped too early")) == (
        PassReassigned(R1, late, HEAT, ENTRY, "stopped too early"),
    )
    assert race.laps_ms() == [8_000]
    assert race.refusal(ReassignPass(R2, late, HEAT, ENTRY, "")) == "pass_already_theirs"
    race.ask(ReverseRuling(R2, R1, ""))
    assert race.laps_ms() == []


def test_only_finish_passes_are_reassigned(race: ScriptedRace) -> None:
    """It should refuse to make a finish-line pass of one that another gate saw."""
    elsewhere = race.crossing(29_000, gate="sector-1")
    assert race.refusal(ReassignPass(R1, elsewhere, HEAT, ENTRY, "")) == "pass_at_other_gate"


def test_a_penalty_outlives_the_pass_of_its_lap(race: ScriptedRace) -> None:
    """It should keep a penalty on the merged lap, and put all back when the pass returns."""
    race.at(30_000)
    ref = ref_at(race, 20_000)
    race.ask(GivePenalty(R1, HEAT, ENTRY, ms(3_000), ref, "cut the corner"))
    ruled = race.score("heat-1")
    race.ask(VoidPass(R2, ref, "a hand"))
    assert [lap.penalty_ns for lap in race.score("heat-1").runs[0].laps] == [ms(3_000)]
    race.ask(ReverseRuling(R3, R2, "it was the car"))
    assert race.score("heat-1") == ruled
