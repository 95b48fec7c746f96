"""Lets a simulated car drive at real pace, and tells what it does on the way.

A car that is watched drives as one that isn't: nothing here draws by chance or moves anything.
"""

import base64
import time
from collections.abc import Callable
from dataclasses import replace
from math import pi
from typing import Any, cast

from car_agent.models.load import LoadedModel
from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.evaluation import Witness
from car_agent.simulation.watch import Status
from car_agent.worker.limited.orders import OnTheWay, Placed, Ready, RunOrder, Seen, SoFar
from hardware.cameras.frames import Pixels
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.vehicle import DEEPRACER
from timing_server.contract.machines.workers import DrivenRun

#: Pictures are told no oftener: a board shows so many.
_PICTURE_NS = 95_000_000
_NS_PER_S = 1_000_000_000


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
        self._camera: _Camera | None = None
        self._session: _Session | None = None
        self._pictures = 0
        self._next_picture_ns = 0

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
            self._camera = _Camera(car.camera)
            car.camera = cast("Renderer", self._camera)
            self._tell(Ready(place=_place(car)))
            self._go_ns = self._ask_go()
        self._wait(car)
        self._tell_news(car)

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """See ``Witness``; what happened is told when it has."""
        if self._other is not None:
            self._other.step(car, steering_frac, throttle_frac, status)
        self._pictures += 1
        self._wait(car)
        self._tell_news(car)
        seen = Seen(
            place=_place(car),
            steering_frac=min(1.0, max(-1.0, steering_frac)),
            throttle_frac=min(1.0, max(-1.0, throttle_frac)),
            inference_us=0 if self._session is None else self._session.took_ns // 1000,
            pictures=self._pictures,
        )
        self._tell(seen.model_copy(update=self._picture(car)))

    def _wait(self, car: SimulatedCar) -> None:
        due_ns = (self._go_ns or 0) + car.now_ns
        while (left_ns := due_ns - time.monotonic_ns()) > 0:
            time.sleep(left_ns / _NS_PER_S)

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

    def _picture(self, car: SimulatedCar) -> dict[str, object]:
        """Return what the camera saw, where a board would show it."""
        pixels = None if self._camera is None else self._camera.seen
        if pixels is None or car.now_ns < self._next_picture_ns:
            return {}
        self._next_picture_ns = car.now_ns + _PICTURE_NS
        height, width = pixels.shape[:2]
        return {
            "height": height,
            "width": width,
            "planes": 1 if pixels.ndim == 2 else 3,
            "pixels": base64.b64encode(pixels.tobytes()).decode(),
        }


class _Camera:
    """A car's camera, whose newest picture is kept."""

    def __init__(self, camera: Renderer) -> None:
        self._camera = camera
        self.seen: Pixels | None = None

    def render(self, *pose: Any) -> Pixels:
        """See ``Renderer``."""
        self.seen = self._camera.render(*pose)
        return self.seen


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


def _place(car: SimulatedCar) -> Placed:
    """Return where a car's middle is, as boards draw cars."""
    x_m, y_m = car.state.point(DEEPRACER.wheelbase_m / 2)
    return Placed(
        sim_ns=car.now_ns,
        x_m=round(x_m, 3),
        y_m=round(y_m, 3),
        heading_rad=round((car.state.heading_rad + pi) % (2 * pi) - pi, 3),
        speed_mps=round(max(0.0, car.state.speed_mps), 3),
        is_off=car.is_off or car.has_crashed,
    )
