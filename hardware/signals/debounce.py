"""When a button was pressed and let go, from the raw edges of its contact: pure.

A press is told at its first edge, so that nothing waits for a contact to settle; whatever bounces
within ``QUIET_NS`` of another edge belongs to it, by the edges' own instants. A release counts once
the contact stayed open, and edges that a busy machine hands on late have had time to come.
"""

from dataclasses import dataclass

from hardware.gates.edges import Edge

QUIET_NS = 30_000_000
LATE_NS = 100_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """The button was pressed, or let go, at ``mono_ns``."""

    is_pressed: bool
    mono_ns: int


class Debouncer:
    """One button's contact; edges come in their order."""

    def __init__(self) -> None:
        self.is_pressed = False
        self._open_since_ns: int | None = None

    @property
    def due_ns(self) -> int | None:
        """When ``advance`` has something to tell, None where it hasn't."""
        opened_ns = self._open_since_ns
        return None if opened_ns is None else opened_ns + QUIET_NS + LATE_NS

    def feed(self, edge: Edge) -> tuple[Change, ...]:
        """Take an edge; return what it tells. ``level`` 1 is a closed contact."""
        told = self._released(edge.mono_ns)
        if edge.level == 0:
            if self.is_pressed:
                self._open_since_ns = edge.mono_ns
            return told
        self._open_since_ns = None
        if self.is_pressed:
            return told
        self.is_pressed = True
        return (*told, Change(is_pressed=True, mono_ns=edge.mono_ns))

    def hold(self, mono_ns: int) -> tuple[Change, ...]:
        """Hear that the contact was closed already when listening began."""
        if self.is_pressed:
            return ()
        self.is_pressed = True
        return (Change(is_pressed=True, mono_ns=mono_ns),)

    def advance(self, now_ns: int) -> tuple[Change, ...]:
        """Tell a release that stayed one, ``now_ns`` by the clock."""
        return self._released(now_ns - LATE_NS)

    def _released(self, upto_ns: int) -> tuple[Change, ...]:
        """Tell it where every edge up to an instant is known."""
        opened_ns = self._open_since_ns
        if opened_ns is None or upto_ns < opened_ns + QUIET_NS:
            return ()
        self.is_pressed, self._open_since_ns = False, None
        return (Change(is_pressed=False, mono_ns=opened_ns),)
