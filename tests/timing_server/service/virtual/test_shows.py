"""Shows over time: who may claim them, workers that are lost, a queue that plays by itself."""

import asyncio
from dataclasses import replace

import pytest

from tests.timing_server.rules.virtual.league import RULES
from tests.timing_server.service.desk import CALLER, EVENT, PATIENCE_S, Desk
from tests.timing_server.service.virtual.test_work import MODEL, STAGE, League, planned
from timing_server.contract.machines.devices import CarPosition, PositionReport, TrackMap
from timing_server.contract.machines.shows import SHOW_LEASE_S
from timing_server.contract.machines.workers import ClaimRequest, VirtualJob
from timing_server.contract.race.virtual import AutoPlay
from timing_server.rules.commands.heats import StartHeat, StopHeat
from timing_server.rules.commands.plan import PlanStage
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import NS_PER_S, HeatId, StageId, SubmissionId
from timing_server.service.errors import RefusedError
from timing_server.service.live.standings_section import shown_stage_id
from timing_server.service.virtual.errors import (
    BeingDrivenError,
    LeaseLostError,
    NothingToPlayError,
)
from timing_server.service.virtual.shows.keeping import MAP_STAYS_NS

PLAYS = ClaimRequest(can_play=True)
TRACK = TrackMap(
    name="esses",
    length_m=20,
    width_m=1,
    inner=((0, 0), (1, 0), (1, 1)),
    outer=((-1, -1), (2, -1), (2, 2)),
    finish=((0, 0), (0, 1)),
)


@pytest.fixture
def league(desk: Desk) -> League:
    return planned(desk)


def play(league: League, submission_id: SubmissionId) -> HeatId:
    told = league.room.shows.play(CALLER, EVENT, submission_id).result(PATIENCE_S)
    return HeatId(told["heat_id"])


def claim(league: League, worker: str, asked: ClaimRequest = PLAYS) -> VirtualJob | None:
    now_ns = league.desk.clock.now_ns()
    league.room.leases.hear(worker, now_ns, can_play=asked.can_play)
    return league.room.work.claim(worker, asked).result(PATIENCE_S)


def ready(league: League, heat_id: HeatId, worker: str = "worker-1") -> None:
    league.room.shows.take_ready(worker, heat_id, TRACK, league.desk.clock.now_ns())


def start(league: League, heat_id: HeatId) -> None:
    words = league.room.shows.words(league.desk.clock.now_ns())
    league.desk.office.command(CALLER, EVENT, StartHeat(heat_id, 0, words)).result(PATIENCE_S)


def look(league: League) -> None:
    asyncio.run(league.room.keeper.look())


def started(league: League) -> HeatId:
    """Return a heat that is driven before an audience since a moment ago."""
    heat_id = play(league, league.submit())
    assert claim(league, "worker-1") is not None
    ready(league, heat_id)
    start(league, heat_id)
    league.desk.system.advance(5.5)
    league.room.work.renew("worker-1", heat_id, 0, league.desk.clock.now_ns())
    return heat_id


def test_a_show_goes_before_all(league: League) -> None:
    """It should be claimed first, once, as itself, by whoever can play; also where no room is."""
    league.submit(1)
    shown = league.submit(2)
    heat_id = play(league, shown)
    no_room = ClaimRequest(can_play=True, is_room_free=False)
    cannot = claim(league, "cluster-1", ClaimRequest())
    assert cannot is not None
    assert not cannot.is_played
    job = claim(league, "worker-1", no_room)
    assert job is not None
    assert (job.submission_id, job.is_played, job.lease_id, job.attempt) == (
        shown,
        True,
        heat_id,
        0,
    )
    assert claim(league, "worker-2", no_room) is None


def test_boards_show_the_stage_that_is_played_next(desk: Desk) -> None:
    """It should be that of the models that wait before anything was played, else the last one."""
    league = planned(desk, rules=replace(RULES, is_played=True))
    later = StageId("later")
    plan = PlanStage(later, "Duels", "single_elimination", HeatOptions())
    desk.office.command(CALLER, EVENT, plan).result(PATIENCE_S)
    assert shown_stage_id(desk.state(), None) == later
    league.submit()
    assert shown_stage_id(desk.state(), None) == STAGE


def test_what_is_driven_is_not_played(league: League) -> None:
    """It should refuse it, and play the next that waits."""
    driven, waiting = league.submit(1), league.submit(2)
    assert league.claimed().submission_id == driven
    with pytest.raises(BeingDrivenError):
        play(league, driven)
    told = league.room.shows.play_next(CALLER, EVENT, STAGE).result(PATIENCE_S)
    state = league.desk.state()
    assert state.submissions[waiting].played_heat_id == told["heat_id"]
    stop = StopHeat(HeatId(told["heat_id"]))
    league.desk.office.command(CALLER, EVENT, stop).result(PATIENCE_S)
    league.room.submissions.withdraw(CALLER, EVENT, waiting).result(PATIENCE_S)
    with pytest.raises(NothingToPlayError):
        league.room.shows.play_next(CALLER, EVENT, STAGE).result(PATIENCE_S)


def test_it_starts_once_a_worker_is_ready(league: League) -> None:
    """It should refuse the start before, and when the worker was silent since."""
    heat_id = play(league, league.submit())
    claim(league, "worker-1")
    with pytest.raises(RefusedError, match="No worker is ready"):
        start(league, heat_id)
    ready(league, heat_id)
    (word,) = league.room.shows.words(league.desk.clock.now_ns())
    assert (word.car_id, word.model_sha256, word.is_warm) == ("virtual", MODEL, True)
    league.desk.system.advance(SHOW_LEASE_S + 1)
    with pytest.raises(RefusedError, match="No worker is ready"):
        start(league, heat_id)


def test_a_worker_lost_before_the_go_loses_nothing(league: League) -> None:
    """It should let another take the show, under the same heat."""
    heat_id = play(league, league.submit())
    claim(league, "worker-1")
    ready(league, heat_id)
    league.desk.system.advance(SHOW_LEASE_S + 1)
    look(league)
    job = claim(league, "worker-2")
    assert job is not None
    assert job.lease_id == heat_id
    with pytest.raises(LeaseLostError):
        ready(league, heat_id)
    assert league.room.leases.ready_since(heat_id) is None


def test_a_worker_lost_under_way_ends_the_show(league: League) -> None:
    """It should abandon the heat, and let the submission be played again as another."""
    heat_id = started(league)
    league.desk.system.advance(SHOW_LEASE_S - 1)
    look(league)
    assert league.desk.state().heats[heat_id].phase is HeatPhase.RUNNING
    league.desk.system.advance(2)
    look(league)
    heat = league.desk.state().heats[heat_id]
    assert (heat.phase, heat.end_reason) == (HeatPhase.ABANDONED, "worker_lost")
    (submission,) = league.desk.state().submissions.values()
    assert submission.status == "waiting"
    assert play(league, submission.submission_id) != heat_id


def test_a_worker_hears_that_its_show_is_off(league: League) -> None:
    """It should lose the claim at once, however long its lease would last."""
    heat_id = started(league)
    league.desk.office.command(CALLER, EVENT, StopHeat(heat_id)).result(PATIENCE_S)
    with pytest.raises(LeaseLostError):
        league.room.work.renew("worker-1", heat_id, 0, league.desk.clock.now_ns())
    assert claim(league, "worker-1") is not None


def test_a_show_that_is_sent_back_is_called_at_once(league: League) -> None:
    """It should be free again though its worker hasn't heard of it, who hears it then."""
    submission_id = league.submit()
    heat_id = play(league, submission_id)
    assert claim(league, "worker-1") is not None
    league.desk.office.command(CALLER, EVENT, StopHeat(heat_id)).result(PATIENCE_S)
    again = play(league, submission_id)
    assert again != heat_id
    with pytest.raises(LeaseLostError):
        league.room.work.renew("worker-1", heat_id, 0, league.desk.clock.now_ns())
    job = claim(league, "worker-2")
    assert job is not None
    assert job.lease_id == again


def test_a_show_calls_one_worker_off(league: League) -> None:
    """It should want back the run that is the least far, and none where another is free."""
    first, second = league.submit(1), league.submit(2)
    jobs = [claim(league, "worker-1"), claim(league, "worker-2")]
    assert [each and each.submission_id for each in jobs] == [first, second]
    play(league, league.submit(1))
    now_ns = league.desk.clock.now_ns()
    wanted = {}
    for laps in (2, 1):
        for number, job in enumerate(jobs, 1):
            assert job is not None
            done = laps if number == 1 else 0
            kept = league.room.work.renew(f"worker-{number}", job.lease_id, done, now_ns)
            wanted[number] = kept.is_wanted_back
    assert wanted == {1: False, 2: True}
    league.room.leases.hear("worker-3", now_ns, can_play=True)
    assert jobs[1] is not None
    kept = league.room.work.renew("worker-2", jobs[1].lease_id, 0, now_ns)
    assert not kept.is_wanted_back


def test_a_queue_plays_by_itself(league: League) -> None:
    """It should call, start and, when the result has been shown, call the next; until it is off."""
    keeper, system = league.room.keeper, league.desk.system
    for entry in (1, 2):
        league.submit(entry)
    keeper.set_auto(EVENT, "boss", AutoPlay(is_on=True, stage_id=STAGE))
    look(league)
    (heat,) = league.desk.state().heats.values()
    claim(league, "worker-1")
    look(league)
    ready(league, heat.heat_id)
    system.advance(5)
    look(league)
    assert league.desk.state().heats[heat.heat_id].phase is HeatPhase.RUNNING
    system.advance(9)
    league.room.work.renew("worker-1", heat.heat_id, 0, league.desk.clock.now_ns())
    league.desk.office.command(CALLER, EVENT, StopHeat(heat.heat_id)).result(PATIENCE_S)
    system.advance(14)
    look(league)
    assert league.desk.state().active_heat is None
    system.advance(1)
    look(league)
    assert league.desk.state().active_heat is not None
    assert keeper.auto_of(EVENT) is not None
    keeper.set_auto(EVENT, "boss", AutoPlay(is_on=False, stage_id=STAGE))
    assert keeper.auto_of(EVENT) is None


def test_boards_get_their_own_map_back(league: League) -> None:
    """It should show the show's track, no car of the venue on it, and the venue's a while after."""
    board = league.room.keeper._board
    own = TRACK.model_copy(update={"name": "hall"})
    board.take_track(own)
    heat_id = started(league)
    assert board.shown_track == TRACK
    position = CarPosition(
        car_id="red", x_m=0, y_m=0, heading_rad=0, speed_mps=0, is_off_track=False
    )
    board.take_positions(PositionReport(mono_ns=9, cars=(position,)))
    assert b"red" not in board.hub._newest["positions"]
    league.desk.office.command(CALLER, EVENT, StopHeat(heat_id)).result(PATIENCE_S)
    look(league)
    assert board.shown_track == TRACK
    league.desk.system.advance(MAP_STAYS_NS / NS_PER_S + 1)
    look(league)
    assert board.shown_track is None
    assert b"hall" in board.hub._newest["track"]
