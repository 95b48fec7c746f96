"""A car's word of how its run was driven, from its telemetry into the log."""

from timing_server.contract.blackbox.rows import RunFigures
from timing_server.rules.answers.heats.measuring import awaited_entry
from timing_server.rules.commands.driving import NoteDriving
from timing_server.rules.units import NS_PER_US, CarId, EventId, HeatId
from timing_server.service.entities import Credential
from timing_server.service.kit import Kit
from timing_server.service.office import Caller
from timing_server.web.asking import answer


async def note_driving(kit: Kit, who: Credential, car_id: CarId, run: RunFigures) -> None:
    """Note it where the open event waits for it: a car repeats itself until its next run."""
    event = kit.writer.known.venue.open_event
    if event is None:
        return
    state = await kit.state_of(event.event_id)
    if awaited_entry(state, HeatId(run.heat_id), car_id) is None:
        return
    command = NoteDriving(
        HeatId(run.heat_id),
        car_id,
        run.commands,
        _ns(run.latency_p50_us),
        _ns(run.latency_p95_us),
        run.frames,
        run.dropped_frames,
        run.stale_commands,
        run.is_throttled,
        run.is_undervolted,
    )
    caller = Caller(f"car:{who.principal}")
    await answer(kit.office.command(caller, EventId(event.event_id), command))


def _ns(duration_us: int | None) -> int | None:
    return None if duration_us is None else duration_us * NS_PER_US
