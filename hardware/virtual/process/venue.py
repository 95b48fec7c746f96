"""The venue's loop: keeps the virtual world level with the machine's monotonic clock."""

import asyncio
import contextlib
import signal
import time
from pathlib import Path

import structlog

from hardware.server_access import read_token
from hardware.virtual.errors import VenueError, VenueTokenError
from hardware.virtual.measured import read_measured
from hardware.virtual.process.crew import Crew
from hardware.virtual.process.devices import VenueDevices
from hardware.virtual.process.door import Door
from hardware.virtual.process.ghost import VenueGhost
from hardware.virtual.process.tally import Tally
from hardware.virtual.process.track_map import track_map
from hardware.virtual.process.uplink import ServerUplink
from hardware.virtual.settings import VenueSettings
from hardware.virtual.world.beam import BeamChange
from hardware.virtual.world.track_files import open_track
from hardware.virtual.world.world import FINISH_GATE, STEP_NS, LapBegan, World
from timing_server.contract.machines.devices import (
    CarPosition,
    HeatOrder,
    PositionReport,
    TripOrder,
)

_REPORT_PERIOD_NS = 100_000_000
#: A machine that slept longer than this has no race to catch up with: the world skips it.
_LONGEST_CATCH_UP_NS = 2_000_000_000

_log = structlog.get_logger()


class Venue:
    """World, crew, devices and the line to the server, put together."""

    def __init__(self, settings: VenueSettings) -> None:
        """Make the parts. Raises a HardwareError with one sentence."""
        track = open_track(settings.track)
        self._tally = Tally(settings.tally_file)
        self._world = World(track, settings.seed, time.monotonic_ns(), settings.sectors)
        self._crew = Crew(self._world, self._tally)
        self._ghost = VenueGhost(track.name)
        self._devices = VenueDevices(
            self._world,
            self._tally,
            settings.seed,
            read_measured(settings.as_measured) if settings.as_measured else None,
            self._ghost if settings.shows_ghost else None,
        )
        self._door = Door(settings.socket, self._devices)
        self._report_due_ns = 0
        self._uplink: ServerUplink | None = None
        if settings.server_url is not None:
            token = _token(settings.token_file)
            self._uplink = ServerUplink(
                settings.server_url,
                token,
                track_map(track, settings.sectors),
                self._take_order,
                self._ghost.take if settings.shows_ghost else None,
            )

    async def run(self) -> None:
        """Run until cancelled, or until an error ends the venue."""
        await self._door.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._turn())
                if self._uplink is not None:
                    tasks.create_task(self._uplink.run())
        finally:
            await self._door.close()

    async def _turn(self) -> None:
        while True:
            self._advance(time.monotonic_ns())
            ahead_ns = self._world.now_ns + STEP_NS - time.monotonic_ns()
            await asyncio.sleep(max(0, ahead_ns) / 1e9)

    def _advance(self, now_ns: int) -> None:
        """Bring the world to now, stopping at each picture that is due on the way."""
        if now_ns - self._world.now_ns > _LONGEST_CATCH_UP_NS:
            _log.warning("world_skipped", behind_ms=(now_ns - self._world.now_ns) // 1_000_000)
            self._world.skip_to(now_ns)
        while True:
            due_ns = self._devices.next_due_ns()
            until_ns = now_ns
            if due_ns is not None and self._world.now_ns < due_ns:
                # The step in which the picture is due, but never beyond now: an edge of the
                # future would be one of another clock.
                until_ns = min(due_ns + STEP_NS - 1, now_ns)
            for event in self._world.advance(until_ns):
                self._crew.see(event)
                if isinstance(event, BeamChange):
                    self._devices.tell_gates(event)
                elif isinstance(event, LapBegan):
                    self._ghost.set_off(event.mono_ns)
            self._work_crew()
            self._devices.show()
            if self._world.now_ns + STEP_NS > now_ns:
                break
        self._report_positions()

    def _work_crew(self) -> None:
        if self._uplink is None and self._crew.car_on_track is None and self._devices.car_ids:
            self._crew.put_on_grid(self._devices.car_ids[0])
        self._crew.work()

    def _take_order(self, order: HeatOrder | TripOrder) -> None:
        if isinstance(order, HeatOrder):
            self._crew.take_order(order)
        elif order.gate == FINISH_GATE:
            _log.info("beam_tripped", gate=order.gate)
            self._world.wave_hand()
        else:
            _log.warning("no_such_gate", gate=order.gate)

    def _report_positions(self) -> None:
        car_id, now_ns = self._crew.car_on_track, self._world.now_ns
        if self._uplink is None or car_id is None or now_ns < self._report_due_ns:
            return
        self._report_due_ns = now_ns + _REPORT_PERIOD_NS
        car = self._world.cars[car_id]
        x_m, y_m = car.state.point(car.traits.wheelbase_m / 2)
        position = CarPosition(
            car_id=car_id,
            x_m=round(x_m, 3),
            y_m=round(y_m, 3),
            heading_rad=round((car.state.heading_rad + 3.14159) % 6.28318 - 3.14159, 3),
            speed_mps=round(car.state.speed_mps, 3),
            is_off_track=car.whereabouts != "on_road",
        )
        self._uplink.report(PositionReport(mono_ns=now_ns, cars=(position,)))


def _token(path: Path | None) -> str:
    if path is None:
        raise VenueTokenError(
            "The venue has no token: give --token-file FILE with one of role 'tracker', "
            "or --no-server to run without a server."
        )
    return read_token(path)


def run_venue(settings: VenueSettings) -> None:
    """Run a venue until SIGTERM or SIGINT; raises the VenueError that ends it otherwise."""
    asyncio.run(_run_until_signal(Venue(settings)))


async def _run_until_signal(venue: Venue) -> None:
    running = asyncio.ensure_future(venue.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await running
    except* VenueError as group:
        raise _first(group) from None


def _first(group: BaseExceptionGroup[VenueError]) -> VenueError:
    """Return the innermost first error: task groups wrap theirs, and people want one sentence."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, VenueError):
        raise TypeError from error
    return error
