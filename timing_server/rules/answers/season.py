"""Answers to the commands of a season."""

from itertools import pairwise

from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.commands.season import CountEvent, DropEvent, PlanSeason
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.season import EventCounted, EventDropped, SeasonPlanned
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import EventPhase
from timing_server.rules.units import SeasonId

MOST_PLACES = 100
MOST_POINTS = 10_000
MOST_DROPS = 50
MOST_WEIGHT_PCT = 1_000


def plan_season(state: EventState, command: PlanSeason, _: int) -> Answer:
    """Begin the season or replace its scheme; a better place is never worth less."""
    if state.phase is not EventPhase.UNKNOWN:
        return RuleViolation("not_a_season", "An event's log can't hold a season.")
    points = command.points
    if not 1 <= len(points) <= MOST_PLACES or not all(0 <= each <= MOST_POINTS for each in points):
        return RuleViolation(
            "points_out_of_range",
            f"Name 1 to {MOST_PLACES} places with 0 to {MOST_POINTS} points each.",
            {"most_places": MOST_PLACES, "most_points": MOST_POINTS},
        )
    if any(worse > better for better, worse in pairwise(points)):
        return RuleViolation(
            "points_not_falling", "A place can't be worth more points than the one before it."
        )
    if not 0 <= command.drops_n <= MOST_DROPS:
        return RuleViolation(
            "drops_out_of_range",
            f"Between 0 and {MOST_DROPS} results can be dropped, not {command.drops_n}.",
            {"most": MOST_DROPS},
        )
    return (SeasonPlanned(command.season_id, points, command.drops_n),)


def count_event(state: EventState, command: CountEvent, _: int) -> Answer:
    """Let an event count."""
    if state.season is None:
        return _unknown_season()
    if not 1 <= command.weight_pct <= MOST_WEIGHT_PCT:
        return RuleViolation(
            "weight_out_of_range",
            f"An event's weight must be between 1 and {MOST_WEIGHT_PCT} per cent, "
            f"not {command.weight_pct}.",
            {"most": MOST_WEIGHT_PCT},
        )
    if state.season.weights_pct.get(command.event_id) == command.weight_pct:
        return RuleViolation("event_counts_already", "The event counts for the season already.")
    return (EventCounted(_season_id(state), command.event_id, command.weight_pct),)


def drop_event(state: EventState, command: DropEvent, _: int) -> Answer:
    """Let an event that counts count no more."""
    if state.season is None:
        return _unknown_season()
    if command.event_id not in state.season.weights_pct:
        return RuleViolation("event_not_counted", "The event doesn't count for this season.")
    return (EventDropped(_season_id(state), command.event_id),)


def _season_id(state: EventState) -> SeasonId:
    return SeasonId(state.stream)


def _unknown_season() -> RuleViolation:
    return RuleViolation("unknown_season", "There is no such season; begin it first.")


ANSWERS: Answers = {
    PlanSeason: plan_season,
    CountEvent: count_event,
    DropEvent: drop_event,
}
