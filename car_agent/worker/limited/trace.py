"""Keeps what a simulated car did, picture by picture, in little memory; and gives it as rows."""

import base64
import struct
from collections.abc import Iterator

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.watch import Status
from car_agent.worker.limited.orders import STEPS_MAX, TraceTold
from hardware.virtual.world.follower import Follower
from hardware.virtual.world.vehicle import DEEPRACER
from timing_server.contract.blackbox.rows import Drive, Pose

#: Instants, and numbers of single precision: finer than a hair on any track.
_DROVE = struct.Struct("<qff")
_STOOD = struct.Struct("<qfffff?")
_LENGTH = _DROVE.size + _STOOD.size
#: A nose that has just crossed the line is at the beginning, even where rounding puts it before.
_LATE_FRAC = 0.75


class TraceKeeper:
    """Watches a run, draws nothing by chance and changes nothing; beyond a limit it only counts."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._lost = 0
        self._begun_ns = 0
        self._crossings = 0
        self._nose: Follower | None = None

    def begin(self, car: SimulatedCar) -> None:
        """Look from where the car is now."""
        self._begun_ns = car.now_ns
        self._look_anew(car)

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """Keep a command, from the picture by which it was made, and where the car came by it."""
        progress = self._progress(car)
        if len(self._kept) >= STEPS_MAX * _LENGTH:
            self._lost += 1
        else:
            state = car.state
            wanted = _within(steering_frac), _within(throttle_frac)
            self._kept += _DROVE.pack(self._begun_ns, *wanted)
            self._kept += _STOOD.pack(
                car.now_ns,
                *(state.x_m, state.y_m, state.heading_rad, state.speed_mps),
                *(progress, car.is_off),
            )
        self._begun_ns = car.now_ns
        if status not in {"in_progress", "lap_complete"}:
            self._nose = None

    def told(self) -> TraceTold:
        """Return what was kept, to be sent."""
        return TraceTold(steps=base64.b64encode(self._kept).decode(), lost_steps=self._lost)

    def _progress(self, car: SimulatedCar) -> float:
        """Return the share of the course that lies behind the nose, which makes laps."""
        if self._nose is None:
            self._look_anew(car)
        nose = self._nose
        if nose is None:
            return 0.0
        share = nose.follow(*car.state.point(DEEPRACER.nose_m)).along_m / car.track.length_m
        has_crossed = len(car.crossings_ns) > self._crossings
        self._crossings = len(car.crossings_ns)
        if has_crossed and share > _LATE_FRAC:
            return 0.0
        return min(1.0, max(0.0, share))

    def _look_anew(self, car: SimulatedCar) -> None:
        nose = car.state.point(DEEPRACER.nose_m)
        if self._nose is None:
            self._nose = Follower(car.track, *nose)
        else:
            self._nose.look_anew(*nose)


def _within(frac: float) -> float:
    """Return a command as a row may have it, whatever a model asks for."""
    return min(1.0, max(-1.0, frac))


def rows_of(told: TraceTold) -> Iterator[tuple[int, Drive | Pose]]:
    """Yield a trace's rows, each with its instant in simulated nanoseconds.

    Raises ValueError where what was told can't be true: it comes out of a stranger's process.
    """
    try:
        content = base64.b64decode(told.steps, validate=True)
    except ValueError as error:
        raise ValueError("The trace can't be read.") from error
    if len(content) % _LENGTH or len(content) > STEPS_MAX * _LENGTH:
        raise ValueError("The trace is of no such length.")
    for number, at in enumerate(range(0, len(content), _LENGTH)):
        begun_ns, steering, throttle = _DROVE.unpack_from(content, at)
        now_ns, x_m, y_m, heading, speed, progress, is_off = _STOOD.unpack_from(
            content, at + _DROVE.size
        )
        if now_ns < begun_ns:
            raise ValueError("The trace's instants can't be true.")
        yield begun_ns, _drive(number, begun_ns, steering, throttle)
        yield (
            now_ns,
            Pose(
                x_m=round(x_m, 4),
                y_m=round(y_m, 4),
                heading_rad=round(heading, 4),
                speed_mps=round(speed, 4),
                progress_frac=round(progress, 5),
                is_off_track=is_off,
            ),
        )


def _drive(number: int, begun_ns: int, steering: float, throttle: float) -> Drive:
    """Return a decision; a simulation has no delays of its own to tell."""
    return Drive(
        frame_seq=number,
        capture_mono_ns=begun_ns,
        issued_mono_ns=begun_ns,
        frame_age_us=0,
        inference_us=0,
        steering_frac=round(steering, 4),
        throttle_frac=round(throttle, 4),
        is_taken=True,
    )
