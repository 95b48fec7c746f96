"""Answers about protests: lodged within the stage's time limit, then upheld or rejected."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.refusals import unknown_entry, unknown_heat
from timing_server.rules.answers.rulings.subjects import heat_not_started
from timing_server.rules.commands.rulings import DecideProtest, LodgeProtest
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.rulings import ProtestDecided, ProtestLodged
from timing_server.rules.protests import decision_on, open_protests, protest_closes_ns
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S


def lodge_protest(state: EventState, command: LodgeProtest, at_race_ns: int) -> Answer:
    """Hear a protest against a heat that has started, until the stage's limit after its end.

    Whoever takes part may protest, against the heat of others too; one at a time for each heat.
    """
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if command.entry_id not in state.entries:
        return unknown_entry(command.entry_id)
    if heat.started_race_ns is None:
        return heat_not_started(heat)
    closes_ns = protest_closes_ns(heat)
    if closes_ns is not None and at_race_ns > closes_ns:
        limit_s = heat.options.protest_limit_ns // NS_PER_S
        return RuleViolation(
            "protest_too_late",
            f"Protests against heat {heat.number} were heard until {limit_s} s after its end.",
            {"heat_id": heat.heat_id, "number": heat.number, "limit_s": limit_s},
        )
    for lodged in open_protests(state):
        if (lodged.heat_id, lodged.entry_id) == (command.heat_id, command.entry_id):
            return RuleViolation(
                "protest_pending",
                f"That entry's protest against heat {heat.number} waits for its decision already.",
                {"heat_id": heat.heat_id, "number": heat.number, "protest_id": lodged.ruling_id},
            )
    return (ProtestLodged(command.ruling_id, heat.heat_id, command.entry_id, command.reason),)


def decide_protest(state: EventState, command: DecideProtest, _: int) -> Answer:
    """Decide a protest that stands, once; another decision needs the first to be taken back."""
    lodged = state.rulings.get(command.protest_id)
    params: dict[str, str | int] = {"protest_id": command.protest_id}
    if lodged is None or not isinstance(lodged.fact, ProtestLodged):
        return RuleViolation(
            "unknown_protest", f"There is no protest {command.protest_id}.", params
        )
    if not lodged.is_standing:
        return RuleViolation(
            "protest_withdrawn", f"Protest {command.protest_id} was withdrawn.", params
        )
    if decision_on(state, command.protest_id) is not None:
        return RuleViolation(
            "protest_already_decided",
            f"Protest {command.protest_id} is decided already.",
            params,
        )
    return (
        ProtestDecided(command.ruling_id, command.protest_id, command.is_upheld, command.reason),
    )
