"""Routes for workers: claim a run, say that one lives, hand in what was driven."""

import asyncio
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from timing_server.contract.machines.duels import DuelPosted, DuelRecorded
from timing_server.contract.machines.shows import LeaseKept
from timing_server.contract.machines.workers import (
    MAX_RUN_RECORD_BYTES,
    Claimed,
    ClaimRequest,
    LeaseRenewal,
    RunFailed,
    RunPosted,
    RunRecorded,
)
from timing_server.contract.server.tracks import TrackDocument
from timing_server.rules.facts.virtual import Simulator
from timing_server.service.entities import Credential
from timing_server.service.errors import UnknownIdError
from timing_server.service.tracks.laying import track_blob
from timing_server.service.virtual.run_records import VirtualRun, bound_run, called, keep_record
from timing_server.web.asking import IdInPath, answer
from timing_server.web.auth import WORKER, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["workers"])
TheWorker = Annotated[Credential, Depends(WORKER)]
#: A worker's name becomes part of passes' addresses, so it has no colon.
WorkerInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
#: Of which event the run is: so it is found again after a start of the server.
AnyEvent = Annotated[str | None, Query(max_length=200)]
_REFUSALS = refusals(401, 403, 409, 422, 503)
#: A run of a hundred laps has some thousand instants.
MAX_RUN_BYTES = 1024 * 1024


@router.post("/workers/{worker_id}/claim", summary="Claim the next run", responses=_REFUSALS)
async def claim(
    worker_id: WorkerInPath, kit: AnyKit, _who: TheWorker, body: ClaimRequest | None = None
) -> Claimed:
    """What is to be played before an audience, then first come, first driven. The lease must be
    renewed, or the run is given to another.
    """
    asked = body or ClaimRequest()
    kit.virtual.leases.hear(worker_id, kit.clock.now_ns(), can_play=asked.can_play)
    return Claimed(job=await answer(kit.virtual.work.claim(worker_id, asked)))


@router.get(
    "/workers/{worker_id}/tracks/{sha256}",
    summary="Fetch the track of a run",
    response_model=TrackDocument,
    responses=refusals(401, 403, 404, 422),
)
async def fetch_track(
    worker_id: WorkerInPath,  # noqa: ARG001 - the path's scope, which the role's check reads
    sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    kit: AnyKit,
    _who: TheWorker,
) -> Response:
    """What a ``.track`` file of it says, as it was when the stage was planned."""
    # With a picture of its ground it has megabytes, which were checked when they were kept.
    content = await asyncio.to_thread(kit.store.blob, track_blob(sha256))
    if content is None:
        raise UnknownIdError("track", sha256)
    return Response(content, media_type="application/json")


@router.post(
    "/workers/{worker_id}/leases/{lease_id}",
    summary="Keep a claimed run",
    responses=_REFUSALS,
)
async def renew(
    worker_id: WorkerInPath, lease_id: IdInPath, body: LeaseRenewal, kit: AnyKit, _who: TheWorker
) -> LeaseKept:
    """Every other second. 409 `lease_lost`: another worker has it now, or nobody wants it."""
    return kit.virtual.work.renew(worker_id, lease_id, body.laps_done, kit.clock.now_ns())


@router.post(
    "/workers/{worker_id}/leases/{lease_id}/run",
    summary="Hand in a run",
    status_code=201,
    max_body_size=MAX_RUN_BYTES,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
)
async def hand_in(
    worker_id: WorkerInPath,
    lease_id: IdInPath,
    body: RunPosted,
    kit: AnyKit,
    _who: TheWorker,
    event_id: AnyEvent = None,
) -> RunRecorded:
    """Recorded whole or not at all, and once: the same again is answered alike."""
    kit.virtual.leases.hear(worker_id, kit.clock.now_ns())
    simulator = Simulator(**body.simulator.model_dump())
    future = kit.virtual.work.record(worker_id, lease_id, body.run, simulator, event_id)
    return await answer(future)


@router.post(
    "/workers/{worker_id}/leases/{lease_id}/duel",
    summary="Hand in a race of two",
    status_code=201,
    max_body_size=2 * MAX_RUN_BYTES,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
)
async def hand_in_duel(
    worker_id: WorkerInPath,
    lease_id: IdInPath,
    body: DuelPosted,
    kit: AnyKit,
    _who: TheWorker,
    event_id: AnyEvent = None,
) -> DuelRecorded:
    """Both runs in one heat, whole or not at all, and once: the same again is answered alike."""
    kit.virtual.leases.hear(worker_id, kit.clock.now_ns())
    return await answer(kit.virtual.work.duels.record(worker_id, lease_id, body, event_id))


@router.put(
    "/workers/{worker_id}/leases/{lease_id}/record",
    summary="Hand in what a run's car did",
    status_code=204,
    max_body_size=MAX_RUN_RECORD_BYTES,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}, "required": True}},
)
async def hand_record(
    worker_id: WorkerInPath,
    lease_id: IdInPath,
    request: Request,
    kit: AnyKit,
    _who: TheWorker,
    event_id: Annotated[str, Query(max_length=200)],
) -> None:
    """A black box's record, as the body itself, of a run that was handed in; one for each run."""
    state = await kit.state_of(event_id)
    bound = bound_run(state, worker_id, lease_id)
    name = called(kit.writer.known.registry, state, bound)
    content = await request.body()
    run = VirtualRun(event_id, bound.heat_id, bound.entry_id, name, kit.system.wall_utc())
    await asyncio.to_thread(keep_record, kit.records, state, run, content)


@router.post(
    "/workers/{worker_id}/leases/{lease_id}/failure",
    summary="Say that no run comes of it",
    status_code=204,
    responses=_REFUSALS,
)
async def fail(
    worker_id: WorkerInPath, lease_id: IdInPath, body: RunFailed, kit: AnyKit, _who: TheWorker
) -> None:
    """The submission is refused with the sentence; it counts where that is the model's fault."""
    kit.virtual.leases.hear(worker_id, kit.clock.now_ns())
    code = "model" if body.is_models_fault else "worker_failed"
    await answer(kit.virtual.work.fail(worker_id, lease_id, code, body.sentence))


@router.delete(
    "/workers/{worker_id}/leases/{lease_id}",
    summary="Give a claimed run back",
    status_code=204,
    responses=_REFUSALS,
)
async def give_back(
    worker_id: WorkerInPath, lease_id: IdInPath, kit: AnyKit, _who: TheWorker
) -> None:
    """A worker that ends lets another have it."""
    await answer(kit.virtual.work.give_back(worker_id, lease_id))
