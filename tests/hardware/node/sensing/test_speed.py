from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.node.sensing.speed import (
    SENSOR_JITTER_NS,
    Speed,
    SpeedGun,
    SpeedTrap,
    speed_between,
)

NS_PER_S = 1_000_000_000
TRAP = SpeedTrap("trap-a", "trap-b", distance_mm=500, bound_mm=2)


def test_half_a_metre_in_a_quarter_second() -> None:
    """It should say 2 m/s, and by how much that may be wrong: 2 mm of 500 and 50 µs of 250 ms."""
    assert speed_between(TRAP, NS_PER_S, NS_PER_S + NS_PER_S // 4) == Speed(
        NS_PER_S + NS_PER_S // 4, NS_PER_S // 4, 2000, 9
    )


def test_two_nodes_know_less() -> None:
    """It should grow the bound by what the clocks may lie wrong to each other."""
    one = speed_between(TRAP, 0, NS_PER_S // 4)
    two = speed_between(TRAP, 0, NS_PER_S // 4, clock_bound_ns=2_000_000)
    assert one is not None
    assert two is not None
    assert (two.speed_mmps, two.bound_mmps > one.bound_mmps) == (one.speed_mmps, True)


@pytest.mark.parametrize(
    ("from_ns", "to_ns"),
    [(5, 5), (10, 5), (0, SENSOR_JITTER_NS), (0, TRAP.limit_ns + 1)],
)
def test_no_speed(from_ns: int, to_ns: int) -> None:
    """It should give none where the order is wrong, the car stopped, or nothing would be known."""
    assert speed_between(TRAP, from_ns, to_ns) is None


def test_gun_pairs_in_order() -> None:
    """It should use each pass once, and forget a car that never came to the second gate."""
    subject = SpeedGun(TRAP)
    assert subject.feed("trap-b", 1) is None
    assert subject.feed("trap-a", NS_PER_S) is None
    assert subject.feed("finish", 2 * NS_PER_S) is None
    assert subject.feed("trap-a", 3 * NS_PER_S) is None
    found = subject.feed("trap-b", 3 * NS_PER_S + NS_PER_S // 2)
    assert found is not None
    assert found.speed_mmps == 1000
    assert subject.feed("trap-b", 4 * NS_PER_S) is None


@given(
    st.integers(10, 5_000),
    st.integers(0, 9),
    st.integers(10**7, 5 * NS_PER_S),
    st.fractions(-1, 1),
    st.fractions(-1, 1),
)
def test_truth_lies_within_the_bound(
    distance_mm: int, bound_mm: int, duration_ns: int, distance_off: Fraction, late: Fraction
) -> None:
    """It should hold the true speed within its bound, wherever within its limits each error is."""
    found = speed_between(SpeedTrap("a", "b", distance_mm, bound_mm), 0, duration_ns)
    assert found is not None
    true_mmps = (
        (distance_mm + distance_off * bound_mm) * NS_PER_S / (duration_ns + late * SENSOR_JITTER_NS)
    )
    assert abs(found.speed_mmps - true_mmps) <= found.bound_mmps
