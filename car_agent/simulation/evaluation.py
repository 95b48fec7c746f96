"""Lets a model drive laps by the league's rules, with the code that races it."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

import numpy as np

from car_agent.driving.policy import ThrottleMap, make_policy
from car_agent.driving.preprocess import Preprocessor
from car_agent.errors import ModelError
from car_agent.models.load import LoadedModel
from car_agent.simulation.car import SimulatedCar, start_on_grid
from car_agent.simulation.conditions import PICTURE_PX, PLAIN, Conditions
from car_agent.simulation.league import Instants, LeagueLap, LeagueRules, LeagueRun
from car_agent.simulation.watch import Status, Watch
from hardware.cameras.frames import Pixels
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.objects.traffic import EMPTY, Plan, Traffic
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import Scenery, paint
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import DEEPRACER

#: Picture → steering_frac, throttle_frac.
Decide = Callable[[Pixels], tuple[float, float]]
#: Told after each lap: how many were tried.
OnLap = Callable[[LeagueLap, int], None]


class Eyes(Protocol):
    """What of a model's card says how it sees."""

    @property
    def channels(self) -> str:
        """The planes of its input."""

    @property
    def width_px(self) -> int:
        """The width of its input."""

    @property
    def height_px(self) -> int:
        """The height of its input."""


class Witness(Protocol):
    """Is shown every step of a run; a log, for one."""

    def begin(self, car: SimulatedCar) -> None:
        """A lap is tried from where the car is now."""

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """The car drove until the next picture by that command."""


class _Nobody:
    """Looks away."""

    def begin(self, car: SimulatedCar) -> None:
        """See ``Witness``."""

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """See ``Witness``."""


#: How the virtual car's throttle follows speed, as ``paddock car`` assumes by default.
THROTTLE = ThrottleMap("linear", DEEPRACER.top_speed_mps)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and how a model is driven; ``scenery`` is the track's, in luma.

    ``plan`` says what else is on the road; where it stands follows from an evaluation's seed.
    """

    track: Track
    scenery: Scenery
    conditions: Conditions = PLAIN
    pose: CameraPose | None = None
    plan: Plan = EMPTY


def setting_on(track: Track, conditions: Conditions = PLAIN, plan: Plan = EMPTY) -> Setting:
    """Return the plain setting on a track."""
    return Setting(track, paint(track).to_grey(), conditions, plan=plan)


def evaluate(
    model: LoadedModel,
    setting: Setting,
    rules: LeagueRules,
    seed: int,
    on_lap: OnLap = lambda _lap, _count: None,
    witness: Witness | None = None,
) -> LeagueRun:
    """Let a model drive; the same seed, model and versions give the same laps to the nanosecond.

    Raises ModelError where it sees with two cameras, PolicyError where it answers with what is no
    number.
    """
    chance = Random(seed)  # noqa: S311 - dynamics, not secrets
    camera = Renderer(
        seen_by(model.card, setting),
        *picture_px(model.card),
        pose=setting.pose,
        chance=np.random.default_rng(chance.getrandbits(32)),
    )
    traffic = traffic_by(setting.track, setting.plan, seed)
    car = start_on_grid(setting.track, camera, setting.conditions, chance, traffic)
    return drive_laps(car, decider(model), rules, on_lap, witness)


def seen_by(eyes: Eyes, setting: Setting) -> Scenery:
    """Return the hall in the planes that a model sees; one that sees colours is shown them.

    Raises ModelError where it sees with two cameras.
    """
    if eyes.channels == "stereo":
        raise ModelError("The model sees with two cameras; a virtual car has one.")
    return paint(setting.track) if eyes.channels == "rgb" else setting.scenery


def traffic_by(track: Track, plan: Plan, seed: int) -> Traffic | None:
    """Return what is on the road by a seed, None where that is nothing.

    Raises TrackShapeError where the track has no room for as many.
    """
    if plan.count == 0:
        return None
    # A chance of its own, so that the car's play is the same with and without others.
    chance = Random(zlib.crc32(f"traffic {seed}".encode()))  # noqa: S311 - dynamics, not secrets
    return Traffic(track, plan, chance)


def picture_px(eyes: Eyes) -> tuple[int, int]:
    """Return the size to render in: twice the model's own, so that it is made small as in a car."""
    width_px, height_px = PICTURE_PX
    return min(width_px, 2 * eyes.width_px), min(height_px, 2 * eyes.height_px)


def decider(model: LoadedModel) -> Decide:
    """Return what a car does between picture and wheels."""
    preprocess, policy = Preprocessor(model.card), make_policy(model.card.output, THROTTLE)

    def decide(pixels: Pixels) -> tuple[float, float]:
        wanted = policy(model.infer(preprocess(pixels)))
        return wanted.steering_frac, wanted.throttle_frac

    return decide


def drive_laps(
    car: SimulatedCar,
    decide: Decide,
    rules: LeagueRules,
    on_lap: OnLap = lambda _lap, _count: None,
    witness: Witness | None = None,
) -> LeagueRun:
    """Let ``decide`` drive a car that stands on the grid; every lap tried is a lap started."""
    laps: list[LeagueLap] = []
    witness = witness or _Nobody()
    is_flying = False
    while len(laps) < rules.laps:
        lap = _to_the_line(car, decide, rules, witness)
        if is_flying or lap.driven_ns is None:
            laps.append(lap)
            on_lap(lap, len(laps))
        is_flying = lap.driven_ns is not None
        if not is_flying:
            car.start_over()
    instants = Instants(
        crossings_ns=tuple(car.crossings_ns),
        resets_ns=tuple(car.resets_ns),
        collisions_ns=tuple(car.collisions_ns),
        beginnings_ns=tuple(car.beginnings_ns),
    )
    return LeagueRun(rules, tuple(laps), car.now_ns, instants)


def _to_the_line(
    car: SimulatedCar, decide: Decide, rules: LeagueRules, witness: Witness
) -> LeagueLap:
    """Drive to the next crossing, resets and all; from the grid that is no lap yet."""
    crossings, began_ns = len(car.crossings_ns), car.now_ns
    resets = collisions = 0
    watch = Watch(car)
    witness.begin(car)
    while True:
        wanted = decide(car.observe())
        car.act(*wanted)
        status = watch.status(began_ns + rules.limit_ns)
        witness.step(car, *wanted, status)
        if status == "in_progress":
            continue
        if status == "lap_complete":
            break
        resets += status != "time_up"
        collisions += status == "crashed"
        if status == "time_up" or resets > rules.max_resets:
            return LeagueLap(None, resets, collisions)
        car.put_back()
        watch = Watch(car)
    before_ns = car.crossings_ns[-2] if crossings else began_ns
    return LeagueLap(car.crossings_ns[-1] - before_ns, resets, collisions)
