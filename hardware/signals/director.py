"""Decides what start lights show, from the server's orders and this node's clock: pure.

The go is an instant of the race clock that is known seconds before. With a good relation of the
clocks the node runs the sequence by itself, on deadlines of its own clock: an order that comes late
joins it where it should be by now, and a line that is lost in mid-sequence changes nothing. Without
one the lamps can only follow: all red at the order, all out when the server says that cars drive.
"""

from dataclasses import dataclass
from enum import Enum, auto

from hardware.node.watch.judgement import CLOCK_LOOSE_US
from hardware.race_clock import Relation
from hardware.signals.sequence import (
    DARK,
    GREEN_NS,
    Show,
    Step,
    broken_off_steps,
    go_steps,
    next_step_ns,
    shown_at,
    start_steps,
)
from timing_server.contract.machines.devices import HeatOrder, StartLightsOrder

CLOCK_LOOSE_NS = CLOCK_LOOSE_US * 1_000


@dataclass(frozen=True, slots=True)
class Go:
    """The lamps of a heat go out now; ``planned_mono_ns`` None where the server's word was all."""

    heat_id: str
    go_race_ns: int
    planned_mono_ns: int | None = None
    clock_bound_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Direction:
    """What to show now, when to ask again (None: not by itself), and the go where this is it."""

    show: Show
    due_ns: int | None
    go: Go | None = None


class _Stage(Enum):
    IDLE = auto()
    ORDERED = auto()
    RED = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class _Start:
    heat_id: str
    lights: StartLightsOrder


class LightsDirector:
    """One thread feeds it orders and asks it what to show."""

    def __init__(self, lamps_n: int) -> None:
        self._lamps_n = lamps_n
        self._wanted: _Start | None = None
        self._current: _Start | None = None
        self._may_drive = False
        self._stage = _Stage.IDLE
        self._steps: tuple[Step, ...] = ()
        self._go_ns: int | None = None
        self._clock_bound_ns: int | None = None

    def take(self, order: HeatOrder) -> None:
        """Hear what the heat wants; a start that is no longer wanted is broken off."""
        is_start = order.heat_id is not None and order.lights is not None
        self._wanted = _Start(order.heat_id, order.lights) if is_start else None  # type: ignore[arg-type]
        self._may_drive = order.phase == "running"

    def advance(self, now_ns: int, relation: Relation | None) -> Direction:
        """Return what to show at ``now_ns``; each go is told once, at the first call behind it."""
        if self._wanted != self._current:
            self._change(now_ns)
        go = None
        if self._current is not None and self._stage in {_Stage.ORDERED, _Stage.RED}:
            go = self._count_down(self._current, now_ns, relation)
        return Direction(shown_at(self._steps, now_ns), next_step_ns(self._steps, now_ns), go)

    def _change(self, now_ns: int) -> None:
        is_broken_off = self._stage is _Stage.RED
        self._steps = broken_off_steps(now_ns) if is_broken_off else ()
        self._current, self._go_ns = self._wanted, None
        self._stage = _Stage.IDLE if self._wanted is None else _Stage.ORDERED

    def _count_down(self, start: _Start, now_ns: int, relation: Relation | None) -> Go | None:
        if is_tight(relation, now_ns) and relation is not None:
            begin_ns = start.lights.begin_race_ns - relation.race_offset_ns
            self._go_ns = start.lights.go_race_ns - relation.race_offset_ns
            self._clock_bound_ns = relation.bound_at_ns(now_ns)
            self._steps = start_steps(begin_ns, self._go_ns, self._lamps_n)
        if self._go_ns is None:
            return self._follow(start, now_ns)
        if now_ns < self._go_ns:
            self._stage = _Stage.RED
            return None
        was_red, self._stage = self._stage is _Stage.RED, _Stage.GONE
        if now_ns >= self._go_ns + GREEN_NS:
            self._steps = ()
        if not was_red:
            return None
        return Go(start.heat_id, start.lights.go_race_ns, self._go_ns, self._clock_bound_ns)

    def _follow(self, start: _Start, now_ns: int) -> Go | None:
        """Show what the server says when it says it; a go that nobody waited for isn't shown."""
        if not self._may_drive:
            self._stage = _Stage.RED
            self._steps = (Step(now_ns, Show(self._lamps_n)),)
            return None
        was_red, self._stage = self._stage is _Stage.RED, _Stage.GONE
        self._steps = go_steps(now_ns) if was_red else (Step(now_ns, DARK),)
        return Go(start.heat_id, start.lights.go_race_ns) if was_red else None


def is_tight(relation: Relation | None, now_ns: int) -> bool:
    """Whether the clocks are related well enough to run lights by them."""
    return relation is not None and relation.bound_at_ns(now_ns) <= CLOCK_LOOSE_NS
