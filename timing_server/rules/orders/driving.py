"""What a run's car may do right now, as its heat, its holds and the emergency stops say."""

from dataclasses import dataclass
from typing import Literal

from timing_server.rules.answers.heats.practice import entries_on_track
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.terms import FIRST_CROSSING
from timing_server.rules.state.driving import Confirmation, RunControl
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Equipment, Heat, Run
from timing_server.rules.units import EntryId

HoldCause = Literal["stop", "off_track", "e_stop", "contact_lost"]
FULL_SPEED_PCT = 100


@dataclass(frozen=True, slots=True)
class RunDriving:
    """``go_race_ns`` is since when the run's car may drive, None where it may not.

    ``held`` is why it stands in neutral, None where it isn't held; ``speed_pct`` its limit.
    """

    go_race_ns: int | None
    held: HoldCause | None
    speed_pct: int


def run_driving(state: EventState, heat: Heat, run: Run) -> RunDriving:
    """Return what the run's car may do by everything that is known."""
    own = controls_of(heat, run.entry_id)
    held = held_by(heat, run.entry_id)
    limits = [each.speed_pct for each in own if each.speed_pct is not None]
    equipment = newest_equipment(run)
    is_stopped = state.stop is not None or (
        equipment is not None and bool(state.car_stops(equipment.car_id))
    )
    is_out = not heat.is_practice or run.entry_id in entries_on_track(heat)
    go_ns = None if is_stopped or held is not None or not is_out else _let_off(heat)
    if go_ns is not None:
        gos = [each.race_ns for each in own if each.kind == "go"]
        outs = [each.out_race_ns for each in heat.outings if each.entry_id == run.entry_id]
        go_ns = max([go_ns, *gos, *outs])
    return RunDriving(go_ns, held, limits[-1] if limits else FULL_SPEED_PCT)


def _let_off(heat: Heat) -> int | None:
    """Return since when the heat lets cars drive, None where it doesn't."""
    if heat.phase is HeatPhase.ARMED and heat.options.start_mode == FIRST_CROSSING:
        return heat.armed_race_ns
    if heat.phase is not HeatPhase.RUNNING:
        return None
    if heat.options.start_mode == FIRST_CROSSING and heat.armed_race_ns is not None:
        began_ns: int | None = heat.armed_race_ns
    else:
        began_ns = heat.started_race_ns
    ends = [each.until_race_ns for each in heat.pauses if each.until_race_ns is not None]
    return max([*([] if began_ns is None else [began_ns]), *ends], default=None)


def controls_of(heat: Heat, entry_id: EntryId) -> tuple[RunControl, ...]:
    """Return what was done to that run's car, in order."""
    return tuple(each for each in heat.controls if each.entry_id == entry_id)


def held_by(heat: Heat, entry_id: EntryId) -> HoldCause | None:
    """Return why the run's car is held, None where it isn't."""
    for each in reversed(heat.controls):
        if each.entry_id == entry_id and each.kind != "speed":
            return None if each.kind == "go" else each.kind
    return None


def newest_equipment(run: Run) -> Equipment | None:
    """Return the car and the model that drive the run now."""
    return run.equipment[-1] if run.equipment else None


def confirmation_of(heat: Heat, run: Run) -> Confirmation | None:
    """Return who vouches for the run's car as it is now; a word for an earlier car is void."""
    word = next((each for each in heat.confirmations if each.entry_id == run.entry_id), None)
    equipment = newest_equipment(run)
    is_of_another = (
        word is not None and equipment is not None and equipment.from_race_ns > word.race_ns
    )
    return None if is_of_another else word
