"""What cars and crew are told about the heat: whether each may drive, and what it drives with."""

from timing_server.contract.machines.devices import HeatOrder, RunOrder, StartLightsOrder
from timing_server.rules.answers.heats.practice import entries_on_track
from timing_server.rules.heat_phases import HeatPhase as Phase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, Run
from timing_server.service.live.heats.shown import PHASES, first_run, shown_heat
from timing_server.service.live.remembered import maybe_us


def heat_order(state: EventState | None) -> HeatOrder:
    """Return what the open event's heat wants of devices, from its start on."""
    heat = None if state is None else shown_heat(state)
    if heat is None:
        return HeatOrder(phase="idle")
    first = first_run(heat)
    newest = first.equipment[-1] if first and first.equipment else None
    may_drive = _may_drive(heat) and (state is None or state.stop is None)
    out = entries_on_track(heat)
    return HeatOrder(
        phase=PHASES[heat.phase],
        heat_id=heat.heat_id,
        entry_id=first and first.entry_id,
        car_id=newest and newest.car_id,
        model_sha256=newest and newest.model_sha256,
        runs=tuple(
            _run_order(run, is_go=may_drive and (not heat.is_practice or entry_id in out))
            for entry_id, run in heat.runs.items()
        ),
        starts_us=maybe_us(heat.started_race_ns),
        lights=_lights(heat),
    )


def before_go(order: HeatOrder) -> HeatOrder:
    """Return what devices hear of a start that lies ahead: all is ready, nobody drives."""
    runs = tuple(each.model_copy(update={"is_go": False}) for each in order.runs)
    return order.model_copy(update={"phase": "armed", "runs": runs})


def _lights(heat: Heat) -> StartLightsOrder | None:
    begin_ns, go_ns = heat.lights_race_ns, heat.started_race_ns
    if heat.phase is not Phase.RUNNING or begin_ns is None or go_ns is None:
        return None
    return StartLightsOrder(begin_race_ns=begin_ns, go_race_ns=go_ns)


def _may_drive(heat: Heat) -> bool:
    if heat.phase is Phase.ARMED:
        return heat.options.start_mode == "first_crossing"
    return heat.phase is Phase.RUNNING


def _run_order(run: Run, *, is_go: bool) -> RunOrder:
    newest = run.equipment[-1] if run.equipment else None
    return RunOrder(
        entry_id=run.entry_id,
        car_id=newest and newest.car_id,
        model_sha256=newest and newest.model_sha256,
        is_go=is_go,
    )
