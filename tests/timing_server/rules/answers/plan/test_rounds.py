from dataclasses import replace

from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, ScriptedRace, planned_race
from timing_server.rules.answers.plan.rounds import HEATS_MAX, ROUNDS_MAX
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import CheckInEntry, PlanStage, WithdrawEntry
from timing_server.rules.commands.running_order import JoinQueue, LeaveQueue, PlanRounds
from timing_server.rules.facts.entries import EntryAdded
from timing_server.rules.facts.plan import FieldDrawn, HeatPlanned, HeatRemoved
from timing_server.rules.units import DriverId, EntryId, HeatId, StageId

FINAL = StageId("final")
OPEN = StageId("open")
ENTRY = EntryId("entry-1")
FRESH = tuple(HeatId(f"new-{number}") for number in range(1, 41))


def entries(numbers: str) -> tuple[EntryId, ...]:
    return tuple(EntryId(f"entry-{each}") for each in numbers)


def race_with_final(count: int = 4, **options: int) -> ScriptedRace:
    race = planned_race(count)
    shared = {"cars_max": 1, "runs_max": 0} | options
    race.ask(
        PlanStage(
            FINAL,
            "Final",
            "time_trial",
            replace(OPTIONS, cars_max=shared["cars_max"], runs_max=shared["runs_max"]),
            "final",
        )
    )
    return race


def planned(race: ScriptedRace, order: str, **wishes: object) -> list[str]:
    """Plan rounds of the final; return each heat as its round and its entries' numbers."""
    command = replace(PlanRounds(FINAL, FRESH, order), **wishes)  # type: ignore[arg-type]
    facts = race.ask(command)
    heats = [fact for fact in facts if isinstance(fact, HeatPlanned)]
    assert len(heats) == len(facts)
    assert race.state.queue[-len(heats) :] == tuple(each.heat_id for each in heats)
    return [
        f"{heat.round_number}:{''.join(each.removeprefix('entry-') for each in heat.entry_ids)}"
        for heat in heats
    ]


def test_a_round_has_everybody_by_number() -> None:
    """It should plan one heat for each who may race, and go on with the next round."""
    race = race_with_final(3)
    assert planned(race, "number") == ["1:1", "1:2", "1:3"]
    race = race_with_final(3)
    race.ask(WithdrawEntry(entries("2")[0]))
    assert planned(race, "number", rounds_n=2) == ["1:1", "1:3", "2:1", "2:3"]


def test_only_those_who_are_here_may_be_wanted() -> None:
    """It should leave out who hasn't checked in, where that is asked for."""
    race = race_with_final(3)
    race.ask(CheckInEntry(entries("3")[0]))
    assert planned(race, "number", is_checked_in_only=True) == ["1:3"]


def test_named_entries_drive_alone() -> None:
    """It should plan for those who are named, and refuse where one of them can't race."""
    race = race_with_final(3, runs_max=1)
    assert planned(race, "number", entry_ids=entries("31")) == ["1:1", "1:3"]
    command = PlanRounds(FINAL, FRESH[5:], "number", entry_ids=entries("3"))
    assert race.refusal(command) == "runs_used_up"
    assert race.refusal(replace(command, entry_ids=entries("x"))) == "unknown_entry"
    command = replace(command, entry_ids=None, rounds_n=2)
    (fact,) = race.ask(command)
    assert isinstance(fact, HeatPlanned)
    assert fact.entry_ids == entries("2")
    assert race.refusal(replace(command, heat_ids=FRESH[9:])) == "nobody_to_race"


def test_the_best_seed_drives_last() -> None:
    """It should follow the drawn field from its end, and need one."""
    race = race_with_final(3)
    assert race.refusal(PlanRounds(FINAL, FRESH, "seed")) == "field_not_drawn"
    race.append(FieldDrawn(FINAL, entries("213")))
    assert planned(race, "seed") == ["1:3", "1:1", "1:2"]


def test_the_best_of_the_standings_drives_last() -> None:
    """It should let those without a place begin, and the leader end."""
    race = race_with_final(4, cars_max=2)
    assert planned(race, "standings", ranked=entries("42")) == ["1:13", "1:24"]


def test_a_round_reverses_the_one_before() -> None:
    """It should turn the order round with each round; newcomers begin."""
    race = race_with_final(3)
    assert planned(race, "number", entry_ids=entries("12")) == ["1:1", "1:2"]
    command = {"heat_ids": FRESH[10:], "rounds_n": 2}
    assert planned(race, "reverse", **command) == ["2:3", "2:2", "2:1", "3:1", "3:2", "3:3"]


def test_whoever_waited_longest_drives_first() -> None:
    """It should go by all heats of the event, whatever their stage."""
    race = race_with_final(3)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HeatId("heat-1")))
    race.at(1_000)
    race.ask(StopHeat(HeatId("heat-1")))
    assert planned(race, "balanced", rounds_n=2) == ["1:1", "1:2", "1:3", "2:1", "2:2", "2:3"]


def test_lanes_change_with_the_round() -> None:
    """It should give each entry another lane in the next round, where lanes are wanted."""
    race = race_with_final(2, cars_max=2)
    facts = race.ask(PlanRounds(FINAL, FRESH, "number", rounds_n=2, has_lanes=True))
    assert [fact.lanes for fact in facts if isinstance(fact, HeatPlanned)] == [(1, 2), (2, 1)]


def test_wrong_wishes_are_refused() -> None:
    """It should name what it doesn't know, and take no id twice."""
    race = race_with_final(2)
    wish = PlanRounds(FINAL, FRESH, "number")
    assert race.refusal(replace(wish, stage_id=StageId("s"))) == "unknown_stage"
    assert race.refusal(replace(wish, order="alphabet")) == "unknown_order"
    assert race.refusal(replace(wish, rounds_n=0)) == "option_out_of_range"
    assert race.refusal(replace(wish, rounds_n=21)) == "option_out_of_range"
    assert race.refusal(replace(wish, heat_ids=FRESH[:1])) == "heat_exists"
    assert race.refusal(replace(wish, heat_ids=(HeatId("heat-1"), *FRESH))) == "heat_exists"


def test_a_slip_of_the_hand_plans_nothing() -> None:
    """It should refuse more heats at once than any meetup has."""
    race = race_with_final(0)
    for number in range(HEATS_MAX // ROUNDS_MAX + 1):
        race.append(EntryAdded(EntryId(f"e{number}"), (DriverId(f"d{number}"),), number + 1))
    ids = tuple(HeatId(f"h{number}") for number in range(HEATS_MAX + ROUNDS_MAX))
    assert race.refusal(PlanRounds(FINAL, ids, "number", ROUNDS_MAX)) == "too_many_heats"


def open_race(runs_max: int = 0) -> ScriptedRace:
    race = planned_race(2)
    options = replace(OPTIONS, runs_max=runs_max)
    race.ask(PlanStage(OPEN, "Open hours", "time_trial", options, is_open=True))
    return race


def test_drivers_join_the_queue_of_an_open_stage() -> None:
    """It should give an entry one heat at a time, at the end of the queue."""
    race = open_race()
    join = JoinQueue(FRESH[0], OPEN, ENTRY)
    assert race.refusal(replace(join, stage_id=STAGE)) == "stage_not_open"
    assert race.refusal(replace(join, stage_id=StageId("s"))) == "unknown_stage"
    assert race.refusal(replace(join, entry_id=EntryId("x"))) == "unknown_entry"
    assert race.ask(join) == (HeatPlanned(FRESH[0], OPEN, (ENTRY,)),)
    assert race.state.queue[-1] == FRESH[0]
    assert race.refusal(join) == "heat_exists"
    assert race.refusal(replace(join, heat_id=FRESH[1])) == "already_queued"
    race.ask(CallNextHeat(FRESH[0]))
    assert race.refusal(replace(join, heat_id=FRESH[1])) == "already_queued"
    race.ask(StartHeat(FRESH[0]))
    race.ask(StopHeat(FRESH[0]))
    assert race.ask(replace(join, heat_id=FRESH[1])) == (HeatPlanned(FRESH[1], OPEN, (ENTRY,), 2),)


def test_drivers_leave_the_queue() -> None:
    """It should take out the entry's own waiting heat, and no other."""
    race = open_race()
    leave = LeaveQueue(OPEN, ENTRY)
    assert race.refusal(leave) == "not_queued"
    assert race.refusal(replace(leave, stage_id=STAGE)) == "not_queued"
    assert race.refusal(replace(leave, entry_id=EntryId("x"))) == "unknown_entry"
    race.ask(JoinQueue(FRESH[0], OPEN, ENTRY))
    assert race.ask(leave) == (HeatRemoved(FRESH[0]),)
    race.ask(JoinQueue(FRESH[1], OPEN, ENTRY))
    race.ask(CallNextHeat(FRESH[1]))
    assert race.refusal(leave) == "not_queued"


def test_runs_in_an_open_stage_are_counted() -> None:
    """It should queue nobody beyond the runs that the stage allows."""
    race = open_race(runs_max=1)
    race.ask(JoinQueue(FRESH[0], OPEN, ENTRY))
    race.ask(LeaveQueue(OPEN, ENTRY))
    race.ask(JoinQueue(FRESH[1], OPEN, ENTRY))
    assert race.refusal(JoinQueue(FRESH[2], OPEN, ENTRY)) == "runs_used_up"
