from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scoring.made_heats import pause
from tests.timing_server.rules.scripted_race import ms
from timing_server.rules.scoring import windows as subject
from timing_server.rules.state.heat import Pause


def test_time_without_pauses_is_time() -> None:
    """It should be due after the length alone where nobody paused."""
    assert subject.due_after(10, 5, ()) == 15


def test_a_pause_pushes_back_what_is_due() -> None:
    """It should be later by the pause, and by each further one that begins before it is due."""
    pauses = (pause(12_000, 13_000), pause(15_500, 17_500))
    assert subject.due_after(ms(10_000), ms(5_000), pauses) == ms(18_000)


def test_a_pause_behind_the_due_instant_changes_nothing() -> None:
    """It should not be later by a pause that began when it was due, or that ended before."""
    pauses = (pause(1_000, 10_000), pause(15_000, 17_000))
    assert subject.due_after(ms(10_000), ms(5_000), pauses) == ms(15_000)


def test_what_begins_in_a_pause_waits_for_its_end() -> None:
    """It should count from the end of a pause in which it began."""
    assert subject.due_after(ms(10_000), ms(5_000), (pause(9_000, 12_000),)) == ms(17_000)


def test_a_pause_that_lasts_adds_nothing_yet() -> None:
    """It should add a pause when it is over: only then is it known how long it was."""
    assert subject.due_after(ms(10_000), ms(5_000), (pause(12_000, None),)) == ms(15_000)


def test_clocks_run_again_at_the_resume() -> None:
    """It should hold from the pause's first instant until just before the resume."""
    pauses = (pause(12_000, 13_000), pause(20_000, None))
    stood_still = [subject.is_paused_at(ms(at), pauses) for at in (11_999, 12_000, 12_999, 13_000)]
    assert stood_still == [False, True, True, False]
    assert subject.is_paused_at(ms(99_000), pauses)


def test_a_span_that_only_touches_a_pause_is_free_of_it() -> None:
    """It should find a pause between two instants only where they really share time with it."""
    pauses = (pause(12_000, 13_000),)
    assert not subject.is_paused_between(ms(10_000), ms(12_000), pauses)
    assert not subject.is_paused_between(ms(13_000), ms(15_000), pauses)
    assert subject.is_paused_between(ms(11_000), ms(12_001), pauses)
    assert subject.is_paused_between(ms(11_000), ms(12_001), (pause(11_500, None),))


@st.composite
def pause_lists(draw: st.DrawFn) -> tuple[Pause, ...]:
    """Draw pauses that are over, in order and apart."""
    edges = sorted(draw(st.sets(st.integers(0, 60), max_size=8)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Pause(start, "pause", None, None, end) for start, end in pairs)


@given(st.integers(0, 30), st.integers(1, 30), pause_lists())
def test_exactly_the_length_runs_unpaused(
    start_ns: int, length_ns: int, pauses: tuple[Pause, ...]
) -> None:
    """It should leave exactly the length between start and due instant, once pauses are taken off,
    and be the earliest instant that does.
    """
    due_ns = subject.due_after(start_ns, length_ns, pauses)
    running = [not subject.is_paused_at(at, pauses) for at in range(start_ns, due_ns)]
    assert sum(running) == length_ns
    assert running[-1]
