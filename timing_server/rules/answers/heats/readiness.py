"""Whether every car of a heat is ready to be let off, and what is said where one isn't.

- A run on which a model was put is ready when its car says that it has loaded that very model and
  tried it.
- A run whose car speaks to the server, with no model put on it, is ready when the car has loaded
  any model and tried it.
- Any other run is timed and nothing else: it asks for nothing, unless the stage wants cars with an
  agent (``needs_agent``).
- A run that is played on a virtual track is ready when its worker says so; nobody can vouch for it.
- A marshal may vouch for a run instead; that is for guests and for cars without an agent. An entry
  that was declared as timed only asks for that word in each heat, and so does a car that is driven
  through its own console, whatever is put on its run.
"""

from collections.abc import Sequence

from timing_server.rules.answers.refusals import car_stopped
from timing_server.rules.commands.driving import CarWord
from timing_server.rules.errors import RuleViolation
from timing_server.rules.orders.attendance import is_expected
from timing_server.rules.orders.driving import confirmation_of, newest_equipment
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Equipment, Heat, Run
from timing_server.rules.state.plan import Entry
from timing_server.rules.units import CarId

#: So much of a hash is read out to people.
SHORT = 12


def refuse_unready(state: EventState, heat: Heat, words: Sequence[CarWord]) -> RuleViolation | None:
    """Return why the heat can't be let off, None where every car that must be is ready."""
    said = {each.car_id: each for each in words}
    if heat.is_virtual:
        runs = [each for each in heat.runs.values() if is_expected(state, heat, each.entry_id)]
        is_ready = all(_is_loaded(run, said) for run in runs)
        return None if is_ready else _worker_not_ready(heat)
    for run in heat.runs.values():
        entry = state.entries.get(run.entry_id)
        if entry is not None and not entry.may_race:
            continue
        equipment = newest_equipment(run)
        if equipment is not None and _is_stopped(state, equipment.car_id, said):
            return car_stopped(equipment.car_id)
        if confirmation_of(heat, run) is not None:
            continue
        if entry is not None and entry.is_timed_only:
            return _timed_only(entry)
        refusal = _refuse_run(state, heat, run, said)
        if refusal is not None:
            return refusal
    return None


def _is_loaded(run: Run, said: dict[CarId, CarWord]) -> bool:
    equipment = newest_equipment(run)
    word = None if equipment is None else said.get(equipment.car_id)
    return word is not None and word.is_heard and word.is_warm


def _worker_not_ready(heat: Heat) -> RuleViolation:
    return RuleViolation(
        "worker_not_ready",
        f"No worker is ready to drive heat {heat.number} yet; wait a moment, or start one: paddock "
        "worker.",
        {"heat_id": heat.heat_id, "number": heat.number},
    )


def _is_stopped(state: EventState, car_id: CarId, said: dict[CarId, CarWord]) -> bool:
    word = said.get(car_id)
    is_said = word is not None and word.is_heard and word.is_stopped
    return is_said or bool(state.car_stops(car_id))


def _refuse_run(
    state: EventState, heat: Heat, run: Run, said: dict[CarId, CarWord]
) -> RuleViolation | None:
    equipment = newest_equipment(run)
    if equipment is None:
        return _no_car(state, run) if heat.options.needs_agent else None
    word = said.get(equipment.car_id)
    if word is None and equipment.model_sha256 is None and not heat.options.needs_agent:
        return None
    if word is None or not word.is_heard:
        return _not_heard(equipment)
    if word.is_stock:
        return _unproven(equipment)
    wanted, loaded = equipment.model_sha256, word.model_sha256
    if loaded is None or (wanted is not None and loaded != wanted):
        return _wrong_model(equipment, loaded)
    return None if word.is_warm else _not_warm(equipment, loaded)


def _no_car(state: EventState, run: Run) -> RuleViolation:
    entry = state.entries.get(run.entry_id)
    number = 0 if entry is None else entry.number
    return RuleViolation(
        "car_missing",
        f"No car is put on the run of number {number}, and this stage wants cars that speak; put "
        "one on it, or confirm the run.",
        {"entry_id": run.entry_id, "number": number},
    )


def _timed_only(entry: Entry) -> RuleViolation:
    return RuleViolation(
        "car_timed_only",
        f"The car of number {entry.number} is timed only: nobody can stop it from here, or knows "
        "what drives it; look at it, then confirm its run.",
        {"entry_id": entry.entry_id, "number": entry.number},
    )


def _not_heard(equipment: Equipment) -> RuleViolation:
    return RuleViolation(
        "car_not_heard",
        f"Car {equipment.car_id} isn't heard; switch it on, or confirm the run where the car has "
        "no agent.",
        {"car_id": equipment.car_id},
    )


def _unproven(equipment: Equipment) -> RuleViolation:
    return RuleViolation(
        "car_unproven",
        f"Car {equipment.car_id} is driven through its own console, which can't prove its model; "
        "look at the car, then confirm its run.",
        {"car_id": equipment.car_id},
    )


def _wrong_model(equipment: Equipment, loaded: str | None) -> RuleViolation:
    has = f"model {loaded[:SHORT]}" if loaded else "no model"
    wants = f"model {equipment.model_sha256[:SHORT]}" if equipment.model_sha256 else "any model"
    code = "car_has_other_model" if loaded else "car_has_no_model"
    return RuleViolation(
        code,
        f"Car {equipment.car_id} has loaded {has}, and its run is for {wants}; load that one, or "
        "put the car's own on the run.",
        {
            "car_id": equipment.car_id,
            "loaded": (loaded or "")[:SHORT],
            "wanted": (equipment.model_sha256 or "")[:SHORT],
        },
    )


def _not_warm(equipment: Equipment, loaded: str) -> RuleViolation:
    return RuleViolation(
        "car_not_warm",
        f"Car {equipment.car_id} has loaded model {loaded[:SHORT]} and isn't ready yet: it "
        "tries it, or hasn't heard of the heat; wait a moment.",
        {"car_id": equipment.car_id, "loaded": loaded[:SHORT]},
    )
