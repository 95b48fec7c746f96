"""Commands of a season: its scheme, and which events count."""

from dataclasses import dataclass

from timing_server.rules.units import EventId, SeasonId


@dataclass(frozen=True, slots=True)
class PlanSeason:
    """Begin the season, or replace its scheme: points for places, and how many worst to drop."""

    season_id: SeasonId
    points: tuple[int, ...]
    drops_n: int


@dataclass(frozen=True, slots=True)
class CountEvent:
    """Let an event count, its points times ``weight_pct`` / 100; again replaces the weight."""

    event_id: EventId
    weight_pct: int


@dataclass(frozen=True, slots=True)
class DropEvent:
    """Let an event count no more."""

    event_id: EventId
