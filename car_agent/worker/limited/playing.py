"""Lets a simulated car drive at real pace, and tells what it does on the way.

A car that is watched drives as one that isn't: nothing here draws by chance or moves anything.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from car_agent.models.load import LoadedModel
from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.evaluation import Witness
from car_agent.simulation.watch import Status
from car_agent.worker.limited.orders import OnTheWay, Ready, RunOrder, SoFar
from car_agent.worker.limited.watching import Lens, place_of, wait_until
from timing_server.contract.machines.workers import DrivenRun


class Player:
    """Watches a run: says that it is ready, waits for the go, then holds the car to the clock.

    Every picture is taken at its own instant, go + simulated time. A car that is late for one,
    since its machine was busy, drives on at once until it is level again.
    """

    def __init__(
        self,
        order: RunOrder,
        tell: Callable[[OnTheWay], None],
        go_mono_ns: Callable[[], int],
        other: Witness | None = None,
    ) -> None:
        self._order = order
        self._tell = tell
        self._ask_go = go_mono_ns
        self._other = other
        self._go_ns: int | None = None
        self._laps = 0
        self._told: tuple[int, ...] = (0, 0, 0, 0, 0)
        self._lens: Lens | None = None
        self._session: _Session | None = None

    def timed(self, model: LoadedModel) -> LoadedModel:
        """Return a model whose thinking is timed."""
        self._session = _Session(model.session)
        return replace(model, session=cast("Any", self._session))

    def tried(self, laps: int) -> None:
        """Note how many laps are tried."""
        self._laps = laps

    def begin(self, car: SimulatedCar) -> None:
        """See ``Witness``; the first time the car stands on the grid, and waits there."""
        if self._other is not None:
            self._other.begin(car)
        if self._go_ns is None:
            self._lens = Lens(car)
            self._tell(Ready(places=(place_of(car),)))
            self._go_ns = self._ask_go()
        self._wait(car)
        self._tell_news(car)

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """See ``Witness``; what happened is told when it has."""
        if self._other is not None:
            self._other.step(car, steering_frac, throttle_frac, status)
        self._wait(car)
        self._tell_news(car)
        if self._lens is not None:
            took_ns = 0 if self._session is None else self._session.took_ns
            self._tell(self._lens.seen(place_of(car), steering_frac, throttle_frac, took_ns))

    def _wait(self, car: SimulatedCar) -> None:
        wait_until((self._go_ns or 0) + car.now_ns)

    def _tell_news(self, car: SimulatedCar) -> None:
        lists = (car.crossings_ns, car.resets_ns, car.collisions_ns, car.beginnings_ns)
        news = (*map(len, lists), self._laps)
        if news == self._told:
            return
        self._told = news
        run = DrivenRun(
            model_sha256=self._order.model_sha256,
            track_sha256=self._order.track_sha256,
            seed=self._order.seed,
            laps_tried=self._laps,
            passes_ns=tuple(car.crossings_ns),
            resets_ns=tuple(car.resets_ns),
            collisions_ns=tuple(car.collisions_ns),
            beginnings_ns=tuple(car.beginnings_ns),
            sim_ns=car.now_ns,
        )
        self._tell(SoFar(run=run))


class _Session:
    """A model's session that says how long its last answer took."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.took_ns = 0

    def run(self, *arguments: Any) -> Any:
        """See onnxruntime."""
        began_ns = time.perf_counter_ns()
        answer = self._session.run(*arguments)
        self.took_ns = time.perf_counter_ns() - began_ns
        return answer
