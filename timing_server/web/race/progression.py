"""Routes for who goes on: the rule, the cut, the organiser's word, the draw and the matches."""

from fastapi import Depends

from timing_server.contract.race.events import CommandOutcome, HeatOutcome
from timing_server.contract.race.progression import (
    BracketView,
    CutView,
    DrawOutcome,
    DrawRequest,
    FinalistRequest,
    HeatReplaceRequest,
    MatchesOutcome,
    ProgressionRequest,
)
from timing_server.formats.progression.field import contest_of
from timing_server.rules.commands.progression import (
    NameFinalist,
    PlanProgression,
    ReplaceHeatEntry,
)
from timing_server.rules.facts.options import ProgressionRule
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId, EventId, HeatId, StageId
from timing_server.service.errors import UnknownIdError
from timing_server.service.progression.bracket_view import bracket_view
from timing_server.service.progression.cut_view import cut_view
from timing_server.web.asking import AnyCaller, AnyOffice, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["progression"])
_STAGE = "/events/{event_id}/stages/{stage_id}"


@router.post(
    f"{_STAGE}/progression",
    summary="Say how entries come into a stage",
    response_model=CommandOutcome,
    responses=COMMAND_REFUSALS,
)
async def plan_progression(
    stage_id: IdInPath, body: ProgressionRequest, _who: Organiser, office: AnyOffice
) -> object:
    """A later rule replaces it until the field is drawn."""
    rule = ProgressionRule(
        from_stage_id=body.from_stage_id,
        top_n=body.top_n,
        top_per_region_n=body.top_per_region_n,
        top_per_class_n=body.top_per_class_n,
        wildcards_n=body.wildcards_n,
    )
    command = PlanProgression(StageId(stage_id), rule)
    return await office.command(command)


@router.get(
    f"{_STAGE}/cut",
    summary="Show who goes on to a stage",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def show_cut(event_id: IdInPath, stage_id: IdInPath, kit: AnyKit) -> CutView:
    """In the order of the standings, with each one's distance to the line."""
    state, stage = await _found(kit, event_id, stage_id)
    return cut_view(stage, contest_of(state, stage))


@router.post(
    f"{_STAGE}/finalists",
    summary="Put an entry into the field, or keep it out",
    response_model=CommandOutcome,
    responses=COMMAND_REFUSALS,
)
async def name_finalist(
    event_id: IdInPath,
    stage_id: IdInPath,
    body: FinalistRequest,
    kit: AnyKit,
    _who: Organiser,
    caller: AnyCaller,
) -> object:
    """Whatever the cut says, with a reason. Into a drawn field an entry comes as its last seed; the
    place of one who is kept out of it goes to the next.
    """
    command = NameFinalist(StageId(stage_id), EntryId(body.entry_id), body.is_in, body.reason)
    return await answer(kit.drawing.name(caller, EventId(event_id), command))


@router.post(
    f"{_STAGE}/draw",
    summary="Draw a stage's field",
    response_model=DrawOutcome,
    responses=COMMAND_REFUSALS,
)
async def draw_field(
    event_id: IdInPath,
    stage_id: IdInPath,
    body: DrawRequest,
    kit: AnyKit,
    _who: Organiser,
    caller: AnyCaller,
) -> object:
    """By the cut, the best seed first; without a rule everybody who may race, by number.

    It may be drawn anew until the stage has begun. A finalist who withdraws before racing is
    replaced by the next in line, by itself.
    """
    entry_ids = None if body.entry_ids is None else tuple(EntryId(each) for each in body.entry_ids)
    future = kit.drawing.draw(caller, EventId(event_id), StageId(stage_id), entry_ids)
    return await answer(future)


@router.post(
    f"{_STAGE}/matches",
    summary="Plan the heats of all matches that are due",
    status_code=201,
    response_model=MatchesOutcome,
    responses=COMMAND_REFUSALS,
)
async def plan_matches(
    event_id: IdInPath, stage_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """One heat of both where two cars may be on track, else a heat of each. Heats that were planned
    for a match which a ruling gave to others are taken back.
    """
    return await answer(kit.drawing.plan_matches(caller, EventId(event_id), StageId(stage_id)))


@router.get(
    f"{_STAGE}/bracket",
    summary="Show a stage's matches",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def show_bracket(event_id: IdInPath, stage_id: IdInPath, kit: AnyKit) -> BracketView:
    """Before the draw as they would be if the field were drawn now."""
    return bracket_view(*await _found(kit, event_id, stage_id))


@router.post(
    "/events/{event_id}/heats/{heat_id}/replace",
    summary="Let another entry take over a run",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def replace_heat_entry(
    heat_id: IdInPath, body: HeatReplaceRequest, _who: Organiser, office: AnyOffice
) -> object:
    """In a heat that hasn't started, with its lane. Who races a match follows from its bracket."""
    command = ReplaceHeatEntry(
        HeatId(heat_id), EntryId(body.out_entry_id), EntryId(body.in_entry_id)
    )
    return await office.command(command)


async def _found(kit: AnyKit, event_id: str, stage_id: str) -> tuple[EventState, Stage]:
    state = await kit.state_of(event_id)
    stage = state.stages.get(StageId(stage_id))
    if stage is None:
        raise UnknownIdError("stage", stage_id)
    return state, stage
