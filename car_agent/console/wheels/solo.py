"""The car's own model let off at its console, without a server: only while the page is heard.

The guard gets a lease of the car's own, renewed by each word of the page and over ``CONTACT_NS``
after the tick that the newest one answers. From the call of one of the car's heats on race
control's order counts alone.
"""

import time
from collections.abc import Callable

import structlog

from car_agent.console.talk import DriveAlone, RefusalCode
from car_agent.console.wheels.off_heat import OffHeatGuard
from car_agent.console.wheels.seat import Seat
from car_agent.errors import TokenError
from car_agent.link.orders import OrderBook, Permission
from hardware.guard.lease import DriveLease

_log = structlog.get_logger()

#: A page that is lost means a car that stands within this time.
CONTACT_NS = 1_000_000_000


class SoloDrive:
    """What lets the drive loop drive: race control's orders, or else a person at the console."""

    def __init__(
        self,
        book: OrderBook,
        guard: OffHeatGuard,
        seat: Seat,
        why_not: Callable[[], RefusalCode | None],
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """``why_not`` says what else keeps the model from starting: none, or one on its way."""
        self._book = book
        self._guard = guard
        self._seat = seat
        self._why_not = why_not
        self._clock_ns = clock_ns
        self._run = ""
        self._scale = 0.0

    def drive(self, wish: DriveAlone) -> RefusalCode | None:
        """Let the model drive, or go on; return why not."""
        is_new = not self._seat.is_taken_by(wish.press)
        refusal = self._seat.take("model", wish.press, wish.tick_mono_ns, CONTACT_NS)
        if refusal is None and is_new:
            refusal = self._why_not()
            if refusal is not None:
                self._seat.leave(wish.press)
        if refusal is not None:
            return refusal
        if is_new:
            _log.info("let_off_at_the_console", speed_percent=wish.speed_percent)
        self._run, self._scale = wish.press, wish.speed_percent / 100
        until_ns = min(wish.tick_mono_ns, self._clock_ns()) + CONTACT_NS
        self._guard.grant(DriveLease(f"console {wish.press}", until_ns))
        return None

    def stop(self, press: str) -> None:
        """Stop what that press let off: neutral now, and its lease is over."""
        if not self._seat.leave(press):
            return
        self._guard.halt()
        self._guard.grant(DriveLease(f"console {press}", self._clock_ns()))
        _log.info("stopped_at_the_console")

    def permission(self, now_ns: int) -> Permission:
        """Decide by race control's orders, and where no heat is under way by the console."""
        found = self._book.permission(now_ns)
        if found.is_own_heat or self._seat.user() != "model":
            return found
        return Permission(True, "let off at the car's own page", throttle_scale=self._scale)

    @property
    def refusal(self) -> TokenError | None:
        """Why the server won't have this car."""
        return self._book.refusal

    def note_model(self, model_sha256: str) -> None:
        """Note which model is loaded from now on."""
        self._book.note_model(model_sha256)
