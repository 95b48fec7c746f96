"""Lets two that race each other drive at real pace, and tells what they do on the way.

Where a model breaks off, the other begins anew without it after a moment, as it does in a race that
nobody looks on at; its instants count from that beginning on.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.duel.outcome import Out
from car_agent.simulation.watch import Status
from car_agent.worker.limited.duel.orders import DuelOrder
from car_agent.worker.limited.orders import DuelSideTold, DuelSoFar, OnTheWay, Ready
from car_agent.worker.limited.watching import Lens, place_of, wait_until
from timing_server.contract.machines.workers import DrivenRun

#: Between a model's end and the other's new beginning people hear what happened.
PAUSE_NS = 4_000_000_000


class Seat:
    """Watches one car; see ``Witness``. A car that stopped and isn't put back is out."""

    def __init__(self, player: "DuelPlayer", place: int) -> None:
        self.car: SimulatedCar | None = None
        self.took_ns = 0
        self._player = player
        self._place = place
        self._lens: Lens | None = None
        self._stopped: tuple[int, Status] | None = None

    def begin(self, car: SimulatedCar) -> None:
        """Note that the car stands somewhere, the first time on the grid."""
        is_first = self.car is None
        self.car, self._stopped = car, None
        if is_first:
            self._lens = Lens(car)
            self._player.stand()
        else:
            self._player.go_on(car.now_ns)

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """Tell what the car did; what happened is told when it has."""
        if status not in ("in_progress", "lap_complete"):
            self._stopped = car.now_ns, status
        self._player.go_on(car.now_ns)
        if self._lens is not None:
            place = place_of(car, self._place, self._player.anew_ns)
            self._player.tell(self._lens.seen(place, steering_frac, throttle_frac, self.took_ns))

    def told(self, order: DuelOrder, now_ns: int) -> DuelSideTold:
        """Return what its car did by now."""
        (ordered,) = (each for each in order.cars if each.place == self._place)
        car, out = self.car, self._out(now_ns)
        crossings_ns = () if car is None else tuple(car.crossings_ns)
        run = DrivenRun(
            model_sha256=ordered.host.model_sha256,
            track_sha256=order.track_sha256,
            seed=order.seed,
            laps_tried=min(order.rules.laps, max(0, len(crossings_ns) - 1 + (out is not None))),
            passes_ns=crossings_ns,
            resets_ns=() if car is None else tuple(car.resets_ns),
            collisions_ns=() if car is None else tuple(car.collisions_ns),
            beginnings_ns=(),
            sim_ns=0 if car is None else car.now_ns,
        )
        return DuelSideTold(place=self._place, run=run, out=out)

    def _out(self, now_ns: int) -> Out | None:
        if self._stopped is None or now_ns <= self._stopped[0]:
            return None
        return "time_up" if self._stopped[1] == "time_up" else "resets"


class DuelPlayer:
    """Says that both are ready, waits for the go, then holds them to the clock.

    ``anew_ns``: so long after the go the race that is driven now began.
    """

    def __init__(
        self,
        order: DuelOrder,
        tell: Callable[[OnTheWay], None],
        go_mono_ns: Callable[[], int],
    ) -> None:
        self.tell = tell
        self.anew_ns = 0
        self._order = order
        self._ask_go = go_mono_ns
        self._go_ns: int | None = None
        self._seats: dict[int, Seat] = {}
        self._broken: dict[int, str] = {}
        self._news: tuple[object, ...] = ()

    def seats(self, places: Sequence[int], broken: Mapping[int, str]) -> dict[int, Seat]:
        """Return who watches the cars of a race that begins, the first one or anew."""
        self._broken = dict(broken)
        self._seats = {place: Seat(self, place) for place in places}
        if self._go_ns is not None:
            self.anew_ns = time.monotonic_ns() - self._go_ns + PAUSE_NS
            self._tell_news(0)
        return self._seats

    def stand(self) -> None:
        """Wait for the go once the last car stands on the grid."""
        cars = {place: each.car for place, each in self._seats.items() if each.car is not None}
        if len(cars) < len(self._seats):
            return
        places = tuple(place_of(car, place, self.anew_ns) for place, car in cars.items())
        self.tell(Ready(places=places))
        if self._go_ns is None:
            self._go_ns = self._ask_go()
        self.go_on(0)

    def go_on(self, now_ns: int) -> None:
        """Wait until an instant of the race has come, and tell what is new by then."""
        if self._go_ns is None:
            return
        wait_until(self._go_ns + self.anew_ns + now_ns)
        self._tell_news(now_ns)

    def _tell_news(self, now_ns: int) -> None:
        sides = tuple(self._side(each.place, now_ns) for each in self._order.cars)
        news = (self.anew_ns, *map(_happened, sides))
        if news != self._news:
            self._news = news
            self.tell(DuelSoFar(sides=sides, anew_ns=self.anew_ns))

    def _side(self, place: int, now_ns: int) -> DuelSideTold:
        if place in self._broken:
            return DuelSideTold(place=place, sentence=self._broken[place])
        return self._seats[place].told(self._order, now_ns)


def _happened(side: DuelSideTold) -> tuple[object, ...]:
    run = side.run
    if run is None:
        return (side.sentence,)
    return (len(run.passes_ns), len(run.resets_ns), len(run.collisions_ns), side.out)
