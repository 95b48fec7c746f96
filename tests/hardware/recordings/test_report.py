"""Every kind of pulse that a track produces, each with the outcome that is defined for it."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.gates.profiles import MERGE_NS
from hardware.node.detector import PassDetector
from hardware.recordings.report import DEAD_TIME_NS, PassReport, report_on
from tests.hardware.recordings.pulses import EDGES_OF_ANY_KIND, NS_PER_MS, burst, edge, pulse


def times_ms(report: PassReport) -> list[float]:
    return [found.mono_ns / NS_PER_MS for found in report.passes]


def states(report: PassReport) -> list[tuple[float, str]]:
    return [(change.mono_ns / NS_PER_MS, change.state) for change in report.health]


@pytest.mark.parametrize("width_ms", [5, 1, 0.001])
def test_short_pulses(width_ms: float) -> None:
    """It should see each of them, with its width to the nanosecond."""
    report = report_on([*pulse(1000, width_ms), *pulse(9482.9, width_ms)])
    assert times_ms(report) == [1000, 9482.9]
    assert {found.pulse_ns for found in report.passes} == {round(width_ms * NS_PER_MS)}
    assert {found.edges for found in report.passes} == {2}
    assert (report.ignored, report.health) == ((), ())


def test_two_sensors_3_ms_apart() -> None:
    """It should make one pass of them: the first edge's time and pulse, both sensors in order."""
    report = report_on([*pulse(1000, 5, "primary"), *pulse(1003, 5, "backup")])
    (found,) = report.passes
    assert (found.mono_ns, found.pulse_ns, found.edges) == (1000 * NS_PER_MS, 5 * NS_PER_MS, 4)
    assert found.sensors == ("primary", "backup")
    assert (report.ignored, report.health) == ((), ())


def test_300_edges_of_bounce() -> None:
    """It should make one pass of the burst, as of its first edge, and say that it chatters."""
    report = report_on([*burst(1000, 300, 0.2), *pulse(9000, 5)])
    assert [(found.mono_ns, found.edges) for found in report.passes] == [
        (1000 * NS_PER_MS, 300),
        (9000 * NS_PER_MS, 2),
    ]
    assert report.ignored == ()
    assert [state for _, state in states(report)] == ["chatter", "ok"]
    assert states(report)[0] == (1004, "chatter")  # its 21st edge


def test_stuck_beam() -> None:
    """It should make one pass of it, and say from 2 s on that it is stuck."""
    report = report_on([edge(1000)])
    (found,) = report.passes
    assert (found.mono_ns, found.pulse_ns, found.edges) == (1000 * NS_PER_MS, None, 1)
    assert states(report) == [(3000, "stuck")]


def test_stuck_beam_that_clears() -> None:
    """It should say when it is sound again, and miss nothing after that."""
    report = report_on([*pulse(1000, 10_000), *pulse(20_000, 5)])
    assert times_ms(report) == [1000, 20_000]
    assert report.passes[0].pulse_ns == 10_000 * NS_PER_MS
    assert states(report) == [(3000, "stuck"), (11_000, "ok")]


def test_stuck_sensor_beside_a_sound_one() -> None:
    """It should go on timing by the other sensor of the gate."""
    sound = [one for n in range(1, 4) for one in pulse(5000 * n, 5, "backup")]
    report = report_on([edge(1000, 1, "primary"), *sound])
    assert times_ms(report) == [1000, 5000, 10_000, 15_000]


def test_car_stops_on_the_line_and_rolls_back() -> None:
    """It should make one pass of it, however long it stands and however it flickers."""
    report = report_on(
        [*pulse(1000, 1500), *pulse(2600, 3), *pulse(2700, 900), *pulse(3650, 200), *pulse(9000, 5)]
    )
    assert times_ms(report) == [1000, 9000]
    assert report.passes[0].edges == 8
    assert report.ignored == ()


def test_car_rolls_back_after_a_pause() -> None:
    """It should leave out what lies within the dead time, and say why."""
    report = report_on([*pulse(1000, 700), *pulse(2400, 300), *pulse(9000, 5)])
    assert times_ms(report) == [1000, 9000]
    assert [(each.mono_ns, each.reason) for each in report.ignored] == [
        (2400 * NS_PER_MS, "inside_dead_time")
    ]


def test_tail_wing() -> None:
    """It should make one pass of a body and the wing behind it."""
    report = report_on([*pulse(1000, 60), *pulse(1110, 4), *pulse(9000, 60), *pulse(9110, 4)])
    assert times_ms(report) == [1000, 9000]
    assert [(found.pulse_ns, found.edges) for found in report.passes] == [(60 * NS_PER_MS, 4)] * 2


@pytest.mark.parametrize(
    ("gap_ms", "outcome"),
    [
        (499.999999, (1, 0)),
        (500, (1, 1)),
        (1994.999999, (1, 1)),
        (1995, (2, 0)),
    ],
)
def test_limits(gap_ms: float, outcome: tuple[int, int]) -> None:
    """It should merge below 500 ms of silence, and count from 2 s after the counted pass on."""
    report = report_on([*pulse(1000, 5), *pulse(1005 + gap_ms, 5)])
    assert (len(report.passes), len(report.ignored)) == outcome


def test_dead_time_counts_from_what_counted() -> None:
    """It should not let a row of ignored passes hold the next one off."""
    report = report_on([one for n in range(8) for one in pulse(1000 + 700 * n, 5)])
    assert times_ms(report) == [1000, 3100, 5200]
    assert len(report.ignored) == 5


def test_gates_have_their_own_dead_time() -> None:
    """It should count a sector's pass right after the finish line's."""
    report = report_on([*pulse(1000, 5), *pulse(1400, 5, gate="sector-1")])
    assert [found.gate for found in report.passes] == ["finish", "sector-1"]
    assert report.ignored == ()


def test_chattering_sensor_beside_a_sound_one() -> None:
    """It should count each pass of the sound sensor while the other one chatters for ever."""
    sound = [one for n in range(1, 6) for one in pulse(5000 * n, 5, "backup")]
    chatter = burst(2601, 3000, 8, "primary")
    report = report_on([*pulse(500, 5, "backup"), *chatter, *sound])
    assert times_ms(report) == [500, 2601, 5000, 10_000, 15_000, 20_000, 25_000]
    # The bounce window of a beam break is 0: its 21st edge within a second is the one too many.
    assert states(report)[0] == (2761, "chatter")
    assert {each.reason for each in report.ignored} == {"sensor_chatters"}


def test_release_without_break() -> None:
    """It should say so, and make no pass of it."""
    report = report_on([edge(10, 0), *pulse(1000, 5)])
    assert times_ms(report) == [1000]
    assert [each.reason for each in report.ignored] == ["release_without_break"]


def test_nothing() -> None:
    """It should report nothing of an empty recording."""
    assert report_on([]).as_json() == {"passes": [], "ignored": [], "health": []}


# --- properties -----------------------------------------------------------------------------------

laps = st.lists(st.integers(DEAD_TIME_NS + MERGE_NS, 60 * 10**9), min_size=1, max_size=30)
seeds = st.integers(0, 2**32)
edges_of_any_kind = st.lists(
    EDGES_OF_ANY_KIND,
    max_size=120,
)


@given(laps, seeds)
def test_laps_are_exact(gaps_ns: list[int], seed: int) -> None:
    """It should give back every lap to the nanosecond, whatever bounces and whoever reads late."""
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    now_ns, breaks, edges = 0, [], list[Edge]()
    for gap_ns in gaps_ns:
        now_ns += gap_ns
        breaks.append(now_ns)
        ends_ns = now_ns + chance.randrange(1, MERGE_NS)
        edges += [Edge("finish", "beam", now_ns, 1), Edge("finish", "beam", ends_ns, 0)]
        inside = sorted(chance.randrange(now_ns + 1, ends_ns + 1) for _ in range(6))
        edges += [
            Edge("finish", "backup", at, 1 if n % 2 == 0 else 0) for n, at in enumerate(inside)
        ]
    chance.shuffle(edges)
    report = report_on(edges)
    assert [found.mono_ns for found in report.passes] == breaks
    assert [
        later.mono_ns - earlier.mono_ns for earlier, later in pairwise(report.passes)
    ] == gaps_ns[1:]


@given(edges_of_any_kind)
def test_report_agrees_with_the_node(edges: list[Edge]) -> None:
    """It should find the very passes that a running node tells, before the dead time."""
    ordered = sorted(edges, key=lambda one: one.mono_ns)
    node = PassDetector()
    told = [found for one in ordered for found in node.feed(one)] + list(node.flush())
    report = report_on(edges, dead_time_ns=0)
    assert [(p.mono_ns, p.gate) for p in report.passes] == sorted((p.mono_ns, p.gate) for p in told)


@given(edges_of_any_kind)
def test_nothing_goes_missing(edges: list[Edge]) -> None:
    """It should account for each edge: in a pass, in one that is ignored, or left out and why."""
    all_passes = report_on(edges, dead_time_ns=0)
    merged = sum(found.edges for found in all_passes.passes)
    assert merged + len(all_passes.ignored) == len(edges)
    report = report_on(edges)
    dead = [each for each in report.ignored if each.reason == "inside_dead_time"]
    assert len(report.passes) + len(dead) == len(all_passes.passes)
    for gate in ("finish", "sector-1"):
        counted = [found.mono_ns for found in report.passes if found.gate == gate]
        assert all(later - earlier >= DEAD_TIME_NS for earlier, later in pairwise(counted))
