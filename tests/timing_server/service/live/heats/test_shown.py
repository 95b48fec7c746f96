"""Which heat is on show, in which scene, and what the queue holds."""

from tests.timing_server.formats.driving import driven
from tests.timing_server.formats.knockouts import draw, qualified, race_matches
from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, planned_race
from timing_server.rules.commands.heats import (
    AbandonHeat,
    ArmHeat,
    CallNextHeat,
    PauseHeat,
    StartHeat,
    StopHeat,
)
from timing_server.rules.commands.plan import PlanStage, ScheduleStage, WithdrawEntry
from timing_server.rules.facts.plan import HeatsReordered
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, StageId
from timing_server.service.live.heats import shown as subject
from timing_server.service.live.heats.queue import queue_views

HEAT, NEXT = HeatId("heat-1"), HeatId("heat-2")
LAPS = {1: 9_000, 2: 9_100, 3: 9_200, 4: 9_300}
FOUR = ([8_000], [8_100], [8_200], [8_300])


def test_each_phase_has_a_name_on_the_wire() -> None:
    """It should name every phase, each differently."""
    assert set(subject.PHASES) == set(HeatPhase)
    assert len(set(subject.PHASES.values())) == len(HeatPhase)


def test_the_scenes_of_a_heat() -> None:
    """It should follow the heat from the queue to its result, and to the podium at the end."""
    race = planned_race(2)
    assert subject.scene_of(race.state) == "idle"
    race.ask(CallNextHeat())
    assert subject.scene_of(race.state) == "called"
    race.ask(ArmHeat(HEAT))
    assert subject.scene_of(race.state) == "called"
    race.ask(StartHeat(HEAT))
    assert subject.scene_of(race.state) == "running"
    race.ask(PauseHeat(HEAT, "pause"))
    assert subject.scene_of(race.state) == "running"
    race.ask(StopHeat(HEAT))
    assert subject.scene_of(race.state) == "result"
    race.ask(WithdrawEntry(EntryId("entry-2")))
    assert subject.scene_of(race.state) == "podium"


def test_an_abandoned_heat_is_not_on_show() -> None:
    """It should clear the screens of a heat that doesn't count, until the next is called."""
    race = planned_race(2)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    race.ask(AbandonHeat(HEAT, "", HeatId("again")))
    assert subject.shown_heat(race.state) is None
    assert subject.scene_of(race.state) == "idle"
    race.ask(CallNextHeat())
    shown = subject.shown_heat(race.state)
    assert shown is not None
    assert (shown.heat_id, shown.passes) == ("again", {})


def test_the_queue_is_in_the_order_of_calling() -> None:
    """It should number the waiting heats as they will be called, leaving out what nobody races."""
    race = planned_race(3)
    race.append(HeatsReordered((HeatId("heat-3"), NEXT)))
    race.ask(WithdrawEntry(EntryId("entry-2")))
    views = queue_views(race.state)
    assert [(each.heat_id, each.position) for each in views.values()] == [
        ("heat-3", 1),
        ("heat-1", 2),
    ]


def test_the_queue_has_the_start_lists_times() -> None:
    """It should tell each waiting heat's time, and none where its stage has no times."""
    race = planned_race(2)
    assert [each.planned_utc for each in queue_views(race.state).values()] == [None, None]
    race.ask(ScheduleStage(STAGE, "2026-05-01T10:00:00+02:00", 90 * NS_PER_S))
    assert [each.planned_utc for each in queue_views(race.state).values()] == [
        "2026-05-01T10:00:00+02:00",
        "2026-05-01T10:01:30+02:00",
    ]


def test_the_podium_comes_at_the_end() -> None:
    """It should show the podium once the last heat of a stage is over that leads nowhere."""
    assert subject.scene_of(driven("time_trial", [8_000]).state) == "podium"


def test_nobody_has_won_who_goes_on() -> None:
    """It should show results behind qualifying and between rounds, and a podium at the end."""
    race = qualified(*FOUR)
    assert subject.scene_of(race.state) == "result"
    draw(race)
    race_matches(race, LAPS)
    assert subject.scene_of(race.state) == "result"
    race_matches(race, LAPS)
    assert subject.scene_of(race.state) == "podium"


def test_only_the_last_stage_celebrates() -> None:
    """It should show results while another stage is planned, and the podium without one."""
    race = driven("time_trial", [8_000], [8_100])
    race.ask(PlanStage(StageId("warm-up"), "Warm-up", "practice", OPTIONS, kind="practice"))
    assert subject.scene_of(race.state) == "podium"
    race.ask(PlanStage(StageId("final"), "Final", "time_trial", OPTIONS))
    assert subject.scene_of(race.state) == "result"
