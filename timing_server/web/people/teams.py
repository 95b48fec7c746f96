"""Routes for teams' names, which stand outside the log as drivers' do."""

from fastapi import Depends

from timing_server.contract.people.people import TeamRequest, TeamView
from timing_server.contract.race.events import NameChange
from timing_server.service.entities import Team
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["drivers"])


@router.get("/teams", summary="List teams", dependencies=[Depends(PUBLIC)])
async def list_teams(kit: AnyKit) -> list[TeamView]:
    """All teams, in the order of their names."""
    teams = kit.writer.known.registry.teams.values()
    ordered = sorted(teams, key=lambda each: (each.name.casefold(), each.team_id))
    return [TeamView(team_id=each.team_id, name=each.name, colour=each.colour) for each in ordered]


@router.post(
    "/teams",
    summary="Name a team",
    status_code=201,
    response_model=TeamView,
    responses=refusals(401, 403, 409, 422, 503),
)
async def add_team(body: TeamRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller) -> object:
    """Entries join it by their `team_id`."""
    return await answer(kit.names.add_team(caller, Team(kit.new_id(), body.name, body.colour)))


@router.patch(
    "/teams/{team_id}",
    summary="Rename or recolour a team",
    response_model=TeamView,
    responses=COMMAND_REFUSALS,
)
async def change_team(
    team_id: IdInPath, body: NameChange, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Screens show the new name at once, in results of past events too."""
    changes = body.model_dump(exclude_none=True)
    return await answer(kit.names.change_team(caller, team_id, changes))
