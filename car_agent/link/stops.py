"""The emergency stops that the car heeds, each by its id, until that very id is lifted.

An order may be late, a stream may break, and race control may forget a stop with its event: so a
car releases its guard only when every stop that it heeds was named to it as lifted, never because
an order doesn't mention it. What the guard itself latched, by the car's own button, gets an id
here and is told to the server.
"""

import re
import secrets
from collections import deque
from dataclasses import dataclass, replace

import structlog

from hardware.guard.handle import DriveGuard, GuardStatus
from hardware.guard.lease import FROM_AFAR
from timing_server.contract.machines.devices import HeatOrder
from timing_server.contract.machines.driving import StopOrder, StopSource

_log = structlog.get_logger()

#: How the guard is told of a stop, so that its note on disk still names it after a restart.
_REASON = re.compile(rf"^{re.escape(FROM_AFAR)}([\x21-\x7e]{{1,128}})\] ")

#: How many stops that were lifted are remembered: the guard may not have heard so yet.
LIFTED_KEPT = 64
#: How long a guard may say that it hasn't heeded what it was told before it is told again.
AGAIN_NS = 500_000_000


@dataclass(frozen=True, slots=True)
class HeededStop:
    """A stop that the car heeds since ``heard_mono_ns``.

    ``is_own``: the guard latched it by itself. ``neutral_mono_ns`` is when the wheels were in
    neutral for it, None while the guard hasn't said so.
    """

    stop_id: str
    heard_mono_ns: int
    is_own: bool = False
    neutral_mono_ns: int | None = None

    @property
    def source(self) -> StopSource | None:
        """Who stopped, as far as the car knows."""
        return "car" if self.is_own else None


class StopBook:
    """Which stops are heeded; callers keep other threads out (``OrderBook`` has the lock)."""

    def __init__(self, car_id: str, guard: DriveGuard, nonce: str | None = None) -> None:
        """A guard that is latched from before says by its reason which stop that was.

        ``nonce`` makes ids of the car's own stops that no earlier run of the agent made.
        """
        self._car_id = car_id
        self._guard = guard
        self._nonce = secrets.token_hex(4) if nonce is None else nonce
        self._heeded: dict[str, HeededStop] = {}
        self._lifted: deque[str] = deque(maxlen=LIFTED_KEPT)
        self._released_ns = 0
        self._latched_ns = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The stops that are heeded now, oldest first."""
        return tuple(self._heeded)

    @property
    def heeded(self) -> tuple[HeededStop, ...]:
        """The stops that are heeded now, oldest first."""
        return tuple(self._heeded.values())

    def note_stop(self, order: StopOrder, now_ns: int) -> None:
        """Heed a stop at once, where this car is meant."""
        if order.car_id not in (None, self._car_id) or order.stop_id in self._heeded:
            return
        whom = "every car" if order.car_id is None else "this car"
        self._heeded[order.stop_id] = HeededStop(order.stop_id, now_ns)
        self._latch(order.stop_id, now_ns)
        _log.warning("emergency_stop", stop_id=order.stop_id, stops=whom)

    def note_order(self, order: HeatOrder, now_ns: int) -> None:
        """Heed what stands, and release the guard once all that was heeded is lifted."""
        self.note_guard(self._guard.status())  # its button may have been pressed just now
        had_any = bool(self._heeded)
        for stop_id in order.lifted_stop_ids:
            if self._heeded.pop(stop_id, None) is not None:
                self._lifted.append(stop_id)
                _log.info("emergency_stop_lifted", stop_id=stop_id)
        for stop in order.stops:
            self.note_stop(stop, now_ns)
        if had_any and not self._heeded:
            self._release(now_ns)

    def release_own(self, now_ns: int) -> bool:
        """Release what the car latched by itself; False where race control stopped it too.

        A server that was told of such a stop orders it again until race control lifts it.
        """
        if any(not stop.is_own for stop in self.heeded):
            return False
        self._lifted.extend(self._heeded)
        self._heeded.clear()
        self._release(now_ns)
        return True

    def note_guard(self, status: GuardStatus) -> None:
        """Note what the guard says: a stop of its own, and when the wheels were in neutral."""
        if status.e_stop is None:
            self._latch_again(status)
            return
        if self._is_unheeded(status):
            self._heed_own(status)
        if status.fault is not None:  # wheels that fail may not be in neutral
            return
        for stop in self.heeded:
            if stop.neutral_mono_ns is None and status.told_mono_ns >= stop.heard_mono_ns:
                neutral_ns = max(stop.heard_mono_ns, _neutral_since(status))
                self._heeded[stop.stop_id] = replace(stop, neutral_mono_ns=neutral_ns)

    def _is_unheeded(self, status: GuardStatus) -> bool:
        """Whether the guard stands by a stop that isn't heeded: beside race control's, its own."""
        if not self._heeded:
            return not self._is_lifted(status)
        is_heeded = any(each.is_own for each in self.heeded) or self._name(status) in self._lifted
        return _is_own(status) and not is_heeded

    def _is_lifted(self, status: GuardStatus) -> bool:
        """Whether the guard still stands by a stop that was lifted: it hasn't heard so yet.

        One that was away when it was released is released again.
        """
        if self._name(status) not in self._lifted:
            return False
        if status.told_mono_ns - self._released_ns > AGAIN_NS:
            self._release(status.told_mono_ns)
        return True

    def _latch(self, stop_id: str, now_ns: int) -> None:
        self._latched_ns = now_ns
        self._guard.e_stop(f"{FROM_AFAR}{stop_id}] race control")

    def _latch_again(self, status: GuardStatus) -> None:
        """Latch a guard that was away when it was stopped."""
        if self._heeded and status.told_mono_ns - self._latched_ns > AGAIN_NS:
            self._latch(self.ids[0], status.told_mono_ns)

    def _release(self, now_ns: int) -> None:
        self._released_ns = now_ns
        self._guard.release("race control")

    def _heed_own(self, status: GuardStatus) -> None:
        stop_id = self._name(status)
        self._heeded[stop_id] = HeededStop(stop_id, status.e_stop_mono_ns, _is_own(status))
        _log.warning("emergency_stop", stop_id=stop_id, stops=status.e_stop)

    def _name(self, status: GuardStatus) -> str:
        """Return the id of the stop by which the guard is latched."""
        named = _REASON.search(status.e_stop or "")
        own = f"{self._car_id}.{self._nonce}.{status.e_stop_mono_ns}"
        return named.group(1) if named else own


def _is_own(status: GuardStatus) -> bool:
    return _REASON.search(status.e_stop or "") is None


def _neutral_since(status: GuardStatus) -> int:
    """Return since when the wheels are in neutral: a car that stood was there before the stop."""
    is_written_for_it = status.neutral_mono_ns >= status.e_stop_mono_ns
    return status.neutral_mono_ns if is_written_for_it else status.e_stop_mono_ns
