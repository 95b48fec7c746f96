from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.node.detector import DetectedPass, PassDetector
from hardware.virtual.world.beam import Beam, BeamChange, CrossingCounter
from hardware.virtual.world.track import Track

MS = 1_000_000


def straight_ahead() -> Track:
    """A rectangle's outline; the finish line lies across its first side, driven towards +x."""
    corners = [(0, 0), (2, 0), (4, 0), (4, 2), (4, 4), (0, 4), (-4, 4), (-4, 0)]
    return Track("box", np.array(corners, dtype=float), 1.0)


def driven(subject: Beam, noses_m: Iterable[float], aside_m: float = 0.0) -> list[BeamChange]:
    """Drive a 0.3 m long body through; one step of 5 ms for each place of its nose."""
    changes = []
    for number, nose_m in enumerate(noses_m):
        span = subject.span((nose_m, aside_m), (nose_m - 0.3, aside_m))
        change = subject.move("car", span, (number - 1) * 5 * MS, number * 5 * MS)
        if change is not None:
            changes.append(change)
    return changes


def test_instants_are_interpolated_between_steps() -> None:
    """It should break when the nose meets the line and be whole when the tail has left it."""
    broken, whole = driven(Beam("finish", straight_ahead().finish), np.arange(-0.013, 0.4, 0.02))
    assert (broken.gate, broken.level, whole.level) == ("finish", 1, 0)
    assert broken.mono_ns == pytest.approx(0.013 / 0.02 * 5 * MS, abs=2)
    assert whole.mono_ns == pytest.approx(0.313 / 0.02 * 5 * MS, abs=2)


def test_passing_elsewhere_breaks_nothing() -> None:
    """It should not see a car that crosses the line's extension on another part of the track."""
    assert (
        driven(Beam("finish", straight_ahead().finish), np.arange(-0.1, 0.5, 0.02), aside_m=1.0)
        == []
    )


def test_driving_back_through_it_breaks_it_too() -> None:
    """It should be as blind to direction as light is."""
    changes = driven(Beam("finish", straight_ahead().finish), np.arange(0.45, -0.1, -0.02))
    assert [change.level for change in changes] == [1, 0]


def test_car_lifted_out_of_the_beam_makes_it_whole() -> None:
    """It should end the break when somebody picks the car up, without a crossing more."""
    subject = Beam("finish", straight_ahead().finish)
    driven(subject, np.arange(-0.1, 0.1, 0.02))
    assert subject.level == 1
    assert subject.take_away("car", 777) == BeamChange("finish", 0, 777)
    assert subject.take_away("car", 778) is None


def test_hand_in_a_broken_beam_changes_nothing() -> None:
    """It should stay broken until the last body has left."""
    subject = Beam("finish", straight_ahead().finish)
    driven(subject, np.arange(-0.1, 0.1, 0.02))
    assert subject.put_in("hand", 1) is None
    assert subject.take_away("car", 2) is None
    assert subject.take_away("hand", 3) == BeamChange("finish", 0, 3)


def crossings(edges_ms: Iterable[tuple[int, int]]) -> list[int]:
    counter = CrossingCounter()
    changes = [BeamChange("finish", 1 if level else 0, at * MS) for at, level in edges_ms]
    return [c.mono_ns // MS for c in changes if counter.is_new_crossing(c)]


def test_breaks_within_half_a_second_are_one_crossing() -> None:
    """It should count from edge to edge, releases included."""
    assert crossings([(0, 1), (100, 0), (599, 1), (650, 0), (1150, 1)]) == [0, 1150]


def test_slow_car_is_one_crossing() -> None:
    """It should not count the end of a long break."""
    assert crossings([(0, 1), (2000, 0), (2400, 1), (2500, 0), (3000, 1)]) == [0, 3000]


def test_release_whose_break_nobody_saw_says_nothing() -> None:
    """It should not swallow the crossing that follows."""
    assert crossings([(0, 0), (100, 1)]) == [100]


@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=60).map(
        lambda gaps: [(sum(gaps[: place + 1]), 1 - place % 2) for place in range(len(gaps))]
    )
)
def test_spectator_and_timing_node_agree(edges_ms: list[tuple[int, int]]) -> None:
    """It should count what a timing node's own detector makes of the same edges."""
    detector = PassDetector()
    passes: list[DetectedPass] = []
    for at, level in edges_ms:
        passes += detector.feed(Edge("finish", "beam", at * MS, 1 if level else 0))
    passes += detector.flush()
    assert crossings(edges_ms) == sorted(p.mono_ns // MS for p in passes)
