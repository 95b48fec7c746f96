"""Merges the edges of one crossing into a pass: a pure state machine that is told the time.

**Which edges belong together.** An edge that breaks a beam opens a new pass of its gate only when
the gate's edges before it lie 500 ms or more behind (decision 8); nearer ones, of whichever sensor
of the gate, join the pass. The first edge is the pass's time. The release that ends a pulse belongs
to its pass however long the beam was broken, so what flickers while a car leaves the beam joins it
too. A release whose break was never seen (the beam was broken at start, or the kernel's queue
overran) is kept as a raw edge and does nothing here: it must not swallow a pass that follows.
A sensor that chatters (more than 20 edges within a second) makes one pass for as long as it does,
unless its gate has another one: then it is left out until it calms down, since its endless edges
would join the other's passes into one.

**When a pass is told.** The first edge alone is too early: pulse and number of edges are the
evidence by which a marshal judges a pass. The whole 500 ms is too late for a live board. So a pass
is settled as soon as every sensor that saw it is clear again (a few milliseconds with a flag, a
tenth of a second with a car's body), and at the latest 100 ms after its first edge; then its pulse
is told as unknown (None). Edges that come later join the pass that was told and stay raw edges in
the journal. The time of a pass never depends on when it was told. Whoever reads a recording is in
no hurry: ``PassReader`` tells the same passes once they are over, with every edge and pulse.

```
                 break (gap >= 500 ms)                 all clear, or 100 ms
   quiet ───────────────────────────────▶ gathering ───────────────────────▶ told
     ▲                                     │     ▲                            │   │
     │                                     └─────┘ any edge joins, counted    │   └─ any edge
     └────────────────────────────────────────────────────────────────────────┘     joins, raw
                 next break after 500 ms without an edge
```
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hardware.gates.edges import Edge
from hardware.gates.profiles import MERGE_NS
from hardware.node.sensing.chatter import ChatterGauge

NS_PER_MS = 1_000_000
HOLD_NS = 100 * NS_PER_MS


@dataclass(frozen=True, slots=True)
class DetectedPass:
    """One crossing of a gate.

    ``mono_ns`` is the first edge's time, ``pulse_ns`` how long the first sensor's beam was broken
    (None = still broken when the pass was told), ``edges`` how many edges were merged by then,
    ``sensors`` those that saw it, in the order in which they did.
    """

    gate: str
    mono_ns: int
    pulse_ns: int | None
    edges: int
    sensors: tuple[str, ...]


@dataclass(slots=True)
class _Gathering:
    """The pass of a gate that newest edges may still join."""

    first: Edge
    first_broken_ns: dict[str, int]
    last_ns: int
    edges: int = 1
    pulse_ns: int | None = None
    broken: set[str] = field(default_factory=set)
    is_told: bool = False

    def joins(self, edge: Edge, merge_ns: int) -> bool:
        return self.first.mono_ns - merge_ns < edge.mono_ns < self.last_ns + merge_ns

    def take(self, edge: Edge) -> None:
        self.last_ns = max(self.last_ns, edge.mono_ns)
        self.edges += 1
        if edge.level == 0:
            self.broken.discard(edge.sensor)
            if edge.sensor == self.first.sensor and self.pulse_ns is None:
                self.pulse_ns = max(0, edge.mono_ns - self.first.mono_ns)
            return
        self.broken.add(edge.sensor)
        seen_ns = self.first_broken_ns.get(edge.sensor, edge.mono_ns)
        self.first_broken_ns[edge.sensor] = min(seen_ns, edge.mono_ns)
        if edge.mono_ns < self.first.mono_ns and not self.is_told:
            self.first = edge
            self.pulse_ns = None

    def tell(self) -> DetectedPass:
        self.is_told = True
        return self.as_pass()

    def as_pass(self) -> DetectedPass:
        order = sorted(self.first_broken_ns, key=lambda name: self.first_broken_ns[name])
        return DetectedPass(
            self.first.gate, self.first.mono_ns, self.pulse_ns, self.edges, tuple(order)
        )


class PassDetector:
    """Takes edges in any order, gives passes; every instant is CLOCK_MONOTONIC nanoseconds.

    A break edge that is older than the newest pass by 500 ms or more (sensors on two chips may be
    read out of order) is a pass of its own, told at once: late is better than lost.
    """

    def __init__(
        self,
        merge_ns: int = MERGE_NS,
        hold_ns: int = HOLD_NS,
        merge_ns_by_gate: Mapping[str, int] | None = None,
    ) -> None:
        """``merge_ns_by_gate`` names the gates whose sensors want another window."""
        self._merge_ns_by_gate = dict(merge_ns_by_gate or {})
        least_ns = min([merge_ns, *self._merge_ns_by_gate.values()])
        if not 0 < hold_ns <= least_ns:
            message = f"hold_ns must lie between 1 and merge_ns, not {hold_ns} of {least_ns}"
            raise ValueError(message)
        self._merge_ns = merge_ns
        self._hold_ns = hold_ns
        self._newest: dict[str, _Gathering] = {}
        self._gauges: dict[str, dict[str, ChatterGauge]] = {}

    def fresh(self) -> "PassDetector":
        """Return a detector with the same windows that has seen nothing."""
        return PassDetector(self._merge_ns, self._hold_ns, self._merge_ns_by_gate)

    @property
    def hold_ns(self) -> int:
        """Return how long after its first edge a pass is told at the latest."""
        return self._hold_ns

    @property
    def due_ns(self) -> int | None:
        """Return when ``advance`` has something to tell at the latest, or None."""
        waiting = [c.first.mono_ns for c in self._newest.values() if not c.is_told]
        return min(waiting) + self._hold_ns if waiting else None

    def feed(self, edge: Edge) -> tuple[DetectedPass, ...]:
        """Take one edge; return the passes that it settles."""
        told = self._settle_before(edge)
        if self._is_left_out(edge):
            self._drop(edge, "sensor_chatters")
            return told
        gathering = self._newest.get(edge.gate)
        if gathering is not None and self._belongs(edge, gathering):
            gathering.take(edge)
        elif edge.level == 1:
            gathering = self._open(edge)
        else:
            self._drop(edge, "release_without_break")
            return told
        if not gathering.is_told and not gathering.broken:
            return (*told, gathering.tell())
        return told

    def advance(self, now_ns: int) -> tuple[DetectedPass, ...]:
        """Return the passes whose first edge is ``hold_ns`` old, in the order of their time."""
        due = [
            gathering
            for gathering in self._newest.values()
            if not gathering.is_told and gathering.first.mono_ns + self._hold_ns <= now_ns
        ]
        return tuple(gathering.tell() for gathering in sorted(due, key=lambda c: c.first.mono_ns))

    def flush(self) -> tuple[DetectedPass, ...]:
        """Return what is still gathering, as it stands: the node is about to end."""
        waiting = [c for c in self._newest.values() if not c.is_told]
        return tuple(
            gathering.tell() for gathering in sorted(waiting, key=lambda c: c.first.mono_ns)
        )

    def _settle_before(self, edge: Edge) -> tuple[DetectedPass, ...]:
        """Tell the gate's pass that would have been due before this edge, had anyone asked.

        So the outcome depends on the edges alone, not on how promptly ``advance`` is called.
        """
        gathering = self._newest.get(edge.gate)
        if gathering is None or gathering.is_told:
            return ()
        if edge.mono_ns < gathering.first.mono_ns + self._hold_ns:
            return ()
        return (gathering.tell(),)

    def _is_left_out(self, edge: Edge) -> bool:
        """Whether the edge's sensor chatters while another sensor of the gate can be believed."""
        sensors = self._gauges.setdefault(edge.gate, {})
        gauge = sensors.setdefault(edge.sensor, ChatterGauge())
        if not gauge.feed(edge.mono_ns):
            return False
        return any(not other.is_on for other in sensors.values() if other is not gauge)

    def _drop(self, edge: Edge, reason: str) -> None:
        """Let an edge be that belongs to no pass; it is in the journal all the same."""

    def _belongs(self, edge: Edge, gathering: _Gathering) -> bool:
        if edge.level == 0:
            return edge.sensor in gathering.broken
        return gathering.joins(edge, self._merge_ns_by_gate.get(edge.gate, self._merge_ns))

    def _open(self, edge: Edge) -> _Gathering:
        gathering = _Gathering(
            edge, {edge.sensor: edge.mono_ns}, edge.mono_ns, broken={edge.sensor}
        )
        newest = self._newest.get(edge.gate)
        if newest is not None and edge.mono_ns < newest.first.mono_ns:
            gathering.broken.clear()  # a straggler: told at once, and it stays behind the newest
            return gathering
        self._newest[edge.gate] = gathering
        return gathering


@dataclass(frozen=True, slots=True)
class LeftOver:
    """An edge that belongs to no pass, and why."""

    edge: Edge
    reason: str


class PassReader(PassDetector):
    """Reads a whole recording at once: the detector's passes, each with all that belongs to it."""

    def __init__(self, merge_ns: int = MERGE_NS) -> None:
        super().__init__(merge_ns)
        self._all: list[_Gathering] = []
        self._left_over: list[LeftOver] = []

    def read(self, edges: Iterable[Edge]) -> tuple[tuple[DetectedPass, ...], tuple[LeftOver, ...]]:
        """Return the passes of edges in any order, and the edges that belong to none."""
        for edge in sorted(edges, key=lambda one: one.mono_ns):
            self.feed(edge)
        passes = sorted((each.as_pass() for each in self._all), key=lambda p: (p.mono_ns, p.gate))
        return tuple(passes), tuple(self._left_over)

    def _open(self, edge: Edge) -> _Gathering:
        gathering = super()._open(edge)
        self._all.append(gathering)
        return gathering

    def _drop(self, edge: Edge, reason: str) -> None:
        self._left_over.append(LeftOver(edge, reason))
