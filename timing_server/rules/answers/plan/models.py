"""The answer to which model an entry drives with."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.refusals import refuse_unless_planning, unknown_entry
from timing_server.rules.commands.plan import BindModel
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.entries import ModelBound
from timing_server.rules.facts.plan import RunEquipped
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState


def bind_model(state: EventState, command: BindModel, _: int) -> Answer:
    """Bind a model to an entry, and put it on those of its runs that have a car and wait.

    A heat that was called is settled: its runs are equipped by hand.
    """
    if refusal := refuse_unless_planning(state):
        return refusal
    entry = state.entries.get(command.entry_id)
    if entry is None:
        return unknown_entry(command.entry_id)
    if entry.model_sha256 == command.model_sha256:
        return RuleViolation(
            "model_bound_already",
            f"Entry {entry.number} drives with this model already.",
            {"number": entry.number},
        )
    return (
        ModelBound(entry.entry_id, command.model_sha256, command.despite),
        *_equipped_anew(state, command),
    )


def _equipped_anew(state: EventState, command: BindModel) -> tuple[RunEquipped, ...]:
    waiting = (each for each in state.heats.values() if each.phase is HeatPhase.SCHEDULED)
    runs = ((heat, heat.runs.get(command.entry_id)) for heat in waiting)
    return tuple(
        RunEquipped(heat.heat_id, command.entry_id, run.equipment[-1].car_id, command.model_sha256)
        for heat, run in runs
        if run is not None and run.equipment
    )
