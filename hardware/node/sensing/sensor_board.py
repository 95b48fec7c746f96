"""Watches all sensors of a node and says, gate by gate, which of them can be believed. Pure."""

from collections.abc import Collection, Mapping

from hardware.gates.edges import Edge
from hardware.gates.profiles import BEAM_BREAK, SensorProfile
from hardware.node.detector import DetectedPass
from hardware.node.sensing.sensor_watch import SensorState, SensorWatch, StateChange

SensorKey = tuple[str, str]


class SensorBoard:
    """One watch per sensor; an edge of a sensor that wasn't named gets a beam break's watch."""

    def __init__(
        self,
        profiles: Mapping[SensorKey, SensorProfile] | None = None,
        wide: Collection[SensorKey] = (),
    ) -> None:
        """``profiles`` by (gate, sensor); those in ``wide`` see only a part of the line's width.

        A sensor that sees the whole line is a witness of every pass of its gate; one that sees a
        part of it isn't silent for missing the others.
        """
        self._wide = frozenset(wide)
        self._watches: dict[SensorKey, SensorWatch] = {}
        for (gate, sensor), profile in (profiles or {}).items():
            self._watches[gate, sensor] = SensorWatch(gate, sensor, profile)

    @property
    def states(self) -> Mapping[SensorKey, SensorState]:
        """Return every sensor's state, by (gate, sensor)."""
        return {key: watch.state for key, watch in self._watches.items()}

    @property
    def due_ns(self) -> int | None:
        """Return when ``advance`` may have something to say without further edges, or None."""
        dues = (watch.due_ns for watch in self._watches.values())
        return min((due_ns for due_ns in dues if due_ns is not None), default=None)

    def feed(self, edge: Edge) -> tuple[StateChange, ...]:
        """Take an edge; return what changed, in order."""
        watch = self._watch(edge.gate, edge.sensor)
        return (*self.advance(edge.mono_ns), *watch.feed(edge))

    def note_broken(self, gate: str, sensor: str, mono_ns: int) -> None:
        """Hear that a beam was found broken when the node began to listen."""
        self._watch(gate, sensor).note_broken(mono_ns)

    def note_pass(self, detected: DetectedPass) -> tuple[StateChange, ...]:
        """Hear of a pass: the gate's sensors that didn't see it may have gone silent."""
        changes: list[StateChange] = []
        for (gate, sensor), watch in self._watches.items():
            is_witness = gate == detected.gate and (gate, sensor) not in self._wide
            if is_witness and sensor not in detected.sensors:
                changes += watch.note_missed_pass(detected.mono_ns)
        return tuple(changes)

    def advance(self, now_ns: int) -> tuple[StateChange, ...]:
        """Let the clock show ``now_ns``; return what has come true by then, in order."""
        changes: list[StateChange] = []
        for watch in self._watches.values():
            changes += watch.advance(now_ns)
        return tuple(sorted(changes, key=lambda change: change.mono_ns))

    def finish(self) -> tuple[StateChange, ...]:
        """Judge what a recording's end leaves open."""
        return tuple(change for watch in self._watches.values() for change in watch.finish())

    def _watch(self, gate: str, sensor: str) -> SensorWatch:
        if (gate, sensor) not in self._watches:
            self._watches[gate, sensor] = SensorWatch(gate, sensor, BEAM_BREAK)
        return self._watches[gate, sensor]
