"""Every sentence of every preset, as what happens; each docstring is the sentence itself."""

from dataclasses import replace
from itertools import accumulate

import pytest

from tests.timing_server.formats.driving import drive_next, table, values_ms
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, planned_race
from timing_server.formats import presets as subject
from timing_server.formats.presets import PRESETS
from timing_server.formats.registry import FORMATS, rank_stage
from timing_server.rules.answers.options import check_options
from timing_server.rules.commands.heats import CallNextHeat, PauseHeat, ResumeHeat, StartHeat
from timing_server.rules.commands.plan import PlanHeat
from timing_server.rules.commands.rulings import MarkOffTrack, MarkReset
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.orders.rounds import ORDERS, rounds
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, RulingId

HEAT, ENTRY = HeatId("heat-1"), EntryId("entry-1")
WITH_WINDOW_180 = ("summit", "finals_2x3", "campus_2s")


def planned(name: str, entries: int = 1) -> ScriptedRace:
    """Return a race under a preset; its clock shows 1 s."""
    preset = PRESETS[name]
    return planned_race(entries, preset.options, preset.format_name).at(1_000)


def started(name: str) -> ScriptedRace:
    """Return a race under a preset whose first heat started at 1 s."""
    race = planned(name)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    return race


def crossed(race: ScriptedRace, *instants_s: float) -> ScriptedRace:
    """Let the car cross the line at these instants."""
    for each in instants_s:
        race.crossing(int(each * 1_000))
    return race


def ran(name: str, *runs: list[int]) -> ScriptedRace:
    """Return a race in which one driver ran again and again, each run of laps (ms)."""
    race = planned(name)
    drive_next(race, runs[0])
    for number, laps_ms in enumerate(runs[1:], 2):
        add_run(race, number, laps_ms)
    return race


def add_run(race: ScriptedRace, number: int, laps_ms: list[int]) -> None:
    """Let the driver run once more, also where the plan would give no further run."""
    stage = race.state.stages[STAGE]
    free = replace(stage, options=replace(stage.options, runs_max=0))
    race.state = replace(race.state, stages={STAGE: free})
    race.ask(PlanHeat(HeatId(f"heat-{number}"), STAGE, (ENTRY,)))
    race.state = replace(race.state, stages={STAGE: stage})
    drive_next(race, laps_ms)


@pytest.mark.parametrize("name", WITH_WINDOW_180)
def test_window_180(name: str) -> None:
    """One driver is on track for 3 minutes, for as many laps as fit."""
    assert PRESETS[name].options.cars_max == 1
    race = crossed(started(name), *range(10, 300, 10))
    assert race.laps_ms() == [10_000] * 18


@pytest.mark.parametrize("name", WITH_WINDOW_180)
def test_first_crossing(name: str) -> None:
    """The first crossing opens the first lap and the window."""
    race = crossed(started(name), 60)
    run = race.run()
    assert (run.laps, run.window_opens_ns) == ((), 60 * NS_PER_S)
    assert run.window_closes_ns == 240 * NS_PER_S
    assert crossed(race, 70).laps_ms() == [10_000]


@pytest.mark.parametrize("name", WITH_WINDOW_180)
def test_lap_under_way(name: str) -> None:
    """A lap under way when the window closes still counts, within the grace."""
    race = crossed(started(name), 10, 100, 189, 249)
    assert race.laps_ms() == [90_000, 89_000, 60_000]
    late = crossed(started(name), 10, 100, 189, 251)
    assert late.laps_ms() == [90_000, 89_000]


def test_runs_unlimited() -> None:
    """Drivers may enter again as often as they like."""
    assert PRESETS["summit"].options.runs_max == 0
    race = ran("summit", *([lap_ms] for lap_ms in (9_000, 8_000, 9_500, 7_000, 8_500)))
    assert race.standings()[0].heats_run == 5
    assert values_ms(race) == [7_000]


@pytest.mark.parametrize("name", WITH_WINDOW_180)
def test_best_of_all(name: str) -> None:
    """Of all runs the best lap ranks."""
    race = planned(name, 2)
    drive_next(race, [8_000, 9_000])
    drive_next(race, [7_500])
    assert table(race) == [(1, "2"), (2, "1")]
    add_run(race, 3, [7_400, 9_000])
    assert table(race) == [(1, "1"), (2, "2")]


def test_clock_runs_on() -> None:
    """A car is put back where it left the track; the clock runs on."""
    race = crossed(started("summit"), 10)
    race.ask(MarkReset(RulingId("r"), HEAT, ENTRY, None))
    assert crossed(race, 20).standings()[0].value_ns == 10 * NS_PER_S


@pytest.mark.parametrize("name", PRESETS)
def test_resolution(name: str) -> None:
    """Times rank truncated to 1 ms; only equal ones tie."""
    race = planned(name, 3)
    race.node.fine_step_ns = 300_000
    drive_next(race, [8_000] * 3)
    race.node.fine_step_ns = 0
    drive_next(race, [8_000] * 3)
    drive_next(race, [8_001] * 3)
    assert table(race) == [(1, "1"), (1, "2"), (3, "3")]


def test_laps_3() -> None:
    """A run is three laps; it is over with the third."""
    race = crossed(started("league_total_time"), 10, 20, 30, 40)
    assert race.state.heats[HEAT].phase is HeatPhase.FINISHED
    assert race.laps_ms() == [10_000] * 3


def test_total_time() -> None:
    """Their total time ranks; fewer laps stand behind more."""
    race = planned("league_total_time", 3)
    drive_next(race, [9_000, 8_000, 9_000])
    drive_next(race, [8_500] * 3)
    drive_next(race, [7_000] * 2)
    assert table(race) == [(1, "2"), (2, "1"), (3, "3")]
    assert values_ms(race) == [25_500, 26_000, 14_000]


def test_reset_5() -> None:
    """Each reset, and each collision that is marked as one, adds 5 s to its lap."""
    race = crossed(started("league_total_time"), 10).at(15_000)
    for number in range(2):
        race.ask(MarkReset(RulingId(f"r{number}"), HEAT, ENTRY, (12 + number) * NS_PER_S))
    (row,) = crossed(race, 20, 30, 40).standings()
    assert row.laps_ns == (20 * NS_PER_S, 10 * NS_PER_S, 10 * NS_PER_S)
    assert (row.value_ns, row.penalty_ns) == (40 * NS_PER_S, 10 * NS_PER_S)


def test_best_run() -> None:
    """Drivers may enter again; the best run counts."""
    race = ran("league_total_time", [9_000] * 3, [8_000] * 3, [7_000, 9_900, 9_900])
    assert values_ms(race) == [24_000]


def test_idle_120() -> None:
    """A run is over when its car hasn't crossed the line for 2 minutes."""
    race = crossed(started("league_total_time"), 10).at(129_000)
    assert race.state.heats[HEAT].phase is HeatPhase.RUNNING
    assert race.at(131_000).state.heats[HEAT].phase is HeatPhase.FINISHED


@pytest.mark.parametrize("name", ["finals_2x3", "campus_2s"])
def test_runs_2(name: str) -> None:
    """Each driver has two runs; further ones don't count."""
    assert values_ms(ran(name, [9_000], [8_000], [7_000])) == [8_000]


def test_reverse_order() -> None:
    """The second round runs in the reverse order of the first."""
    order = PRESETS["finals_2x3"].round_order
    line = [EntryId(each) for each in "abc"]
    heats = rounds(line, order, rounds_n=2, cars_max=1)
    assert [each.entry_ids[0] for each in heats] == ["a", "b", "c", "c", "b", "a"]


def test_off_track_2() -> None:
    """Each time that the car leaves the track, 2 s are added to that lap."""
    race = crossed(started("campus_2s"), 10).at(15_000)
    for number in range(3):
        race.ask(MarkOffTrack(RulingId(f"r{number}"), HEAT, ENTRY, (12 + number) * NS_PER_S))
    (row,) = crossed(race, 20, 31).standings()
    assert row.laps_ns == (16 * NS_PER_S, 11 * NS_PER_S)
    assert row.value_ns == 11 * NS_PER_S


def test_timeout_1() -> None:
    """Each run has one timeout of a minute, in which the car may be restarted."""
    race = crossed(started("campus_2s"), 10, 20)
    race.ask(PauseHeat(HEAT, "timeout", ENTRY))
    race.at(79_000)
    assert race.state.heats[HEAT].phase is HeatPhase.PAUSED
    race.at(81_000)
    assert race.state.heats[HEAT].phase is HeatPhase.RUNNING
    assert race.run().window_closes_ns == (190 + 60) * NS_PER_S
    assert race.refusal(PauseHeat(HEAT, "timeout", ENTRY)) == "no_timeout_left"
    race.ask(PauseHeat(HEAT, "pause"))
    race.ask(ResumeHeat(HEAT))


def test_every_sentence_is_shown_by_a_test() -> None:
    """It should show each sentence by the test of its code, whose docstring says just that."""
    shown = {
        name.removeprefix("test_"): test.__doc__
        for name, test in globals().items()
        if name.startswith("test_")
    }
    for preset in PRESETS.values():
        for code, sentence in preset.rules.items():
            assert shown[code] == sentence, (preset.name, code)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_presets_can_be_planned(preset: subject.Preset) -> None:
    """It should hold options that a stage may be told, and words for people."""
    assert check_options(preset.options, preset.format_name) is None
    assert preset.form is FORMATS[preset.format_name]
    assert preset.round_order in ORDERS
    assert preset.description.endswith(".")
    assert all((preset.title, preset.source, *preset.rules.values()))


def test_a_log_is_scored_again_under_another_preset() -> None:
    """It should judge what happened by another preset's rules, and leave the state as it was."""
    race = crossed(started("summit"), 10).at(15_000)
    race.ask(MarkOffTrack(RulingId("r"), HEAT, ENTRY, 12 * NS_PER_S))
    crossed(race, *accumulate([20, 10.5, 11, 12]))
    before = race.standings()
    campus = subject.under_preset(race.state, PRESETS["campus_2s"])
    league = subject.under_preset(race.state, PRESETS["league_total_time"])
    (under_campus,), (under_league,) = rank_stage(campus, STAGE), rank_stage(league, STAGE)
    assert [lap // 10**6 for lap in under_campus.laps_ns] == [12_000, 10_500, 11_000, 12_000]
    assert under_campus.value_ns == 10_500 * 10**6
    assert (under_league.value_laps, under_league.value_ns) == (3, 31_500 * 10**6)
    assert race.standings() == before
    assert before[0].laps_ns[0] == 10 * NS_PER_S


def test_brackets_and_practice_keep_their_format() -> None:
    """It should leave alone how matches are ranked, and what ranks nobody."""
    race = planned_race(0, format_name="single_elimination")
    assert subject.under_preset(race.state, PRESETS["summit"]).stages == race.state.stages


def test_what_belongs_to_the_track_stays_under_another_preset() -> None:
    """It should keep the dead time of the line and how heats were started: no pass is lost."""
    quick = replace(PRESETS["summit"].options, dead_time_ns=5 * 10**6, cars_max=2)
    race = planned_race(1, quick)
    stage = subject.under_preset(race.state, PRESETS["campus_2s"]).stages[STAGE]
    assert (stage.options.dead_time_ns, stage.options.cars_max) == (5 * 10**6, 2)
    assert stage.options.off_track_penalty_ns == PRESETS["campus_2s"].options.off_track_penalty_ns
