"""Facts of a season, each in the season's own stream: which events count, and for how much."""

from dataclasses import dataclass

from timing_server.rules.units import EventId, SeasonId


@dataclass(frozen=True, slots=True)
class SeasonPlanned:
    """A season exists. ``points`` are for places, first place first; ``drops_n`` worst are dropped.

    A later one replaces the scheme. The season's title is a name, and lives in the registry.
    """

    season_id: SeasonId
    points: tuple[int, ...]
    drops_n: int


@dataclass(frozen=True, slots=True)
class EventCounted:
    """The event counts for the season, its points multiplied by ``weight_pct`` / 100."""

    season_id: SeasonId
    event_id: EventId
    weight_pct: int


@dataclass(frozen=True, slots=True)
class EventDropped:
    """The event doesn't count for the season any more."""

    season_id: SeasonId
    event_id: EventId
