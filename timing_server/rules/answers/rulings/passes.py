"""Answers about passes: entered by hand, struck, restored, given to another entry."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.refusals import unknown_entry, unknown_heat
from timing_server.rules.answers.rulings.subjects import (
    check_range,
    instant_in,
    place_of,
    scored_pass_at,
    started_run_of,
)
from timing_server.rules.commands.rulings import InsertPass, ReassignPass, RestorePass, VoidPass
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.rulings import (
    PassInserted,
    PassReassigned,
    PassRestored,
    PassVoided,
    RulingReversed,
)
from timing_server.rules.passes.clocks import race_instant
from timing_server.rules.passes.placing import find_pass, role_at
from timing_server.rules.scoring.scores import ScoredPass, Verdict
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import FINISH_ROLE
from timing_server.rules.units import PassRef

#: What a marshal may overrule. Whose a pass is, is another question: it is reassigned.
RESTORABLE: frozenset[Verdict] = frozenset(
    {"inside_dead_time", "heat_paused", "before_start", "false_start", "backed_up"}
)


def insert_pass(state: EventState, command: InsertPass, at_race_ns: int) -> Answer:
    """Enter a crossing of a heat that has started, during it or afterwards.

    It may lie after the end of a heat that ended by itself: where a false pass had closed the
    last lap, the true one came later. One that was stopped ended when somebody said so. And it may
    be the first crossing of an armed heat, which started with a later one. Where several share the
    track and no entry is named, it waits with the unassigned passes.
    """
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if command.entry_id is not None and command.entry_id not in heat.runs:
        return unknown_entry(command.entry_id)
    if refusal := check_range("bound_ns", command.bound_ns, least_ns=0):
        return refusal
    may_be_late = heat.end_reason not in ("stopped", "abandoned")
    instant = instant_in(
        heat, command.crossed_race_ns, at_race_ns, may_be_late=may_be_late, may_start=True
    )
    if isinstance(instant, RuleViolation):
        return instant
    return (
        PassInserted(
            command.ruling_id,
            command.heat_id,
            instant,
            command.bound_ns,
            command.reason,
            command.entry_id,
            command.is_backup,
        ),
    )


def void_pass(state: EventState, command: VoidPass, _: int) -> Answer:
    """Strike a pass that is known and not struck yet, wherever it is."""
    ref = command.pass_ref
    heat_id = place_of(state, ref)
    if isinstance(heat_id, RuleViolation):
        return heat_id
    if ref in state.effects.pass_voids:
        return RuleViolation(
            "pass_already_voided",
            f"Pass {ref} is already void.",
            {"pass_ref": ref, "ruling_id": state.effects.pass_voids[ref]},
        )
    return (PassVoided(command.ruling_id, ref, command.reason),)


def restore_pass(state: EventState, command: RestorePass, _: int) -> Answer:
    """Let a pass count: take back the ruling that struck it, or overrule the rules' doubt."""
    ref = command.pass_ref
    heat_id = place_of(state, ref)
    if isinstance(heat_id, RuleViolation):
        return heat_id
    struck_by = state.effects.pass_voids.get(ref)
    if struck_by is not None:
        return (RulingReversed(command.ruling_id, struck_by, command.reason),)
    scored = scored_pass_at(state, heat_id, ref)
    if scored is not None and scored.verdict == "counted":
        return RuleViolation(
            "pass_counts_already", f"Pass {ref} counts already.", {"pass_ref": ref}
        )
    if scored is None or not can_restore_pass(state, scored):
        return RuleViolation(
            "pass_not_restorable",
            f"Pass {ref} can't be restored; say whose it was instead.",
            {"pass_ref": ref},
        )
    return (PassRestored(command.ruling_id, ref, command.reason),)


def can_restore_pass(state: EventState, scored: ScoredPass) -> bool:
    """Whether something keeps the pass from counting that a marshal may take back or overrule."""
    return scored.pass_ref in state.effects.pass_voids or scored.verdict in RESTORABLE


def reassign_pass(state: EventState, command: ReassignPass, _: int) -> Answer:
    """Give a pass of the finish line to the run of an entry, in a heat that has started."""
    ref = command.pass_ref
    heat_id = place_of(state, ref)
    if isinstance(heat_id, RuleViolation):
        return heat_id
    heat = started_run_of(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation):
        return heat
    if not _is_at_finish(state, ref):
        return RuleViolation(
            "pass_at_other_gate",
            f"Pass {ref} isn't one of the finish line.",
            {"pass_ref": ref},
        )
    scored = scored_pass_at(state, heat_id, ref)
    if heat_id == heat.heat_id and scored is not None and scored.entry_id == command.entry_id:
        return RuleViolation(
            "pass_already_theirs",
            f"Pass {ref} is that entry's already.",
            {"pass_ref": ref, "entry_id": command.entry_id},
        )
    return (
        PassReassigned(command.ruling_id, ref, command.heat_id, command.entry_id, command.reason),
    )


def _is_at_finish(state: EventState, pass_ref: PassRef) -> bool:
    """Whether the gate of a pass was the finish line; a pass without an instant may be one."""
    known = find_pass(state, pass_ref)
    instant = None if known is None else race_instant(state.relations, known.fact)
    if known is None or instant is None:
        return True
    return role_at(state, known.fact.node_id, known.fact.gate, instant[0]).role == FINISH_ROLE
