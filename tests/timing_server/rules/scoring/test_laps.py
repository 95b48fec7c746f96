from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    ScriptedNode,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.commands.rulings import InsertPass, MarkOffTrack, VoidLap, VoidPass
from timing_server.rules.facts.plan import GateBound, HeatPlanned
from timing_server.rules.passes.strays import stray_passes, waiting_passes
from timing_server.rules.scoring import laps as subject
from timing_server.rules.units import CarId, EntryId, HeatId, NodeId, PassRef, RulingId

HEAT = HeatId("heat-1")
ENTRY = EntryId("entry-1")


def driven(*crossings_ms: int) -> ScriptedRace:
    race = running_race()
    for at_ms in crossings_ms:
        race.crossing(at_ms)
    return race


def test_first_crossing_opens_lap_and_window() -> None:
    """The first crossing after the start opens lap 1 and the window, and closes no lap."""
    run = driven(14_500).run()
    assert run.laps == ()
    assert run.window_opens_ns == ms(14_500)
    assert run.window_closes_ns == ms(44_500)
    assert run.lap_opened_ns == ms(14_500)


def test_crossings_before_the_start_are_none() -> None:
    """A pass before the start isn't part of the heat, whoever placed the car."""
    race = planned_race()
    race.crossing(8_000)
    race.at(10_000).ask(CallNextHeat())
    race.crossing(11_000)
    race.at(12_000).ask(StartHeat(HEAT))
    assert race.run().window_opens_ns is None
    assert [each.verdict for each in stray_passes(race.state)] == ["no_heat_running"] * 2


def test_each_further_crossing_closes_a_lap() -> None:
    """A lap is the time between two consecutive counted passes, and names both."""
    race = driven(12_000, 20_000, 28_345)
    one, two = race.run().laps
    assert (one.number, one.duration_ns, one.closed_race_ns) == (1, ms(8_000), ms(20_000))
    assert (two.number, two.duration_ns, two.closed_race_ns) == (2, ms(8_345), ms(28_345))
    assert two.opening_ref == one.pass_ref
    assert race.run().lap_opened_ns == ms(28_345)


@pytest.mark.parametrize(
    ("last_opening_ms", "counted"), [(41_999, 2), (42_000, 1)], ids=["just inside", "at the end"]
)
def test_a_lap_opened_before_the_end_of_the_window_counts(
    last_opening_ms: int, counted: int
) -> None:
    """A lap counts if it was opened before the window's end, and not if opened at it."""
    race = driven(12_000, last_opening_ms)
    race.crossing(51_000)
    assert len(race.run().laps) == counted


def test_the_lap_under_way_ends_the_run() -> None:
    """The pass that closes the lap under way after the window ends the run at its own instant."""
    race = driven(12_000, 27_000, 41_000, 55_000)
    heat = race.state.heats[HEAT]
    assert (heat.end_reason, heat.ended_race_ns) == ("last_lap_closed", ms(55_000))
    assert race.laps_ms() == [15_000, 14_000, 14_000]
    race.crossing(60_000)
    assert len(race.run().laps) == 3
    assert race.run().lap_opened_ns is None


def test_before_the_tick_nothing_counts_after_the_last_lap() -> None:
    """Once the last lap is closed no pass counts, even while the heat's end isn't logged yet."""
    race = driven(12_000, 27_000, 41_000)
    race.now_ms = 60_000  # no tick: the service was busy
    race.append(race.node.crossing(55_000), race.node.crossing(59_500))
    assert race.verdicts()[-2:] == ["counted", "no_heat_running"]


def test_a_lap_longer_than_the_grace_does_not_count() -> None:
    """A lap under way when the window closes must be closed within the grace."""
    race = driven(12_000, 27_000, 41_000)
    race.now_ms = 62_002  # no tick on the way
    race.append(race.node.crossing(62_001))
    assert race.verdicts()[-1] == "no_heat_running"
    race.append(replace(race.node.crossing(62_000), seq=99))
    assert race.verdicts()[-2:] == ["counted", "no_heat_running"]


def test_dead_time_counts_from_the_last_counted_pass() -> None:
    """A pass sooner than the dead time after a counted one doesn't count; one at its end does."""
    race = driven(12_000, 13_999, 14_000, 15_500, 17_000)
    assert race.verdicts() == [
        *("counted", "inside_dead_time", "counted", "inside_dead_time", "counted")
    ]


def test_dead_time_does_not_restart_with_a_double() -> None:
    """A pass inside the dead time doesn't lengthen it: chatter can't swallow the true pass."""
    race = driven(12_000, 13_500, 14_500)
    assert race.laps_ms() == [2_500]


def test_a_void_pass_merges_its_laps() -> None:
    """A void pass was no crossing: the laps on either side of it become one."""
    race = driven(12_000, 20_000)
    false_ref = race.crossing(23_000)
    race.crossing(28_000)
    assert race.laps_ms() == [8_000, 3_000, 5_000]
    race.ask(VoidPass(RulingId("r"), false_ref, "a marshal's foot"))
    assert race.laps_ms() == [8_000, 8_000]
    assert race.verdicts() == ["counted", "counted", "voided", "counted"]


def test_a_void_first_pass_moves_the_window() -> None:
    """Where the first pass is void, the next one opens lap and window."""
    race = running_race()
    race.ask(VoidPass(RulingId("r"), race.crossing(11_000), "a hand"))
    race.crossing(14_000)
    assert race.run().window_opens_ns == ms(14_000)


def test_a_void_pass_opens_no_dead_time() -> None:
    """What stood in a false pass's dead time counts once the false pass is void."""
    race = driven(12_000, 20_000)
    false_ref = race.crossing(27_000)
    race.crossing(28_000)
    race.ask(VoidPass(RulingId("r"), false_ref, "a leaf"))
    assert race.laps_ms() == [8_000, 8_000]


def test_a_void_lap_keeps_its_passes() -> None:
    """A void lap doesn't count, but its neighbours keep their times and the numbers stay."""
    race = driven(12_000, 20_000)
    cut_ref = race.crossing(26_000)
    race.crossing(34_000)
    race.ask(VoidLap(RulingId("r"), cut_ref, "cut the corner"))
    assert race.laps_ms() == [8_000, 8_000]
    assert [(lap.number, lap.is_void) for lap in race.run().laps] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert race.run().laps[1].void_ruling_id == "r"


def test_laps_of_one_node_and_boot_are_exact() -> None:
    """Within one node and boot a lap is the difference of its clock alone, bound 0."""
    race = driven(12_000)
    race.append(replace(race.node.relation(), race_offset_ns=ms(5_007)))  # the race clock slewed
    race.crossing(20_000)
    (lap,) = race.run().laps
    assert (lap.duration_ns, lap.bound_ns) == (ms(8_000), 0)


def test_a_lap_across_boots_is_an_estimate_that_does_not_count() -> None:
    """A lap that spans two boots doesn't count: what is shown of it is the race clock's estimate,
    with both ends' bounds added.
    """
    race = driven(12_000)
    race.node = ScriptedNode(boot="boot-2", journal="journal-2", offset_ms=15_000)
    race.append(race.node.relation(bound_ns=60_000))
    race.crossing(20_000)
    (lap,) = race.run().laps
    assert (lap.duration_ns, lap.bound_ns, lap.invalid) == (ms(8_000), 100_000, "two_boots")
    assert race.laps_ms() == []


def test_laps_with_a_manual_pass_carry_the_bound() -> None:
    """A manual pass shares the sensor's reference; the laps on both sides carry its bound."""
    race = driven(12_000).at(20_100)
    race.ask(InsertPass(RulingId("r"), HEAT, ms(20_000), 150_000_000, "beam was out"))
    race.crossing(28_000)
    assert race.laps_ms() == [8_000, 8_000]
    assert {lap.bound_ns for lap in race.run().laps} == {150_040_000}
    assert [each.source for each in race.score().passes] == ["sensor", "manual", "sensor"]


def test_other_gates_close_no_lap() -> None:
    """Only the start-finish line opens and closes laps."""
    race = driven(12_000)
    race.crossing(16_000, gate="pit-lane")
    race.crossing(20_000)
    assert race.verdicts() == ["counted", "other_gate", "counted"]
    assert race.laps_ms() == [8_000]


def test_a_bound_gate_is_the_line_from_then_on() -> None:
    """A gate does the job it was bound to at the pass's instant; before, its name's."""
    race = planned_race()
    race.append(GateBound(NodeId("node-1"), "beam-a", "finish"))
    race.at(10_000).ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    race.crossing(12_000, gate="beam-a")
    race.crossing(20_000, gate="beam-a")
    race.at(21_000).append(GateBound(NodeId("node-1"), "beam-a", "pit-lane"))
    race.crossing(28_000, gate="beam-a")
    assert race.verdicts() == ["counted", "counted", "other_gate"]


def test_a_lap_names_what_drove_it() -> None:
    """A lap names the car and model that were in force when it closed."""
    race = running_race()
    race.ask(EquipRun(HEAT, ENTRY, CarId("car-1"), None))
    race.crossing(12_000)
    race.crossing(20_000)
    race.at(22_000).ask(EquipRun(HEAT, ENTRY, CarId("car-2"), "b" * 64))
    race.crossing(30_000)
    assert [(lap.car_id, lap.model_sha256) for lap in race.run().laps] == [
        ("car-1", None),
        ("car-2", "b" * 64),
    ]
    assert race.run().car_id == "car-2"


def test_off_tracks_belong_to_the_lap_they_happened_in() -> None:
    """An off-track mark counts in the lap that was under way at its instant, and in the total."""
    race = running_race()
    race.at(11_000).ask(MarkOffTrack(RulingId("r1"), HEAT, ENTRY, None))
    race.crossing(12_000)
    race.at(15_000).ask(MarkOffTrack(RulingId("r2"), HEAT, ENTRY, None))
    race.crossing(20_000)
    race.crossing(28_000)
    race.at(29_000).ask(MarkOffTrack(RulingId("r3"), HEAT, ENTRY, ms(20_001)))
    assert [lap.off_tracks for lap in race.run().laps] == [1, 1]
    assert race.run().off_tracks == 3


def test_a_late_pass_is_judged_by_its_own_instant() -> None:
    """A pass that arrives after the heat's end still counts if it happened before it."""
    race = driven(12_000)
    on_the_way = race.node.crossing(20_000)
    race.crossing(28_000)
    race.at(30_000).ask(StopHeat(HEAT))
    race.at(50_000).append(on_the_way)
    assert race.laps_ms() == [8_000, 8_000]


def test_a_pass_after_the_end_is_not_part_of_the_heat() -> None:
    """A sensor's pass after the end isn't part of the heat, and a marshal finds it outside."""
    race = driven(12_000, 20_000).at(25_000)
    race.ask(StopHeat(HEAT))
    late_ref = race.crossing(28_000)
    assert race.laps_ms() == [8_000]
    (stray,) = stray_passes(race.state)
    assert (stray.pass_ref, stray.verdict) == (late_ref, "no_heat_running")


def test_a_pass_that_may_be_the_end_is_part_of_the_heat() -> None:
    """A pass within its own bound of the end may have happened by then, and stays."""
    race = driven(12_000, 20_000).at(25_000)
    race.ask(StopHeat(HEAT))
    race.append(
        replace(race.node.crossing(25_000), mono_ns=ms(20_000) + 40_000),
        replace(race.node.crossing(27_500), mono_ns=ms(20_000) + 40_001),
    )
    assert len(race.score().passes) == 3


def test_the_true_pass_can_replace_a_false_last_one() -> None:
    """Where a false pass closed the last lap, the true one is entered by hand after the end."""
    race = driven(12_000, 27_000, 41_000)
    false_ref = race.crossing(44_000)
    assert race.state.heats[HEAT].end_reason == "last_lap_closed"
    race.at(60_000).ask(VoidPass(RulingId("r1"), false_ref, "a hand in the beam"))
    assert race.laps_ms() == [15_000, 14_000]
    race.ask(InsertPass(RulingId("r2"), HEAT, ms(54_500), 0, "seen on video"))
    assert race.laps_ms() == [15_000, 14_000, 13_500]


def test_several_entries_need_a_name_for_each_pass() -> None:
    """Where several entries share the line, a pass alone can't tell whose it is."""
    race = planned_race(2)
    both = (EntryId("entry-1"), EntryId("entry-2"))
    race.append(HeatPlanned(HeatId("both"), race.state.heats[HEAT].stage_id, both))
    race.ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    heat = replace(race.state.heats[HeatId("both")], started_race_ns=0)
    race.crossing(12_000)
    shared = replace(heat, passes=race.state.heats[HEAT].passes)
    score = subject.compute_score(shared)
    assert [each.verdict for each in score.passes] == ["unknown_entry"]
    assert [run.entry_id for run in score.runs] == list(both)


def test_scores_are_computed_once_for_an_unchanged_heat() -> None:
    """It should return the very same score until a fact touches the heat."""
    race = driven(12_000, 20_000)
    before = race.score()
    race.append(race.node.relation())
    assert race.score() is before
    race.crossing(28_000)
    assert race.score() is not before
    assert subject.score_heat(race.state, HEAT) == subject.compute_score(race.state.heats[HEAT])


def test_passes_of_an_unrelated_clock_wait() -> None:
    """A pass joins its heat when its node's clock is first related, with the same laps."""
    race = running_race()
    race.node = ScriptedNode(name="node-2", offset_ms=777)
    refs = [race.crossing(12_000), race.crossing(20_000)]
    assert race.run().window_opens_ns is None
    assert sorted(waiting_passes(race.state)) == sorted(refs)
    race.append(race.node.relation())
    assert race.laps_ms() == [8_000]
    assert waiting_passes(race.state) == ()


def test_options_of_the_stage_reach_the_heat() -> None:
    """It should score each heat under its stage's own window and dead time."""
    race = running_race(options=replace(OPTIONS, dead_time_ns=ms(5_000)))
    for at_ms in (12_000, 16_999, 17_000):
        race.crossing(at_ms)
    assert race.laps_ms() == [5_000]


def test_unknown_heat_is_an_error() -> None:
    """It should raise KeyError for a heat that the state doesn't have."""
    with pytest.raises(KeyError):
        subject.score_heat(planned_race().state, HeatId("nowhere"))


def test_lap_closed_by_finds_only_closing_passes() -> None:
    """It should find the lap that a pass closed, and none for the pass that opened the first."""
    race = running_race()
    opening = race.crossing(12_000)
    closing = race.crossing(20_000)
    score = race.score()
    assert score.lap_closed_by(opening) is None
    assert score.lap_closed_by(PassRef("node-1:journal-1:999")) is None
    lap = score.lap_closed_by(closing)
    assert lap is not None
    assert lap.number == 1
