"""Races of two over time: who meets whom, under one lease, and what a match brings next."""

from dataclasses import replace

import pytest

from tests.timing_server.rules.virtual.league import RULES
from tests.timing_server.service.desk import CALLER, EVENT, PATIENCE_S, Desk
from tests.timing_server.service.virtual.test_work import STAGE, League, planned
from tests.timing_server.web.virtual.league import SIMULATOR
from timing_server.contract.machines.duels import DuelPosted, DuelRecorded, DuelSidePosted
from timing_server.contract.machines.workers import (
    LEASE_S,
    DrivenRun,
    SimulatorVersions,
    VirtualJob,
)
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.plan import MarkNoShow
from timing_server.rules.facts.virtual import RunSimulated
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import NS_PER_S, EntryId, RulingId
from timing_server.service.progression.drawing import Drawing
from timing_server.service.virtual.errors import LeaseLostError, OtherRunError
from timing_server.service.virtual.work import LOST

DUEL = replace(RULES, race_kind="head_to_head", laps=1)


@pytest.fixture
def challenge(desk: Desk) -> League:
    return planned(desk, 3, DUEL, "points")


@pytest.fixture
def bracket(desk: Desk) -> League:
    return planned(desk, 4, DUEL, "single_elimination")


def draw(league: League) -> None:
    """Draw the field and plan the matches that are due."""
    drawing = Drawing(league.desk.office, league.new_id)
    drawing.draw(CALLER, EVENT, STAGE, None).result(PATIENCE_S)
    drawing.plan_matches(CALLER, EVENT, STAGE).result(PATIENCE_S)


def sides(job: VirtualJob, *totals_s: float, broken: tuple[int, ...] = ()) -> DuelPosted:
    """Return a race in which each side took so long for its lap."""
    posted = []
    for car, total_s in zip(job.grid, totals_s, strict=True):
        run = DrivenRun(
            model_sha256=car.model_sha256,
            track_sha256=job.track.sha256,
            seed=job.seed,
            laps_tried=1,
            passes_ns=(0, round(total_s * NS_PER_S)),
            resets_ns=(),
            beginnings_ns=(),
            sim_ns=round(total_s * NS_PER_S),
        )
        sentence = "The model's answer is not a number."
        posted.append(
            DuelSidePosted(place=car.place, sentence=sentence)
            if car.place in broken
            else DuelSidePosted(place=car.place, run=run)
        )
    return DuelPosted(sides=tuple(posted), simulator=SimulatorVersions.model_validate(SIMULATOR))


def hand_in(league: League, job: VirtualJob, *totals_s: float, **more: object) -> DuelRecorded:
    broken = more.get("broken", ())
    assert isinstance(broken, tuple)
    worker = str(more.get("worker", "worker-1"))
    posted = sides(job, *totals_s, broken=broken)
    return league.room.work.duels.record(worker, job.lease_id, posted).result(PATIENCE_S)


def on_grid(job: VirtualJob) -> list[str]:
    return [each.submission_id for each in job.grid]


def test_who_waits_longest_meets_the_next(challenge: League) -> None:
    """It should wait for a second entry, and never let one race itself."""
    first = challenge.submit()
    assert challenge.claim() is None
    challenge.submit()
    assert challenge.claim() is None
    rival = challenge.submit(entry=2)
    job = challenge.claimed()
    assert on_grid(job) == [first, rival]
    assert challenge.claim("worker-2") is None
    made = hand_in(challenge, job, 8.0, 9.0)
    assert [each.place for each in made.sides] == [1, 2]
    assert made == hand_in(challenge, job, 8.0, 9.0)
    assert len(challenge.desk.state().heats) == 1
    assert [row.entry_id for row in rank_stage(challenge.desk.state(), STAGE)] == [
        "entry-1",
        "entry-2",
    ]
    assert len(challenge.desk.known.jobs) == 1


def test_a_race_is_there_whole_or_not_at_all(challenge: League) -> None:
    """It should be one commit from the plan of its heat to its end."""
    challenge.submit()
    challenge.submit(entry=2)
    hand_in(challenge, challenge.claimed(), 8.0, 9.0)
    (group,) = [
        each
        for each in challenge.desk.committed
        if any(isinstance(step.recorded.fact, RunSimulated) for step in each.steps)
    ]
    kinds = [type(step.recorded.fact).__name__ for step in group.steps]
    assert kinds[:6] == [
        *("HeatPlanned", "RunEquipped", "RunEquipped"),
        *("BootBound", "BootBound", "HeatStarted"),
    ]
    assert kinds[-3:] == ["RunSimulated", "RunSimulated", "HeatFinished"]


def test_a_silent_worker_gives_both_back(challenge: League) -> None:
    """It should let another drive the same two, and refuse both the third time."""
    both = [challenge.submit(), challenge.submit(entry=2)]
    lost = challenge.claimed()
    challenge.desk.system.advance(LEASE_S + 1)
    again = challenge.claimed("worker-2")
    assert (on_grid(again), again.attempt, again.seed) == (both, 2, lost.seed)
    with pytest.raises(LeaseLostError):
        hand_in(challenge, lost, 8.0, 9.0)
    challenge.desk.system.advance(LEASE_S + 1)
    challenge.claimed()
    challenge.desk.system.advance(LEASE_S + 1)
    assert challenge.claim() is None
    assert [challenge.status(each) for each in both] == [("refused", LOST)] * 2


def test_a_worker_that_ends_gives_both_back(challenge: League) -> None:
    """It should be no attempt of either."""
    challenge.submit()
    challenge.submit(entry=2)
    job = challenge.claimed()
    challenge.room.work.give_back("worker-1", job.lease_id).result(PATIENCE_S)
    assert challenge.claimed("worker-2").attempt == 1
    assert {each.attempts for each in challenge.desk.known.jobs.values()} == {1}


def test_who_is_taken_back_leaves_the_other_waiting(challenge: League) -> None:
    """It should let the other meet whoever comes next."""
    first, second = challenge.submit(), challenge.submit(entry=2)
    job = challenge.claimed()
    challenge.room.submissions.withdraw(CALLER, EVENT, first).result(PATIENCE_S)
    with pytest.raises(LeaseLostError):
        challenge.room.work.renew("worker-1", job.lease_id, 0, challenge.desk.clock.now_ns())
    assert challenge.claim() is None
    third = challenge.submit(entry=3)
    assert on_grid(challenge.claimed()) == [second, third]


def test_a_hostile_model_is_refused_and_the_other_drove(challenge: League) -> None:
    """It should blame nobody else."""
    first, second = challenge.submit(), challenge.submit(entry=2)
    made = hand_in(challenge, challenge.claimed(), 8.0, 9.0, broken=(1,))
    assert [each.place for each in made.sides] == [2]
    assert challenge.status(first) == ("refused", "The model's answer is not a number.")
    assert challenge.status(second) == ("driven", "")
    assert challenge.claim() is None


def test_another_race_than_asked_for_is_refused(challenge: League) -> None:
    """It should refuse another seed, and one side alone."""
    challenge.submit()
    challenge.submit(entry=2)
    job = challenge.claimed()
    with pytest.raises(OtherRunError):
        hand_in(challenge, job.model_copy(update={"seed": job.seed + 1}), 8.0, 9.0)
    alone = job.model_copy(update={"grid": job.grid[:1]})
    with pytest.raises(OtherRunError):
        hand_in(challenge, alone, 8.0)


def finished(league: League) -> int:
    heats = league.desk.state().heats.values()
    return sum(each.phase is HeatPhase.FINISHED for each in heats)


def test_a_bracket_drives_itself_to_its_end(bracket: League) -> None:
    """It should race the next round with the same models, until it has a winner."""
    for entry in (1, 2, 3, 4):
        bracket.submit(entry)
    assert bracket.claim() is None
    draw(bracket)
    order = []
    while (job := bracket.claim()) is not None:
        order.append(len(job.grid))
        hand_in(bracket, job, 9.0, 8.0)
    assert (order, finished(bracket)) == ([2, 2, 2, 2], 4)
    assert bracket.desk.known.jobs == {}
    winner = rank_stage(bracket.desk.state(), STAGE)[0]
    assert winner.entry_id == "entry-4"
    driven = bracket.desk.state().submissions.values()
    assert {each.status for each in driven} == {"driven"}
    assert max(len(each.heat_ids) for each in driven) == 2


def test_two_matches_are_driven_beside_each_other(bracket: League) -> None:
    """It should give the second match to another worker."""
    for entry in (1, 2, 3, 4):
        bracket.submit(entry)
    draw(bracket)
    one, other = bracket.claimed(), bracket.claimed("worker-2")
    assert not set(on_grid(one)) & set(on_grid(other))
    hand_in(bracket, other, 8.0, 9.0, worker="worker-2")
    hand_in(bracket, one, 8.0, 9.0)
    assert finished(bracket) == 2


def test_the_newest_model_races(bracket: League) -> None:
    """It should take back what waited of the same entry, and race what came last."""
    older = bracket.submit()
    newer = bracket.submit()
    assert bracket.status(older)[0] == "withdrawn"
    for entry in (2, 3, 4):
        bracket.submit(entry)
    draw(bracket)
    grids = [on_grid(bracket.claimed()), on_grid(bracket.claimed("worker-2"))]
    assert any(newer in each for each in grids)
    assert not any(older in each for each in grids)


def test_a_match_waits_for_both_models(bracket: League) -> None:
    """It should be driven once the second came, or alone where the other is ruled out."""
    bracket.submit(1)
    draw(bracket)
    assert bracket.claim() is None
    bracket.submit(2)
    assert bracket.claim() is None
    heats = bracket.desk.state().heats.values()
    heat_id = next(each.heat_id for each in heats if "entry-4" in each.entry_ids)
    no_show = MarkNoShow(
        ruling_id=RulingId("r1"),
        entry_id=EntryId("entry-4"),
        heat_id=heat_id,
        reason="Never came.",
    )
    bracket.desk.office.command(CALLER, EVENT, no_show).result(PATIENCE_S)
    job = bracket.claimed()
    assert [each.place for each in job.grid] == [1]
    hand_in(bracket, job, 8.0)
    assert finished(bracket) == 1


def test_a_match_whose_models_both_broke_off_is_settled(bracket: League) -> None:
    """It should have no winner, and hold nobody up."""
    for entry in (1, 2, 3, 4):
        bracket.submit(entry)
    draw(bracket)
    hand_in(bracket, bracket.claimed(), 8.0, 9.0, broken=(1, 2))
    hand_in(bracket, bracket.claimed(), 8.0, 9.0)
    assert bracket.claim() is None
    assert rank_stage(bracket.desk.state(), STAGE)[0].entry_id in ("entry-1", "entry-2")
