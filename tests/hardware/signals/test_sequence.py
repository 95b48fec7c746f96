"""What start lights show when."""

import pytest

from hardware.signals import sequence as subject

S = 1_000_000_000
BEGIN = 100 * S
GO = BEGIN + 6 * S + 123


def reds_at(lamps_n: int, at_ns: int) -> int:
    return subject.shown_at(subject.start_steps(BEGIN, GO, lamps_n), at_ns).reds


def test_one_red_more_each_second() -> None:
    """It should light five reds a second apart, hold them, and put all out at the go."""
    seen = [reds_at(5, BEGIN + n * S) for n in range(7)]
    assert (reds_at(5, BEGIN - 1), seen) == (0, [1, 2, 3, 4, 5, 5, 5])
    assert reds_at(5, GO - 1) == 5
    assert reds_at(5, GO) == 0


@pytest.mark.parametrize("lamps_n", range(1, 6))
def test_fewer_lamps(lamps_n: int) -> None:
    """It should light as many lamps as there are before the hold begins, the first at once."""
    assert reds_at(lamps_n, BEGIN) == 1
    assert reds_at(lamps_n, BEGIN + 5 * S - 1) == lamps_n


def test_green_and_a_long_tone_after_the_go() -> None:
    """It should sound for a second and show green for three."""
    steps = subject.start_steps(BEGIN, GO, 5)
    assert subject.shown_at(steps, GO) == subject.Show(is_green=True, is_sounding=True)
    assert subject.shown_at(steps, GO + S) == subject.Show(is_green=True)
    assert subject.shown_at(steps, GO + 3 * S) == subject.DARK
    assert subject.next_step_ns(steps, GO + 3 * S) is None


def test_broken_off_is_no_go() -> None:
    """It should tell people by three short beeps, and no green, that this was no go."""
    steps = subject.broken_off_steps(GO)
    shows = [subject.shown_at(steps, step.at_ns) for step in steps]
    assert [show.is_sounding for show in shows] == [True, False] * 3
    assert not any(show.is_green or show.reds for show in shows)


def test_a_go_before_the_last_lamp() -> None:
    """It should never light a lamp at or behind the go, however short the sequence was chosen."""
    steps = subject.start_steps(BEGIN, BEGIN + 2 * S, 5)
    assert max(step.show.reds for step in steps) == 2
    assert subject.shown_at(steps, BEGIN + 2 * S).reds == 0
