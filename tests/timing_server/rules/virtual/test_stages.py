from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import STAGE, planned_race
from tests.timing_server.rules.virtual.league import NOW, RULES, SEALED, TRACK, virtual_race
from timing_server.rules.commands.heats import CallNextHeat
from timing_server.rules.commands.plan import ChangeStage, PlanHeat, PlanStage, RemoveStage
from timing_server.rules.commands.running_order import JoinQueue
from timing_server.rules.commands.virtual import PlanVirtualStage, RevealTrack
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.virtual import VirtualRules
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, StageId


def reveal(sha256: str = TRACK, now_utc: str = NOW) -> RevealTrack:
    return RevealTrack(STAGE, "esses", sha256, "salt", now_utc)


def test_options_of_real_cars_are_out_of_the_way() -> None:
    """It should let nothing but the rules end a run: no window, no dead time, one car, no queue."""
    stage = virtual_race().state.stages[STAGE]
    assert stage.virtual == RULES
    assert (stage.options.window_ns, stage.options.dead_time_ns) == (86_400 * NS_PER_S, 0)
    assert (stage.options.reset_penalty_ns, stage.options.cars_max) == (2 * NS_PER_S, 1)
    assert not stage.is_open


def test_a_total_is_of_all_laps() -> None:
    """It should want for a total as many laps as a run has."""
    assert virtual_race(format_name="total_time").state.stages[STAGE].options.laps_n == RULES.laps


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (replace(RULES, laps=0), "option_out_of_range"),
        (replace(RULES, lap_limit_ns=1), "option_out_of_range"),
        (replace(RULES, race_kind="drag"), "option_unknown"),
        (replace(RULES, objects=3), "race_kind_unfit"),
        (replace(RULES, race_kind="head_to_bot", objects=3, bots=1), "race_kind_unfit"),
        (replace(RULES, prizes="x" * 501), "option_out_of_range"),
        (replace(RULES, track_sha256=""), "no_track"),
        (replace(RULES, track_seal="aa"), "no_track"),
        (replace(RULES, opens_utc="tomorrow"), "not_an_instant"),
        (replace(RULES, closes_utc="2026-11-21T09:00:00"), "not_an_instant"),
        (replace(RULES, closes_utc=RULES.opens_utc), "closes_before_opening"),
    ],
)
def test_rules_that_no_race_has_are_refused(rules: VirtualRules, code: str) -> None:
    """It should refuse rules that are out of range, name no track or no time."""
    assert virtual_race().refusal(PlanVirtualStage(STAGE, rules, 0)) == code


def test_a_stage_is_raced_by_real_cars_or_virtual_ones() -> None:
    """It should refuse to make a stage virtual that has heats, and heats in one that is virtual."""
    assert planned_race().refusal(PlanVirtualStage(STAGE, RULES, 0)) == "stage_has_heats"
    race = virtual_race()
    heat = PlanHeat(HeatId("heat"), STAGE, (EntryId("entry-1"),))
    assert race.refusal(heat) == "stage_virtual"
    assert race.refusal(replace(heat, match_name="final")) == "stage_virtual"
    assert race.refusal(JoinQueue(HeatId("h"), STAGE, EntryId("entry-1"))) == "stage_not_open"
    assert race.refusal(CallNextHeat()) == "no_heat_scheduled"


def test_formats_of_matches_and_practice_stay_real() -> None:
    """It should refuse to rank a virtual stage by what only real heats make."""
    race = virtual_race()
    race.ask(PlanStage(StageId("cup"), "Cup", "single_elimination", HeatOptions(), "knockout"))
    assert race.refusal(PlanVirtualStage(StageId("cup"), RULES, 0)) == "virtual_format"
    stage = race.state.stages[STAGE]
    change = ChangeStage(STAGE, "Points", "points", stage.options, stage.kind, is_open=False)
    assert race.refusal(change) == "virtual_format"


def test_a_changed_stage_stays_fit_for_simulated_runs() -> None:
    """It should keep what real cars heed out of the way when an organiser changes the stage."""
    race = virtual_race()
    options = HeatOptions(start_mode="lights", reset_penalty_ns=NS_PER_S)
    race.ask(ChangeStage(STAGE, "Qualifier", "mean_of_all", options, "qualifying", is_open=True))
    stage = race.state.stages[STAGE]
    assert (stage.options.start_mode, stage.options.dead_time_ns) == ("first_crossing", 0)
    assert (stage.options.reset_penalty_ns, stage.is_open) == (NS_PER_S, False)


def test_a_race_that_began_keeps_its_rules() -> None:
    """It should change times, limits and prizes of a stage with submissions, and nothing else."""
    race = virtual_race()
    race.ask(race.submit("one"))
    later = replace(RULES, closes_utc="2026-12-01T09:00:00+00:00", submissions_max=5, prizes="Cup")
    race.ask(PlanVirtualStage(STAGE, later, 2 * NS_PER_S))
    assert race.state.stages[STAGE].virtual == later
    assert race.refusal(PlanVirtualStage(STAGE, later, 3 * NS_PER_S)) == "stage_has_run"
    longer = replace(later, laps=5)
    assert race.refusal(PlanVirtualStage(STAGE, longer, 2 * NS_PER_S)) == "stage_has_run"
    assert race.refusal(RemoveStage(STAGE)) == "stage_has_run"


def test_penalties_stay_as_they_were_when_a_model_was_submitted() -> None:
    """It should keep what a reset costs once somebody has submitted; a stage's name may change."""
    race = virtual_race()
    race.ask(race.submit("one"))
    stage = race.state.stages[STAGE]
    dearer = replace(stage.options, reset_penalty_ns=3 * NS_PER_S)
    change = ChangeStage(STAGE, stage.title, stage.format_name, dearer, stage.kind, is_open=False)
    assert race.refusal(change) == "stage_has_run"
    race.ask(replace(change, title="Qualifier", options=stage.options))
    assert race.state.stages[STAGE].title == "Qualifier"


def test_a_sealed_track_is_named_when_the_stage_opens() -> None:
    """It should hide the track until then, and take no other one for it."""
    race = virtual_race(rules=SEALED)
    assert TRACK not in "".join(map(bytes.decode, race.stored))
    assert race.refusal(race.submit("one")) == "track_sealed"
    assert race.refusal(reveal(now_utc="2026-11-21T08:59:59+00:00")) == "track_sealed"
    assert race.refusal(reveal("ff" * 32)) == "seal_broken"
    race.ask(reveal())
    rules = race.state.stages[STAGE].virtual
    assert rules is not None
    assert (rules.track, rules.track_sha256) == ("esses", TRACK)
    assert race.refusal(reveal()) == "track_not_sealed"
    race.ask(race.submit("one"))


def test_a_track_that_was_sealed_stays_so_once_it_is_named() -> None:
    """It should change its times afterwards, and take no other track under the old seal."""
    race = virtual_race(rules=SEALED)
    race.ask(reveal())
    named = race.state.stages[STAGE].virtual
    assert named is not None
    later = replace(named, closes_utc="2026-12-01T09:00:00+00:00")
    race.ask(PlanVirtualStage(STAGE, later, 2 * NS_PER_S))
    assert race.state.stages[STAGE].virtual == later
    other = replace(later, track_sha256="ff" * 32)
    assert race.refusal(PlanVirtualStage(STAGE, other, 2 * NS_PER_S)) == "no_track"
