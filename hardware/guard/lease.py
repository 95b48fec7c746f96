"""The drive lease: until when a car may have throttle, what comes then, and the emergency stop.

Pure: the guard process holds a ``LeaseBook`` and gives it the instant with every question. The
agent grants and renews through ``hardware.guard.handle.DriveGuard``.

- No throttle without a valid lease. A lease id stands for one decision to let the car drive;
  renewing it (about every ``RENEW_EVERY_NS``) means granting it again with later instants, and
  the newest grant of it counts, also where it is shorter.
- At ``expires_mono_ns`` comes what ``then`` says. ``stop``: neutral, and the wheels stay as they
  are steered, since a car that goes straight on leaves the bend it is in. ``coast``: neutral at
  once, but steering follows the model while its commands are fresh. ``finish_lap``: throttle as
  before until ``finish_until_mono_ns``, when the lap would be over: nothing on the car sees that it
  is; then as ``stop``.
- ``revoke`` is ``stop`` at once. A lease that was revoked does not come back by being renewed: the
  next go has a new id.
- ``e_stop`` is neutral at once and latches until ``release``, which a person asks for. It revokes
  the lease, so that a released car stands until somebody lets it off anew. One reason is kept: that
  of a stop made at the car before one that race control repeats (``is_from_afar``), which only the
  guard would remember.

Braking by reverse throttle is never used: on most controllers reverse after forward brakes, on
some it drives backwards, and nobody has told the guard which.
"""

from collections import deque
from dataclasses import dataclass
from typing import Literal

Then = Literal["stop", "coast", "finish_lap"]
May = Literal["drive", "coast", "stand"]
LeasePhase = Literal["none", "valid", "finishing", "expired", "revoked"]

RENEW_EVERY_NS = 500_000_000

#: No lease is longer, whatever it says: instants of another clock must not let a car drive on.
MAX_LEASE_NS = 60_000_000_000
#: How long after its lease a lap may be finished at most.
MAX_FINISH_NS = 120_000_000_000

_BURNT_IDS = 16

#: So begins the reason of a stop that race control named, and repeats until it is lifted.
FROM_AFAR = "[stop "


def is_from_afar(reason: str) -> bool:
    """Say whether an emergency stop's reason is a name that race control gave it."""
    return reason.startswith(FROM_AFAR)


@dataclass(frozen=True, slots=True)
class DriveLease:
    """Leave to drive until ``expires_mono_ns``, by the car's own ``time.monotonic_ns``.

    ``lease_id``: 1–64 characters. ``finish_until_mono_ns`` matters for ``finish_lap`` alone.
    """

    lease_id: str
    expires_mono_ns: int
    then: Then = "stop"
    finish_until_mono_ns: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the lease allows, and until when (mono_ns; None = until something is said).

    ``drive``: throttle and steering. ``coast``: steering alone. ``stand``: neither.
    ``why`` is empty for ``drive``, else a reason in words for the log.
    """

    may: May
    phase: LeasePhase
    why: str = ""
    until_mono_ns: int | None = None


class LeaseBook:
    """The lease of one car and its emergency stop. Never asks for the time."""

    def __init__(self, e_stop: str | None = None) -> None:
        """Begin without a lease; ``e_stop`` is the reason of one that was latched before."""
        self._e_stop = e_stop
        self._lease: DriveLease | None = None
        self._ended: str | None = None
        self._burnt: deque[str] = deque(maxlen=_BURNT_IDS)

    @property
    def e_stop_reason(self) -> str | None:
        """Why the emergency stop is latched; None where it isn't."""
        return self._e_stop

    @property
    def lease_id(self) -> str | None:
        """The id of the lease that was granted last, also where it is over."""
        return None if self._lease is None else self._lease.lease_id

    def grant(self, lease: DriveLease, now_ns: int) -> bool:
        """Take a lease or its renewal; False where it can't count any more."""
        if self._e_stop is not None or lease.lease_id in self._burnt:
            return False
        expires_ns = min(lease.expires_mono_ns, now_ns + MAX_LEASE_NS)
        finish_ns = min(lease.finish_until_mono_ns, expires_ns + MAX_FINISH_NS)
        self._lease = DriveLease(lease.lease_id, expires_ns, lease.then, finish_ns)
        self._ended = None
        return True

    def revoke(self, reason: str) -> None:
        """Stop now; the lease's id is used up."""
        if self._lease is not None and self._ended is None:
            self._ended = reason
            self._burnt.append(self._lease.lease_id)

    def forget(self) -> None:
        """Drop the lease with the agent that held it; whoever comes next may be granted it anew."""
        self._lease = self._ended = None

    def e_stop(self, reason: str) -> None:
        """Latch the emergency stop. The first reason stays, unless only race control's stood."""
        if self._e_stop is None or (is_from_afar(self._e_stop) and not is_from_afar(reason)):
            self._e_stop = reason
        self.revoke("emergency stop")

    def release(self) -> None:
        """Unlatch, by a person's wish. The car stands until it is granted a new lease."""
        self._e_stop = None

    def verdict(self, now_ns: int) -> Verdict:
        """Return what is allowed at ``now_ns``."""
        lease = self._lease
        if self._e_stop is not None:
            phase: LeasePhase = "none" if lease is None else "revoked"
            return Verdict("stand", phase, f"emergency stop: {self._e_stop}")
        if lease is None:
            return Verdict("stand", "none", "no leave to drive")
        phase = self._phase(lease, now_ns)
        if phase == "valid":
            return Verdict("drive", phase, until_mono_ns=lease.expires_mono_ns)
        if phase == "finishing":
            return Verdict("drive", phase, until_mono_ns=lease.finish_until_mono_ns)
        if phase == "revoked":
            return Verdict("stand", phase, self._ended or "")
        may: May = "coast" if lease.then == "coast" else "stand"
        return Verdict(may, phase, "the leave to drive was not renewed")

    def _phase(self, lease: DriveLease, now_ns: int) -> LeasePhase:
        if self._ended is not None:
            return "revoked"
        if now_ns < lease.expires_mono_ns:
            return "valid"
        if lease.then == "finish_lap" and now_ns < lease.finish_until_mono_ns:
            return "finishing"
        return "expired"
