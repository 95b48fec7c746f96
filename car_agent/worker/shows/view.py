"""What boards show of a run that is played: the car's place, its numbers, its camera's picture."""

import base64
from collections import deque
from collections.abc import Iterable

import cv2
import numpy as np

from car_agent.simulation.car import FRAME_RATE_HZ
from car_agent.worker.limited.orders import Placed, Seen
from timing_server.contract.machines.devices import ActionSample, CarPosition, CarTelemetry
from timing_server.contract.machines.shows import ShownCar, ShowView

#: As much of the past as a telemetry report may tell.
_ACTIONS_KEPT = 15
_QUALITY = 80
#: Between two pictures of a car lies a tenth of it.
_GONE_NS = 700_000_000
_NS_PER_MS = 1_000_000


class CarView:
    """Keeps what is newest of one car, and makes it what the server is told."""

    def __init__(self, car_id: str, model_sha256: str) -> None:
        self._car_id = car_id
        self._model_sha256 = model_sha256
        self._place: Placed | None = None
        self._seen: Seen | None = None
        self._jpeg: bytes | None = None
        self._actions: deque[tuple[int, float, float]] = deque(maxlen=_ACTIONS_KEPT)

    def stand(self, place: Placed) -> None:
        """Note where the car stands before it begins."""
        self._place = place

    def see(self, seen: Seen) -> None:
        """Note what it did, and what it saw; a picture of another size than told is left out."""
        self._place, self._seen = seen.place, seen
        self._actions.append((seen.place.sim_ns, seen.steering_frac, seen.throttle_frac))
        if seen.pixels:
            self._jpeg = _jpeg(seen) or self._jpeg

    def take_jpeg(self) -> bytes | None:
        """Return the newest picture that wasn't taken yet."""
        jpeg, self._jpeg = self._jpeg, None
        return jpeg

    @property
    def car_id(self) -> str:
        """The car, as the server calls it."""
        return self._car_id

    @property
    def sim_ns(self) -> int:
        """When in the run it was heard last, -1 before it stands anywhere."""
        return -1 if self._place is None else self._place.sim_ns

    def shown(self) -> ShownCar | None:
        """Return where the car is and what it does, None before it stands anywhere."""
        if self._place is None:
            return None
        return ShownCar(position=self._position(self._place), telemetry=self._telemetry())

    def _position(self, place: Placed) -> CarPosition:
        return CarPosition(
            car_id=self._car_id,
            x_m=place.x_m,
            y_m=place.y_m,
            heading_rad=place.heading_rad,
            speed_mps=place.speed_mps,
            is_off_track=place.is_off,
        )

    def _telemetry(self) -> CarTelemetry:
        seen, place = self._seen, self._place
        inference_ms = 0.0 if seen is None else seen.inference_us / 1000
        return CarTelemetry(
            is_driving=seen is not None,
            model_sha256=self._model_sha256,
            frame_rate_hz=FRAME_RATE_HZ,
            frames=0 if seen is None else seen.pictures,
            dropped_frames=0,
            stale_commands=0,
            frame_age_ms=0,
            inference_p50_ms=inference_ms,
            inference_p95_ms=inference_ms,
            steering_frac=0 if seen is None else seen.steering_frac,
            throttle_frac=0 if seen is None else seen.throttle_frac,
            speed_mps=0 if place is None else place.speed_mps,
            is_warm=True,
            actions=tuple(_samples(self._actions)),
        )


def view_of(cars: Iterable[CarView]) -> ShowView | None:
    """Return the cars that drive, None before any stands anywhere.

    One of which nothing came for a while that the other drove was taken off the track: it is out,
    or its race is over.
    """
    standing = [each for each in cars if each.sim_ns >= 0]
    newest_ns = max((each.sim_ns for each in standing), default=-1)
    heard = (each.shown() for each in standing if newest_ns - each.sim_ns < _GONE_NS)
    shown = tuple(each for each in heard if each is not None)
    return ShowView(sim_ns=newest_ns, cars=shown) if shown else None


def _samples(actions: Iterable[tuple[int, float, float]]) -> Iterable[ActionSample]:
    kept = list(actions)
    for sim_ns, steering, throttle in kept:
        age_ms = (kept[-1][0] - sim_ns) // _NS_PER_MS
        yield ActionSample(age_ms=age_ms, steering_frac=steering, throttle_frac=throttle)


def _jpeg(seen: Seen) -> bytes | None:
    content = base64.b64decode(seen.pixels)
    if len(content) != seen.height * seen.width * seen.planes:
        return None
    shape = (seen.height, seen.width, seen.planes)
    pixels = np.frombuffer(content, np.uint8).reshape(shape)
    picture = pixels[:, :, 0] if seen.planes == 1 else pixels[:, :, ::-1]
    is_made, jpeg = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return jpeg.tobytes() if is_made else None
