"""Judges one sensor by its edges: stuck, chattering, silent, or with pulses that change. Pure.

Each state is announced with the instant at which it became true, whenever somebody asks:

- ``stuck``: broken for 2 s. Nothing passes a beam that is broken.
- ``chatter``: more than 20 edges within a second, until a second had no more than 10.
- ``silent``: three passes in a row which the gate's other sensors saw and this one didn't.
- ``drift``: pulses have become half or double what they were, or leave the range that the sensor's
  profile expects: sunlight, a dirty lens, a beam that was knocked.
- ``ok``: none of these (any more).

Where several are true, the one that stands first in this list is the sensor's state.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from hardware.gates.edges import Edge
from hardware.gates.profiles import SensorProfile
from hardware.node.sensing.chatter import ChatterGauge

SensorState = Literal["stuck", "chatter", "silent", "drift", "ok"]

STUCK_NS = 2_000_000_000
SILENT_PASSES = 3
#: How many pulses make a picture of the sensor, at first and now.
DRIFT_PULSES = 10
DRIFT_FACTOR = 2


@dataclass(frozen=True, slots=True)
class StateChange:
    """From ``mono_ns`` on the sensor is in ``state``."""

    mono_ns: int
    gate: str
    sensor: str
    state: SensorState


class SensorWatch:
    """One sensor's state; every instant is CLOCK_MONOTONIC nanoseconds."""

    def __init__(self, gate: str, sensor: str, profile: SensorProfile) -> None:
        self.gate = gate
        self.sensor = sensor
        self.state: SensorState = "ok"
        self._profile = profile
        self._gauge = ChatterGauge()
        self._pulses = _PulseGauge(profile)
        self._broken_ns: int | None = None
        self._bounces_until_ns = 0
        self._missed_passes = 0
        self._is_stuck = False

    @property
    def due_ns(self) -> int | None:
        """Return when ``advance`` may have something to say without further edges, or None."""
        dues = [self._stuck_ns, self._gauge.calm_ns, self._pulses.due_ns]
        return min((due_ns for due_ns in dues if due_ns is not None), default=None)

    @property
    def _stuck_ns(self) -> int | None:
        if self._broken_ns is None or self._is_stuck:
            return None
        return self._broken_ns + STUCK_NS

    def feed(self, edge: Edge) -> tuple[StateChange, ...]:
        """Take the sensor's next edge; return how its state changed until then."""
        changes = list(self.advance(edge.mono_ns))
        self._missed_passes = 0
        if edge.mono_ns >= self._bounces_until_ns:
            self._bounces_until_ns = edge.mono_ns + self._profile.dead_ns
            self._gauge.feed(edge.mono_ns)
        if edge.level == 0:
            self._broken_ns, self._is_stuck = None, False
        elif self._broken_ns is None:
            self._broken_ns = edge.mono_ns
        self._pulses.feed(edge)
        return (*changes, *self._changed(edge.mono_ns))

    def note_broken(self, mono_ns: int) -> None:
        """Hear that the beam was found broken at ``mono_ns``, without an edge that says so."""
        if self._broken_ns is None:
            self._broken_ns = mono_ns

    def note_missed_pass(self, mono_ns: int) -> tuple[StateChange, ...]:
        """Hear that another sensor of the gate saw a pass at ``mono_ns``."""
        self._missed_passes += 1
        return self._changed(mono_ns)

    def advance(self, now_ns: int) -> tuple[StateChange, ...]:
        """Let the clock show ``now_ns``; return what has come true by then, in order."""
        changes: list[StateChange] = []
        while (due_ns := self.due_ns) is not None and due_ns <= now_ns:
            if self._stuck_ns == due_ns:
                self._is_stuck = True
            self._gauge.advance(due_ns)
            self._pulses.advance(due_ns)
            changes += self._changed(due_ns)
        return tuple(changes)

    def finish(self) -> tuple[StateChange, ...]:
        """Judge what a recording's end leaves open: a beam that never cleared again is stuck."""
        stuck_ns = self._stuck_ns
        return () if stuck_ns is None else self.advance(stuck_ns)

    def _changed(self, mono_ns: int) -> tuple[StateChange, ...]:
        state = self._judge()
        if state == self.state:
            return ()
        self.state = state
        return (StateChange(mono_ns, self.gate, self.sensor, state),)

    def _judge(self) -> SensorState:
        if self._is_stuck:
            return "stuck"
        if self._gauge.is_on:
            return "chatter"
        if self._missed_passes >= SILENT_PASSES:
            return "silent"
        return "drift" if self._pulses.has_drifted else "ok"


class _PulseGauge:
    """Compares the newest pulses with the first ones, and with what the profile expects.

    A pulse is one crossing as this sensor saw it: from the first break to the last release before
    a silence as long as the merge window, so that bounce and tail wings don't count as pulses.
    """

    def __init__(self, profile: SensorProfile) -> None:
        self._profile = profile
        self._first: list[int] = []
        self._newest: deque[int] = deque(maxlen=DRIFT_PULSES)
        self._began_ns: int | None = None
        self._ended_ns: int | None = None
        self.has_drifted = False

    @property
    def due_ns(self) -> int | None:
        """Return when the pulse under way will be over without further edges, or None."""
        return None if self._ended_ns is None else self._ended_ns + self._profile.merge_ns

    def feed(self, edge: Edge) -> None:
        """Take an edge; whoever calls has advanced to it before."""
        if edge.level == 1:
            self._ended_ns = None
            if self._began_ns is None:
                self._began_ns = edge.mono_ns
        elif self._began_ns is not None:
            self._ended_ns = edge.mono_ns

    def advance(self, now_ns: int) -> None:
        """Close the pulse under way where it is over by now."""
        if self._began_ns is None or self._ended_ns is None:
            return
        if now_ns < self._ended_ns + self._profile.merge_ns:
            return
        pulse_ns = max(0, self._ended_ns - self._began_ns)
        self._began_ns = self._ended_ns = None
        if pulse_ns < STUCK_NS:
            self._take(pulse_ns)

    def _take(self, pulse_ns: int) -> None:
        if len(self._first) < DRIFT_PULSES:
            self._first.append(pulse_ns)
        self._newest.append(pulse_ns)
        if len(self._newest) == DRIFT_PULSES:
            self.has_drifted = self._is_drift(median(self._first), self._newest)

    def _is_drift(self, first_ns: float, newest: Sequence[int]) -> bool:
        now_ns = median(newest)
        is_other = now_ns > DRIFT_FACTOR * first_ns or DRIFT_FACTOR * now_ns < first_ns
        return is_other or not self._profile.pulse_min_ns <= now_ns <= self._profile.pulse_max_ns
