"""Time without stops, by a clock that is set by hand; processes that are stopped are elsewhere."""

from car_agent.training.waiting import Stopwatch, slices, stopwatch


class Clock:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_waits_add_up_to_what_was_allowed() -> None:
    """It should give slices until the time is over, the last one shorter."""
    clock, waits = Clock(), []
    for wait_s in slices(1.25, clock):
        waits.append(wait_s)
        clock.s += wait_s
    assert waits == [0.5, 0.5, 0.25]


def test_a_stop_takes_no_more_than_a_slice() -> None:
    """It should leave the rest of the time to whoever was stopped for an hour."""
    clock, count = Clock(), 0
    for wait_s in slices(2.0, clock):
        clock.s += 3600.0 if count == 0 else wait_s
        count += 1
    assert count == 4


def test_an_answer_that_comes_early_leaves_the_rest() -> None:
    """It should count what was waited, not what might have been."""
    clock, count = Clock(), 0
    for _ in slices(1.0, clock):
        clock.s += 0.125
        count += 1
    assert count == 8


def test_a_stopwatch_leaves_out_stops() -> None:
    """It should count what passes between two looks, unless that is a stop."""
    clock = Clock()
    watch = Stopwatch(clock)
    for passed_s in (0.5, 1.5, 3600.0, 0.25):
        clock.s += passed_s
        watch.spent_s()
    assert watch.spent_s() == 2.25


def test_time_in_which_a_stopwatch_is_held_is_left_out() -> None:
    """It should count what was before and what comes after."""
    clock = Clock()
    watch = Stopwatch(clock)
    clock.s += 1.0
    with watch.held():
        for _ in range(4):
            clock.s += 1.0
            assert watch.spent_s() == 1.0
    clock.s += 0.5
    assert watch.spent_s() == 1.5


def test_a_running_stopwatch_looks_by_itself() -> None:
    """It should tell seconds that never go back, and end its thread."""
    with stopwatch() as watch:
        first = watch.spent_s()
        assert 0.0 <= first <= watch.spent_s()
