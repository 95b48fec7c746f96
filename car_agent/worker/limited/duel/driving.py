"""Drives a race of two whose models are in processes of their own; one that breaks off is left out.

Then the race is driven anew without it, from the same place and seed: what the other did until then
would hang on how quick this machine is.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.duel.outcome import DuelRun
from car_agent.simulation.duel.race import Contender, race
from car_agent.simulation.evaluation import Decide, Setting
from car_agent.simulation.watch import Status
from car_agent.worker.limited.driving import league_rules, told_run
from car_agent.worker.limited.duel.hosted import BrokeOffError, Hosted
from car_agent.worker.limited.duel.orders import DuelOrder, HostSeen
from car_agent.worker.limited.duel.playing import DuelPlayer, Seat
from car_agent.worker.limited.orders import DuelSideTold
from car_agent.worker.limited.trace import TraceKeeper
from hardware.cameras.frames import Pixels

OnTried = Callable[[int], None]


class _Watcher:
    """Knows the time at a car's place, counts its laps, and keeps its trace where wanted."""

    def __init__(self, on_tried: OnTried, seat: Seat | None, *, is_traced: bool) -> None:
        self.keeper = TraceKeeper() if is_traced else None
        self.now_ns = 0
        self.took_ns = 0
        self._on_tried = on_tried
        self._seat = seat

    def begin(self, car: SimulatedCar) -> None:
        """See ``Witness``."""
        self.now_ns = car.now_ns
        if self.keeper is not None:
            self.keeper.begin(car)
        if self._seat is not None:
            self._seat.begin(car)

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """See ``Witness``."""
        self.now_ns = car.now_ns
        if self.keeper is not None:
            self.keeper.step(car, steering_frac, throttle_frac, status)
        if self._seat is not None:
            self._seat.took_ns = self.took_ns
            self._seat.step(car, steering_frac, throttle_frac, status)
        if status == "lap_complete":
            self._on_tried(len(car.crossings_ns) - 1)


def drive_duel(
    order: DuelOrder,
    hosts: Sequence[Hosted],
    setting: Setting,
    on_tried: OnTried,
    broken: Mapping[int, str],
    player: DuelPlayer | None = None,
) -> tuple[DuelSideTold, ...]:
    """Return what each side did, in the order of the grid; ``broken`` couldn't even begin.

    ``player`` holds both to the clock and tells what they do, where somebody looks on.

    Raises TrackShapeError.
    """
    broken = dict(broken)
    eyes: dict[int, HostSeen] = {}
    for host in hosts:
        try:
            eyes[host.place] = host.see()
        except BrokeOffError as error:
            broken[error.place] = str(error)
    on_tried = _furthest(on_tried)
    while True:
        going = [each for each in hosts if each.place not in broken]
        if not going:
            return _told(order, broken, (), {})
        seats = {} if player is None else player.seats([each.place for each in going], broken)
        watchers = {
            each.place: _Watcher(on_tried, seats.get(each.place), is_traced=order.is_traced)
            for each in going
        }
        grid = [
            Contender(
                each.place,
                eyes[each.place],
                _asking(each, watchers[each.place]),
                watchers[each.place],
            )
            for each in going
        ]
        try:
            runs = race(grid, setting, league_rules(order.rules), order.seed)
        except BrokeOffError as error:
            broken[error.place] = str(error)
        else:
            return _told(order, broken, runs, watchers)


def _asking(host: Hosted, watcher: _Watcher) -> Decide:
    def decide(pixels: Pixels) -> tuple[float, float]:
        began_ns = time.perf_counter_ns()
        wanted = host.decide(watcher.now_ns, pixels)
        watcher.took_ns = time.perf_counter_ns() - began_ns
        return wanted

    return decide


def _furthest(on_tried: OnTried) -> OnTried:
    """Return what tells of each number of laps once, whoever has it first."""
    most = 0

    def tell(tried: int) -> None:
        nonlocal most
        if tried > most:
            most = tried
            on_tried(tried)

    return tell


def _told(
    order: DuelOrder,
    broken: Mapping[int, str],
    runs: Sequence[DuelRun],
    watchers: Mapping[int, _Watcher],
) -> tuple[DuelSideTold, ...]:
    by_place = {each.place: each for each in runs}
    return tuple(
        DuelSideTold(place=car.place, sentence=broken[car.place])
        if car.place in broken
        else _driven(order, by_place[car.place], car.host.model_sha256, watchers[car.place])
        for car in order.cars
    )


def _driven(order: DuelOrder, run: DuelRun, model_sha256: str, watcher: _Watcher) -> DuelSideTold:
    keeper = watcher.keeper
    return DuelSideTold(
        place=run.place,
        run=told_run(run.run, model_sha256, order.track_sha256, order.seed),
        out=run.out,
        trace=None if keeper is None else keeper.told(),
    )
