"""Places and deltas: what must hold whatever was driven."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.service.analysis.laps import lap_of, sectors_of
from timing_server.service.analysis import places as subject
from timing_server.service.analysis.laps import LapTrace, Sample

durations_us = st.integers(min_value=1_000, max_value=600_000_000)


@st.composite
def along_the_course(draw: st.DrawFn) -> LapTrace:
    """Return a lap whose car told how far it was, forwards and backwards and twice at once."""
    duration_us = draw(durations_us)
    told = st.tuples(st.integers(0, duration_us), st.floats(0, 1))
    instants = sorted(draw(st.lists(told, max_size=30)))
    samples = tuple(Sample(at_us, place, 0.0, 0.0) for at_us, place in instants)
    return LapTrace(1, duration_us, None, "distance", samples)


@st.composite
def by_lines(draw: st.DrawFn) -> LapTrace:
    """Return a lap of three sectors."""
    return lap_of(1, *draw(st.tuples(durations_us, durations_us, durations_us)), samples=())


any_lap = st.one_of(along_the_course(), by_lines(), durations_us.map(lambda us: lap_of(1, us)))


@given(any_lap)
def test_a_lap_is_a_rising_line(lap: LapTrace) -> None:
    """It should run from the line to the line, and be at each place once."""
    knots = subject.knots_of(lap, 2)
    assert (knots[0], knots[-1]) == ((0.0, 0), (1.0, lap.duration_us))
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(knots))


@given(any_lap, st.floats(0, 1))
def test_places_and_instants_lead_to_each_other(lap: LapTrace, place: float) -> None:
    """It should say at which instant a car was at a place that it was at in that instant."""
    knots = subject.knots_of(lap, 2)
    at_us = subject.time_at(knots, place)
    # Half a microsecond is lost where the instant becomes a whole number.
    around = [subject.place_at(knots, round(at_us) + step) for step in (-1, 1)]
    assert around[0] - 1e-9 <= place <= around[1] + 1e-9


@given(any_lap, any_lap)
def test_a_delta_ends_at_the_laps_difference(one: LapTrace, other: LapTrace) -> None:
    """It should begin at nothing and end at what the laps differ by, from either side."""
    found = subject.delta(one, other, 2)
    assert found.points[0] == (0.0, 0)
    assert found.points[-1] == (1.0, one.duration_us - other.duration_us)
    back = subject.delta(other, one, 2)
    assert [(place, -us) for place, us in back.points] == list(found.points)


@given(any_lap)
def test_a_lap_is_never_behind_itself(lap: LapTrace) -> None:
    """It should be nowhere behind itself."""
    assert {us for _, us in subject.delta(lap, lap, 2).points} == {0}


@given(along_the_course(), st.integers(1, 7))
def test_equal_parts_make_the_lap(lap: LapTrace, parts_n: int) -> None:
    """It should part a lap so that nothing of its time is lost or doubled."""
    parts = subject.equal_parts(subject.knots_of(lap, 0), parts_n)
    assert len(parts) == parts_n
    assert sum(part.duration_ns for part in parts) == lap.duration_us * 1000
    assert all(part.duration_ns >= 0 for part in parts)


def test_a_delta_is_told_at_the_lines_that_both_passed() -> None:
    """It should know nothing of the line whose gate missed one of the cars."""
    one, other = lap_of(1, 1_000, 2_000, 4_000), lap_of(2, 1_500, 2_500, 3_000)
    found = subject.delta(one, other, 2)
    assert found.basis == "lines"
    assert found.points == ((0.0, 0), (1 / 3, -500), (2 / 3, -1_000), (1.0, 0))
    missed = sectors_of(3_000, 4_000)
    gone = (missed[0].__class__(0, 2, 3_000_000, 0), missed[1].__class__(2, 0, 4_000_000, 0))
    short = subject.delta(lap_of(1, 3_000, 4_000, sectors=gone), other, 2)
    assert [place for place, _ in short.points] == [0.0, 2 / 3, 1.0]


def test_a_lap_that_broke_off_is_compared_as_far_as_it_came() -> None:
    """It should end where the first of two laps ended."""
    half = LapTrace(1, 4_000, "off_track", "distance", (Sample(2_000, 0.25, 0.0, 0.0),), reach=0.5)
    whole = LapTrace(2, 10_000, None, "distance", (Sample(5_000, 0.5, 0.0, 0.0),))
    found = subject.delta(half, whole, 0)
    assert found.points[-1][0] == pytest.approx(0.5)
    assert found.points[-1][1] == 4_000 - 5_000


def test_laps_of_other_tracks_share_no_place() -> None:
    """It should compare a lap by lines with one along its course at both ends alone."""
    other = LapTrace(2, 9_000, None, "distance", (Sample(1_000, 0.5, 0.0, 0.0),))
    found = subject.delta(lap_of(1, 5_000, 5_000), other, 1, 0)
    assert (found.basis, found.points) == ("time", ((0.0, 0), (1.0, 1_000)))


def test_who_is_put_back_behind_the_line_has_driven_nothing() -> None:
    """It should go on from where the car crosses the line again, not from the course's end."""
    told = [(0, 0.99), (70_000, 0.0), (600_000, 0.03), (730_000, 0.965), (1_140_000, 0.997)]
    again = [(1_200_000, 0.005), (1_600_000, 0.06), (4_800_000, 0.5), (8_000_000, 0.995)]
    found = subject.knots_of_progress(subject.since_the_line([*told, *again]), 8_100_000)
    assert found == (
        (0.0, 0),
        (0.03, 600_000),
        (0.06, 1_600_000),
        *[(s, us) for us, s in again[2:]],
        (1.0, 8_100_000),
    )


def test_who_wasnt_seen_for_a_while_is_where_seen_next() -> None:
    """It should believe what a car was seen at after half a lap of which nothing is known."""
    told = [(100_000, 0.01), (5_000_000, 0.7), (5_100_000, 0.71)]
    assert list(subject.since_the_line(told)) == told
