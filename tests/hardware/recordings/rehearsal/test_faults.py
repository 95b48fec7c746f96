"""The faults that a rehearsal injects: they must harm no pass by themselves."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.gates.profiles import MERGE_NS
from hardware.recordings.rehearsal.faults import (
    CHATTER_EDGES,
    CHATTER_GATE,
    QUIET_NS,
    excerpt,
    with_chatter,
    with_double_fires,
)
from hardware.recordings.report import report_on
from tests.hardware.recordings.pulses import EDGES_OF_ANY_KIND, NS_PER_MS, burst, edge, pulse

days = st.lists(
    EDGES_OF_ANY_KIND,
    min_size=1,
    max_size=40,
)


def instants(edges: tuple[Edge, ...] | list[Edge]) -> list[tuple[str, int]]:
    return [(found.gate, found.mono_ns) for found in report_on(edges, dead_time_ns=0).passes]


def test_double_fire() -> None:
    """It should put a second pulse behind each one that has room for it."""
    found, count = with_double_fires([*pulse(1000, 5), *pulse(1300, 5), *pulse(9000, 5)])
    assert count == 2
    assert [(one.mono_ns // NS_PER_MS, one.level) for one in found] == [
        *((1000, 1), (1005, 0), (1300, 1), (1305, 0), (1320, 1), (1321, 0)),
        *((9000, 1), (9005, 0), (9020, 1), (9021, 0)),
    ]


def test_chatter_is_a_gate_of_its_own() -> None:
    """It should leave the recorded edges as they are."""
    day = pulse(1000, 5)
    found = with_chatter(day)
    assert [one for one in found if one.gate != CHATTER_GATE] == day
    assert len(found) == len(day) + CHATTER_EDGES


def test_excerpt_cuts_silences_and_nothing_else() -> None:
    """It should bring the passes close together and keep what happens within each."""
    day = [*pulse(1000, 5), *burst(60_000, 7, 0.3), edge(70_000)]
    found = excerpt(day, 2)
    assert len(found) == 9
    assert found[2].mono_ns - found[1].mono_ns == QUIET_NS
    assert [b.mono_ns - a.mono_ns for a, b in pairwise(found[2:])] == [round(0.3 * NS_PER_MS)] * 6


@given(days)
def test_passes_outlive_the_faults(day: list[Edge]) -> None:
    """It should change no pass of any recording by doubling its pulses or by a loose wire."""
    before = instants(day)
    assert [one for one in instants(with_chatter(day)) if one[0] != CHATTER_GATE] == before
    doubled, count = with_double_fires(day)
    assert len(doubled) == len(day) + 2 * count
    assert instants(doubled) == before


@given(days, st.integers(1, 10))
def test_excerpt_has_the_passes_of_the_beginning(day: list[Edge], crossings: int) -> None:
    """It should make the passes that the whole recording begins with, in the same order."""
    found = instants(excerpt(day, crossings))
    whole = instants(day)
    assert [gate for gate, _ in found] == [gate for gate, _ in whole[: len(found)]]
    assert QUIET_NS > MERGE_NS
