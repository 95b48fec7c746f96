"""Races of two before an audience over time: called, claimed as one, lost, played again."""

import asyncio
from pathlib import Path
from typing import cast

import pytest

from tests.timing_server.service.desk import CALLER, EVENT, PATIENCE_S, Desk
from tests.timing_server.service.virtual.head_to_head.test_duels import (
    DUEL,
    draw,
    hand_in,
    on_grid,
    sides,
)
from tests.timing_server.service.virtual.test_shows import claim, look, ready, start
from tests.timing_server.service.virtual.test_work import STAGE, League, Shelf, planned
from timing_server.contract.machines.duels import DuelSoFar
from timing_server.contract.machines.shows import SHOW_LEASE_S
from timing_server.contract.machines.workers import VirtualJob
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.heats import StopHeat
from timing_server.rules.commands.plan import WithdrawEntry
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import EntryId, HeatId, SubmissionId
from timing_server.service.models.ports import ModelFolder
from timing_server.service.progression.drawing import Drawing
from timing_server.service.virtual.errors import LeaseLostError, NothingToPlayError
from timing_server.service.virtual.shows.due import ready_duels


@pytest.fixture
def bracket(desk: Desk) -> League:
    """A bracket of four that have submitted, with the first matches planned."""
    league = planned(desk, 4, DUEL, "single_elimination")
    for entry in (1, 2, 3, 4):
        league.submit(entry)
    draw(league)
    return league


def play_next(league: League) -> HeatId:
    told = league.room.shows.play_next(CALLER, EVENT, STAGE).result(PATIENCE_S)
    return HeatId(told["heat_id"])


def begun(league: League) -> tuple[HeatId, VirtualJob]:
    """Return a match that is driven before an audience since a moment ago, and its claim."""
    heat_id = play_next(league)
    job = claim(league, "worker-1")
    assert job is not None
    ready(league, heat_id)
    start(league, heat_id)
    league.desk.system.advance(5.5)
    league.room.work.renew("worker-1", heat_id, 0, league.desk.clock.now_ns())
    return heat_id, job


def whole(league: League) -> HeatId:
    """Return a match that was played to its end."""
    heat_id, job = begun(league)
    league.desk.system.advance(9)
    hand_in(league, job, 9.0, 8.0)
    return heat_id


def phase(league: League, heat_id: HeatId) -> HeatPhase:
    return league.desk.state().heats[heat_id].phase


def test_a_match_is_claimed_as_one(bracket: League) -> None:
    """It should give one worker both models under the heat's name, and no one else either."""
    (first, second) = ready_duels(bracket.desk.state(), bracket.desk.known)
    heat_id = play_next(bracket)
    assert [each.match_name for each in (first, second)] == [
        bracket.desk.state().heats[heat_id].match_name,
        second.match_name,
    ]
    assert ready_duels(bracket.desk.state(), bracket.desk.known) == (second,)
    job = claim(bracket, "worker-1")
    assert job is not None
    assert (job.lease_id, job.is_played, len(job.grid), job.attempt) == (heat_id, True, 2, 0)
    other = claim(bracket, "worker-2")
    assert other is not None
    assert not other.is_played
    assert not {*on_grid(job)} & {*on_grid(other)}


def test_who_has_left_meets_nobody(desk: Desk) -> None:
    """It should tell who meets whom next as they are then called, without who takes no part."""
    league = planned(desk, 3, DUEL, "points")
    for entry in (1, 2, 3):
        league.submit(entry)
    leave = WithdrawEntry(EntryId("entry-1"))
    desk.office.command(CALLER, EVENT, leave).result(PATIENCE_S)
    (told,) = ready_duels(desk.state(), desk.known)
    heat_id, state = play_next(league), desk.state()
    called = state.heats[heat_id].entry_ids
    assert told.numbers == tuple(state.entries[each].number for each in called)


def test_what_is_due_can_be_played_unplanned(desk: Desk) -> None:
    """It should name the matches of a field that was drawn, since playing plans them by itself."""
    league = planned(desk, 4, DUEL, "single_elimination")
    for entry in (1, 2, 3, 4):
        league.submit(entry)
    assert ready_duels(desk.state(), desk.known) == ()
    Drawing(desk.office, league.new_id).draw(CALLER, EVENT, STAGE, None).result(PATIENCE_S)
    named = ready_duels(desk.state(), desk.known)
    heat_id = play_next(league)
    assert len(named) == 2
    assert named[0].match_name == desk.state().heats[heat_id].match_name


def test_a_bracket_is_played_to_its_end(bracket: League) -> None:
    """It should play the final with models that have driven, and plan it by itself."""
    for _ in range(4):
        whole(bracket)
    with pytest.raises(NothingToPlayError):
        play_next(bracket)
    assert bracket.desk.known.jobs == {}
    heats = bracket.desk.state().heats.values()
    assert sum(each.phase is HeatPhase.FINISHED and each.is_played for each in heats) == 4
    assert rank_stage(bracket.desk.state(), STAGE)[0].rank == 1


def test_what_happens_is_told_once(bracket: League) -> None:
    """It should become facts as it happens, and nothing where nothing is new."""
    heat_id, job = begun(bracket)
    bracket.desk.system.advance(3)
    so_far = DuelSoFar(sides=sides(job, 2.0, 2.5).sides)
    now_ns = bracket.desk.clock.now_ns()
    tell = bracket.room.shows.take_duel_so_far
    asyncio.run(tell("worker-1", heat_id, so_far, now_ns))
    seq = bracket.desk.state().seq
    assert len(bracket.desk.state().heats[heat_id].passes) == 4
    asyncio.run(tell("worker-1", heat_id, so_far, now_ns))
    assert bracket.desk.state().seq == seq
    with pytest.raises(LeaseLostError):
        asyncio.run(tell("worker-2", heat_id, so_far, now_ns))


def test_a_lost_worker_has_the_match_played_again(bracket: League) -> None:
    """It should abandon the heat, plan the match anew, and count no attempt."""
    heat_id, job = begun(bracket)
    bracket.desk.system.advance(SHOW_LEASE_S + 1)
    look(bracket)
    assert phase(bracket, heat_id) is HeatPhase.ABANDONED
    assert bracket.desk.state().heats[heat_id].end_reason == "worker_lost"
    look(bracket)
    again, other = begun(bracket)
    names = [bracket.desk.state().heats[each].match_name for each in (heat_id, again)]
    assert names[0] in {each.match_name for each in bracket.desk.state().heats.values()}
    assert again != heat_id
    assert other.attempt == 0
    with pytest.raises(LeaseLostError):
        hand_in(bracket, job, 9.0, 8.0)


def test_a_match_that_is_sent_back_is_called_at_once(bracket: League) -> None:
    """It should be the same heat, whose earlier worker hears that it isn't its any more."""
    heat_id = play_next(bracket)
    assert claim(bracket, "worker-1") is not None
    bracket.desk.office.command(CALLER, EVENT, StopHeat(heat_id)).result(PATIENCE_S)
    assert phase(bracket, heat_id) is HeatPhase.SCHEDULED
    assert play_next(bracket) == heat_id
    with pytest.raises(LeaseLostError):
        ready(bracket, heat_id)
    assert claim(bracket, "worker-2") is not None
    ready(bracket, heat_id, "worker-2")


def test_a_newer_model_leaves_the_match_alone_that_is_played(bracket: League) -> None:
    """It should take it, and race it in the next match."""
    heat_id = play_next(bracket)
    played = {each.submission_id for each in bracket.desk.state().submissions.values()}
    newer = bracket.submit(1)
    statuses = {each: bracket.status(SubmissionId(each))[0] for each in played}
    assert set(statuses.values()) == {"waiting"}
    assert newer not in {
        key
        for key, each in bracket.desk.state().submissions.items()
        if each.played_heat_id == heat_id
    }


def test_a_worker_that_cannot_drive_it_ends_it(bracket: League) -> None:
    """It should abandon the heat though a model has driven before, and let it wait again."""
    whole(bracket)
    whole(bracket)
    heat_id, job = begun(bracket)
    room = bracket.room.work
    room.fail("worker-1", job.lease_id, "worker_failed", "The road is too narrow.").result()
    assert phase(bracket, heat_id) is HeatPhase.ABANDONED
    look(bracket)
    assert len(ready_duels(bracket.desk.state(), bracket.desk.known)) == 2


def test_a_model_that_is_gone_loses_its_match(bracket: League) -> None:
    """It should be ruled out of it, since nobody could ever drive it, and hold nobody up."""
    whole(bracket)
    whole(bracket)
    heats = bracket.desk.state().heats.values()
    waiting = [each.heat_id for each in heats if each.phase is HeatPhase.SCHEDULED]
    state = bracket.desk.state()
    gone = {each.model_sha256 for each in state.submissions.values()}

    class Emptied(Shelf):
        def find(self, sha256: str) -> Path | None:
            return None if sha256 in gone else super().find(sha256)

    bracket.room.work._folder = cast("ModelFolder", Emptied())
    assert bracket.claim() is None
    for heat_id in waiting:
        ruled = bracket.desk.state().heats[heat_id].rulings.statuses
        assert [each.status for each in ruled] == ["dns", "dns"]
