"""The virtual crew: puts the car of the heat on the track, back onto it, and takes it off.

Crew rules: a car whose heat is called stands just before the finish line, alone on the track. One
that leaves the road with all four wheels is put back where it left, 1.5 s after it came to stand,
at most three times a lap; after that it stays off. When its heat has finished it may roll out, and
is taken off once it stands, at the latest after three seconds or when the next car comes.
"""

import structlog

from hardware.virtual.process.tally import Tally
from hardware.virtual.world.beam import BeamChange
from hardware.virtual.world.world import LeftRoad as CarLeftRoad
from hardware.virtual.world.world import World, WorldEvent
from timing_server.contract.machines.devices import HeatOrder

RESET_AFTER_NS = 1_500_000_000
RESETS_PER_LAP = 3
ROLL_OUT_NS = 3_000_000_000

#: The nose stands this far before the finish line.
_GRID_GAP_M = 0.25

#: A heat's car stays on the track through a pause; only its end takes it off.
_ON_TRACK_PHASES = frozenset({"called", "armed", "running", "paused"})

_log = structlog.get_logger()


class Crew:
    """Keeps one car on the track: the server's choice or, without a server, the first to come."""

    def __init__(self, world: World, tally: Tally) -> None:
        self._world = world
        self._tally = tally
        self._heat_id: str | None = None
        self._car_id: str | None = None
        self._off_at_ns: int | None = None

    @property
    def car_on_track(self) -> str | None:
        """The car that the crew has put on the track, if there is one."""
        return self._car_id

    def take_order(self, order: HeatOrder) -> None:
        """Follow what the server says about the heat; repeats change nothing."""
        if order.phase in _ON_TRACK_PHASES and order.car_id is not None:
            is_here = order.car_id == self._car_id and order.heat_id == self._heat_id
            if not is_here:
                self._heat_id = order.heat_id
                self.put_on_grid(order.car_id)
        elif self._car_id is not None and self._off_at_ns is None:
            self._off_at_ns = self._world.now_ns + ROLL_OUT_NS

    def put_on_grid(self, car_id: str) -> None:
        """Clear the track and put a car just before the finish line."""
        self._take_off()
        car = self._world.add_car(car_id)
        self._world.pick_up(car_id)
        self._world.put_down(car_id, -(car.traits.nose_m + _GRID_GAP_M))
        self._car_id = car_id
        _log.info("car_put_on_track", car_id=car_id, heat_id=self._heat_id)

    def see(self, event: WorldEvent) -> None:
        """Take notice of what happened on the track."""
        if isinstance(event, BeamChange):
            self._tally.happened(event)
        elif isinstance(event, CarLeftRoad):
            self._tally.left_track()
            _log.info("car_left_track", car_id=event.car_id)

    def work(self) -> None:
        """Do what is due now; called after each advance of the world."""
        if self._car_id is None:
            return
        car = self._world.cars[self._car_id]
        now_ns = self._world.now_ns
        standing_ns = 0 if car.standing_since_ns is None else now_ns - car.standing_since_ns
        if self._off_at_ns is not None:
            if now_ns >= self._off_at_ns or standing_ns > 0 or car.whereabouts == "stranded":
                self._take_off()
        elif car.whereabouts == "stranded" and standing_ns >= RESET_AFTER_NS:
            self._reset_or_leave_off()

    def _reset_or_leave_off(self) -> None:
        if self._car_id is None:
            return
        car = self._world.cars[self._car_id]
        if car.off_tracks_this_lap > RESETS_PER_LAP:
            _log.info("car_left_off", car_id=car.car_id, resets_this_lap=RESETS_PER_LAP)
            self._world.pick_up(car.car_id)
            return
        self._world.put_down(car.car_id, car.left_along_m)
        self._tally.was_reset()
        _log.info("car_reset", car_id=car.car_id)

    def _take_off(self) -> None:
        if self._car_id is not None:
            self._world.pick_up(self._car_id)
            _log.info("car_taken_off", car_id=self._car_id)
        self._car_id = None
        self._off_at_ns = None
