"""What cars and crew are told about the heat: whether each may drive, and what it drives with."""

import hashlib

from timing_server.contract.machines.devices import HeatOrder, RunOrder, StartLightsOrder
from timing_server.contract.machines.driving import StopOrder
from timing_server.rules.heat_phases import HeatPhase as Phase
from timing_server.rules.orders.driving import newest_equipment, run_driving
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import RunScore
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, Run
from timing_server.rules.units import NS_PER_MS, CarId
from timing_server.service.live.heats.shown import PHASES, first_run, shown_heat
from timing_server.service.live.remembered import maybe_us, us

FINISH_LAP = "finish_lap"
#: As many as an order holds.
STOPS_TOLD = 128


def heat_order(state: EventState | None) -> HeatOrder:
    """Return what the open event's heat wants of devices, from its start on."""
    if state is None:
        return HeatOrder(phase="idle")
    heat = shown_heat(state)
    stops = _stops(state)
    if heat is None or heat.is_virtual:
        # No car of this venue drives in a virtual heat.
        return HeatOrder(phase="idle", stops=stops, lifted_stop_ids=state.lifted_stop_ids)
    first = first_run(heat)
    newest = newest_equipment(first) if first else None
    return HeatOrder(
        phase=PHASES[heat.phase],
        event_id=state.event_id,
        heat_id=heat.heat_id,
        entry_id=first and first.entry_id,
        car_id=newest and newest.car_id,
        model_sha256=newest and newest.model_sha256,
        runs=tuple(_run_order(state, heat, run) for run in heat.runs.values()),
        starts_us=maybe_us(heat.started_race_ns),
        lights=_lights(heat),
        contact_limit_ms=heat.options.contact_limit_ns // NS_PER_MS,
        contact_lost=heat.options.contact_lost,
        stops=stops,
        lifted_stop_ids=state.lifted_stop_ids,
    )


def _stops(state: EventState) -> tuple[StopOrder, ...]:
    """Return the stops that stand, those of everything first."""
    ordered = sorted(state.stops, key=lambda each: each.car_id is not None)
    told = (StopOrder(stop_id=each.stop_id, car_id=each.car_id) for each in ordered)
    return tuple(told)[:STOPS_TOLD]


def before_go(order: HeatOrder) -> HeatOrder:
    """Return what devices hear of a start that lies ahead: all is ready, nobody drives."""
    still = {"is_go": False, "lease_id": None}
    runs = tuple(each.model_copy(update=still) for each in order.runs)
    return order.model_copy(update={"phase": "armed", "runs": runs})


def _lights(heat: Heat) -> StartLightsOrder | None:
    begin_ns, go_ns = heat.lights_race_ns, heat.started_race_ns
    if heat.phase is not Phase.RUNNING or begin_ns is None or go_ns is None:
        return None
    return StartLightsOrder(begin_race_ns=begin_ns, go_race_ns=go_ns)


def _run_order(state: EventState, heat: Heat, run: Run) -> RunOrder:
    newest = newest_equipment(run)
    driving = run_driving(state, heat, run)
    is_go = driving.go_race_ns is not None
    return RunOrder(
        entry_id=run.entry_id,
        car_id=newest and newest.car_id,
        model_sha256=newest and newest.model_sha256,
        is_go=is_go,
        lease_id=None
        if newest is None or driving.go_race_ns is None
        else _lease_id(heat, run, newest.car_id, driving.go_race_ns),
        held=driving.held,
        speed_pct=driving.speed_pct,
        lap_due_us=_lap_due_us(state, heat, run) if is_go else None,
    )


def _lease_id(heat: Heat, run: Run, car_id: CarId, go_race_ns: int) -> str:
    """Name the lease so that it is the same after a restart, and another with every go."""
    named = f"{heat.heat_id}/{run.entry_id}/{car_id}/{go_race_ns}"
    return hashlib.sha256(named.encode()).hexdigest()[:24]


def _lap_due_us(state: EventState, heat: Heat, run: Run) -> int | None:
    """Return when the lap under way is over by the slowest one before it, where that is wanted."""
    if heat.options.contact_lost != FINISH_LAP:
        return None
    score = next(
        (each for each in score_heat(state, heat.heat_id).runs if each.entry_id == run.entry_id),
        None,
    )
    slowest_ns = _slowest_ns(score)
    if score is None or score.lap_opened_ns is None or slowest_ns is None:
        return None
    return us(score.lap_opened_ns + slowest_ns)


def _slowest_ns(score: RunScore | None) -> int | None:
    if score is None:
        return None
    return max((lap.duration_ns for lap in score.valid_laps if not lap.is_credited), default=None)
