"""The merging of edges into passes, under a clock that the test advances."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.gates.profiles import MERGE_NS, Level
from hardware.node.detector import HOLD_NS, NS_PER_MS, DetectedPass, PassDetector


def edge(at_ms: float, level: Level = 1, sensor: str = "beam", gate: str = "finish") -> Edge:
    return Edge(gate, sensor, round(at_ms * NS_PER_MS), level)


def run(*edges: Edge) -> list[DetectedPass]:
    """Feed edges with nobody calling advance in between, then let all the time pass."""
    subject = PassDetector()
    told = [found for one in edges for found in subject.feed(one)]
    return told + list(subject.advance(edges[-1].mono_ns + MERGE_NS))


def test_flag_pulse() -> None:
    """It should tell a pass the moment the beam is clear again, with the first edge's time."""
    subject = PassDetector()
    assert subject.feed(edge(1000)) == ()
    assert subject.feed(edge(1003, 0)) == (
        DetectedPass("finish", 1000 * NS_PER_MS, 3 * NS_PER_MS, 2, ("beam",)),
    )
    assert subject.due_ns is None


def test_long_body_is_told_after_hold() -> None:
    """It should not wait for the end of a long pulse, and tell its length as unknown."""
    subject = PassDetector()
    subject.feed(edge(1000))
    assert subject.due_ns == 1000 * NS_PER_MS + HOLD_NS
    assert subject.advance(1000 * NS_PER_MS + HOLD_NS - 1) == ()
    (told,) = subject.advance(1000 * NS_PER_MS + HOLD_NS)
    assert (told.mono_ns, told.pulse_ns) == (1000 * NS_PER_MS, None)
    assert subject.feed(edge(1400, 0)) == ()
    assert subject.advance(10_000 * NS_PER_MS) == ()


def test_bounce_joins() -> None:
    """It should make one pass of a beam that flickers."""
    told = run(edge(0), edge(2, 0), edge(3), edge(9, 0), edge(480), edge(481, 0))
    assert [found.mono_ns for found in told] == [0]


def test_backup_sensor_joins_and_first_wins() -> None:
    """It should merge two sensors of a gate, name both in order, and keep the first time."""
    (told,) = run(
        edge(10, sensor="primary"),
        edge(12, sensor="backup"),
        edge(15, 0, "primary"),
        edge(17, 0, "backup"),
    )
    assert told == DetectedPass("finish", 10 * NS_PER_MS, 5 * NS_PER_MS, 4, ("primary", "backup"))


def test_sensor_read_late_but_earlier_wins() -> None:
    """It should take the earliest edge's time even where another sensor was read first."""
    (told,) = run(
        edge(12, sensor="backup"),
        edge(10, sensor="primary"),
        edge(15, 0, "primary"),
        edge(17, 0, "backup"),
    )
    assert (told.mono_ns, told.sensors) == (10 * NS_PER_MS, ("primary", "backup"))
    assert told.pulse_ns == 5 * NS_PER_MS


@pytest.mark.parametrize(("gap_ms", "passes"), [(499.999, 1), (500, 2), (700, 2)])
def test_merge_limit(gap_ms: float, passes: int) -> None:
    """It should open a new pass exactly from 500 ms after the gate's last edge."""
    assert len(run(edge(0), edge(5, 0), edge(5 + gap_ms), edge(9 + gap_ms, 0))) == passes


def test_car_that_stands_in_the_beam() -> None:
    """It should make one pass of a car that stops in the beam, flickers and leaves."""
    told = run(edge(0), edge(3000, 0), edge(3001), edge(3002, 0))
    assert [found.mono_ns for found in told] == [0]


def test_chatter_is_one_pass() -> None:
    """It should make one pass of a loose wire, not one each half second."""
    chatter = [edge(10 * i, 1 if i % 2 == 0 else 0) for i in range(400)]
    assert len(run(*chatter)) == 1


def test_chattering_sensor_doesn_t_blind_the_other() -> None:
    """It should time by the sound sensor of a gate, whose other one never rests any more."""
    chatter = [edge(10 * i, 1 if i % 2 == 0 else 0, "loose") for i in range(3000)]
    sound = [one for n in range(1, 4) for one in (edge(5001 * n), edge(5001 * n + 3, 0))]
    told = run(edge(-3), edge(-2, 0), *sorted((*chatter, *sound), key=lambda one: one.mono_ns))
    assert [found.mono_ns for found in told] == [
        -3 * NS_PER_MS,
        *(5001 * n * NS_PER_MS for n in range(1, 4)),
    ]
    assert [found.sensors for found in told[1:]] == [("beam",)] * 3


def test_longer_window_of_one_gate() -> None:
    """It should merge as long as a gate wants, refuse a window below the hold, and hand both on."""
    subject = PassDetector(merge_ns_by_gate={"strip": 800 * NS_PER_MS}).fresh()
    edges = [
        one
        for gate in ("strip", "finish")
        for one in (edge(0, gate=gate), edge(5, 0, gate=gate), edge(700, gate=gate))
    ]
    told = [found for one in edges for found in subject.feed(one)] + list(subject.flush())
    assert [found.gate for found in told] == ["strip", "finish", "finish"]
    with pytest.raises(ValueError, match="hold_ns"):
        PassDetector(merge_ns_by_gate={"strip": HOLD_NS - 1})


def test_release_without_break() -> None:
    """It should let a stray release neither make a pass nor swallow the next."""
    told = run(edge(0, 0), edge(100), edge(105, 0), edge(5000, 0), edge(5100), edge(5105, 0))
    assert [found.mono_ns for found in told] == [100 * NS_PER_MS, 5100 * NS_PER_MS]


def test_missed_release() -> None:
    """It should see the next pass even where the release before it was missed."""
    told = run(edge(0), edge(4000), edge(4005, 0))
    assert [found.mono_ns for found in told] == [0, 4000 * NS_PER_MS]


def test_straggler_is_not_lost() -> None:
    """It should tell a break that arrives long after a newer pass, at once."""
    subject = PassDetector()
    subject.feed(edge(5000))
    (told,) = subject.feed(edge(1000, sensor="backup"))
    assert (told.mono_ns, told.pulse_ns) == (1000 * NS_PER_MS, None)
    (newer,) = subject.feed(edge(5003, 0))
    assert newer.mono_ns == 5000 * NS_PER_MS


def test_gates_are_apart() -> None:
    """It should keep the gates apart."""
    told = run(
        edge(0, gate="finish"), edge(1, gate="sector"), edge(2, 0), edge(3, 0, gate="sector")
    )
    assert [found.gate for found in told] == ["finish", "sector"]


def test_flush() -> None:
    """It should tell what is still gathering when the node ends."""
    subject = PassDetector()
    subject.feed(edge(0))
    assert [found.mono_ns for found in subject.flush()] == [0]
    assert subject.flush() == ()


@pytest.mark.parametrize("hold_ns", [0, MERGE_NS + 1])
def test_bounds_of_hold(hold_ns: int) -> None:
    """It should refuse a hold with which passes would overlap."""
    with pytest.raises(ValueError, match="hold_ns"):
        PassDetector(hold_ns=hold_ns)


# --- properties -----------------------------------------------------------------------------------

gaps = st.lists(
    st.tuples(st.integers(1, 2 * MERGE_NS), st.sampled_from(["a", "b"]), st.sampled_from([0, 1])),
    min_size=1,
    max_size=40,
)


def in_order(drawn: Sequence[tuple[int, str, int]]) -> list[Edge]:
    edges, now_ns = [], 0
    for gap_ns, sensor, level in drawn:
        now_ns += gap_ns
        edges.append(Edge("finish", sensor, now_ns, 1 if level else 0))
    return edges


@given(gaps)
def test_every_pass_is_a_break_and_every_break_has_a_pass(
    drawn: list[tuple[int, str, int]],
) -> None:
    """It should invent no time and lose no break that stands 500 ms clear of all others."""
    edges = in_order(drawn)
    told = run(*edges)
    breaks = [one.mono_ns for one in edges if one.level == 1]
    times = [found.mono_ns for found in told]
    assert set(times) <= set(breaks)
    assert len(set(times)) == len(times)
    assert all(later - earlier >= MERGE_NS for earlier, later in pairwise(sorted(times)))
    for before, one in pairwise([None, *edges]):
        assert one is not None
        if one.level == 1 and (before is None or one.mono_ns - before.mono_ns >= MERGE_NS):
            assert one.mono_ns in times


@given(gaps, st.lists(st.integers(0, 40 * 2 * MERGE_NS), max_size=30))
def test_outcome_does_not_depend_on_when_it_is_asked(
    drawn: list[tuple[int, str, int]], asked_ns: list[int]
) -> None:
    """It should tell the same passes however promptly the clock is read."""
    edges = in_order(drawn)
    subject = PassDetector()
    told: list[DetectedPass] = []
    waiting = sorted(asked_ns)
    for one in edges:
        while waiting and waiting[0] < one.mono_ns:
            told += subject.advance(waiting.pop(0))
        told += subject.feed(one)
    told += subject.advance(edges[-1].mono_ns + MERGE_NS)
    assert told == run(*edges)


@given(gaps)
def test_told_in_time(drawn: list[tuple[int, str, int]]) -> None:
    """It should have nothing overdue once it was asked."""
    subject = PassDetector()
    for one in in_order(drawn):
        subject.feed(one)
        subject.advance(one.mono_ns)
        assert subject.due_ns is None or one.mono_ns < subject.due_ns <= one.mono_ns + HOLD_NS
