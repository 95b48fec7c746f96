"""Rendered scenes at the line, with what is true of them; the same seed gives the same scenes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from hardware.camera_gate.judging.matching import Judgement, Lookout
from hardware.camera_gate.judging.watch import GateWatch
from hardware.camera_gate.reading.dictionaries import DEFAULT_SET, mark_set
from hardware.virtual.world.gate_camera import GateCamera, GateCar, GateLight, GateView

NS = 1_000_000_000
MARKS = mark_set(DEFAULT_SET)
#: As a node does: edges closer together than this are one pass.
_ONE_PASS_NS = 500_000_000
CAR_WIDTH_MM = 220.0
_LANES_MM = (150.0, 450.0, 750.0, 1050.0)


@dataclass(frozen=True)
class GateScene:
    """Cars that cross within one take, under one light, before one camera."""

    cars: tuple[GateCar, ...]
    light: GateLight
    view: GateView
    seed: int

    @property
    def passes(self) -> list[GateCar]:
        """The cars whose noses make a pass of their own, in order; the truth."""
        first: list[GateCar] = []
        for car in sorted(self.cars, key=lambda each: each.nose_ns):
            if not first or car.nose_ns - first[-1].nose_ns >= _ONE_PASS_NS:
                first.append(car)
        return first


@dataclass(frozen=True)
class Verdict:
    """What the camera said of a pass, and which mark truly broke the beam (None: a bare roof)."""

    truth: int | None
    judged: Judgement

    @property
    def is_wrong(self) -> bool:
        """An identity in another's name: what must never be."""
        return self.judged.outcome == "identified" and self.judged.marks != (self.truth,)

    @property
    def is_right(self) -> bool:
        """The truth, by name."""
        return self.judged.outcome == "identified" and self.judged.marks == (self.truth,)


def play(scene: GateScene) -> Iterator[Verdict]:
    """Let the scene happen before a camera gate with its defaults."""
    camera = GateCamera(scene.view, MARKS, scene.light, scene.seed)
    watch = GateWatch(scene.view.line, MARKS, Lookout(), CAR_WIDTH_MM)
    due = [(car.nose_ns + 300_000_000, car) for car in scene.passes]
    noses = [car.nose_ns for car in scene.cars]
    for frame in camera.frames(scene.cars, min(noses) - NS // 3, max(noses) + NS * 2 // 5):
        watch.take(frame)
        while due and due[0][0] <= frame.capture_mono_ns:
            _, car = due.pop(0)
            yield Verdict(car.mark, watch.judge(car.nose_ns))


Chance = np.random.Generator


def _cars(
    chance: Chance, count: int, gap_s: tuple[float, float], speed_mps: tuple[float, float]
) -> tuple[GateCar, ...]:
    lanes = chance.permutation(4)[:count]
    marks = chance.permutation(30)[:count]
    nose_ns, cars = 5 * NS, []
    speed = float(chance.uniform(*speed_mps))
    for lane, mark in zip(lanes, marks, strict=True):
        cars.append(
            GateCar(
                mark=int(mark),
                nose_ns=nose_ns,
                along_mm=_LANES_MM[lane] + float(chance.uniform(-30, 30)),
                speed_mps=speed * float(chance.uniform(0.95, 1.05)),
                acceleration_mps2=float(chance.uniform(-1, 1)),
                lead_mm=100 + float(chance.uniform(-25, 25)),
                body=int(chance.integers(30, 90)),
            )
        )
        nose_ns += int(chance.uniform(*gap_s) * NS)
    return tuple(cars)


def _one(chance: Chance) -> GateScene:
    return _scene(chance, _cars(chance, 1, (0, 0), (1, 4)))


def _train(chance: Chance) -> GateScene:
    return _scene(chance, _cars(chance, int(chance.integers(2, 5)), (0.55, 0.9), (1, 3)))


def _close(chance: Chance) -> GateScene:
    return _scene(chance, _cars(chance, int(chance.integers(2, 4)), (0.15, 0.3), (1.5, 3)))


def _abreast(chance: Chance) -> GateScene:
    return _scene(chance, _cars(chance, int(chance.integers(2, 5)), (0.0, 0.03), (1, 4)))


def _fast(chance: Chance) -> GateScene:
    view = GateView(exposure_ns=4_000_000)
    return _scene(chance, _cars(chance, 1, (0, 0), (2, 5)), view=view)


def _slow_camera(chance: Chance) -> GateScene:
    view = GateView(frame_rate_hz=30.0, exposure_ns=2_000_000)
    return _scene(chance, _cars(chance, int(chance.integers(1, 4)), (0.55, 0.9), (1, 3)), view=view)


def _half_light(chance: Chance) -> GateScene:
    light = GateLight(gain=float(chance.uniform(0.25, 0.5)), noise=5.0)
    view = GateView(exposure_ns=3_000_000)
    return _scene(chance, _cars(chance, 2, (0.55, 0.9), (1, 3)), light, view)


def _glare(chance: Chance) -> GateScene:
    at = (float(chance.uniform(0.1, 0.9)), float(chance.uniform(0.3, 0.9)))
    light = GateLight(glare=float(chance.uniform(0.5, 1.0)), glare_at=at)
    return _scene(chance, _cars(chance, int(chance.integers(1, 4)), (0.1, 0.9), (1, 3)), light)


def _bare_roof(chance: Chance) -> GateScene:
    cars = _cars(chance, int(chance.integers(1, 4)), (0.0, 0.7), (1, 3))
    bare = int(chance.integers(len(cars)))
    return _scene(
        chance,
        tuple(replace(car, mark=None) if place == bare else car for place, car in enumerate(cars)),
    )


def _scene(
    chance: Chance,
    cars: tuple[GateCar, ...],
    light: GateLight | None = None,
    view: GateView | None = None,
) -> GateScene:
    seed = int(chance.integers(2**31))
    return GateScene(cars, light or GateLight(), view or GateView(), seed)


KINDS: Mapping[str, Callable[[Chance], GateScene]] = {
    "one car, 1 to 4 m/s": _one,
    "2 to 4 cars in a row, 0.55 to 0.9 s apart": _train,
    "2 or 3 cars, 0.15 to 0.3 s apart": _close,
    "2 to 4 cars abreast": _abreast,
    "blur: 4 ms exposure, 2 to 5 m/s": _fast,
    "30 pictures a second, 1 to 3 cars": _slow_camera,
    "half light, noise": _half_light,
    "glare on a part of the line, 1 to 3 cars": _glare,
    "1 to 3 cars, one with a bare roof": _bare_roof,
}


def scenes(kind: str, count: int, seed: int = 1) -> Iterator[GateScene]:
    """Yield scenes of a kind."""
    chance = np.random.default_rng([seed, *kind.encode()])
    for _ in range(count):
        yield KINDS[kind](chance)
