"""Merges the edges of one crossing into a pass: a pure state machine that is told the time.

**Which edges belong together.** An edge that breaks a beam opens a new pass of its gate only when
the gate's edges before it lie 500 ms or more behind (decision 8); nearer ones, of whichever sensor
of the gate, join the pass. The first edge is the pass's time. The release that ends a pulse belongs
to its pass however long the beam was broken, so what flickers while a car leaves the beam joins it
too. A release whose break was never seen (the beam was broken at start, or the kernel's queue
overran) is kept as a raw edge and does nothing here: it must not swallow a pass that follows.

**When a pass is told.** The first edge alone is too early: pulse and number of edges are the
evidence by which a marshal judges a pass. The whole 500 ms is too late for a live board. So a pass
is settled as soon as every sensor that saw it is clear again (a few milliseconds with a flag, a
tenth of a second with a car's body), and at the latest 100 ms after its first edge; then its pulse
is told as unknown (None). Edges that come later join the pass that was told and stay raw edges in
the journal. The time of a pass never depends on when it was told.

```
                 break (gap >= 500 ms)                 all clear, or 100 ms
   quiet ───────────────────────────────▶ gathering ───────────────────────▶ told
     ▲                                     │     ▲                            │   │
     │                                     └─────┘ any edge joins, counted    │   └─ any edge
     └────────────────────────────────────────────────────────────────────────┘     joins, raw
                 next break after 500 ms without an edge
```
"""

from dataclasses import dataclass, field

from hardware.gates.edges import Edge

NS_PER_MS = 1_000_000
MERGE_NS = 500 * NS_PER_MS
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
        order = sorted(self.first_broken_ns, key=lambda name: self.first_broken_ns[name])
        return DetectedPass(
            self.first.gate, self.first.mono_ns, self.pulse_ns, self.edges, tuple(order)
        )


class PassDetector:
    """Takes edges in any order, gives passes; every instant is CLOCK_MONOTONIC nanoseconds.

    A break edge that is older than the newest pass by 500 ms or more (sensors on two chips may be
    read out of order) is a pass of its own, told at once: late is better than lost.
    """

    def __init__(self, merge_ns: int = MERGE_NS, hold_ns: int = HOLD_NS) -> None:
        if not 0 < hold_ns <= merge_ns:
            message = f"hold_ns must lie between 1 and merge_ns, not {hold_ns} of {merge_ns}"
            raise ValueError(message)
        self._merge_ns = merge_ns
        self._hold_ns = hold_ns
        self._newest: dict[str, _Gathering] = {}

    @property
    def due_ns(self) -> int | None:
        """Return when ``advance`` has something to tell at the latest, or None."""
        waiting = [c.first.mono_ns for c in self._newest.values() if not c.is_told]
        return min(waiting) + self._hold_ns if waiting else None

    def feed(self, edge: Edge) -> tuple[DetectedPass, ...]:
        """Take one edge; return the passes that it settles."""
        told = self._settle_before(edge)
        gathering = self._newest.get(edge.gate)
        if gathering is not None and self._belongs(edge, gathering):
            gathering.take(edge)
        elif edge.level == 1:
            gathering = self._open(edge)
        else:
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

    def _belongs(self, edge: Edge, gathering: _Gathering) -> bool:
        if edge.level == 0:
            return edge.sensor in gathering.broken
        return gathering.joins(edge, self._merge_ns)

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
