"""What an audience is told of a car that is driven: where it is, and what its camera saw.

Nothing here draws by chance or moves anything, so that a car that is watched drives as one that
isn't.
"""

import base64
import time
from math import pi
from typing import Any, cast

from car_agent.simulation.car import SimulatedCar
from car_agent.worker.limited.orders import Placed, Seen
from hardware.cameras.frames import Pixels
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.vehicle import DEEPRACER

#: Pictures are told no oftener: a board shows so many.
_PICTURE_NS = 95_000_000
_NS_PER_S = 1_000_000_000


def wait_until(due_mono_ns: int) -> None:
    """Sleep until an instant of the machine's monotonic clock; one that is over is no wait."""
    while (left_ns := due_mono_ns - time.monotonic_ns()) > 0:
        time.sleep(left_ns / _NS_PER_S)


def place_of(car: SimulatedCar, grid_place: int = 1, from_ns: int = 0) -> Placed:
    """Return where a car's middle is, as boards draw cars; ``from_ns`` is added to its time."""
    x_m, y_m = car.state.point(DEEPRACER.wheelbase_m / 2)
    return Placed(
        grid_place=grid_place,
        sim_ns=from_ns + car.now_ns,
        x_m=round(x_m, 3),
        y_m=round(y_m, 3),
        heading_rad=round((car.state.heading_rad + pi) % (2 * pi) - pi, 3),
        speed_mps=round(max(0.0, car.state.speed_mps), 3),
        is_off=car.is_off or car.has_crashed,
    )


class Lens:
    """A car's camera, whose newest picture is kept and told now and then; counts them."""

    def __init__(self, car: SimulatedCar) -> None:
        self._camera = _Camera(car.camera)
        self._next_ns = 0
        self._pictures = 0
        car.camera = cast("Renderer", self._camera)

    def seen(self, place: Placed, steering_frac: float, throttle_frac: float, took_ns: int) -> Seen:
        """Return what the car did until now, with what it saw where a board would show it."""
        self._pictures += 1
        told = Seen(
            place=place,
            steering_frac=min(1.0, max(-1.0, steering_frac)),
            throttle_frac=min(1.0, max(-1.0, throttle_frac)),
            inference_us=took_ns // 1000,
            pictures=self._pictures,
        )
        return told.model_copy(update=self._picture(place.sim_ns))

    def _picture(self, now_ns: int) -> dict[str, object]:
        pixels = self._camera.seen
        if pixels is None or now_ns < self._next_ns:
            return {}
        self._next_ns = now_ns + _PICTURE_NS
        height, width = pixels.shape[:2]
        return {
            "height": height,
            "width": width,
            "planes": 1 if pixels.ndim == 2 else 3,
            "pixels": base64.b64encode(pixels.tobytes()).decode(),
        }


class _Camera:
    def __init__(self, camera: Renderer) -> None:
        self._camera = camera
        self.seen: Pixels | None = None

    def render(self, *pose: Any) -> Pixels:
        """See ``Renderer``."""
        self.seen = self._camera.render(*pose)
        return self.seen
