from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    STAGE,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules.commands.heats import (
    CallNextHeat,
    PauseHeat,
    ResumeHeat,
    StartHeat,
    StopHeat,
)
from timing_server.rules.commands.plan import (
    CloseEvent,
    PlanHeat,
    PlanStage,
    ScheduleStage,
    WithdrawEntry,
)
from timing_server.rules.orders.expected_times import expected_times
from timing_server.rules.orders.start_list import start_list
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, StageId

#: What the clock on the wall says when the race clock says 0.
DAWN = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
FINAL = StageId("final")
MINUTE_NS = 60 * NS_PER_S


def schedule(race: ScriptedRace, starts: str, slot_s: int, stage_id: StageId = STAGE) -> None:
    race.ask(ScheduleStage(stage_id, f"2026-05-01T{starts}:00+00:00", slot_s * NS_PER_S))


def expected(race: ScriptedRace) -> dict[str, str]:
    now_utc = DAWN + timedelta(milliseconds=race.now_ms)
    times = expected_times(race.state, ms(race.now_ms), now_utc)
    return {heat_id: f"{each:%H:%M:%S}" for heat_id, each in times.items()}


def test_a_punctual_event_runs_as_planned() -> None:
    """It should expect each heat when it is planned for, while there is time enough."""
    race = planned_race(3)
    schedule(race, "08:05", 300)
    assert expected(race) == {"heat-1": "08:05:00", "heat-2": "08:10:00", "heat-3": "08:15:00"}


def test_a_late_event_moves_on_by_slots() -> None:
    """It should expect the first at once, the others a slot after each other."""
    race = planned_race(3)
    schedule(race, "08:05", 300)
    race.at(7 * 60_000)
    assert expected(race) == {"heat-1": "08:07:00", "heat-2": "08:12:00", "heat-3": "08:17:00"}
    race.ask(CallNextHeat())
    assert expected(race)["heat-1"] == "08:07:00"


def test_the_heat_on_track_is_waited_for() -> None:
    """It should expect the next one when the last window of the heat on track closes."""
    race = running_race(3)  # started at 10 s, with a window of 30 s from the first pass on
    schedule(race, "07:00", 60)
    assert expected(race) == {"heat-2": "08:00:40", "heat-3": "08:01:40"}
    race.crossing(15_000)
    race.at(25_000)
    assert expected(race) == {"heat-2": "08:00:45", "heat-3": "08:01:45"}
    race.ask(PauseHeat(HeatId("heat-1"), "red_flag"))
    race.at(85_000)
    assert expected(race)["heat-2"] == "08:01:45"
    race.ask(ResumeHeat(HeatId("heat-1")))
    assert expected(race)["heat-2"] == "08:01:45"
    race.ask(StopHeat(HeatId("heat-1")))
    assert expected(race)["heat-2"] == "08:01:25"


def test_a_late_window_never_leads_back() -> None:
    """It should expect the next heat now while the last lap is under way."""
    race = running_race(2)
    schedule(race, "07:00", 60)
    race.crossing(15_000)
    race.crossing(40_000)
    race.at(50_000)
    assert race.state.active_heat is not None
    assert expected(race) == {"heat-2": "08:00:50"}


def test_another_stage_in_the_queue_takes_its_time() -> None:
    """It should count the heats of all stages, a window for each where there are no slots."""
    race = planned_race(2)
    race.ask(PlanStage(FINAL, "Final", "time_trial", replace(OPTIONS, window_ns=120 * NS_PER_S)))
    for number in (1, 2):
        race.ask(PlanHeat(HeatId(f"final-{number}"), FINAL, (EntryId(f"entry-{number}"),)))
    schedule(race, "07:00", 60)
    assert list(expected(race).items()) == [
        ("heat-1", "08:00:00"),
        ("heat-2", "08:01:00"),
        ("final-1", "08:02:00"),
        ("final-2", "08:04:00"),
    ]


def test_a_heat_to_which_nobody_comes_takes_no_time() -> None:
    """It should leave it out, and expect whoever follows in its place."""
    race = planned_race(2)
    schedule(race, "07:00", 60)
    race.ask(WithdrawEntry(EntryId("entry-1")))
    assert expected(race) == {"heat-2": "08:00:00"}


def test_a_closed_event_expects_nothing() -> None:
    """It should expect no heat of an event that nobody runs any more."""
    race = planned_race(2)
    race.ask(CloseEvent())
    assert expected(race) == {}


def test_expectations_end_with_the_calendar() -> None:
    """It should expect nothing beyond the last year that has a name."""
    race = planned_race(2)
    race.ask(ScheduleStage(STAGE, "9999-12-31T23:59:00+00:00", 3600 * NS_PER_S))
    assert list(expected(race)) == ["heat-1"]


@given(
    heats=st.integers(1, 5),
    driven=st.integers(0, 3),
    starts_min=st.integers(-120, 120),
    slot_s=st.integers(1, 900),
    wait_s=st.integers(0, 7_200),
)
def test_no_heat_is_expected_too_early(
    heats: int, driven: int, starts_min: int, slot_s: int, wait_s: int
) -> None:
    """It should expect no heat before now, its plan, or the one before it, and every one once."""
    race = planned_race(heats)
    starts = DAWN + timedelta(minutes=starts_min)
    race.ask(ScheduleStage(STAGE, starts.isoformat(), slot_s * NS_PER_S))
    for _ in range(min(driven, heats)):
        heat_id = race.state.queue[0]
        race.ask(CallNextHeat())
        race.ask(StartHeat(heat_id))
        race.ask(StopHeat(heat_id))
    race.at(wait_s * 1000)
    now_utc = DAWN + timedelta(seconds=wait_s)
    times = expected_times(race.state, ms(race.now_ms), now_utc)
    assert list(times) == list(race.state.queue)
    assert list(times.values()) == sorted(times.values())
    planned = {
        each.heat.heat_id: datetime.fromisoformat(str(each.planned_utc))
        for each in start_list(race.state, race.state.stages[STAGE])
    }
    assert all(each >= max(now_utc, planned[heat_id]) for heat_id, each in times.items())
    is_late = any(each > planned[heat_id] for heat_id, each in times.items())
    first = race.state.queue[:1]
    assert is_late == (bool(first) and now_utc > planned[first[0]])
