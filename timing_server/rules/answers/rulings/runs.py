"""Answers about runs: incidents, penalties, how a run ended, its clock, and disqualification."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.plan.entries import stood_down_without
from timing_server.rules.answers.refusals import heat_finished, unknown_entry
from timing_server.rules.answers.rulings.subjects import (
    check_range,
    heat_not_started,
    instant_in,
    no_lap_closed,
    run_of,
    started_run_of,
)
from timing_server.rules.commands.rulings import (
    DisqualifyEntry,
    ExtendWindow,
    GivePenalty,
    MarkOffTrack,
    MarkReset,
    RestartRun,
    RuleFalseStart,
    RuleRun,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.rulings import (
    EntryDisqualified,
    FalseStartRuled,
    OffTrackMarked,
    PenaltyGiven,
    ResetMarked,
    RunRestarted,
    RunRuled,
    WindowExtended,
)
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat

RUN_STATUSES = frozenset({"dnf", "dns", "dsq"})


def mark_off_track(state: EventState, command: MarkOffTrack, at_race_ns: int) -> Answer:
    """Mark that a car left the track, at an instant of its heat."""
    instant = _instant_of_run(state, command, command.left_race_ns, at_race_ns)
    if isinstance(instant, RuleViolation):
        return instant
    return (OffTrackMarked(command.ruling_id, command.heat_id, command.entry_id, instant),)


def mark_reset(state: EventState, command: MarkReset, at_race_ns: int) -> Answer:
    """Mark that a car was put back on the track by hand, at an instant of its heat."""
    instant = _instant_of_run(state, command, command.reset_race_ns, at_race_ns)
    if isinstance(instant, RuleViolation):
        return instant
    return (ResetMarked(command.ruling_id, command.heat_id, command.entry_id, instant),)


def _instant_of_run(
    state: EventState, command: MarkOffTrack | MarkReset, given_race_ns: int | None, at_race_ns: int
) -> int | RuleViolation:
    heat = run_of(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation):
        return heat
    return instant_in(heat, given_race_ns, at_race_ns, may_be_late=False)


def give_penalty(state: EventState, command: GivePenalty, _: int) -> Answer:
    """Add time to a lap of the run, or to the run."""
    heat = started_run_of(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation):
        return heat
    if refusal := check_range("penalty_ns", command.penalty_ns, least_ns=1):
        return refusal
    if command.pass_ref is not None:
        runs = score_heat(state, heat.heat_id).runs
        own = (lap for run in runs if run.entry_id == command.entry_id for lap in run.laps)
        if all(lap.pass_ref != command.pass_ref for lap in own):
            return no_lap_closed(command.pass_ref)
    return (
        PenaltyGiven(
            command.ruling_id,
            command.heat_id,
            command.entry_id,
            command.pass_ref,
            command.penalty_ns,
            command.reason,
        ),
    )


def rule_false_start(state: EventState, command: RuleFalseStart, _: int) -> Answer:
    """Say what a pass before the go means for the run that it is bound to; once for each pass."""
    heat = started_run_of(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation):
        return heat
    if refusal := check_range("penalty_ns", command.penalty_ns, least_ns=0):
        return refusal
    runs = score_heat(state, heat.heat_id).runs
    own = (each for run in runs if run.entry_id == command.entry_id for each in run.false_starts)
    found = next((each for each in own if each.pass_ref == command.pass_ref), None)
    if found is None:
        return RuleViolation(
            "no_false_start",
            f"Pass {command.pass_ref} isn't one of that run between the first light and the go.",
            {"pass_ref": command.pass_ref, "entry_id": command.entry_id},
        )
    if found.ruling_id is not None:
        return RuleViolation(
            "false_start_ruled",
            "That false start is ruled already; take the ruling back first.",
            {"pass_ref": command.pass_ref, "ruling_id": found.ruling_id},
        )
    return (
        FalseStartRuled(
            command.ruling_id,
            command.heat_id,
            command.entry_id,
            command.pass_ref,
            command.penalty_ns,
            command.reason,
        ),
    )


def rule_run(state: EventState, command: RuleRun, _: int) -> Answer:
    """Say how a run ended; it can't have broken off before its heat began."""
    heat = run_of(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation):
        return heat
    if command.status not in RUN_STATUSES:
        return RuleViolation(
            "option_out_of_range",
            f"A run's status is one of {', '.join(sorted(RUN_STATUSES))}, not {command.status}.",
            {"option": "status", "value": command.status},
        )
    if command.status == "dnf" and heat.started_race_ns is None:
        return heat_not_started(heat)
    own = [each for each in heat.rulings.statuses if each.entry_id == command.entry_id]
    if own and own[-1].status == command.status:
        return RuleViolation(
            "run_already_ruled",
            f"That run of heat {heat.number} is ruled {command.status} already.",
            {"heat_id": heat.heat_id, "number": heat.number, "status": command.status},
        )
    return (
        RunRuled(
            command.ruling_id, command.heat_id, command.entry_id, command.status, command.reason
        ),
    )


def disqualify_entry(state: EventState, command: DisqualifyEntry, _: int) -> Answer:
    """Disqualify an entry of the event, once; with nobody else at the line its heat stands down."""
    entry = state.entries.get(command.entry_id)
    if entry is None:
        return unknown_entry(command.entry_id)
    if entry.disqualified_by is not None:
        return RuleViolation(
            "entry_already_disqualified",
            f"Entry {entry.entry_id} is disqualified already.",
            {"entry_id": entry.entry_id, "ruling_id": entry.disqualified_by},
        )
    return (
        *stood_down_without(state, command.entry_id),
        EntryDisqualified(command.ruling_id, command.entry_id, command.reason),
    )


def extend_window(state: EventState, command: ExtendWindow, _: int) -> Answer:
    """Give time back to a run that is still under way."""
    heat = _under_way(state, command)
    if isinstance(heat, RuleViolation):
        return heat
    if refusal := check_range("extra_ns", command.extra_ns, least_ns=1):
        return refusal
    return (
        WindowExtended(
            command.ruling_id,
            command.heat_id,
            command.entry_id,
            command.extra_ns,
            command.reason,
        ),
    )


def restart_run(state: EventState, command: RestartRun, at_race_ns: int) -> Answer:
    """Let a run that is under way begin anew at an instant of its heat."""
    heat = _under_way(state, command)
    if isinstance(heat, RuleViolation):
        return heat
    instant = instant_in(heat, command.restarted_race_ns, at_race_ns, may_be_late=False)
    if isinstance(instant, RuleViolation):
        return instant
    return (
        RunRestarted(command.ruling_id, command.heat_id, command.entry_id, instant, command.reason),
    )


def _under_way(state: EventState, command: ExtendWindow | RestartRun) -> Heat | RuleViolation:
    heat = started_run_of(state, command.heat_id, command.entry_id)
    if isinstance(heat, Heat) and heat.ended_race_ns is not None:
        return heat_finished(heat)
    return heat
