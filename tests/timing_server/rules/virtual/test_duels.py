"""Head-to-head in the log: one heat of two, decided by passes, told apart by penalties."""

from dataclasses import replace
from functools import reduce as fold

import pytest

from tests.timing_server.rules.scripted_race import STAGE
from tests.timing_server.rules.virtual.league import RULES, SIMULATOR, VirtualRace, s, virtual_race
from timing_server.formats.brackets.due import needed
from timing_server.formats.brackets.tables import matches_of
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.plan import PlanHeat
from timing_server.rules.commands.progression import DrawField, MatchHeat, PlanMatches
from timing_server.rules.commands.virtual import DuelSide, PlanVirtualStage, RecordDuel
from timing_server.rules.facts.virtual import RunSimulated
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.reduce import reduce
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import empty_state
from timing_server.rules.units import (
    NS_PER_S,
    BootId,
    EntryId,
    HeatId,
    JournalId,
    NodeId,
    SubmissionId,
)

DUEL = replace(RULES, race_kind="head_to_head", laps=2)
HEAT = HeatId("heat-duel")


def side(place: int, name: str, *passes_s: float, boot: str = "") -> DuelSide:
    """Return one side that drove without any incident; the go is its first pass."""
    passes_ns = s(0.0, *passes_s)
    return DuelSide(
        place=place,
        submission_id=SubmissionId(name),
        boot_id=BootId(boot or name),
        journal_id=JournalId(boot or name),
        passes_ns=passes_ns,
        laps_tried=len(passes_s),
        sim_ns=passes_ns[-1],
    )


def broken(place: int, name: str) -> DuelSide:
    """Return a side whose model broke off."""
    blank = side(place, name)
    return replace(blank, passes_ns=(), sentence="The model's answer is not a number.")


def duel(*sides: DuelSide, heat: HeatId = HEAT) -> RecordDuel:
    return RecordDuel(heat, NodeId("worker-1"), sides, SIMULATOR)


def challenge() -> VirtualRace:
    """Return an open challenge to which two submitted."""
    race = virtual_race(entries=2, rules=DUEL, format_name="points")
    race.ask(race.submit("one"))
    race.ask(race.submit("two", entry=2, model="n"))
    return race


def bracket(entries: int = 2, format_name: str = "single_elimination") -> VirtualRace:
    """Return a bracket whose entries have submitted, with the matches that are due."""
    race = virtual_race(entries=entries, rules=DUEL, format_name=format_name)
    for number in range(1, entries + 1):
        race.ask(race.submit(f"s{number}", entry=number))
    race.ask(DrawField(STAGE, tuple(EntryId(f"entry-{n}") for n in range(1, entries + 1))))
    plan_due(race)
    return race


def plan_due(race: VirtualRace) -> None:
    need = needed(race.state, race.state.stages[STAGE])
    heats = tuple(
        MatchHeat(
            HeatId(f"match-{each.match_name}"),
            each.match_name,
            each.entry_ids,
            each.round_number,
            each.lanes,
        )
        for each in need.heats
    )
    race.ask(PlanMatches(STAGE, heats, need.removed_heat_ids))


def points(race: VirtualRace) -> list[tuple[str, int | None]]:
    return [(each.entry_id, each.value_points) for each in rank_stage(race.state, STAGE)]


def test_a_duel_is_a_heat_of_two() -> None:
    """It should be decided by the last pass from one go, with each run's own laps and proof."""
    race = challenge()
    race.ask(duel(side(1, "one", 8, 16.5), side(2, "two", 8.5, 16)))
    heat = race.state.heats[HEAT]
    assert (heat.entry_ids, heat.phase) == (("entry-1", "entry-2"), HeatPhase.FINISHED)
    laps = {
        run.entry_id: [lap.duration_ns for lap in run.laps]
        for run in score_heat(race.state, HEAT).runs
    }
    assert laps == {"entry-1": [*s(8, 8.5)], "entry-2": [*s(8.5, 7.5)]}
    assert points(race) == [("entry-2", 1), ("entry-1", 0)]
    cars = [run.equipment[-1].car_id for run in heat.runs.values()]
    assert cars == ["virtual", "virtual-2"]
    first, second = (race.state.submissions[SubmissionId(name)].run for name in ("one", "two"))
    assert first is not None
    assert second is not None
    assert (first.grid_place, first.rival_sha256) == (1, "n" * 64)
    assert (second.grid_place, second.rival_sha256) == (2, "m" * 64)
    assert first.seed == second.seed


def test_penalties_decide_a_duel() -> None:
    """It should add resets and collisions to the laps in which they happened."""
    race = challenge()
    second = replace(side(2, "two", 8.5, 17), resets_ns=s(3))
    first = replace(side(1, "one", 8, 16), collisions_ns=s(3))
    race.ask(duel(first, second))
    assert points(race) == [("entry-2", 1), ("entry-1", 0)]


def test_who_is_out_loses() -> None:
    """It should rank what a car drove until it was out, and say that it didn't finish."""
    race = challenge()
    out = replace(side(1, "one", 8), out="resets", laps_tried=2, sim_ns=s(30)[0])
    race.ask(duel(out, side(2, "two", 30, 60)))
    runs = {each.entry_id: each for each in score_heat(race.state, HEAT).runs}
    assert (runs[EntryId("entry-1")].status, len(runs[EntryId("entry-1")].laps)) == ("dnf", 1)
    assert points(race)[0] == ("entry-2", 1)
    assert race.state.heats[HEAT].ended_race_ns == race.now_ms * 1_000_000


def test_a_model_that_broke_off_loses_to_one_that_drove_alone() -> None:
    """It should be refused with its sentence, and blamed on nobody else."""
    race = challenge()
    race.ask(duel(broken(1, "one"), side(2, "two", 8, 16)))
    one, two = (race.state.submissions[SubmissionId(name)] for name in ("one", "two"))
    assert (one.status, one.code) == ("refused", "model")
    assert two.run is not None
    assert (two.status, two.run.grid_place, two.run.rival_sha256) == ("driven", 2, None)
    assert points(race) == [("entry-2", 1), ("entry-1", None)]


def test_two_that_broke_off_leave_no_heat() -> None:
    """It should refuse both, and plan nothing."""
    race = challenge()
    race.ask(duel(broken(1, "one"), broken(2, "two")))
    assert {each.status for each in race.state.submissions.values()} == {"refused"}
    assert race.state.heats == {}


def test_facts_that_come_twice_change_nothing() -> None:
    """It should be the same race where a log holds it twice."""
    race = challenge()
    race.ask(duel(side(1, "one", 8, 16.5), side(2, "two", 8.5, 16)))
    log = list(race.log)
    twice = fold(reduce, [*log, *log], empty_state(race.state.stream))
    assert twice.submissions == race.state.submissions
    assert rank_stage(twice, STAGE) == rank_stage(race.state, STAGE)


def test_a_submission_to_a_challenge_races_once() -> None:
    """It should refuse a second race with it."""
    race = challenge()
    race.ask(duel(side(1, "one", 8, 16.5), side(2, "two", 8.5, 16)))
    race.ask(race.submit("three", entry=2))
    again = duel(side(1, "one", 8, 16, boot="x"), side(2, "three", 8, 16), heat=HeatId("h2"))
    assert race.refusal(again) == "submission_driven"


def test_a_bracket_races_on_with_the_same_models() -> None:
    """It should decide a match by its heat, and let the winner's model race the next."""
    race = bracket(entries=4)
    semi = {each.match_name: each for each in race.state.heats.values()}
    assert set(semi) == {"r1m1", "r1m2"}
    for name, (one, two) in {"r1m1": ("s1", "s4"), "r1m2": ("s2", "s3")}.items():
        heat_id = HeatId(f"match-{name}")
        race.ask(duel(side(1, one, 8, 16), side(2, two, 9, 18), heat=heat_id))
    plan_due(race)
    final = HeatId("match-final")
    sides = side(1, "s1", 9, 18, boot="f1"), side(2, "s2", 8, 16, boot="f2")
    race.ask(duel(*sides, heat=final))
    assert [each.entry_id for each in rank_stage(race.state, STAGE)][:2] == ["entry-2", "entry-1"]
    proofs = [each.fact for each in race.log if isinstance(each.fact, RunSimulated)]
    assert len({each.seed for each in proofs}) == 3
    assert race.state.submissions[SubmissionId("s2")].heat_ids == (
        HeatId("match-r1m2"),
        final,
    )


def test_a_match_to_which_nobody_came_has_no_winner() -> None:
    """It should be settled where both models broke off."""
    race = bracket()
    race.ask(duel(broken(1, "s1"), broken(2, "s2"), heat=HeatId("match-final")))
    (match,) = matches_of(race.state, race.state.stages[STAGE])
    assert (match.state, match.winner) == ("void", None)


def test_one_whose_rival_did_not_come_races_alone() -> None:
    """It should win by driving, from its own place."""
    race = bracket()
    race.ask(duel(side(2, "s2", 8, 16), heat=HeatId("match-final")))
    (match,) = matches_of(race.state, race.state.stages[STAGE])
    assert (match.state, match.winner) == ("raced", "entry-2")


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        ((side(1, "one", 8),), "run_malformed"),
        ((side(1, "one", 8), side(2, "one", 9)), "run_malformed"),
        ((side(2, "one", 8), side(1, "two", 9)), "run_malformed"),
        ((side(1, "one", 8), side(2, "two", 9, 8)), "run_malformed"),
        ((side(1, "one", 8), side(2, "two", 8, 9, 10)), "run_malformed"),
        ((side(1, "one", 8), replace(side(2, "two", 8), out="bored")), "run_malformed"),
        ((side(1, "one", 8), side(2, "nobody", 8)), "unknown_submission"),
    ],
)
def test_what_is_no_duel_is_refused(sides: tuple[DuelSide, ...], code: str) -> None:
    """It should refuse one alone, places of no grid, too many laps, and strangers."""
    assert challenge().refusal(duel(*sides)) == code


def test_a_duel_is_no_run_of_one_and_a_run_no_duel() -> None:
    """It should refuse each where the other is raced."""
    race = challenge()
    assert race.refusal(race.record("one", 1, 9)) == "run_malformed"
    alone = virtual_race(entries=2)
    alone.ask(alone.submit("one"))
    alone.ask(alone.submit("two", entry=2))
    assert alone.refusal(duel(side(1, "one", 8), side(2, "two", 9))) == "run_malformed"


def test_only_some_formats_rank_duels() -> None:
    """It should want points or matches for them, and those for nothing else."""
    race = virtual_race(format_name="time_trial")
    assert race.refusal(PlanVirtualStage(STAGE, DUEL, NS_PER_S)) == "virtual_format"
    options = challenge().state.stages[STAGE].options
    assert (options.cars_max, options.match_format, options.laps_n) == (2, "total_time", 2)
    assert options.points == (1,)


def test_nobody_plans_heats_of_it_by_hand() -> None:
    """It should leave who meets whom to the bracket and the queue."""
    race = bracket()
    entries = (EntryId("entry-1"), EntryId("entry-2"))
    assert race.refusal(PlanHeat(HeatId("x"), STAGE, entries)) == "stage_virtual"
