"""Races of two as workers drive them: claimed under one lease, recorded in one commit."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace

from timing_server.contract.machines.duels import (
    DuelPosted,
    DuelRecorded,
    DuelSidePosted,
    DuelSideRecorded,
    DuelSoFar,
)
from timing_server.contract.machines.workers import VirtualJob
from timing_server.rules.commands.virtual import DuelSide, RecordDuel, RecordDuelShown
from timing_server.rules.facts.virtual import Simulator
from timing_server.rules.units import BootId, HeatId, JournalId, NodeId, StreamId
from timing_server.service.entities import Job
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.ports import NewId
from timing_server.service.virtual.errors import LeaseLostError, OtherRunError
from timing_server.service.virtual.head_to_head.matches import plan_due
from timing_server.service.virtual.head_to_head.pairing import Duel, Side, claimed_duel
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.run_records import told
from timing_server.service.virtual.runs import (
    UNTOLD,
    job_of,
    leased,
    recorded,
    settle,
    virtual_of,
)
from timing_server.service.virtual.shows.on_air import is_show_claim


def boot_of(lease_id: str, place: int) -> BootId:
    """Return the boot that one side's run is: the claim's own, and one beside it."""
    return BootId(lease_id if place == 1 else f"{lease_id}.{place}")


def claim_duel(draft: Draft, duel: Duel, worker_id: str, lease_id: str, lease_s: int) -> VirtualJob:
    """Give both jobs of a race to a worker."""
    for each in duel.sides:
        job = draft.known.jobs[each.job.submission_id]
        attempts = job.attempts + 1
        draft.put_job(replace(job, worker=worker_id, lease_id=lease_id, attempts=attempts))
    return duel_job(draft, duel, lease_s)


def duel_job(draft: Draft, duel: Duel, lease_s: int) -> VirtualJob:
    """Return a claimed race as its worker needs it."""
    first = duel.sides[0]
    job = draft.known.jobs[first.job.submission_id]
    return job_of(draft, job, first.submission, lease_s).model_copy(
        update={"seed": duel.seed, "grid": duel.grid}
    )


class DuelWork:
    """Records races of two."""

    def __init__(self, writer: Writer, leases: Leases, new_id: NewId) -> None:
        self._writer = writer
        self._leases = leases
        self._new_id = new_id

    def record(
        self, worker_id: str, lease_id: str, posted: DuelPosted, event_id: str | None = None
    ) -> "Future[DuelRecorded]":
        """Record a race whole, in one commit; the same again is answered alike.

        What its match decides is planned in the same commit. The future raises LeaseLostError,
        OtherRunError and what the rules refuse.
        """

        def work(draft: Draft) -> DuelRecorded:
            known = _recorded(draft, worker_id, lease_id, posted.sides, event_id)
            if known is not None:
                return known
            job = leased(draft.known.jobs.values(), worker_id, lease_id)
            stream = StreamId(job.event_id)
            duel = _claimed(draft, job)
            _check_same(draft, duel, stream, posted)
            heat_id = HeatId(self._new_id()) if duel.heat is None else duel.heat.heat_id
            command = _command(duel, worker_id, lease_id, heat_id, posted)
            simulator = Simulator(**posted.simulator.model_dump())
            whole = replace(command, simulator=simulator)
            is_show = is_show_claim(draft.head(stream).state, job)
            actor = f"worker:{worker_id}"
            draft.decide(stream, RecordDuelShown(whole, is_over=True) if is_show else whole, actor)
            for each in duel.sides:
                settle(draft, self._leases, each.submission.submission_id)
            stage_id = duel.sides[0].submission.stage_id
            plan_due(draft, job.event_id, stage_id, self._new_id, actor)
            made = _recorded(draft, worker_id, lease_id, posted.sides)
            return made or DuelRecorded(sides=())

        return self._writer.submit(work)

    def tell(self, worker_id: str, lease_id: str, so_far: DuelSoFar) -> "Future[None]":
        """Record what a race did by now that is played; raises what ``record`` raises."""

        def work(draft: Draft) -> None:
            job = leased(draft.known.jobs.values(), worker_id, lease_id)
            stream = StreamId(job.event_id)
            duel = _claimed(draft, job)
            _check_same(draft, duel, stream, so_far)
            command = _command(duel, worker_id, lease_id, HeatId(lease_id), so_far)
            draft.decide(stream, RecordDuelShown(command, is_over=False), f"worker:{worker_id}")

        return self._writer.submit(work)


def _claimed(draft: Draft, job: Job) -> Duel:
    state = draft.head(StreamId(job.event_id)).state
    jobs = [each for each in draft.known.jobs.values() if each.lease_id == job.lease_id]
    duel = claimed_duel(state, jobs)
    if duel is None:
        message = "This race isn't to be driven any more: its match was planned anew."
        raise LeaseLostError(message)
    return duel


def _recorded(
    draft: Draft,
    worker_id: str,
    lease_id: str,
    sides: Sequence[DuelSidePosted],
    event_id: str | None = None,
) -> DuelRecorded | None:
    """Return what came of a claim's race, None where nothing was recorded of it."""
    made = []
    for each in sides:
        boot_id = boot_of(lease_id, each.place)
        stream = recorded(draft, worker_id, boot_id, event_id)
        if stream is not None:
            run = told(draft, stream, worker_id, boot_id)
            made.append(DuelSideRecorded(place=each.place, boot_id=boot_id, run=run))
    return DuelRecorded(sides=tuple(made)) if made else None


def _check_same(draft: Draft, duel: Duel, stream: StreamId, posted: DuelSoFar) -> None:
    """Raise OtherRunError where a worker drove something else than it was asked to."""
    state = draft.head(stream).state
    _, rules = virtual_of(state, duel.sides[0].submission)
    are_places_same = [each.place for each in posted.sides] == [each.place for each in duel.sides]
    for side, each in zip(duel.sides, posted.sides, strict=False):
        asked = (side.submission.model_sha256, rules.track_sha256, duel.seed)
        run = each.run
        is_same = run is None or (run.model_sha256, run.track_sha256, run.seed) == asked
        if not are_places_same or not is_same or (run is None) != bool(each.sentence):
            message = "This race is of other models, another track or seed than was asked for."
            raise OtherRunError(message)


def _command(
    duel: Duel, worker_id: str, lease_id: str, heat_id: HeatId, posted: DuelSoFar
) -> RecordDuel:
    sides = zip(duel.sides, posted.sides, strict=True)
    return RecordDuel(
        heat_id=heat_id,
        node_id=NodeId(worker_id),
        sides=tuple(_side(side, each, lease_id) for side, each in sides),
        simulator=UNTOLD,
        anew_ns=posted.anew_ns,
    )


def _side(side: Side, posted: DuelSidePosted, lease_id: str) -> DuelSide:
    boot_id = boot_of(lease_id, side.place)
    blank = DuelSide(
        place=side.place,
        submission_id=side.submission.submission_id,
        boot_id=boot_id,
        journal_id=JournalId(boot_id),
        sentence=posted.sentence or "",
        out=posted.out or "",
    )
    run = posted.run
    if run is None:
        return blank
    return replace(
        blank,
        passes_ns=run.passes_ns,
        resets_ns=run.resets_ns,
        collisions_ns=run.collisions_ns,
        laps_tried=run.laps_tried,
        sim_ns=run.sim_ns,
    )
