"""Says whether a sensor chatters: a loose wire or a flickering beam instead of passing cars."""

from collections import deque

WINDOW_NS = 1_000_000_000

#: More edges than this within a second are no cars; a sensor is believed again at or below the
#: other figure, so that its state doesn't itself flicker.
CHATTER_EDGES = 20
CALM_EDGES = 10


class ChatterGauge:
    """Counts one sensor's edges of the last second; instants are CLOCK_MONOTONIC nanoseconds."""

    def __init__(self) -> None:
        self._recent_ns: deque[int] = deque()
        self.is_on = False

    def feed(self, mono_ns: int) -> bool:
        """Take an edge; return whether the sensor chatters now."""
        self.advance(mono_ns)
        if self._recent_ns:
            mono_ns = max(mono_ns, self._recent_ns[-1])  # two chips may be read out of order
        self._recent_ns.append(mono_ns)
        while len(self._recent_ns) > CHATTER_EDGES + 1:
            self._recent_ns.popleft()  # nothing older can matter any more
        if len(self._recent_ns) > CHATTER_EDGES:
            self.is_on = True
        return self.is_on

    def advance(self, now_ns: int) -> None:
        """Forget edges that are a second old."""
        while self._recent_ns and now_ns - self._recent_ns[0] >= WINDOW_NS:
            self._recent_ns.popleft()
        if len(self._recent_ns) <= CALM_EDGES:
            self.is_on = False

    @property
    def calm_ns(self) -> int | None:
        """Return when the chatter will be over without further edges; None where there is none."""
        if not self.is_on:
            return None
        return self._recent_ns[-1 - CALM_EDGES] + WINDOW_NS
