"""Seasons: points over events, and who leads by driver, team, region or country."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Slug
from timing_server.contract.names import Name
from timing_server.contract.race.events import CommandOutcome

SeasonRanking = Literal["driver", "team", "region", "country"]
Points = Annotated[tuple[int, ...], Field(min_length=1, max_length=100)]

#: A table that clubs know from motor racing (Formula 1's since 2010).
DEFAULT_POINTS = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)


class SeasonRequest(Message):
    """``POST /seasons`` begins a season; ``PUT /seasons/{season_id}`` replaces its scheme.

    ``points`` are for places in an event's classification, first place first; the worst
    ``drops_n`` results of each competitor don't count.
    """

    name: Name
    points: Points = DEFAULT_POINTS
    drops_n: int = 0


class SeasonEventRequest(Message):
    """``POST /seasons/{season_id}/events``: let an event count, weighted in per cent."""

    event_id: Slug
    weight_pct: int = 100


class SeasonOutcome(CommandOutcome):
    """The season that was begun, changed, or told of an event."""

    season_id: str


class SeasonEvent(Message):
    """An event that counts."""

    event_id: str
    name: str
    weight_pct: int


class SeasonView(Message):
    """A season with its scheme and the events that count, in the order in which they were named."""

    season_id: str
    name: str
    points: tuple[int, ...]
    drops_n: int
    events: tuple[SeasonEvent, ...]


class SeasonResult(Message):
    """What a competitor has from one event; ``places`` is empty where it was missed."""

    event_id: str
    places: tuple[int, ...]
    points: int
    is_dropped: bool


class SeasonStanding(Message):
    """A competitor's place. ``name`` is text from people: render as text, never as HTML.

    ``decided_by``: ``better_places`` or ``latest_event`` where equal points were told apart.
    """

    rank: int
    competitor_id: str
    name: str
    points: int
    results: tuple[SeasonResult, ...]
    decided_by: str | None


class SeasonStandings(Message):
    """``GET /seasons/{season_id}/standings``: best first, computed from the events' logs alone."""

    season: SeasonView
    ranking: SeasonRanking
    standings: tuple[SeasonStanding, ...]
