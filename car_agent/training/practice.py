"""Practice runs: a car on a virtual track under chosen light and latency, as fast as it computes.

Uses the virtual venue's track, vehicle and renderer, and the car's own preprocessing, so that a
model practises on the pictures it will race on; time is simulated and costs nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import radians
from random import Random

import numpy as np

from hardware.cameras.frames import Pixels
from hardware.virtual.world.renderer import CameraPose, Light, Renderer
from hardware.virtual.world.scenery import Scenery
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import DEEPRACER, VehicleState, step

STEP_S = 0.005
FRAME_RATE_HZ = 15.0
#: Half of what a car's camera gives: the pictures are made small anyhow.
PICTURE_PX = (320, 240)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What differs from run to run: the hall's light, and how late commands reach the wheels.

    Each command is ``latency_s`` late, give or take ``jitter_s`` (evenly); a frame is lost with
    the probability ``loss_frac``.
    """

    light: Light
    latency_s: float
    jitter_s: float = 0.0
    loss_frac: float = 0.0


def random_conditions(chance: Random) -> Conditions:
    """Return conditions between a dim hall and glaring lamps, a quick computer and a busy one."""
    return Conditions(
        light=Light(
            gain=chance.uniform(0.4, 1.35),
            lift=chance.uniform(0, 35),
            slant=chance.uniform(-0.35, 0.35),
            noise=chance.choice((0.0, 2.0, 2.0, 4.0, 7.0)),
            wall_turn_rad=chance.uniform(0, 6.283),
        ),
        latency_s=chance.uniform(0.005, 0.09),
        jitter_s=chance.uniform(0, 0.03),
        loss_frac=chance.choice((0.0, 0.0, 0.02, 0.05)),
    )


class CameraPool:
    """Cameras mounted by different hands: a few poses around the right one, taken in turn."""

    def __init__(self, scenery: Scenery, chance: Random, count: int = 8) -> None:
        self._cameras = [
            Renderer(
                scenery,
                *PICTURE_PX,
                pose=CameraPose(
                    pitch_rad=radians(15 + chance.uniform(-1.5, 1.5)),
                    height_m=0.13 + chance.uniform(-0.005, 0.005),
                ),
                chance=np.random.default_rng(chance.getrandbits(32)),
            )
            for _ in range(count)
        ]

    def pick(self, chance: Random) -> Renderer:
        """Return one of them."""
        return chance.choice(self._cameras)


@dataclass(slots=True)
class PracticeRun:
    """One car alone on a track. ``observe`` takes a picture, ``act`` drives until the next one."""

    track: Track
    camera: Renderer
    conditions: Conditions
    chance: Random
    state: VehicleState
    now_s: float = 0.0
    lap_times_s: list[float] = field(default_factory=list)
    is_off: bool = False
    _pending: list[tuple[float, float, float]] = field(default_factory=list)
    _wheels: tuple[float, float] = (0.0, 0.0)
    _next_frame_s: float = 0.0
    _lap_began_s: float | None = None

    def observe(self) -> Pixels:
        """Return what the car's camera sees now, height × width uint8 luma."""
        pose = self.state
        return self.camera.render(pose.x_m, pose.y_m, pose.heading_rad, self.conditions.light)

    def act(self, steering_frac: float, throttle_frac: float) -> None:
        """Send a command and drive on to the next picture; commands act when they arrive."""
        if self.chance.random() >= self.conditions.loss_frac:
            jitter_s = self.conditions.jitter_s * self.chance.uniform(-1, 1)
            arrives_s = self.now_s + max(0.0, self.conditions.latency_s + jitter_s)
            self._pending.append((arrives_s, steering_frac, throttle_frac))
        self._next_frame_s += 1.0 / FRAME_RATE_HZ
        while self.now_s < self._next_frame_s and not self.is_off:
            self._step()

    def _step(self) -> None:
        while self._pending and self._pending[0][0] <= self.now_s:
            _, steering_frac, throttle_frac = self._pending.pop(0)
            self._wheels = (steering_frac, throttle_frac)
        before_m = self._nose_along_m()
        step(self.state, DEEPRACER, *self._wheels, STEP_S, self.chance)
        self.now_s += STEP_S
        after_m = self._nose_along_m()
        if before_m > 0.75 * self.track.length_m and after_m < 0.25 * self.track.length_m:
            self._cross_line()
        wheels = self.state.wheels(DEEPRACER)
        self.is_off = not any(self.track.is_on_road(x_m, y_m) for x_m, y_m in wheels)

    def _nose_along_m(self) -> float:
        return self.track.project(*self.state.point(DEEPRACER.nose_m)).along_m

    def _cross_line(self) -> None:
        if self._lap_began_s is not None:
            self.lap_times_s.append(self.now_s - self._lap_began_s)
        self._lap_began_s = self.now_s


def start_anywhere(
    track: Track, camera: Renderer, conditions: Conditions, chance: Random
) -> PracticeRun:
    """Return a run that begins somewhere on the track, not quite straight, at some speed."""
    x_m, y_m, heading_rad = track.at(
        chance.uniform(0, track.length_m), chance.uniform(-0.3, 0.3) * track.width_m
    )
    state = VehicleState(
        x_m, y_m, heading_rad + chance.uniform(-0.35, 0.35), speed_mps=chance.uniform(0, 2.0)
    )
    return PracticeRun(track, camera, conditions, chance, state)


def start_on_grid(
    track: Track, camera: Renderer, conditions: Conditions, chance: Random
) -> PracticeRun:
    """Return a run that begins as a heat does: standing, just before the finish line."""
    state = VehicleState(*track.at(-(DEEPRACER.nose_m + 0.25)))
    return PracticeRun(track, camera, conditions, chance, state)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a driver did over a number of runs of one flying lap each."""

    runs: int
    laps: int
    off_tracks: int
    best_s: float | None
    mean_s: float | None

    def __str__(self) -> str:
        """In words."""
        if self.mean_s is None or self.best_s is None:
            return f"0 of {self.runs} laps, {self.off_tracks} off-tracks"
        return (
            f"{self.laps} of {self.runs} laps, mean {self.mean_s:.2f} s, best {self.best_s:.2f} s, "
            f"{self.off_tracks} off-tracks"
        )


Decide = Callable[[Pixels], tuple[float, float]]


def evaluate(runs: Sequence[PracticeRun], decide: Decide, limit_s: float = 30.0) -> Evaluation:
    """Let ``decide`` (picture → steering_frac, throttle_frac) drive one flying lap in each run."""
    times_s: list[float] = []
    off_tracks = 0
    for run in runs:
        while not run.lap_times_s and not run.is_off and run.now_s < limit_s:
            run.act(*decide(run.observe()))
        times_s += run.lap_times_s[:1]
        off_tracks += run.is_off
    return Evaluation(
        len(runs),
        len(times_s),
        off_tracks,
        min(times_s) if times_s else None,
        sum(times_s) / len(times_s) if times_s else None,
    )
