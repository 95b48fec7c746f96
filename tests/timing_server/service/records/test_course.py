"""How far round a course a car is."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timing_server.contract.machines.devices import TrackMap
from timing_server.service.records import course as subject


def ring(radius_m: float, points_n: int = 72) -> tuple[tuple[float, float], ...]:
    """Return a circle that begins at its lowest point, left about."""
    turns = (2 * math.pi * at / points_n - math.pi / 2 for at in range(points_n))
    return tuple((radius_m * math.cos(turn), radius_m * math.sin(turn)) for turn in turns)


def track(**fields: object) -> TrackMap:
    plain = {
        "name": "ring",
        "length_m": 2 * math.pi * 3,
        "width_m": 1.0,
        "inner": ring(2.5),
        "outer": ring(3.5),
        "finish": ((0.0, -2.5), (0.0, -3.5)),
    }
    return TrackMap.model_validate(plain | fields)


COURSE = subject.course_of(track())


def at(share: float, radius_m: float = 3.0) -> tuple[float, float]:
    turn = 2 * math.pi * share - math.pi / 2
    return radius_m * math.cos(turn), radius_m * math.sin(turn)


def test_a_lap_goes_from_nothing_to_all() -> None:
    """It should tell each place of a lap by the course, wherever on the road the car was."""
    assert COURSE is not None
    assert COURSE.length_m == pytest.approx(2 * math.pi * 3, rel=0.01)
    shares = [step / 40 for step in range(41)]
    path = [at(share, 3 + 0.4 * math.sin(9 * share)) for share in shares]
    assert subject.shares_of(COURSE, path) == pytest.approx(shares, abs=0.01)


@given(st.lists(st.floats(-0.05, 0.1), min_size=1, max_size=60))
def test_shares_follow_the_car(steps: list[float]) -> None:
    """It should go with the car, back too, and stay within the lap."""
    assert COURSE is not None
    path, gone = [], 0.0
    for step in steps:
        gone += step
        path.append(at(gone))
    found = subject.shares_of(COURSE, path)
    assert all(0 <= share <= 1 for share in found)
    assert all(abs(b - a) < 0.2 for a, b in pairwise(found))


def test_the_first_place_may_be_short_of_the_line() -> None:
    """It should take a car that was seen just before the line for one that has driven nothing."""
    assert COURSE is not None
    assert subject.shares_of(COURSE, [at(-0.02), at(0.02)]) == pytest.approx([0, 0.02], abs=0.005)


def test_a_road_beside_itself_is_no_short_cut() -> None:
    """It should not jump to a part of the road that is near but much further round."""
    # Out along y = 0, back along y = 0.8: a hairpin whose two sides lie beside each other.
    out = [(x / 4, 0.0) for x in range(40)]
    back = [(x / 4, 0.8) for x in range(40, -1, -1)]
    middle = (*out, *back)
    course = subject.course_of(track(inner=middle, outer=middle, finish=((0.0, 0.0), (0.0, 0.0))))
    assert course is not None
    shares = subject.shares_of(course, [(x / 2, 0.35) for x in range(18)])
    assert max(shares) < 0.5
    assert shares == sorted(shares)


def test_a_map_whose_lines_are_no_pair_has_no_course() -> None:
    """It should not guess a middle."""
    assert subject.course_of(track(inner=ring(2.5, 50))) is None
