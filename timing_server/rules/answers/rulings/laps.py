"""Answers about laps: struck, restored, split in two, credited."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.rulings.subjects import check_range, lap_of, started_run_of
from timing_server.rules.commands.rulings import CreditLap, RestoreLap, SplitLap, VoidLap
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.rulings import (
    LapCredited,
    LapRestored,
    LapVoided,
    PassInserted,
    RulingReversed,
)
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore, Invalid, Lap
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import NS_PER_MS, EntryId

#: What a marshal may overrule. A lap over two boots was never timed, a warm-up lap is no race lap,
#: and a disqualified run's laps return with the run.
RESTORABLE: frozenset[Invalid] = frozenset({"incidents", "paused"})


def void_lap(state: EventState, command: VoidLap, _: int) -> Answer:
    """Strike the lap that a pass closes, as long as it closes one that isn't struck."""
    found = lap_of(state, command.pass_ref)
    if isinstance(found, RuleViolation):
        return found
    _heat, lap = found
    if lap.void_ruling_id is not None:
        return RuleViolation(
            "lap_already_voided",
            f"The lap that pass {command.pass_ref} closes is already void.",
            {"pass_ref": command.pass_ref, "ruling_id": lap.void_ruling_id},
        )
    return (LapVoided(command.ruling_id, command.pass_ref, command.reason),)


def restore_lap(state: EventState, command: RestoreLap, _: int) -> Answer:
    """Let a lap count: take back the ruling that struck it, or overrule the rule."""
    found = lap_of(state, command.pass_ref)
    if isinstance(found, RuleViolation):
        return found
    _heat, lap = found
    if lap.void_ruling_id is not None:
        return (RulingReversed(command.ruling_id, lap.void_ruling_id, command.reason),)
    params: dict[str, str | int] = {"pass_ref": command.pass_ref, "lap": lap.number}
    if lap.invalid is None:
        return RuleViolation("lap_counts_already", f"Lap {lap.number} counts already.", params)
    if not can_restore_lap(lap):
        return RuleViolation(
            "lap_not_restorable",
            f"Lap {lap.number} can't be restored by itself.",
            params | {"invalid": lap.invalid},
        )
    return (LapRestored(command.ruling_id, command.pass_ref, command.reason),)


def split_lap(state: EventState, command: SplitLap, _: int) -> Answer:
    """Enter the crossing that was missed within a lap; both parts must outlast the dead time."""
    found = lap_of(state, command.pass_ref)
    if isinstance(found, RuleViolation):
        return found
    heat, lap = found
    if refusal := check_range("bound_ns", command.bound_ns, least_ns=0):
        return refusal
    opening = heat.passes.get(lap.opening_ref)
    if opening is None or not can_split(heat, lap, command.first_ns):
        least_ms = heat.options.dead_time_ns // NS_PER_MS
        return RuleViolation(
            "split_inside_dead_time",
            f"Each part of lap {lap.number} must last at least the dead time.",
            {"pass_ref": command.pass_ref, "lap": lap.number, "least_ms": least_ms},
        )
    return (
        PassInserted(
            command.ruling_id,
            heat.heat_id,
            opening.race_ns + command.first_ns,
            command.bound_ns,
            command.reason,
            _driver_of(score_heat(state, heat.heat_id), lap),
        ),
    )


def can_restore_lap(lap: Lap) -> bool:
    """Whether something made the lap invalid that a marshal may take back or overrule."""
    return lap.void_ruling_id is not None or lap.invalid in RESTORABLE


def can_split(heat: Heat, lap: Lap, first_ns: int) -> bool:
    """Whether both parts of a lap that is split there outlast the dead time."""
    least_ns = max(1, heat.options.dead_time_ns)
    is_inside = least_ns <= first_ns <= lap.duration_ns - least_ns
    return is_inside and lap.opening_ref in heat.passes


def credit_lap(state: EventState, command: CreditLap, _: int) -> Answer:
    """Give a run of a heat that has started a lap of that duration."""
    heat = started_run_of(state, command.heat_id, command.entry_id)
    if not isinstance(heat, Heat):
        return heat
    refusal = check_range("duration_ns", command.duration_ns, least_ns=1)
    refusal = refusal or check_range("bound_ns", command.bound_ns, least_ns=0)
    if refusal:
        return refusal
    return (
        LapCredited(
            command.ruling_id,
            command.heat_id,
            command.entry_id,
            command.duration_ns,
            command.bound_ns,
            command.reason,
        ),
    )


def _driver_of(score: HeatScore, lap: Lap) -> EntryId | None:
    return next((run.entry_id for run in score.runs if lap in run.laps), None)
