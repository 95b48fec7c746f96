"""Head-to-head on a virtual track: deterministic, the same from both sides, and by the rules."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import atan, atan2, hypot, sin
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from car_agent.models.load import LoadedModel, load_model
from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.duel.outcome import DuelRun, in_order, winner
from car_agent.simulation.duel.race import Contender, _racer, race
from car_agent.simulation.evaluation import Decide, decider, setting_on
from car_agent.simulation.league import LeagueRules
from car_agent.simulation.watch import Status
from hardware.cameras.frames import Pixels
from hardware.virtual.errors import TrackShapeError
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.bodies import body_of
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import DEEPRACER

LIBRARY = Path(__file__).parents[4] / "car_agent" / "models" / "library"
OVAL = setting_on(track_named("oval"))
DEMO = setting_on(track_named("demo"))
RULES = LeagueRules(laps=2, max_resets=100)
S = 1_000_000_000


@pytest.fixture(scope="module")
def models() -> dict[str, LoadedModel]:
    return {name: load_model(LIBRARY / f"{name}.onnx") for name in ("cautious", "balanced", "fast")}


class SmallEyes:
    """Sees little, for cars that don't look."""

    channels, width_px, height_px = "luma", 16, 12


def blind(place: int, decide: Decide) -> Contender:
    return Contender(place, SmallEyes(), decide)


def seeing(place: int, model: LoadedModel, witness: "Overseer | None" = None) -> Contender:
    return Contender(place, model.card, decider(model), witness)


class LaneDriver:
    """Knows where its car is, and keeps to a lane at a speed, whatever there is to see."""

    def __init__(self, place: int, aside_m: float, throttle_frac: float) -> None:
        self.contender = Contender(place, SmallEyes(), self._decide, self)
        self._aside_m, self._throttle_frac = aside_m, throttle_frac
        self._car: SimulatedCar | None = None

    def begin(self, car: SimulatedCar) -> None:
        self._car = car

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """Nothing is kept."""

    def _decide(self, _: Pixels) -> tuple[float, float]:
        car = self._car
        assert car is not None
        x_m, y_m, _heading = car.track.at(car.place.along_m + 0.5, self._aside_m)
        pose = car.state
        off_rad = atan2(y_m - pose.y_m, x_m - pose.x_m) - pose.heading_rad
        bend = 2 * sin(off_rad) / hypot(x_m - pose.x_m, y_m - pose.y_m)
        wheel_rad = atan(DEEPRACER.wheelbase_m * bend)
        steering_frac = max(-1.0, min(1.0, wheel_rad / DEEPRACER.max_steering_rad))
        return steering_frac, self._throttle_frac


def lanes(*throttles_frac: float, aside_m: float = 0.19) -> list[Contender]:
    """Return two that drive at these speeds, each on its own lane."""
    return [
        LaneDriver(place, aside_m if place == 1 else -aside_m, throttle_frac).contender
        for place, throttle_frac in enumerate(throttles_frac, 1)
    ]


class Overseer:
    """Watches both cars of a race at each of their pictures."""

    def __init__(self) -> None:
        self.cars: list[SimulatedCar] = []
        self.met = 0

    def begin(self, car: SimulatedCar) -> None:
        if all(car is not each for each in self.cars):
            self.cars.append(car)
        self._look()

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        del car, steering_frac, throttle_frac
        if status not in ("crashed", "off_track"):
            self._look()

    def _look(self) -> None:
        is_stopped = any(each.has_crashed or each.is_off for each in self.cars)
        # Who is off the track for good stands still in time.
        if len({each.now_ns for each in self.cars}) == len(self.cars) - 1 and not is_stopped:
            one, other = (body_of(each.state) for each in self.cars)
            assert not one.touches(other)
            self.met += 1


def test_the_same_seed_gives_the_same_race(models: dict[str, LoadedModel]) -> None:
    """It should be repeatable to the nanosecond, and another with another seed."""
    grid = [seeing(1, models["fast"]), seeing(2, models["cautious"])]
    one, again, other = (race(grid, DEMO, RULES, seed) for seed in (3, 3, 4))
    assert one == again
    assert one != other
    first, second = in_order(one)
    assert winner(one) == first
    assert first.place == 1
    assert first.run.instants.crossings_ns[0] == second.run.instants.crossings_ns[0] == 0
    assert len(first.run.times_ns) == 2


def test_who_is_named_first_does_not_matter(models: dict[str, LoadedModel]) -> None:
    """It should give the same where both the models and their places are swapped."""
    left, right = seeing(1, models["balanced"]), seeing(2, models["balanced"])
    assert race([left, right], OVAL, RULES, 5) == race([right, left], OVAL, RULES, 5)
    with_other = race([left, seeing(2, models["fast"])], OVAL, RULES, 5)
    assert with_other == race([seeing(2, models["fast"]), left], OVAL, RULES, 5)


def test_each_is_in_the_others_picture() -> None:
    """It should see the car that drives by, where alone it sees none."""
    seen: list[Pixels] = []

    class Wide:
        channels, width_px, height_px = "luma", 160, 120

    def look(pixels: Pixels) -> tuple[float, float]:
        seen.append(pixels.copy())
        return 0.0, 0.1

    short = replace(RULES, laps=1, limit_ns=S)
    watcher = Contender(1, Wide(), look)
    race([watcher], OVAL, short, 1)
    lonely = [*seen]
    seen.clear()
    race([watcher, blind(2, lambda _: (0.0, 0.7))], OVAL, short, 1)
    assert np.array_equal(lonely[0], seen[0])
    assert any((one != other).mean() > 0.01 for one, other in zip(lonely, seen, strict=False))


def test_no_two_cars_overlap_and_each_starts_clear(models: dict[str, LoadedModel]) -> None:
    """It should hold at every picture of a race full of contact, and wherever one is put back."""
    overseer = Overseer()
    grid = [seeing(place, models["fast"], overseer) for place in (1, 2)]
    runs = race(grid, setting_on(track_named("esses")), RULES, 2)
    assert overseer.met > 100
    assert [each.place for each in runs] == [1, 2]


def test_who_drives_into_the_other_is_put_behind() -> None:
    """It should count each time for the one that came from behind, and none for the other."""
    crawler, hunter = race(
        [LaneDriver(place, 0.0, speed).contender for place, speed in ((1, 0.12), (2, 0.4))],
        OVAL,
        RULES,
        1,
    )
    assert (crawler.run.collisions, crawler.run.instants.collisions_ns) == (0, ())
    collisions_ns = hunter.run.instants.collisions_ns
    assert hunter.run.collisions == len(collisions_ns) > 3
    assert hunter.run.instants.resets_ns == ()
    assert all(later - earlier > S / 4 for earlier, later in pairwise(collisions_ns))


def test_who_left_the_road_is_put_back_and_goes_on() -> None:
    """It should count resets of the one that drives straight on, until it is out."""
    rules = LeagueRules(laps=1, max_resets=2)
    grid = [blind(1, lambda _: (0.0, 0.5)), blind(2, lambda _: (0.0, 0.0))]
    straight, parked = race(grid, OVAL, rules, 1)
    assert (straight.out, parked.out) == ("resets", "resets")
    assert straight.run.laps[-1].driven_ns is None
    assert (len(straight.run.times_ns), winner((straight, parked))) == (0, None)


def test_time_is_limited() -> None:
    """It should take a car off the track whose lap takes too long."""
    rules = LeagueRules(laps=1, max_resets=100, limit_ns=5 * S)
    (parked,) = race([blind(1, lambda _: (0.0, 0.0))], OVAL, rules, 1)
    assert parked.out == "time_up"
    assert 5 * S < parked.run.sim_ns < 6 * S


def test_the_other_finishes_the_lap_that_it_is_on() -> None:
    """It should be over for both once the first has its laps and the other crosses the line."""
    slower, faster = race(lanes(0.2, 0.45), OVAL, replace(RULES, laps=4), 3)
    assert len(faster.run.instants.crossings_ns) == 5
    flag_ns = faster.run.instants.crossings_ns[-1]
    assert slower.run.instants.crossings_ns[-2] < flag_ns <= slower.run.instants.crossings_ns[-1]
    assert len(slower.run.times_ns) < 4
    assert winner((slower, faster)) == faster


def test_what_happens_behind_the_line_is_no_part_of_the_race() -> None:
    """It should let nobody be out, or be reset, that has crossed the line for the last time."""
    racer = _racer(lanes(0.4)[0], OVAL, LeagueRules(laps=1, max_resets=0), 1)
    racer.car.crossings_ns.append(8 * S)
    racer.car.now_ns = 8 * S
    racer.car.is_off = True
    assert not racer.judge(8 * S)
    assert not racer.judge(8 * S)
    assert (racer.outcome().out, racer.outcome().run.resets) == (None, 0)
    assert racer.outcome().run.times_ns == (8 * S,)


def test_penalties_decide() -> None:
    """It should let who was second across the line win where the first has more penalties."""
    quick, steady = race(lanes(0.45, 0.35), OVAL, replace(RULES, laps=1), 3)
    assert winner((quick, steady)) == quick
    lap = replace(quick.run.laps[0], resets=9)
    dirty = replace(quick, run=replace(quick.run, laps=(lap,)))
    assert winner((dirty, steady)) == steady


def test_a_narrow_road_has_no_room_for_two() -> None:
    """It should say so, rather than let cars begin in each other."""
    oval = OVAL.track
    narrow = replace(OVAL, track=Track("path", oval.centre, 0.3))
    with pytest.raises(TrackShapeError, match="too narrow"):
        race([blind(1, lambda _: (0.0, 0.0))], narrow, RULES, 1)


@st.composite
def drivers(draw: st.DrawFn) -> list[Decide]:
    """Draw two that steer and pull by a script of their own, well or badly."""

    def scripted() -> Decide:
        script = draw(st.lists(st.tuples(st.floats(-1, 1), st.floats(0.1, 0.8)), min_size=1))
        turns = _endless(script)
        return lambda _: next(turns)

    return [scripted(), scripted()]


def _endless(script: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    while True:
        yield from script


@settings(max_examples=8)
@given(drivers(), st.integers(0, 99))
def test_whatever_they_do_it_ends_and_they_never_overlap(deciders: list[Decide], seed: int) -> None:
    """It should end within the limits, with instants in order and every reset told."""
    overseer = Overseer()
    rules = LeagueRules(laps=1, max_resets=4, limit_ns=8 * S)
    grid = [
        Contender(place, SmallEyes(), decide, overseer) for place, decide in enumerate(deciders, 1)
    ]
    runs: tuple[DuelRun, ...] = race(grid, OVAL, rules, seed)
    for each in runs:
        instants = each.run.instants
        assert list(instants.crossings_ns) == sorted(set(instants.crossings_ns))
        assert each.run.resets <= 5
        assert each.run.sim_ns <= 9 * S
