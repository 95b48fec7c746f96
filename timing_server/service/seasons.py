"""Seasons: commands to a season's own stream, and its rankings from the events' logs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future

from timing_server.formats.overall.classification import classify
from timing_server.formats.overall.season import (
    Finish,
    SeasonRow,
    by_driver,
    by_group,
    by_team,
    rank_season,
)
from timing_server.rules.commands.season import CountEvent, DropEvent, PlanSeason
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Season
from timing_server.rules.units import EventId, StreamId
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.office import Caller, Office, Outcome, outcome_of

#: Returns the newest state of an event or a season that this server has.
StateOf = Callable[[str], Awaitable[EventState]]


class Seasons:
    """Begins seasons, counts events for them, and ranks them."""

    def __init__(self, writer: Writer, office: Office, state_of: StateOf) -> None:
        self._writer = writer
        self._office = office
        self._state_of = state_of

    def plan(self, caller: Caller, command: PlanSeason, name: str) -> "Future[Outcome]":
        """Begin a season or replace its scheme, and name it."""

        def work(draft: Draft) -> Outcome:
            draft.put_event_name(EventId(command.season_id), name)
            return _decide(draft, caller, command.season_id, command)

        return self._office.once(caller, work)

    def command(
        self, caller: Caller, season_id: str, command: CountEvent | DropEvent
    ) -> "Future[Outcome]":
        """Let an event count, or count no more. The future raises UnknownIdError."""

        def work(draft: Draft) -> Outcome:
            if season_id not in draft.known.venue.seasons:
                raise UnknownIdError("season", season_id)
            event = draft.known.venue.events.get(command.event_id)
            if event is None:
                raise UnknownIdError("event", command.event_id)
            return _decide(draft, caller, season_id, command)

        return self._office.once(caller, work)

    async def season(self, season_id: str) -> Season:
        """Return a season's scheme and events. Raises UnknownIdError."""
        if season_id not in self._writer.known.venue.seasons:
            raise UnknownIdError("season", season_id)
        season = (await self._state_of(season_id)).season
        if season is None:
            raise UnknownIdError("season", season_id)
        return season

    async def drivers(self, season: Season) -> tuple[SeasonRow, ...]:
        """Rank the drivers."""
        found = by_driver(await self._finishes(season), season.points, season.weights_pct)
        return rank_season(found, tuple(season.weights_pct), season.drops_n)

    async def teams(self, season: Season) -> tuple[SeasonRow, ...]:
        """Rank the teams."""
        found = by_team(await self._finishes(season), season.points, season.weights_pct)
        return rank_season(found, tuple(season.weights_pct), season.drops_n)

    async def regions(self, season: Season) -> tuple[SeasonRow, ...]:
        """Rank the regions by their drivers; a driver's region is that of the latest entry."""
        region_of: dict[str, str | None] = {}
        for finish in await self._finishes(season):
            for driver_id in finish.driver_ids:
                region_of[driver_id] = finish.region or region_of.get(driver_id)
        return by_group(await self.drivers(season), region_of)

    async def countries(
        self, season: Season, country_of: Mapping[str, str | None]
    ) -> tuple[SeasonRow, ...]:
        """Rank the countries by their drivers, as these say now where they are from."""
        return by_group(await self.drivers(season), country_of)

    async def _finishes(self, season: Season) -> Sequence[Finish]:
        finishes = []
        for event_id in season.weights_pct:
            state = await self._state_of(event_id)
            for each in classify(state):
                entry = state.entries[each.entry_id]
                finishes.append(
                    Finish(event_id, each.place, entry.driver_ids, entry.team_id, entry.region)
                )
        return finishes


def _decide(
    draft: Draft, caller: Caller, stream: str, command: PlanSeason | CountEvent | DropEvent
) -> Outcome:
    recorded = draft.decide(StreamId(stream), command, caller.principal, caller.retry_key)
    outcome = outcome_of(recorded, draft.head(StreamId(stream)).state.seq)
    return {**outcome, "season_id": stream}
