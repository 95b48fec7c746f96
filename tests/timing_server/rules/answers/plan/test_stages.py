from dataclasses import replace
from typing import Any

import pytest

from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, planned_race
from timing_server.rules.answers.options import (
    FORMAT_NAMES,
    LAPS_RANGE,
    LAPS_RANGES,
    OPTION_CHOICES,
    OPTION_RANGES,
    OPTION_RANGES_NS,
    POINTS_MAX,
    POINTS_PLACES_MAX,
    STAGE_KINDS,
)
from timing_server.rules.commands.plan import PlanStage, ScheduleStage
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import NS_PER_S, StageId

RANGES = OPTION_RANGES_NS | OPTION_RANGES


def plan(
    options: HeatOptions = OPTIONS, format_name: str = "time_trial", stage_id: str = "s"
) -> PlanStage:
    kind = "practice" if format_name == "practice" else "qualifying"
    return PlanStage(StageId(stage_id), "X", format_name, options, kind)


def with_option(option: str, value: Any) -> HeatOptions:
    changes: dict[str, Any] = {option: value}
    return replace(OPTIONS, **changes)


def test_a_stage_needs_a_known_format_and_a_new_id() -> None:
    """It should plan a stage once, under a format that exists."""
    race = planned_race()
    assert race.refusal(plan(stage_id=STAGE)) == "stage_exists"
    assert race.refusal(plan(format_name="rally")) == "unknown_format"


def test_a_stage_has_a_kind() -> None:
    """It should know the kinds of stages; practice alone is unranked, and always is."""
    race = planned_race()
    command = plan()
    assert race.refusal(replace(command, kind="parade")) == "unknown_stage_kind"
    assert race.refusal(replace(command, kind="practice")) == "practice_unranked"
    assert race.refusal(replace(command, format_name="practice")) == "practice_unranked"
    for kind in STAGE_KINDS:
        format_name = "practice" if kind == "practice" else "time_trial"
        race.ask(PlanStage(StageId(kind), "X", format_name, OPTIONS, kind, is_open=True))
        stage = race.state.stages[StageId(kind)]
        assert (stage.kind, stage.is_open) == (kind, True)


@pytest.mark.parametrize("option", sorted(RANGES))
def test_options_stay_in_their_range(option: str) -> None:
    """It should pass neither the least nor the most of any option."""
    least, most = RANGES[option]
    race = planned_race()
    for value in (least - 1, most + 1):
        assert race.refusal(plan(with_option(option, value))) == "option_out_of_range"
    for number, value in enumerate((least, most)):
        race.ask(plan(with_option(option, value), stage_id=f"s{number}"))


@pytest.mark.parametrize("option", sorted(OPTION_CHOICES))
def test_options_are_one_of_their_words(option: str) -> None:
    """It should take each of an option's words and no other."""
    race = planned_race()
    assert race.refusal(plan(with_option(option, "whatever"))) == "option_unknown"
    for word in OPTION_CHOICES[option]:
        race.ask(plan(with_option(option, word), stage_id=word))


@pytest.mark.parametrize("format_name", sorted(FORMAT_NAMES))
def test_laps_n_stays_in_the_range_of_its_format(format_name: str) -> None:
    """It should heed the least and the most of how many laps a format is about."""
    least, most = LAPS_RANGES.get(format_name, LAPS_RANGE)
    race = planned_race()
    for laps_n in (least - 1, most + 1):
        command = plan(with_option("laps_n", laps_n), format_name)
        assert race.refusal(command) == "option_out_of_range"
    for number, laps_n in enumerate((least, most)):
        race.ask(plan(with_option("laps_n", laps_n), format_name, f"s{number}"))


def test_the_longest_lap_is_no_shorter_than_the_shortest() -> None:
    """It should refuse lap limits that flag every lap; 0 is no limit."""
    race = planned_race()
    limits = replace(OPTIONS, lap_min_ns=8 * NS_PER_S, lap_max_ns=7 * NS_PER_S)
    assert race.refusal(plan(limits)) == "option_out_of_range"
    race.ask(plan(replace(limits, lap_max_ns=0)))


def test_points_tables_are_bounded() -> None:
    """It should take points of 0 and more for as many places as a meetup has."""
    race = planned_race()
    for points in ((10, -1), (POINTS_MAX + 1,), (1,) * (POINTS_PLACES_MAX + 1)):
        assert race.refusal(plan(replace(OPTIONS, points=points))) == "option_out_of_range"
    race.ask(plan(replace(OPTIONS, points=(25, 18, 15))))


def test_a_stage_is_scheduled_with_a_slot() -> None:
    """It should keep the newest times of a stage, given as an instant with its offset."""
    race = planned_race()
    starts = "2026-05-01T10:00:00+02:00"
    assert race.refusal(ScheduleStage(StageId("s"), starts, 0)) == "unknown_stage"
    assert race.refusal(ScheduleStage(STAGE, starts, -1)) == "option_out_of_range"
    for text in ("2026-05-01T10:00:00", "soon", ""):
        assert race.refusal(ScheduleStage(STAGE, text, 0)) == "not_an_instant"
    race.ask(ScheduleStage(STAGE, starts, 90 * NS_PER_S))
    race.ask(ScheduleStage(STAGE, starts, 120 * NS_PER_S))
    stage = race.state.stages[STAGE]
    assert (stage.starts_utc, stage.slot_ns) == (starts, 120 * NS_PER_S)
