from dataclasses import replace

import pytest

from tests.timing_server.rules.answers.rulings.ruled_race import (
    ENTRY,
    HEAT,
    R1,
    R2,
    R3,
    R4,
    ref_at,
    ruled_race,
)
from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules.commands.rulings import (
    CreditLap,
    InsertPass,
    MarkOffTrack,
    MarkReset,
    RestoreLap,
    SplitLap,
    VoidLap,
)
from timing_server.rules.facts.rulings import (
    LapCredited,
    LapRestored,
    PassInserted,
    RulingReversed,
)
from timing_server.rules.passes.placing import manual_ref
from timing_server.rules.units import NS_PER_MS, NS_PER_S, EntryId, HeatId


def test_only_a_closing_pass_has_a_lap_to_strike(race: ScriptedRace) -> None:
    """It should strike a lap by the pass that closed it, once."""
    assert race.refusal(VoidLap(R1, ref_at(race, 12_000), "")) == "lap_not_closed_here"
    double = race.crossing(29_000)
    assert race.refusal(VoidLap(R1, double, "")) == "lap_not_closed_here"
    race.ask(VoidLap(R1, ref_at(race, 20_000), "cut"))
    assert race.refusal(VoidLap(R2, ref_at(race, 20_000), "cut")) == "lap_already_voided"
    race.ask(InsertPass(R2, HEAT, ms(24_000), 0, ""))
    race.ask(VoidLap(R3, manual_ref(R2), "cut"))
    assert race.laps_ms() == [4_000]


def test_restoring_a_struck_lap_takes_the_ruling_back(race: ScriptedRace) -> None:
    """It should reverse the ruling that struck a lap; a lap that counts isn't restored."""
    ref = ref_at(race, 20_000)
    assert race.refusal(RestoreLap(R1, ref, "")) == "lap_counts_already"
    race.ask(VoidLap(R1, ref, "cut"))
    assert race.ask(RestoreLap(R2, ref, "video")) == (RulingReversed(R2, R1, "video"),)
    assert race.laps_ms() == [8_000, 8_000]


def test_a_lap_with_too_many_incidents_can_be_restored() -> None:
    """It should let a lap count that the limit on incidents made invalid."""
    race = ruled_race()
    assert race.refusal(RestoreLap(R1, ref_at(race, 12_000), "")) == "lap_not_closed_here"
    strict = limited_race()
    ref = ref_at(strict, 20_000)
    assert strict.run().laps[0].invalid == "incidents"
    assert strict.ask(RestoreLap(R3, ref, "pushed")) == (LapRestored(R3, ref, "pushed"),)
    assert strict.run().laps[0].invalid is None


def limited_race() -> ScriptedRace:
    """Return a race whose first lap has two incidents where one is allowed."""
    race = running_race(options=replace(OPTIONS, incidents_max=1))
    race.crossing(12_000)
    race.at(14_000).ask(MarkOffTrack(R1, HEAT, ENTRY, None))
    race.at(15_000).ask(MarkReset(R2, HEAT, ENTRY, None))
    race.crossing(20_000)
    return race


def test_a_lap_is_split_where_a_crossing_was_missed(race: ScriptedRace) -> None:
    """It should enter the missed pass so long after the lap's opening, for the lap's own entry."""
    ref = ref_at(race, 20_000)
    facts = race.ask(SplitLap(R1, ref, 3 * NS_PER_S, 200 * NS_PER_MS, "missed"))
    assert facts == (PassInserted(R1, HEAT, ms(15_000), 200 * NS_PER_MS, "missed", ENTRY),)
    assert race.laps_ms() == [3_000, 5_000, 8_000]


@pytest.mark.parametrize("first_ms", [-1, 0, 1_999, 6_001, 8_000, 9_000])
def test_a_split_leaves_the_dead_time_on_either_side(race: ScriptedRace, first_ms: int) -> None:
    """It should refuse a split of which a part is shorter than the dead time."""
    ref = ref_at(race, 20_000)
    command = SplitLap(R1, ref, first_ms * NS_PER_MS, 0, "")
    assert race.refusal(command) == "split_inside_dead_time"
    assert race.refusal(SplitLap(R1, ref, 3 * NS_PER_S, -1, "")) == "option_out_of_range"
    opening = SplitLap(R1, ref_at(race, 12_000), 3 * NS_PER_S, 0, "")
    assert race.refusal(opening) == "lap_not_closed_here"


def test_a_lap_is_credited(race: ScriptedRace) -> None:
    """It should give a run a lap that the passes can't show, of a duration that can be."""
    credit = CreditLap(R1, HEAT, ENTRY, 7 * NS_PER_S, 200 * NS_PER_MS, "beam was off")
    assert race.ask(credit) == (
        LapCredited(R1, HEAT, ENTRY, 7 * NS_PER_S, 200 * NS_PER_MS, "beam was off"),
    )
    assert sorted(race.laps_ms()) == [7_000, 8_000, 8_000]
    assert race.refusal(CreditLap(R2, HEAT, ENTRY, 0, 0, "")) == "option_out_of_range"
    assert race.refusal(CreditLap(R2, HEAT, ENTRY, 10**15, 0, "")) == "option_out_of_range"
    assert race.refusal(CreditLap(R2, HEAT, ENTRY, 1, -1, "")) == "option_out_of_range"
    assert race.refusal(CreditLap(R2, HeatId("x"), ENTRY, 1, 0, "")) == "unknown_heat"
    assert race.refusal(CreditLap(R2, HEAT, EntryId("x"), 1, 0, "")) == "unknown_entry"
    assert planned_race().refusal(CreditLap(R4, HEAT, ENTRY, 1, 0, "")) == "heat_not_started"
