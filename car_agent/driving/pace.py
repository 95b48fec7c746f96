"""How often the car decides: a beat of absolute instants, which a camera's pictures are held to."""

_NS_PER_S = 1_000_000_000

#: So much of a period may a picture come early: a camera of just the wanted rate trembles.
_EARLY = 0.125


class Pace:
    """Says which of a camera's pictures are driven by, where it gives more than are wanted.

    Each instant of the beat takes the first picture at or after it, or a hair before. The instants
    are multiples of the period since the first picture, never measured from the last one, so that
    what is lost in waiting for a picture doesn't add up: a camera of 30 pictures a second gives 20
    decisions a second, not 15. A camera that gives fewer than are wanted sets the pace itself.
    """

    def __init__(self, rate_hz: float) -> None:
        """Wait for the first picture, which begins the beat."""
        self._period_ns = _NS_PER_S / rate_hz
        self._begun_ns: int | None = None
        self._beats = 0
        self._passed_ns = 0

    def takes(self, capture_ns: int) -> bool:
        """Say whether to drive by the picture taken at ``capture_ns``; each is asked once."""
        if self._begun_ns is None or capture_ns < self._passed_ns:
            # The first one, or a camera whose clock was set back: the beat begins anew.
            self._begun_ns = capture_ns
            self._beats = 0
        self._passed_ns = capture_ns
        since_ns = capture_ns - self._begun_ns
        if since_ns < (self._beats - _EARLY) * self._period_ns:
            return False
        # Beats without a picture are left out, but for the last: a picture that comes up to a
        # period late doesn't cost the next one.
        self._beats = max(self._beats + 1, int(since_ns / self._period_ns))
        return True
