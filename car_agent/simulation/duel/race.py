"""Head-to-head: two models on one track, moved by the same steps, each in the other's picture.

They stand side by side with their noses on the finish line, and one clock runs from the go. When
the first has all its laps, the other finishes the lap that it is on. Who leaves the road, or runs
into the other, is put back and gives way; who is out is taken off the track. Everything follows
from the seed, the models and their places on the grid, whichever is asked first.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from car_agent.simulation.car import IsClear, SimulatedCar
from car_agent.simulation.duel.contact import meet
from car_agent.simulation.duel.outcome import DuelRun
from car_agent.simulation.duel.racer import Racer
from car_agent.simulation.evaluation import Decide, Eyes, Setting, Witness, picture_px, seen_by
from car_agent.simulation.league import LeagueRules
from hardware.virtual.errors import TrackShapeError
from hardware.virtual.world.objects.bodies import CAR, Body, Kind, body_of, car_kind
from hardware.virtual.world.objects.traffic import LANE_FRAC
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import DEEPRACER, VehicleState

#: What the car on each place of the grid looks like: red on the left, blue on the right.
KINDS: dict[int, Kind] = {1: CAR, 2: car_kind((190, 110, 30))}
#: The nose is past the line by this at the go, so that the line lies behind it.
_PAST_LINE_M = 0.001
#: Between two cars that stand side by side is so much air, at least.
_AIR_M = 0.03
#: Who is put back gives way: nobody is so near ahead, nor comes from so near behind …
AHEAD_M, COMING_M = 0.8, 2.5
#: … but for a track so short that this would be more of it than these shares.
_AHEAD_FRAC, _COMING_FRAC = 1 / 8, 1 / 3


@dataclass(frozen=True, slots=True)
class Contender:
    """A model on a place of the grid, 1 on the left or 2 on the right, and who watches it."""

    place: int
    eyes: Eyes
    decide: Decide
    witness: Witness | None = None


def race(
    grid: Sequence[Contender], setting: Setting, rules: LeagueRules, seed: int
) -> tuple[DuelRun, ...]:
    """Return both cars' races, by their places; one alone drives as it would with another far off.

    The same seed, models, places and versions give the same to the nanosecond. Raises
    TrackShapeError where the road is too narrow for two, and what a model raises.
    """
    racers = [_racer(each, setting, rules, seed) for each in sorted(grid, key=lambda c: c.place)]
    _let_give_way(racers)
    while any(each.is_racing for each in racers):
        _look_and_decide(racers)
        _move(racers)
        done_ns = [each.finished_ns for each in racers if each.finished_ns is not None]
        flag_ns = min(done_ns, default=None)
        _judge(racers, flag_ns)
        for each in racers:
            if each.is_over(flag_ns) and each.is_due:
                each.end()
    return tuple(each.outcome() for each in racers)


def _look_and_decide(racers: Sequence[Racer]) -> None:
    """Let all that are due look before any of them drives on."""
    due = [each for each in racers if each.is_racing and each.is_due]
    pictures = [each.look(_others(racers, each)) for each in due]
    for each, picture in zip(due, pictures, strict=True):
        each.decide(picture)


def _others(racers: Sequence[Racer], own: Racer) -> tuple[Body, ...]:
    return tuple(each.body for each in racers if each is not own and each.is_racing)


def _move(racers: Sequence[Racer]) -> None:
    """Move all by one step, then see whether they touch."""
    racing = [each.car for each in racers if each.is_racing]
    for car in racing:
        car.step()
    if len(racing) == 2 and not any(car.is_off for car in racing):
        meet(*racing)


def _judge(racers: Sequence[Racer], flag_ns: int | None) -> None:
    """Put back whoever stopped, the one in front first: the other finds its place behind."""
    stopped = [each for each in racers if each.is_racing and each.judge(flag_ns)]
    if len(stopped) == 2:
        one, other = (each.car for each in stopped)
        if one.track.ahead_m(one.place.along_m, other.place.along_m) > 0:
            stopped.reverse()
    for each in stopped:
        each.put_back()


def _let_give_way(racers: Sequence[Racer]) -> None:
    for own in racers:
        own.car.is_clear = _clear_of([each for each in racers if each is not own])


def _clear_of(others: Sequence[Racer]) -> IsClear:
    def is_clear(along_m: float, body: Body) -> bool:
        return all(_is_clear(each.car, along_m, body) for each in others if each.is_racing)

    return is_clear


def _is_clear(other: SimulatedCar, along_m: float, body: Body) -> bool:
    """Whether a car may be put there, with the other where it is."""
    length_m = other.track.length_m
    ahead_m = other.track.ahead_m(along_m, other.place.along_m)
    is_far = not (
        -min(COMING_M, length_m * _COMING_FRAC) < ahead_m < min(AHEAD_M, length_m * _AHEAD_FRAC)
    )
    return is_far and not body_of(other.state).touches(body)


def _racer(each: Contender, setting: Setting, rules: LeagueRules, seed: int) -> Racer:
    chance = Random(zlib.crc32(f"duel {seed} {each.place}".encode()))  # noqa: S311 - dynamics
    camera = Renderer(
        seen_by(each.eyes, setting),
        *picture_px(each.eyes),
        pose=setting.pose,
        chance=np.random.default_rng(chance.getrandbits(32)),
    )
    state = VehicleState(*_place_on(setting.track, each.place))
    car = SimulatedCar(setting.track, camera, setting.conditions, chance, state)
    return Racer(each.place, car, KINDS[each.place], each.decide, rules, each.witness)


def _place_on(track: Track, place: int) -> tuple[float, float, float]:
    """Return where a place's rear axle is, nose on the line. Raises TrackShapeError."""
    aside_m = LANE_FRAC * track.width_m
    if aside_m < CAR.half_width_m + _AIR_M / 2:
        raise TrackShapeError(
            f"Track '{track.name}' is too narrow for two cars side by side: its road is "
            f"{track.width_m:.2f} m wide."
        )
    along_m = track.length_m - DEEPRACER.nose_m + _PAST_LINE_M
    return track.at(along_m, aside_m if place == 1 else -aside_m)
