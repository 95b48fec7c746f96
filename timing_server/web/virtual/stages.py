"""Routes of virtual races for organisers and drivers: stages, submissions, the queue."""

import asyncio
from collections.abc import Mapping

from fastapi import Depends

from timing_server.contract.machines.library import RealLaps
from timing_server.contract.race.plan import StageOutcome
from timing_server.contract.race.virtual import (
    MyVirtualRace,
    SubmissionOutcome,
    SubmissionRequest,
    VirtualDesk,
    VirtualStageRequest,
    VirtualStageView,
)
from timing_server.rules.commands.virtual import PlanVirtualStage
from timing_server.rules.facts.virtual import VirtualRules
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S, EntryId, EventId, StageId, SubmissionId
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.service.models.errors import NotOwnModelError
from timing_server.service.people.errors import NotADriverError
from timing_server.service.virtual.gaps import model_gaps
from timing_server.service.virtual.shows.due import ready_duels
from timing_server.service.virtual.views import (
    is_current,
    left_views,
    stage_views,
    submission_views,
    worker_views,
)
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyDriver, AnyKit, Organiser, driver_of
from timing_server.web.marshal.protests import check_own_entry
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter
from timing_server.web.virtual.events import newest_events, revealed

router = ApiRouter(tags=["virtual races"])


@router.put(
    "/events/{event_id}/stages/{stage_id}/virtual",
    summary="Let a stage be raced on a virtual track",
    response_model=StageOutcome,
    responses=COMMAND_REFUSALS,
)
async def plan_virtual_stage(
    event_id: IdInPath,
    stage_id: IdInPath,
    body: VirtualStageRequest,
    kit: AnyKit,
    _who: Organiser,
    caller: AnyCaller,
) -> object:
    """The track is kept as it is now. Once somebody has submitted, only times, limits and prizes
    change.
    """
    track = None
    if body.track_id is not None:
        track = await asyncio.to_thread(kit.tracks.to_race, body.track_id)
    command = PlanVirtualStage(
        StageId(stage_id), _rules(body), round(body.reset_penalty_s * NS_PER_S)
    )
    future = kit.virtual.stages.plan(
        caller, EventId(event_id), command, track, is_sealed=body.is_sealed
    )
    return await answer(future)


def _rules(body: VirtualStageRequest) -> VirtualRules:
    return VirtualRules(
        track="",
        track_sha256="",
        opens_utc=body.opens_utc.isoformat(),
        closes_utc=body.closes_utc.isoformat(),
        race_kind=body.race_kind,
        objects=body.objects,
        bots=body.bots,
        bots_change_lanes=body.bots_change_lanes,
        laps=body.laps,
        resets_max=body.resets_max,
        lap_limit_ns=round(body.lap_limit_s * NS_PER_S),
        collision_penalty_ns=round(body.collision_penalty_s * NS_PER_S),
        seed=body.seed,
        submissions_max=body.submissions_max,
        cool_down_ns=round(body.cool_down_s * NS_PER_S),
        prizes=body.prizes,
        is_played=body.is_played,
    )


@router.get(
    "/events/{event_id}/stages/virtual",
    summary="List virtual stages",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_virtual_stages(event_id: IdInPath, kit: AnyKit) -> list[VirtualStageView]:
    """With their times and prizes; a sealed track is named once its stage opens."""
    state = await revealed(kit, event_id)
    return list(stage_views(state, kit.system.wall_utc()))


@router.get(
    "/events/{event_id}/virtual",
    summary="Show the queue of a virtual race",
    responses=refusals(401, 403, 404),
)
async def show_desk(event_id: IdInPath, kit: AnyKit, who: AnyDriver) -> VirtualDesk:
    """To a driver own submissions and what is left; to marshals everybody's, and the workers."""
    return await _desk(kit, event_id, driver_of(who))


@router.get("/me/virtual", summary="List one's own virtual races", responses=refusals(401, 403))
async def list_own_races(kit: AnyKit, who: AnyDriver) -> list[MyVirtualRace]:
    """Of the newest events those with a virtual stage that is open, will be, or was lately."""
    driver_id = driver_of(who)
    if driver_id is None:
        raise NotADriverError(f"'{who.principal}' is {who.role} and no driver.")
    races = []
    names = kit.writer.known.registry.event_names
    for event in newest_events(kit):
        event_id = event.event_id
        state = await kit.state_of(event_id)
        if not is_current(state, kit.system.wall_utc()):
            continue
        own = (each for each in state.entries.values() if driver_id in each.driver_ids)
        entry = next((each for each in own if each.may_race), None)
        races.append(
            MyVirtualRace(
                event_id=event_id,
                event_name=names.get(event_id, ""),
                entry_id=None if entry is None else entry.entry_id,
                desk=await _desk(kit, event_id, driver_id),
            )
        )
    return races


async def _desk(kit: Kit, event_id: str, driver_id: str | None) -> VirtualDesk:
    """Return what a driver, or (None) a marshal, sees of an event's virtual race."""
    state = await revealed(kit, event_id)
    real = await kit.library.real_laps() if state.submissions else {}
    # A season's runs take their time to score, for which nothing else is to wait.
    return await asyncio.to_thread(_told, kit, state, real, driver_id)


def _told(
    kit: Kit, state: EventState, real: Mapping[str, RealLaps], driver_id: str | None
) -> VirtualDesk:
    known, now_ns = kit.writer.known, kit.clock.now_ns()
    jobs = known.jobs.values()
    return VirtualDesk(
        stages=stage_views(state, kit.system.wall_utc()),
        submissions=submission_views(state, known, kit.virtual.leases, driver_id),
        gaps=model_gaps(state, known.registry, real, driver_id),
        left=() if driver_id is None else left_views(state, driver_id, now_ns),
        waiting=sum(not each.lease_id for each in jobs),
        running=sum(bool(each.lease_id) for each in jobs),
        workers=() if driver_id is not None else worker_views(known, kit.virtual.leases, now_ns),
        auto=None if driver_id is not None else kit.virtual.keeper.auto_of(state.stream),
        duels=() if driver_id is not None else ready_duels(state, known),
    )


@router.post(
    "/events/{event_id}/stages/{stage_id}/submissions",
    summary="Submit a model to a virtual stage",
    status_code=201,
    response_model=SubmissionOutcome,
    responses=COMMAND_REFUSALS,
)
async def submit(
    event_id: IdInPath,
    stage_id: IdInPath,
    body: SubmissionRequest,
    kit: AnyKit,
    who: AnyDriver,
    caller: AnyCaller,
) -> object:
    """A driver submits an own model for an own entry, an organiser any for anybody."""
    check_own_entry(who, await kit.state_of(event_id), EntryId(body.entry_id))
    models = kit.writer.known.registry.models
    driver_id = driver_of(who)
    if body.model_sha256 not in {sha256 for sha256, _ in models}:
        raise UnknownIdError("model", body.model_sha256)
    if driver_id is not None and (body.model_sha256, driver_id) not in models:
        raise NotOwnModelError("A driver drives with models of their own; upload it first.")
    future = kit.virtual.submissions.submit(
        caller, EventId(event_id), StageId(stage_id), EntryId(body.entry_id), body.model_sha256
    )
    return await answer(future)


@router.post(
    "/events/{event_id}/submissions/{submission_id}/withdraw",
    summary="Take a submission back",
    response_model=SubmissionOutcome,
    responses=COMMAND_REFUSALS,
)
async def withdraw(
    event_id: IdInPath, submission_id: IdInPath, kit: AnyKit, who: AnyDriver, caller: AnyCaller
) -> object:
    """Also while it is driven; a driver takes back own ones. It counts against no limit then."""
    state = await kit.state_of(event_id)
    known = state.submissions.get(SubmissionId(submission_id))
    if known is None:
        raise UnknownIdError("submission", submission_id)
    check_own_entry(who, state, known.entry_id)
    future = kit.virtual.submissions.withdraw(caller, EventId(event_id), known.submission_id)
    return await answer(future)


@router.post(
    "/events/{event_id}/submissions/{submission_id}/retry",
    summary="Try a submission again",
    response_model=SubmissionOutcome,
    responses=COMMAND_REFUSALS,
)
async def retry(
    event_id: IdInPath, submission_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """One that was refused or taken back; it waits at the end of the queue."""
    future = kit.virtual.submissions.retry(caller, EventId(event_id), SubmissionId(submission_id))
    return await answer(future)
