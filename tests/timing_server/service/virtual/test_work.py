"""The queue over time: leases that end, workers that are lost, a server that starts again."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import cast

import pytest

from tests.timing_server.rules.virtual.league import RULES, SIMULATOR
from tests.timing_server.service.desk import CALLER, EVENT, PATIENCE_S, STREAM, Desk, open_desk
from timing_server.adapters.random_secrets import RandomSecrets
from timing_server.contract.machines.workers import LEASE_S, DrivenRun, VirtualJob
from timing_server.contract.workshop import RoomState
from timing_server.rules.commands.plan import ChangeStage, CloseEvent, OpenEvent, WithdrawEntry
from timing_server.rules.commands.running_order import RemoveHeat
from timing_server.rules.commands.virtual import PlanVirtualStage
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.virtual import RunSimulated, VirtualRules
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, StageId, SubmissionId
from timing_server.service.devices.device_board import DeviceBoard
from timing_server.service.errors import RefusedError
from timing_server.service.live.hub import Hub
from timing_server.service.models.ports import ModelFolder
from timing_server.service.ports import NewId
from timing_server.service.virtual.errors import LeaseLostError
from timing_server.service.virtual.proofs import Proofs, ProofTools
from timing_server.service.virtual.room import VirtualRoom, virtual_room
from timing_server.service.virtual.work import GONE, LOST

STAGE = StageId("stage-1")
MODEL = "6d" * 32


class Shelf:
    """A folder that has every model but those that are gone."""

    def __init__(self) -> None:
        self.gone: set[str] = set()

    def find(self, sha256: str) -> Path | None:
        """Return where a model is."""
        return None if sha256 in self.gone else Path(sha256)


@dataclass
class League:
    """A virtual stage that is open for an hour, on a desk whose clock stands."""

    desk: Desk
    room: VirtualRoom
    shelf: Shelf
    new_id: NewId

    def submit(self, entry: int = 1) -> SubmissionId:
        """Queue a model."""
        entry_id = EntryId(f"entry-{entry}")
        future = self.room.submissions.submit(CALLER, EVENT, STAGE, entry_id, MODEL)
        return SubmissionId(future.result(PATIENCE_S)["submission_id"])

    def claim(self, worker: str = "worker-1") -> VirtualJob | None:
        """Let a worker claim."""
        return self.room.work.claim(worker).result(PATIENCE_S)

    def claimed(self, worker: str = "worker-1") -> VirtualJob:
        """Let a worker claim what must be there."""
        job = self.claim(worker)
        assert job is not None
        return job

    def record(self, job: VirtualJob, worker: str = "worker-1") -> HeatId:
        """Hand a run in."""
        run = DrivenRun(
            model_sha256=job.model_sha256,
            track_sha256=job.track.sha256,
            seed=job.seed,
            laps_tried=1,
            passes_ns=(NS_PER_S, 9 * NS_PER_S),
            resets_ns=(),
            beginnings_ns=(),
            sim_ns=9 * NS_PER_S,
        )
        future = self.room.work.record(worker, job.lease_id, run, SIMULATOR, job.event_id)
        return HeatId(future.result(PATIENCE_S).heat_id)

    def status(self, submission_id: SubmissionId) -> tuple[str, str]:
        """Return what became of a submission, and the sentence that says why."""
        known = self.desk.state().submissions[submission_id]
        return known.status, known.sentence


def league_on(desk: Desk, shelf: Shelf) -> League:
    ids = count(1)
    folder = cast("ModelFolder", shelf)
    new_id = lambda: f"id-{next(ids)}-{desk.system.now_mono_ns}"  # noqa: E731 - as short as it is
    store = desk.store
    tools = ProofTools(None, lambda _: None, lambda: RoomState(is_free=True), lambda: "")
    proofs = Proofs(desk.writer, store, tools)
    clock = desk.writer._clock.now_ns
    board = DeviceBoard(Hub(clock, "boot"))
    room = virtual_room(
        *(desk.writer, desk.office, folder, RandomSecrets(), new_id, proofs), (board, clock)
    )
    return League(desk, room, shelf, new_id)


def planned(
    desk: Desk, entries: int = 2, rules: VirtualRules = RULES, format_name: str = "time_trial"
) -> League:
    """Return a league of so many entries whose stage is open for an hour from now on."""
    desk.plan(heats=entries)
    for number in range(1, entries + 1):
        remove = RemoveHeat(HeatId(f"heat-{number}"))
        desk.office.command(CALLER, EVENT, remove).result(PATIENCE_S)
    now = desk.system.wall
    closes = now + timedelta(hours=1)
    rules = replace(rules, opens_utc=now.isoformat(), closes_utc=closes.isoformat())
    form = ChangeStage(STAGE, "Online", format_name, HeatOptions(), "qualifying", is_open=False)
    desk.office.command(CALLER, EVENT, form).result(PATIENCE_S)
    plan = PlanVirtualStage(STAGE, rules, 2 * NS_PER_S)
    desk.office.command(CALLER, EVENT, plan).result(PATIENCE_S)
    return league_on(desk, Shelf())


@pytest.fixture
def league(desk: Desk) -> League:
    return planned(desk)


def test_a_silent_worker_gives_its_run_back(league: League) -> None:
    """It should give the run to another once the lease is over, and no sooner."""
    league.submit()
    job = league.claimed()
    league.desk.system.advance(LEASE_S - 1)
    assert league.claim("worker-2") is None
    now_ns = league.desk.clock.now_ns()
    league.room.work.renew("worker-1", job.lease_id, 2, now_ns)
    league.desk.system.advance(LEASE_S - 1)
    assert league.claim("worker-2") is None
    league.desk.system.advance(2)
    again = league.claimed("worker-2")
    assert (again.submission_id, again.attempt) == (job.submission_id, 2)
    with pytest.raises(LeaseLostError):
        league.room.work.renew("worker-1", job.lease_id, 3, now_ns)
    with pytest.raises(LeaseLostError):
        league.record(job)
    league.record(again, "worker-2")


def test_the_only_worker_gives_its_run_back_too(league: League) -> None:
    """It should wait again though no other worker is there to ask for it."""
    submission_id = league.submit()
    league.claimed()
    league.desk.system.advance(LEASE_S - 1)
    asyncio.run(league.room.keeper.look())
    assert league.desk.known.jobs[submission_id].worker == "worker-1"
    league.desk.system.advance(2)
    asyncio.run(league.room.keeper.look())
    assert league.desk.known.jobs[submission_id].worker == ""


def test_a_run_that_is_lost_three_times_is_refused(league: League) -> None:
    """It should refuse it with a sentence, and go on with the next one."""
    lost, next_one = league.submit(), league.submit(entry=2)
    for _ in range(3):
        assert league.claimed().submission_id == lost
        league.desk.system.advance(LEASE_S + 1)
    assert league.claimed().submission_id == next_one
    assert league.status(lost) == ("refused", LOST)
    retried = league.room.submissions.retry(CALLER, EVENT, lost).result(PATIENCE_S)
    assert retried["submission_id"] == lost
    assert league.claimed("worker-2").attempt == 1


def test_a_closed_event_keeps_what_waits(league: League) -> None:
    """It should drive nothing that can't be recorded, and all once the event is open again."""
    first, second = league.submit(), league.submit(entry=2)
    command = league.desk.office.command
    for _ in range(4):
        job = league.claimed()
        command(CALLER, EVENT, CloseEvent()).result(PATIENCE_S)
        with pytest.raises(RefusedError):
            league.record(job)
        league.desk.system.advance(LEASE_S + 1)
        assert league.claim() is None
        command(CALLER, EVENT, OpenEvent()).result(PATIENCE_S)
    while (left := league.claim()) is not None:
        league.record(left)
    assert (league.status(first), league.status(second)) == (("driven", ""), ("driven", ""))


def test_the_same_run_handed_in_twice_is_recorded_once(league: League) -> None:
    """It should answer alike, and leave one heat."""
    league.submit()
    job = league.claimed()
    assert league.record(job) == league.record(job)
    state = league.desk.state()
    assert [each.is_virtual for each in state.heats.values()] == [True]


def test_a_run_is_there_whole_or_not_at_all(league: League) -> None:
    """It should be one commit from the plan of its heat to its end."""
    league.submit()
    league.record(league.claimed())
    (group,) = [
        each
        for each in league.desk.committed
        if any(isinstance(step.recorded.fact, RunSimulated) for step in each.steps)
    ]
    kinds = [type(step.recorded.fact).__name__ for step in group.steps]
    assert kinds[:4] == ["HeatPlanned", "RunEquipped", "BootBound", "HeatStarted"]
    assert kinds[-2:] == ["RunSimulated", "HeatFinished"]
    assert {step.recorded.actor for step in group.steps} == {"worker:worker-1"}


def test_the_queue_outlives_the_server(tmp_path: Path) -> None:
    """It should know after a start who drives what, and give each worker its whole lease."""
    with open_desk(tmp_path) as desk:
        first = planned(desk)
        submission_id = first.submit()
        job = first.claimed()
        first.submit(entry=2)
        mono_ns, wall = desk.system.now_mono_ns, desk.system.wall
    with open_desk(tmp_path) as desk:
        desk.system.now_mono_ns, desk.system.wall = mono_ns + 60 * NS_PER_S, wall
        desk.do(lambda draft: draft.head(STREAM))
        anew = league_on(desk, Shelf())
        assert list(desk.known.jobs) == [submission_id, *list(desk.known.jobs)[1:]]
        assert anew.claimed("worker-2").submission_id != submission_id
        desk.system.advance(LEASE_S - 1)
        anew.room.work.renew("worker-1", job.lease_id, 1, desk.clock.now_ns())
        anew.record(job)
        assert anew.status(submission_id)[0] == "driven"


def test_a_run_is_recorded_once_whatever_becomes_of_the_server(tmp_path: Path) -> None:
    """It should answer alike where the server was started anew since the run was recorded."""
    with open_desk(tmp_path) as desk:
        first = planned(desk)
        first.submit()
        job = first.claimed()
        heat_id = first.record(job)
        mono_ns, wall = desk.system.now_mono_ns, desk.system.wall
    with open_desk(tmp_path) as desk:
        desk.system.now_mono_ns, desk.system.wall = mono_ns + 60 * NS_PER_S, wall
        desk.writer.known = replace(desk.known, heads={})
        assert league_on(desk, Shelf()).record(job) == heat_id


def test_who_withdrew_is_passed_over(league: League) -> None:
    """It should leave the runs of one who takes no part waiting, for when they come back."""
    league.submit()
    other = league.submit(entry=2)
    withdraw = WithdrawEntry(EntryId("entry-1"))
    league.desk.office.command(CALLER, EVENT, withdraw).result(PATIENCE_S)
    assert league.claimed().submission_id == other


def test_a_model_that_is_gone_is_refused(league: League) -> None:
    """It should say so, rather than let every worker fail at it."""
    submission_id = league.submit()
    league.shelf.gone.add(MODEL)
    assert league.claim() is None
    assert league.status(submission_id) == ("refused", GONE)


def test_the_calendar_closes_a_stage(league: League) -> None:
    """It should go by the calendar of the venue, whatever the race clock says."""
    league.submit()
    league.desk.system.wall += timedelta(hours=2)
    with pytest.raises(RefusedError, match="took submissions until"):
        league.submit(entry=2)
