"""What start lights show at which instant: one red more each second, then all out. Pure.

All instants are this machine's CLOCK_MONOTONIC. With fewer than five lamps they come on further
apart, so that the last comes on when the board's fifth does at the latest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_NS_PER_MS = 1_000_000
#: As long as the five lights on the board take, from the first to the hold.
REDS_NS = 5_000 * _NS_PER_MS
BEEP_NS = 150 * _NS_PER_MS
GO_TONE_NS = 1_000 * _NS_PER_MS
GREEN_NS = 3_000 * _NS_PER_MS
#: Beeps of a start that was broken off; without them 'all out' would look like the go.
OFF_BEEPS_N = 3


@dataclass(frozen=True, slots=True)
class Show:
    """How many reds are lit, from the first on; whether green is; whether the buzzer sounds."""

    reds: int = 0
    is_green: bool = False
    is_sounding: bool = False


DARK = Show()


@dataclass(frozen=True, slots=True)
class Step:
    """From ``at_ns`` on, this is shown."""

    at_ns: int
    show: Show


def start_steps(begin_ns: int, go_ns: int, lamps_n: int) -> tuple[Step, ...]:
    """Return the whole sequence in its order: reds from ``begin_ns`` on, all out at ``go_ns``."""
    reds: list[Step] = []
    for lit in range(1, lamps_n + 1):
        at_ns = begin_ns + (lit - 1) * REDS_NS // lamps_n
        reds += [
            Step(at_ns, Show(lit, is_sounding=True)),
            Step(at_ns + BEEP_NS, Show(lit)),
        ]
    return (*(step for step in reds if step.at_ns < go_ns), *go_steps(go_ns))


def go_steps(go_ns: int) -> tuple[Step, ...]:
    """Return what follows the go: green with a long tone, then nothing."""
    return (
        Step(go_ns, Show(is_green=True, is_sounding=True)),
        Step(go_ns + GO_TONE_NS, Show(is_green=True)),
        Step(go_ns + GREEN_NS, DARK),
    )


def broken_off_steps(at_ns: int) -> tuple[Step, ...]:
    """Return what tells people that a start is broken off: all out, and three short beeps."""
    beeps = range(OFF_BEEPS_N)
    sounds = [Step(at_ns + 2 * n * BEEP_NS, Show(is_sounding=True)) for n in beeps]
    silences = [Step(at_ns + (2 * n + 1) * BEEP_NS, DARK) for n in beeps]
    return tuple(sorted((*sounds, *silences), key=lambda step: step.at_ns))


def shown_at(steps: Sequence[Step], now_ns: int) -> Show:
    """Return what is to be seen at an instant; before the first step that is nothing."""
    begun = [step for step in steps if step.at_ns <= now_ns]
    return begun[-1].show if begun else DARK


def next_step_ns(steps: Sequence[Step], now_ns: int) -> int | None:
    """Return when something changes next, None where nothing does any more."""
    return next((step.at_ns for step in steps if step.at_ns > now_ns), None)
