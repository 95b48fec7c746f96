"""Routes for whole rosters: a preview that finds every problem, then the import."""

import asyncio

from timing_server.contract.people.people import (
    RosterOutcome,
    RosterPreview,
    RosterProblem,
    RosterRequest,
    RosterRow,
)
from timing_server.service.people.roster_file import Roster, read_roster
from timing_server.service.people.rosters import RosterPlan, RosterStep, plan_import
from timing_server.service.people.shown import shown_name
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import AnyKit, Organiser
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["registrations"])
_REFUSALS = refusals(401, 403, 404, 409, 413, 422, 503)
MAX_PROBLEMS_SHOWN = 200
MAX_ROWS_SHOWN = 50


@router.post(
    "/events/{event_id}/roster/preview",
    summary="Say what importing a roster would do",
    responses=_REFUSALS,
)
async def preview(
    event_id: IdInPath, body: RosterRequest, kit: AnyKit, _who: Organiser
) -> RosterPreview:
    """Changes nothing. Somebody who is signed up by the same name is taken for the same person."""
    state = await kit.state_of(event_id)
    registry = kit.writer.known.registry

    def look() -> RosterPreview:
        roster = read_roster(body.csv)
        return _preview(roster, plan_import(roster, registry, state))

    return await asyncio.to_thread(look)


@router.post(
    "/events/{event_id}/roster",
    summary="Import a roster",
    status_code=201,
    response_model=RosterOutcome,
    responses=_REFUSALS,
)
async def take(
    event_id: IdInPath, body: RosterRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """All rows or none: a roster with any problem is refused as `roster_has_problems`."""
    roster = await asyncio.to_thread(read_roster, body.csv)
    return await answer(kit.rosters.take(caller, event_id, roster))


def _preview(roster: Roster, plan: RosterPlan) -> RosterPreview:
    steps = plan.steps
    return RosterPreview(
        rows_n=len(steps),
        new_n=sum(step.driver is None for step in steps),
        known_n=sum(step.driver is not None for step in steps),
        entered_n=sum(step.is_entered for step in steps),
        problems_n=len(plan.problems),
        columns=roster.columns,
        ignored_columns=roster.ignored_columns,
        problems=tuple(
            RosterProblem(
                row=each.row,
                column=each.column,
                code=each.code,
                sentence=each.sentence,
                params=dict(each.params),
            )
            for each in plan.problems[:MAX_PROBLEMS_SHOWN]
        ),
        rows=tuple(map(_row, steps[:MAX_ROWS_SHOWN])),
    )


def _row(step: RosterStep) -> RosterRow:
    person = step.line.person
    return RosterRow(
        row=step.line.row,
        name=person.name,
        shown_name=shown_name(person.name, person.nickname, person.shown_as),
        number=step.number,
        team=person.team,
        region=person.region,
        class_name=person.class_name,
        is_known=step.driver is not None,
        is_entered=step.is_entered,
    )
