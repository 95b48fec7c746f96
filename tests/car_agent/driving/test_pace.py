"""The beat to which a camera's pictures are held."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.driving.pace import Pace

NS_PER_S = 1_000_000_000
BEGUN_NS = 5 * NS_PER_S


def stamps(rate_hz: float, seconds: float, jitter_ms: float = 0.0) -> list[int]:
    """Return the instants of a camera's pictures."""
    chance = Random(3)  # noqa: S311 - trembling, no secret
    period_ns = NS_PER_S / rate_hz
    return sorted(
        BEGUN_NS + int(place * period_ns + chance.uniform(-jitter_ms, jitter_ms) * 1e6)
        for place in range(int(rate_hz * seconds) + 1)
    )


def taken(subject: Pace, instants: list[int]) -> list[int]:
    return [instant for instant in instants if subject.takes(instant)]


@pytest.mark.parametrize("wanted_hz", [15, 20, 30, 45, 60])
@pytest.mark.parametrize("camera_hz", [60, 90, 119.88])
def test_a_faster_camera_gives_the_wanted_rate(wanted_hz: float, camera_hz: float) -> None:
    """It should take as many pictures as are wanted, within one in a minute."""
    chosen = taken(Pace(wanted_hz), stamps(camera_hz, 60))
    assert len(chosen) == pytest.approx(wanted_hz * 60, abs=2)
    gaps = [later - earlier for earlier, later in pairwise(chosen)]
    # One picture of the camera's is the most that an instant can be missed by.
    assert max(gaps) <= NS_PER_S / wanted_hz + NS_PER_S / camera_hz + 1000


@pytest.mark.parametrize("camera_hz", [12, 29.97, 30])
def test_a_slower_camera_sets_the_pace(camera_hz: float) -> None:
    """It should take every picture of a camera that gives no more than are wanted."""
    instants = stamps(camera_hz, 20)
    assert taken(Pace(30), instants) == instants


def test_a_camera_that_trembles_loses_one_picture() -> None:
    """It should not miss every picture that comes a hair before its instant."""
    instants = stamps(30, 60, jitter_ms=3)
    assert len(taken(Pace(30), instants)) >= len(instants) - 3


def test_a_pause_is_not_made_up_for() -> None:
    """It should take no burst of pictures after a camera was silent."""
    subject = Pace(15)
    subject.takes(BEGUN_NS)
    later = [BEGUN_NS + 10 * NS_PER_S + place * 1_000_000 for place in range(50)]
    assert len(taken(subject, later)) <= 2


def test_a_clock_that_is_set_back_begins_anew() -> None:
    """It should go on with a camera whose stamps jump back, at the same rate."""
    subject = Pace(15)
    assert subject.takes(BEGUN_NS)
    assert subject.takes(BEGUN_NS - NS_PER_S)
    assert not subject.takes(BEGUN_NS - NS_PER_S + 1_000_000)


@given(
    st.floats(15, 60),
    st.lists(st.integers(0, 200_000_000), min_size=1, max_size=200),
)
def test_never_more_than_wanted(rate_hz: float, gaps_ns: list[int]) -> None:
    """It should take at most the beats that have begun, and one, however pictures come."""
    subject = Pace(rate_hz)
    instants = [BEGUN_NS]
    for gap_ns in gaps_ns:
        instants.append(instants[-1] + gap_ns)
    chosen = taken(subject, instants)
    since_s = (instants[-1] - BEGUN_NS) / NS_PER_S
    assert 1 <= len(chosen) <= since_s * rate_hz + 2
