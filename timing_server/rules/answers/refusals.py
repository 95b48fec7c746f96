"""The refusals that several commands share, each with its code and its sentence."""

from timing_server.rules.errors import RuleViolation
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import EventPhase
from timing_server.rules.units import CarId, EntryId, HeatId, StageId


def refuse_unless_planning(state: EventState) -> RuleViolation | None:
    """Refuse where the plan can't be changed: before the event exists and once it is closed."""
    if state.phase is EventPhase.UNKNOWN:
        return RuleViolation("unknown_event", "There is no such event; create it first.")
    if state.phase is EventPhase.CLOSED:
        return RuleViolation("event_closed", "The event is closed; open it again to change it.")
    return None


def refuse_unless_open(state: EventState) -> RuleViolation | None:
    """Refuse where no heat can be run: the event must own the venue's gates."""
    refusal = refuse_unless_planning(state)
    if refusal is None and state.phase is not EventPhase.OPEN:
        return RuleViolation("event_not_open", "The event isn't open yet; open it first.")
    return refusal


def unknown_heat(heat_id: HeatId) -> RuleViolation:
    """Refuse a heat that the event doesn't have."""
    return RuleViolation("unknown_heat", f"This event has no heat {heat_id}.", {"heat_id": heat_id})


def unknown_stage(stage_id: StageId) -> RuleViolation:
    """Refuse a stage that the event doesn't have."""
    return RuleViolation(
        "unknown_stage", f"This event has no stage {stage_id}.", {"stage_id": stage_id}
    )


def unknown_entry(entry_id: EntryId) -> RuleViolation:
    """Refuse an entry that the event, or the heat, doesn't have."""
    return RuleViolation(
        "unknown_entry", f"There is no entry {entry_id} here.", {"entry_id": entry_id}
    )


def entry_withdrawn(entry_id: EntryId) -> RuleViolation:
    """Refuse to plan with an entry that takes no further part."""
    return RuleViolation(
        "entry_withdrawn", f"Entry {entry_id} is withdrawn.", {"entry_id": entry_id}
    )


def heat_called(heat: Heat) -> RuleViolation:
    """Refuse because that heat is at the line."""
    return RuleViolation(
        "heat_called",
        f"Heat {heat.number} is already called; start it or send it back first.",
        {"heat_id": heat.heat_id, "number": heat.number},
    )


def heat_running(heat: Heat) -> RuleViolation:
    """Refuse because that heat is on track."""
    return RuleViolation(
        "heat_running",
        f"Heat {heat.number} is running; wait for its end or stop it first.",
        {"heat_id": heat.heat_id, "number": heat.number},
    )


def heat_finished(heat: Heat) -> RuleViolation:
    """Refuse because that heat is over."""
    return RuleViolation(
        "heat_finished",
        f"Heat {heat.number} is already over.",
        {"heat_id": heat.heat_id, "number": heat.number},
    )


def already_exists(kind: str, given_id: str) -> RuleViolation:
    """Refuse an id that is taken; ``kind`` says of what, and begins the code."""
    return RuleViolation(
        f"{kind}_exists", f"There is already a {kind} {given_id}.", {f"{kind}_id": given_id}
    )


def car_stopped(car_id: CarId) -> RuleViolation:
    """Refuse to let a car drive whose own emergency stop is on."""
    return RuleViolation(
        "car_stopped",
        f"The emergency stop of car {car_id} is on; lift it first.",
        {"car_id": car_id},
    )
