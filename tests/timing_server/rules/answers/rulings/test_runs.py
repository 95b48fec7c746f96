import pytest

from tests.timing_server.rules.answers.rulings.ruled_race import (
    ENTRY,
    HEAT,
    R1,
    R2,
    R3,
    ref_at,
)
from tests.timing_server.rules.scripted_race import ScriptedRace, ms, planned_race
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import CallNextHeat, StopHeat
from timing_server.rules.commands.rulings import (
    DisqualifyEntry,
    ExtendWindow,
    GivePenalty,
    MarkOffTrack,
    MarkReset,
    RestartRun,
    ReverseRuling,
    RuleRun,
)
from timing_server.rules.facts.heats import HeatCalled, HeatStoodDown
from timing_server.rules.facts.rulings import (
    EntryDisqualified,
    OffTrackMarked,
    PenaltyGiven,
    ResetMarked,
    RunRestarted,
    RunRuled,
    WindowExtended,
)
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, RulingId

NOBODY = EntryId("x")
NOWHERE = HeatId("x")


def mark(
    kind: str, ruling_id: RulingId, heat_id: HeatId, entry_id: EntryId, at: int | None
) -> MarkOffTrack | MarkReset:
    command = MarkOffTrack if kind == "off_track" else MarkReset
    return command(ruling_id, heat_id, entry_id, None if at is None else ms(at))


@pytest.mark.parametrize("kind", ["off_track", "reset"])
def test_incidents_are_marked_in_their_heat(race: ScriptedRace, kind: str) -> None:
    """It should take a mark of an entry of the heat, at an instant between start and end."""
    race.at(29_000)
    assert race.refusal(mark(kind, R1, NOWHERE, ENTRY, None)) == "unknown_heat"
    assert race.refusal(mark(kind, R1, HEAT, NOBODY, None)) == "unknown_entry"
    assert race.refusal(mark(kind, R1, HEAT, ENTRY, 31_000)) == "instant_in_future"
    assert race.refusal(mark(kind, R1, HEAT, ENTRY, 1_000)) == "instant_outside_heat"
    fact = OffTrackMarked if kind == "off_track" else ResetMarked
    assert race.ask(mark(kind, R1, HEAT, ENTRY, None)) == (fact(R1, HEAT, ENTRY, ms(29_000)),)
    race.at(30_000).ask(StopHeat(HEAT))
    race.at(31_000)
    assert race.refusal(mark(kind, R2, HEAT, ENTRY, None)) == "heat_not_running"
    assert race.refusal(mark(kind, R2, HEAT, ENTRY, 30_500)) == "instant_outside_heat"
    race.ask(mark(kind, R2, HEAT, ENTRY, 26_000))
    run = race.run()
    assert (run.off_tracks if kind == "off_track" else run.resets) == 2


def test_a_penalty_is_on_a_lap_or_on_the_run(race: ScriptedRace) -> None:
    """It should add time to a lap of that run, or to the run's result."""
    ref = ref_at(race, 20_000)
    assert race.ask(GivePenalty(R1, HEAT, ENTRY, 2 * NS_PER_S, ref, "push")) == (
        PenaltyGiven(R1, HEAT, ENTRY, ref, 2 * NS_PER_S, "push"),
    )
    assert race.run().laps[0].penalty_ns == 2 * NS_PER_S
    assert race.run().laps[0].ranked_ns == 10 * NS_PER_S
    race.ask(GivePenalty(R2, HEAT, ENTRY, 5 * NS_PER_S, None, "jumped the lights"))
    assert race.run().penalty_ns == 5 * NS_PER_S
    race.ask(ReverseRuling(R3, R1, ""))
    assert race.run().laps[0].penalty_ns == 0


def test_a_penalty_must_make_sense(race: ScriptedRace) -> None:
    """It should refuse a penalty that is nothing, or on a lap that the run doesn't have."""
    opening = ref_at(race, 12_000)
    assert race.refusal(GivePenalty(R1, HEAT, ENTRY, 0, None, "")) == "option_out_of_range"
    assert race.refusal(GivePenalty(R1, HEAT, ENTRY, -5, None, "")) == "option_out_of_range"
    assert race.refusal(GivePenalty(R1, HEAT, ENTRY, 5, opening, "")) == "lap_not_closed_here"
    assert race.refusal(GivePenalty(R1, HEAT, NOBODY, 5, None, "")) == "unknown_entry"
    assert planned_race().refusal(GivePenalty(R1, HEAT, ENTRY, 5, None, "")) == "heat_not_started"


def test_how_a_run_ended_is_ruled(race: ScriptedRace) -> None:
    """It should keep the newest word on how a run ended, and refuse the same word twice."""
    assert race.ask(RuleRun(R1, HEAT, ENTRY, "dnf", "battery")) == (
        RunRuled(R1, HEAT, ENTRY, "dnf", "battery"),
    )
    assert race.run().status == "dnf"
    assert race.laps_ms() == [8_000, 8_000]
    assert race.refusal(RuleRun(R2, HEAT, ENTRY, "dnf", "")) == "run_already_ruled"
    race.ask(RuleRun(R2, HEAT, ENTRY, "dsq", "wrong car"))
    assert race.run().status == "dsq"
    assert race.laps_ms() == []
    race.ask(ReverseRuling(R3, R2, "right car"))
    assert race.run().status == "dnf"
    assert race.laps_ms() == [8_000, 8_000]


def test_who_never_started_can_only_be_missing() -> None:
    """It should call a run a no-show before its heat, but not broken off; nor by other words."""
    race = planned_race()
    assert race.refusal(RuleRun(R1, HEAT, ENTRY, "dnf", "")) == "heat_not_started"
    assert race.refusal(RuleRun(R1, HEAT, ENTRY, "won", "")) == "option_out_of_range"
    assert race.refusal(RuleRun(R1, HEAT, NOBODY, "dns", "")) == "unknown_entry"
    race.ask(RuleRun(R1, HEAT, ENTRY, "dns", "not here"))
    assert race.run().status == "dns"


def test_who_is_disqualified_at_the_line_leaves_it() -> None:
    """It should stand the heat down that nobody else came for, and let the next be called."""
    race = planned_race(2)
    race.ask(CallNextHeat())
    assert race.ask(DisqualifyEntry(R1, ENTRY, "two motors")) == (
        HeatStoodDown(HEAT),
        EntryDisqualified(R1, ENTRY, "two motors"),
    )
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-2")),)


def test_an_entry_is_disqualified_once(race: ScriptedRace) -> None:
    """It should take an entry out of everything, until that is taken back."""
    assert race.refusal(DisqualifyEntry(R1, NOBODY, "")) == "unknown_entry"
    assert race.ask(DisqualifyEntry(R1, ENTRY, "two motors")) == (
        EntryDisqualified(R1, ENTRY, "two motors"),
    )
    assert not race.state.entries[ENTRY].may_race
    assert race.refusal(DisqualifyEntry(R2, ENTRY, "")) == "entry_already_disqualified"
    race.ask(ReverseRuling(R2, R1, "one motor"))
    assert race.state.entries[ENTRY].may_race


def test_time_is_given_back_while_the_run_lasts(race: ScriptedRace) -> None:
    """It should lengthen the window of a run under way."""
    closes = race.run().window_closes_ns
    assert closes is not None
    assert race.ask(ExtendWindow(R1, HEAT, ENTRY, 10 * NS_PER_S, "power cut")) == (
        WindowExtended(R1, HEAT, ENTRY, 10 * NS_PER_S, "power cut"),
    )
    assert race.run().window_closes_ns == closes + 10 * NS_PER_S
    assert race.refusal(ExtendWindow(R2, HEAT, ENTRY, 0, "")) == "option_out_of_range"


def test_a_run_begins_anew(race: ScriptedRace) -> None:
    """It should leave the passes before the new beginning out, and open a new window."""
    race.at(29_000)
    assert race.ask(RestartRun(R1, HEAT, ENTRY, None, "gate fell over")) == (
        RunRestarted(R1, HEAT, ENTRY, ms(29_000), "gate fell over"),
    )
    assert race.laps_ms() == []
    race.crossing(31_000)
    race.crossing(40_000)
    assert race.laps_ms() == [9_000]
    assert race.refusal(RestartRun(R2, HEAT, ENTRY, ms(41_000), "")) == "instant_in_future"
    assert race.refusal(RestartRun(R2, HEAT, ENTRY, ms(9_000), "")) == "instant_outside_heat"


def test_a_runs_clock_ends_with_its_heat(race: ScriptedRace) -> None:
    """It should give no time and no new beginning before a heat's start or after its end."""
    commands: list[Command] = [
        ExtendWindow(R1, HEAT, ENTRY, NS_PER_S, ""),
        RestartRun(R1, HEAT, ENTRY, None, ""),
    ]
    for command in commands:
        assert planned_race().refusal(command) == "heat_not_started"
    race.ask(StopHeat(HEAT))
    for command in commands:
        assert race.refusal(command) == "heat_finished"
