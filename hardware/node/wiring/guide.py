"""Leads a person through the check of each sensor: wave a hand, see the edge, hear of faults."""

import queue
import time
from collections.abc import Callable, Sequence

from hardware.gates.edges import Edge
from hardware.gates.pins import GatePins, PinSource, SensorWiring
from hardware.node.wiring.judgement import judge, pulses_of

Say = Callable[[str], None]

#: How long a hand is waited for, and how long after the last edge the wave is over.
PATIENCE_S = 20.0
QUIET_S = 1.0
#: A sensor that chatters is never quiet: enough was seen by then.
WAVE_MAX_S = 4.0
_SHOWN_EDGES = 12
_NS_PER_MS = 1_000_000


class Waves:
    """Collects the edges of one wave of a hand, or of one press; ``take`` by any thread."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._edges: queue.SimpleQueue[Edge] = queue.SimpleQueue()

    def take(self, edge: Edge) -> None:
        """Hear an edge; returns at once."""
        self._edges.put(edge)

    def wave(self, quiet_s: float) -> list[Edge]:
        """Return the edges of one wave: from its first to the first silence, in their order."""
        while not self._edges.empty():
            self._edges.get()  # what came before the person was asked
        seen: list[Edge] = []
        patience_s = self._patience_s
        end_s = float("inf")
        while (left_s := min(patience_s, end_s - time.monotonic())) > 0:
            try:
                seen.append(self._edges.get(timeout=left_s))
            except queue.Empty:
                break
            if len(seen) == 1:
                patience_s, end_s = quiet_s, time.monotonic() + WAVE_MAX_S
        return sorted(seen, key=lambda edge: edge.mono_ns)


class WiringGuide:
    """Checks sensors one after the other; nothing is journaled or sent."""

    def __init__(
        self, source: PinSource, wirings: Sequence[SensorWiring], say: Say, patience_s: float
    ) -> None:
        """Open the pins. Raises PinError where one can't be opened."""
        self._wirings = wirings
        self._say = say
        self._patience_s = patience_s
        self._waves = Waves(patience_s)
        self._pins = GatePins(source, wirings, self._waves.take)

    def close(self) -> None:
        """Stop listening."""
        self._pins.close()

    def run(self, quiet_s: float = QUIET_S) -> int:
        """Check every sensor; return how many have a fault."""
        faulty = sum(self._check(wiring, quiet_s) for wiring in self._wirings)
        n = len(self._wirings)
        if faulty:
            self._say(f"\n{faulty} of {n} sensors need a hand; put them right and test again.")
        else:
            self._say(f"\nAll sensors ({n}) can time a lap.")
        return faulty

    def _check(self, wiring: SensorWiring, quiet_s: float) -> bool:
        self._say(
            f"\nGate '{wiring.gate}', sensor '{wiring.sensor}' ({wiring.profile.name} on GPIO "
            f"{wiring.pin}): wave a hand through it once, within {self._patience_s:.0f} s."
        )
        was_broken = wiring in self._pins.broken()
        seen = self._waves.wave(quiet_s)
        own = [edge for edge in seen if (edge.gate, edge.sensor) == (wiring.gate, wiring.sensor)]
        self._show(own)
        others = {(edge.gate, edge.sensor) for edge in seen} - {(wiring.gate, wiring.sensor)}
        for gate, sensor in sorted(others):
            self._say(f"  Sensor '{sensor}' of gate '{gate}' saw something, too.")
        is_broken = wiring in self._pins.broken()
        findings = judge(wiring, own, was_broken=was_broken, is_broken=is_broken)
        for finding in findings:
            self._say(f"  {'FAULT: ' if finding.is_fault else 'ok: '}{finding.sentence}")
        return any(finding.is_fault for finding in findings)

    def _show(self, edges: Sequence[Edge]) -> None:
        for edge in edges[:_SHOWN_EDGES]:
            after_ms = (edge.mono_ns - edges[0].mono_ns) / _NS_PER_MS
            word = "broken" if edge.level else "clear"
            self._say(f"  {after_ms:10.3f} ms  {word}")
        if len(edges) > _SHOWN_EDGES:
            self._say(f"  … and {len(edges) - _SHOWN_EDGES} more edges")
        if edges:
            self._say(f"  {len(edges)} edges, {len(pulses_of(edges))} pulses")
