"""Routes for seasons: points over events, and who leads."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Query

from timing_server.contract.race.league import (
    SeasonEvent,
    SeasonEventRequest,
    SeasonOutcome,
    SeasonRanking,
    SeasonRequest,
    SeasonResult,
    SeasonStanding,
    SeasonStandings,
    SeasonView,
)
from timing_server.formats.overall.season import SeasonRow
from timing_server.rules.commands.season import CountEvent, DropEvent, PlanSeason
from timing_server.rules.state.plan import Season
from timing_server.rules.units import EventId, SeasonId
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["seasons"])


@router.get("/seasons", summary="List seasons", dependencies=[Depends(PUBLIC)])
async def list_seasons(kit: AnyKit) -> list[SeasonView]:
    """Oldest first, each with its scheme and its events."""
    return [
        _view(kit, season_id, await kit.seasons.season(season_id))
        for season_id in kit.writer.known.venue.seasons
    ]


@router.post(
    "/seasons",
    summary="Begin a season",
    status_code=201,
    response_model=SeasonOutcome,
    responses=COMMAND_REFUSALS,
)
async def begin_season(
    body: SeasonRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Then say which events count."""
    command = PlanSeason(SeasonId(kit.new_id()), body.points, body.drops_n)
    return await answer(kit.seasons.plan(caller, command, body.name))


@router.put(
    "/seasons/{season_id}",
    summary="Replace a season's name and scheme",
    response_model=SeasonOutcome,
    responses=COMMAND_REFUSALS,
)
async def change_season(
    season_id: IdInPath, body: SeasonRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """All events are scored anew; their own results don't change."""
    if season_id not in kit.writer.known.venue.seasons:
        raise UnknownIdError("season", season_id)
    command = PlanSeason(SeasonId(season_id), body.points, body.drops_n)
    return await answer(kit.seasons.plan(caller, command, body.name))


@router.post(
    "/seasons/{season_id}/events",
    summary="Let an event count for the season",
    response_model=SeasonOutcome,
    responses=COMMAND_REFUSALS,
)
async def count_event(
    season_id: IdInPath, body: SeasonEventRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """With a weight in per cent; again with another weight replaces it."""
    command = CountEvent(EventId(body.event_id), body.weight_pct)
    return await answer(kit.seasons.command(caller, season_id, command))


@router.delete(
    "/seasons/{season_id}/events/{event_id}",
    summary="Let an event count no more",
    response_model=SeasonOutcome,
    responses=COMMAND_REFUSALS,
)
async def drop_event(
    season_id: IdInPath, event_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Its own results stand."""
    return await answer(kit.seasons.command(caller, season_id, DropEvent(EventId(event_id))))


@router.get(
    "/seasons/{season_id}/standings",
    summary="Rank a season",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def season_standings(
    season_id: IdInPath,
    kit: AnyKit,
    by: Annotated[SeasonRanking, Query(description="Who is ranked.")] = "driver",
) -> SeasonStandings:
    """From the events' logs as they are now: a ruling shows here at once."""
    season = await kit.seasons.season(season_id)
    names = _names(kit, by)
    rows = await _rows(kit, season, by)
    return SeasonStandings(
        season=_view(kit, season_id, season),
        ranking=by,
        standings=tuple(_standing(row, names.get(row.competitor)) for row in rows),
    )


async def _rows(kit: Kit, season: Season, by: SeasonRanking) -> tuple[SeasonRow, ...]:
    seasons = kit.seasons
    match by:
        case "driver":
            return await seasons.drivers(season)
        case "team":
            return await seasons.teams(season)
        case "region":
            return await seasons.regions(season)
        case "country":
            drivers = kit.writer.known.registry.drivers.values()
            country_of = {each.driver_id: each.country or None for each in drivers}
            return await seasons.countries(season, country_of)


def _names(kit: Kit, by: SeasonRanking) -> Mapping[str, str]:
    """Return what people call the competitors; regions and countries are called as they are."""
    registry = kit.writer.known.registry
    match by:
        case "driver":
            return {key: each.shown_name for key, each in registry.drivers.items()}
        case "team":
            return {key: each.name for key, each in registry.teams.items()}
        case _:
            return {}


def _standing(row: SeasonRow, name: str | None) -> SeasonStanding:
    return SeasonStanding(
        rank=row.rank,
        competitor_id=row.competitor,
        name=name or row.competitor,
        points=row.points,
        results=tuple(
            SeasonResult(
                event_id=each.event_id,
                places=each.places,
                points=each.points,
                is_dropped=each.is_dropped,
            )
            for each in row.results
        ),
        decided_by=row.decided_by,
    )


def _view(kit: Kit, season_id: str, season: Season) -> SeasonView:
    names = kit.writer.known.registry.event_names
    return SeasonView(
        season_id=season_id,
        name=names.get(season_id, season_id),
        points=season.points,
        drops_n=season.drops_n,
        events=tuple(
            SeasonEvent(event_id=each, name=names.get(each, each), weight_pct=weight)
            for each, weight in season.weights_pct.items()
        ),
    )
