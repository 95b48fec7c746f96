from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, planned_race, running_race
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import AbandonHeat, CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import PlanHeat
from timing_server.rules.commands.running_order import RemoveHeat, ReorderHeats
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import HeatPlanned, HeatRemoved, HeatsReordered, RunEquipped
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import CarId, EntryId, HeatId


def queue_of(race: ScriptedRace) -> str:
    """Return the numbers of the queue's heats, in its order."""
    return "".join(each.removeprefix("heat-") for each in race.state.queue)


def heats(numbers: str) -> tuple[HeatId, ...]:
    """Return the heats of these numbers."""
    return tuple(HeatId(f"heat-{each}") for each in numbers)


def test_heats_queue_in_the_order_of_planning() -> None:
    """It should put each planned heat at the end."""
    assert queue_of(planned_race(3)) == "123"


def test_a_called_heat_leaves_the_queue() -> None:
    """It should head the queue again when it stands down, and stay out when it is over."""
    race = planned_race(3)
    race.ask(CallNextHeat())
    assert queue_of(race) == "23"
    race.ask(StopHeat(HeatId("heat-1")))
    assert queue_of(race) == "123"
    race = running_race(2)
    race.ask(StopHeat(HeatId("heat-1")))
    assert queue_of(race) == "2"


def test_named_heats_come_first() -> None:
    """It should keep the others as they were, and pass over heats that aren't waiting."""
    race = planned_race(4)
    race.append(HeatsReordered(heats("31")))
    assert queue_of(race) == "3124"
    race.append(HeatsReordered((*heats("44"), HeatId("nobody's"))))
    assert queue_of(race) == "4312"
    race = running_race(3)
    race.append(HeatsReordered(heats("132")))
    assert queue_of(race) == "32"


def test_a_heat_that_is_run_again_is_next() -> None:
    """It should head the queue, with the lanes it was given and the cars of the former heat."""
    race = running_race(2)
    entry_id = EntryId("entry-1")
    race.append(RunEquipped(HeatId("heat-1"), entry_id, CarId("car-1"), None))
    race.append(
        HeatPlanned(HeatId("heat-3"), STAGE, (entry_id,), lanes=(2,), rerun_of=HeatId("heat-1"))
    )
    assert queue_of(race) == "32"
    run = race.state.heats[HeatId("heat-3")].runs[entry_id]
    assert run.lane == 2
    assert [each.car_id for each in run.equipment] == ["car-1"]


def test_a_removed_heat_is_gone_and_its_number_with_it() -> None:
    """It should not give a number twice: somebody has it on paper."""
    race = planned_race(2)
    race.append(HeatRemoved(HeatId("heat-2")))
    race.append(HeatPlanned(HeatId("heat-3"), STAGE, (EntryId("entry-2"),)))
    assert queue_of(race) == "13"
    assert HeatId("heat-2") not in race.state.heats
    assert race.state.heats[HeatId("heat-3")].number == 3


def test_a_heat_that_was_on_track_stays() -> None:
    """It should not lose what was driven: only a heat that never started can be removed."""
    race = running_race(1)
    race.append(HeatRemoved(HeatId("heat-1")))
    race.ask(StopHeat(HeatId("heat-1")))
    race.append(HeatRemoved(HeatId("heat-1")))
    assert HeatId("heat-1") in race.state.heats


HEATS = heats("12345")
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(PlanHeat, st.sampled_from(HEATS), st.just(STAGE), st.just((EntryId("entry-1"),))),
    st.builds(CallNextHeat, st.none() | st.sampled_from(HEATS)),
    st.builds(StartHeat, st.sampled_from(HEATS)),
    st.builds(StopHeat, st.sampled_from(HEATS)),
    st.builds(RemoveHeat, st.sampled_from(HEATS)),
    st.builds(ReorderHeats, st.lists(st.sampled_from(HEATS), unique=True).map(tuple)),
    st.builds(
        AbandonHeat,
        st.sampled_from(HEATS),
        st.just("timing failed"),
        st.none() | st.sampled_from(("again-1", "again-2")).map(HeatId),
    ),
)


@given(st.lists(COMMANDS, max_size=25))
def test_the_queue_is_the_heats_that_wait(commands: list[Command]) -> None:
    """It should hold each scheduled heat once and no other, and give each heat its own number."""
    race = planned_race(2)
    for command in commands:
        answer = decide(race.state, command, race.now_ms)
        if not isinstance(answer, RuleViolation):
            race.append(*answer)
        waiting = [
            each.heat_id for each in race.state.heats.values() if each.phase is HeatPhase.SCHEDULED
        ]
        assert sorted(race.state.queue) == sorted(waiting)
    numbers = [each.number for each in race.state.heats.values()]
    assert len(set(numbers)) == len(numbers)
