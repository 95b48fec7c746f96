"""Routes of runs that are played before an audience: race control calls them, workers show them."""

from fastapi import Request

from timing_server.contract.machines.duels import DuelSoFar
from timing_server.contract.machines.shows import ShownSoFar, ShowReady, ShowView
from timing_server.contract.race.events import HeatOutcome
from timing_server.contract.race.virtual import AutoPlay
from timing_server.rules.units import EventId, StageId, SubmissionId
from timing_server.service.errors import UnknownIdError
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import AnyKit, Marshal
from timing_server.web.devices.cars import MAX_FRAME_BYTES, check_jpeg
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter
from timing_server.web.virtual.workers import MAX_RUN_BYTES, TheWorker, WorkerInPath

router = ApiRouter(tags=["virtual races"])
_TOLD = refusals(401, 403, 409, 413, 422, 503)
#: A map has two lines of up to two thousand points each.
_MAX_MAP_BYTES = 512 * 1024


@router.post(
    "/events/{event_id}/submissions/{submission_id}/play",
    summary="Play a submission before an audience",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def play(
    event_id: IdInPath, submission_id: IdInPath, kit: AnyKit, _who: Marshal, caller: AnyCaller
) -> object:
    """As a heat of its own, or with its rival's as their match, which is called at once. The event
    must be open and nobody at the line; `start` lets it drive once a worker is ready.
    """
    future = kit.virtual.shows.play(caller, EventId(event_id), SubmissionId(submission_id))
    return await answer(future)


@router.post(
    "/events/{event_id}/stages/{stage_id}/play-next",
    summary="Play the next submission of a virtual stage before an audience",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def play_next(
    event_id: IdInPath, stage_id: IdInPath, kit: AnyKit, _who: Marshal, caller: AnyCaller
) -> object:
    """The first in the queue that waits, or the first two that can race each other. 409
    `nothing_to_play` where none does.
    """
    future = kit.virtual.shows.play_next(caller, EventId(event_id), StageId(stage_id))
    return await answer(future)


@router.put(
    "/events/{event_id}/virtual/auto",
    summary="Let a virtual stage's queue play by itself",
    status_code=204,
    responses=COMMAND_REFUSALS,
)
async def set_auto(event_id: IdInPath, body: AutoPlay, kit: AnyKit, who: Marshal) -> None:
    """One after the other, until it is turned off, the event closes, or the server restarts."""
    state = await kit.state_of(event_id)
    if StageId(body.stage_id) not in state.stages:
        raise UnknownIdError("stage", body.stage_id)
    kit.virtual.keeper.set_auto(EventId(event_id), who.principal, body)


@router.post(
    "/workers/{worker_id}/leases/{lease_id}/ready",
    summary="Say that a run can be begun that is played",
    status_code=204,
    max_body_size=_MAX_MAP_BYTES,
    responses=_TOLD,
)
async def take_ready(
    worker_id: WorkerInPath, lease_id: IdInPath, body: ShowReady, kit: AnyKit, _who: TheWorker
) -> None:
    """Boards show the track from now on; race control can start the heat."""
    now_ns = kit.clock.now_ns()
    kit.virtual.shows.take_ready(worker_id, lease_id, body.track, now_ns)


@router.post(
    "/workers/{worker_id}/leases/{lease_id}/so-far",
    summary="Tell what a run did by now that is played",
    status_code=204,
    max_body_size=MAX_RUN_BYTES,
    responses=_TOLD,
)
async def take_so_far(
    worker_id: WorkerInPath, lease_id: IdInPath, body: ShownSoFar, kit: AnyKit, _who: TheWorker
) -> None:
    """From its beginning each time: what isn't recorded yet becomes facts. Keeps the lease, too."""
    now_ns = kit.clock.now_ns()
    await kit.virtual.shows.take_so_far(worker_id, lease_id, body.run, now_ns)


@router.post(
    "/workers/{worker_id}/leases/{lease_id}/duel-so-far",
    summary="Tell what a race of two did by now that is played",
    status_code=204,
    max_body_size=2 * MAX_RUN_BYTES,
    responses=_TOLD,
)
async def take_duel_so_far(
    worker_id: WorkerInPath, lease_id: IdInPath, body: DuelSoFar, kit: AnyKit, _who: TheWorker
) -> None:
    """From its beginning each time: what isn't recorded yet becomes facts. Keeps the lease, too."""
    now_ns = kit.clock.now_ns()
    await kit.virtual.shows.take_duel_so_far(worker_id, lease_id, body, now_ns)


@router.post(
    "/workers/{worker_id}/leases/{lease_id}/view",
    summary="Show where the cars are of a run that is played",
    status_code=204,
    responses=_TOLD,
)
async def take_view(
    worker_id: WorkerInPath, lease_id: IdInPath, body: ShowView, kit: AnyKit, _who: TheWorker
) -> None:
    """About ten times a second; no fact. Keeps the lease, too."""
    kit.virtual.shows.take_view(worker_id, lease_id, body, kit.clock.now_ns())


@router.put(
    "/workers/{worker_id}/leases/{lease_id}/frames/{car_id}",
    summary="Show what a car sees that is played",
    status_code=204,
    max_body_size=MAX_FRAME_BYTES,
    responses=refusals(401, 403, 404, 409, 413, 422),
    openapi_extra={"requestBody": {"content": {"image/jpeg": {}}, "required": True}},
)
async def take_frame(
    worker_id: WorkerInPath,
    lease_id: IdInPath,
    car_id: IdInPath,
    request: Request,
    kit: AnyKit,
    _who: TheWorker,
) -> None:
    """One JPEG, as the body itself; shown by `GET /cars/{car_id}/frame`."""
    frame = check_jpeg(await request.body())
    kit.virtual.shows.take_frame(worker_id, lease_id, car_id, frame)
