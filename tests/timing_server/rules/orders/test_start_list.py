from tests.timing_server.rules.scripted_race import STAGE, planned_race
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import ScheduleStage
from timing_server.rules.commands.running_order import RemoveHeat, ReorderHeats
from timing_server.rules.facts.heats import HeatAbandoned
from timing_server.rules.facts.plan import HeatPlanned
from timing_server.rules.orders.start_list import start_list
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S, EntryId, HeatId

STARTS = "2026-05-01T10:00:00+02:00"


def slots(state: EventState) -> list[tuple[int, str | None]]:
    return [
        (slot.heat.number, slot.planned_utc and slot.planned_utc[11:16])
        for slot in start_list(state, state.stages[STAGE])
    ]


def test_a_start_list_follows_the_order_of_calling() -> None:
    """It should list driven heats, then the one at the line, then the queue, as it is reordered."""
    race = planned_race(4)
    assert slots(race.state) == [(1, None), (2, None), (3, None), (4, None)]
    race.ask(CallNextHeat(HeatId("heat-2")))
    race.ask(StartHeat(HeatId("heat-2")))
    race.ask(StopHeat(HeatId("heat-2")))
    race.ask(ReorderHeats((HeatId("heat-4"),)))
    race.ask(CallNextHeat())
    race.ask(ScheduleStage(STAGE, STARTS, 300 * NS_PER_S))
    assert slots(race.state) == [(2, "10:00"), (4, "10:05"), (1, "10:10"), (3, "10:15")]
    race.ask(RemoveHeat(HeatId("heat-1")))
    assert slots(race.state) == [(2, "10:00"), (4, "10:05"), (3, "10:10")]


def test_a_heat_that_is_run_again_has_the_slot_of_the_abandoned_one() -> None:
    """It should list an abandoned heat no more."""
    race = planned_race(2)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HeatId("heat-1")))
    race.append(
        HeatAbandoned(HeatId("heat-1"), 1, "timing failed"),
        HeatPlanned(HeatId("heat-3"), STAGE, (EntryId("entry-1"),), rerun_of=HeatId("heat-1")),
    )
    assert [number for number, _ in slots(race.state)] == [3, 2]


def test_times_end_with_the_calendar() -> None:
    """It should plan no time beyond the last year that has a name."""
    race = planned_race(2)
    race.ask(ScheduleStage(STAGE, "9999-12-31T23:59:00+00:00", 3600 * NS_PER_S))
    assert slots(race.state) == [(1, "23:59"), (2, None)]
