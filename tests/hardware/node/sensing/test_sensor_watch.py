"""The judgement on one sensor, under a clock that the test advances."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.gates.profiles import BEAM_BREAK, PROFILES, REED, SensorProfile
from hardware.node.detector import DetectedPass
from hardware.node.sensing.chatter import CHATTER_EDGES, ChatterGauge
from hardware.node.sensing.sensor_board import SensorBoard
from hardware.node.sensing.sensor_watch import SensorWatch, StateChange
from tests.hardware.recordings.pulses import NS_PER_MS, burst, edge, pulse


def watch(edges: Iterable[Edge], profile: SensorProfile = BEAM_BREAK) -> list[tuple[float, str]]:
    """Return what became of a sensor, in milliseconds, with all the time after its last edge."""
    subject, changes = SensorWatch("finish", "beam", profile), list[StateChange]()
    last_ns = 0
    for one in edges:
        changes += subject.feed(one)
        last_ns = one.mono_ns
    changes += subject.advance(last_ns + 10**10)
    return [(change.mono_ns / NS_PER_MS, change.state) for change in changes]


def passes(width_ms: float, count: int, first_ms: float = 0) -> list[Edge]:
    return [one for n in range(count) for one in pulse(first_ms + 5000 * n, width_ms)]


def test_sound() -> None:
    """It should have nothing to say of a sensor that sees cars."""
    assert watch(passes(5, 40)) == []


@pytest.mark.parametrize(("width_ms", "said"), [(1999.999, []), (2000, [(2000, "stuck")])])
def test_stuck_from_2_s_on(width_ms: float, said: list[tuple[float, str]]) -> None:
    """It should call a beam stuck once it was broken for 2 s."""
    assert watch(pulse(0, width_ms))[:1] == said


def test_chatter_begins_and_ends() -> None:
    """It should chatter from the 21st edge within a second until a second holds only ten."""
    found = watch(burst(0, 30, 10))
    # The 11th-newest of 30 edges came at 190 ms; a second later ten are left.
    assert found == [(200, "chatter"), (1190, "ok")]


def test_twenty_a_second_is_no_chatter() -> None:
    """It should bear 20 edges a second for as long as they come."""
    assert watch(burst(0, 400, 50)) == []
    assert watch(burst(0, 400, 49))[0][1] == "chatter"


def test_contacts_may_bounce() -> None:
    """It should take a reed's bounce for what it is, and the same of a beam for chatter."""
    bounce = burst(0, 40, 0.1)
    assert watch(bounce, REED) == []
    assert watch(bounce)[0][1] == "chatter"


def test_drift() -> None:
    """It should say that pulses became twice as long, and when they are as before again."""
    found = watch([*passes(5, 20), *passes(11, 20, 100_000), *passes(5, 20, 200_000)])
    assert [state for _, state in found] == ["drift", "ok"]
    assert 100_000 < found[0][0] < 200_000 < found[1][0]


def test_pulses_that_fit_no_car() -> None:
    """It should say so where pulses are shorter than the profile expects."""
    assert [state for _, state in watch(passes(0.1, 12))] == ["drift"]
    assert watch(passes(0.1, 9)) == []


def test_a_single_odd_pulse_is_no_drift() -> None:
    """It should bear a slow car now and then."""
    assert watch([*passes(5, 30), *pulse(500_000, 800), *passes(5, 30, 600_000)]) == []


def test_worst_state_first() -> None:
    """It should call a sensor that chattered and then stuck by what is worse."""
    found = watch([*burst(0, 41, 10), edge(4000, 0)])
    assert [state for _, state in found] == ["chatter", "ok", "stuck", "ok"]
    found = watch(burst(0, 41, 60))  # at its edge: the chatter ends before the 2 s are over
    assert [state for _, state in found][-1] == "stuck"


def test_silent() -> None:
    """It should call a sensor silent at the third pass that only its neighbour saw."""
    subject = SensorBoard({("finish", "a"): BEAM_BREAK, ("finish", "b"): BEAM_BREAK})
    seen = [DetectedPass("finish", n * 10**9, 5, 2, ("a",)) for n in range(1, 5)]
    said = [subject.note_pass(each) for each in seen]
    assert said == [(), (), (StateChange(3 * 10**9, "finish", "b", "silent"),), ()]
    assert subject.states == {("finish", "a"): "ok", ("finish", "b"): "silent"}
    (back,) = subject.feed(edge(9000, 1, "b"))
    assert back.state == "ok"


def test_not_silent() -> None:
    """It should leave alone other gates' sensors, and those that see a part of the line only."""
    subject = SensorBoard(
        {("finish", "a"): BEAM_BREAK, ("finish", "b"): BEAM_BREAK, ("sector", "a"): BEAM_BREAK},
        wide=[("finish", "b")],
    )
    for n in range(10):
        assert subject.note_pass(DetectedPass("finish", n, 5, 2, ("a",))) == ()


def test_backup_that_answers_after_the_pass_was_told() -> None:
    """It should not count a pass as missed that the sensor saw a moment later."""
    subject = SensorBoard({("finish", "a"): BEAM_BREAK, ("finish", "b"): BEAM_BREAK})
    for n in range(1, 20):
        assert subject.note_pass(DetectedPass("finish", n * 10**9, 5, 2, ("a",))) == ()
        assert subject.feed(edge(n * 1000 + 3, 1, "b")) == ()
        assert subject.feed(edge(n * 1000 + 8, 0, "b")) == ()


# --- properties -----------------------------------------------------------------------------------

drawn_edges = st.lists(
    st.tuples(st.integers(0, 4 * 10**9), st.sampled_from([0, 1])), min_size=1, max_size=60
)


@given(drawn_edges, st.sampled_from(sorted(PROFILES)), st.lists(st.integers(0, 10**11)))
def test_judgement_does_not_depend_on_when_it_is_asked(
    drawn: list[tuple[int, int]], name: str, asked_ns: list[int]
) -> None:
    """It should say the same, of the same instants, however often the clock is read."""
    edges, now_ns = list[Edge](), 0
    for gap_ns, level in drawn:
        now_ns += gap_ns
        edges.append(Edge("finish", "beam", now_ns, 1 if level else 0))
    subject, changes = SensorWatch("finish", "beam", PROFILES[name]), list[StateChange]()
    waiting = sorted(asked_ns)
    for one in edges:
        while waiting and waiting[0] < one.mono_ns:
            changes += subject.advance(waiting.pop(0))
        changes += subject.feed(one)
    changes += subject.advance(now_ns + 10**10)
    assert [(c.mono_ns / NS_PER_MS, c.state) for c in changes] == watch(edges, PROFILES[name])
    assert subject.due_ns is None or subject.due_ns > now_ns + 10**10


@given(st.lists(st.integers(-(10**10), 10**10), max_size=200))
def test_gauge_ends_whatever_the_order(instants_ns: list[int]) -> None:
    """It should come to rest by itself after edges in any order."""
    subject = ChatterGauge()
    for mono_ns in instants_ns:
        is_on = subject.feed(mono_ns)
        assert is_on == subject.is_on
        assert not is_on or len(instants_ns) > CHATTER_EDGES
    calm_ns = subject.calm_ns
    if calm_ns is not None:
        subject.advance(calm_ns)
    assert not subject.is_on
