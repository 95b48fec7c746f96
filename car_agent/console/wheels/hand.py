"""A person's hand on the wheels: between the drive loop and the guard, in the agent's process.

The drive loop speaks to this as to its guard. What a person at the console drives goes past the
loop, and only while no heat of this car is under way: race control's lease always comes first.
Letting go never needs this process: every command ends by itself in the guard, ``TTL_NS`` after
the tick that it answers.
"""

import threading
import time
from collections.abc import Callable

import structlog

from car_agent.console.talk import ByHand, RefusalCode
from car_agent.console.wheels.seat import Seat
from hardware.actuators.command import Command
from hardware.actuators.errors import ActuatorError
from hardware.guard.handle import CarriedOut, DriveGuard, GuardStatus
from hardware.guard.lease import DriveLease

_log = structlog.get_logger()

#: A page that is lost, hidden or let go means neutral within this time.
TTL_NS = 200_000_000


class HandOnWheels:
    """The guard as the drive loop sees it, and what the console may ask. Any thread may call."""

    def __init__(
        self,
        guard: DriveGuard,
        seat: Seat,
        throttle_scale: float = 1.0,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        release_own: Callable[[int], bool] | None = None,
    ) -> None:
        """``release_own`` releases the emergency stop, or says False where it isn't the car's own.

        ``throttle_scale``: the operator's limit, which holds for hands as for models."""
        self._guard = guard
        self._seat = seat
        self._throttle_scale = throttle_scale
        self._clock_ns = clock_ns
        self._release_own = release_own
        self._lock = threading.Lock()
        self._press = ""

    @property
    def is_held(self) -> bool:
        """Say whether the car was stopped at its console."""
        return self._seat.is_held

    @property
    def is_by_hand(self) -> bool:
        """Say whether a person drives the car now."""
        return self._seat.user() == "hand"

    def drive(self, wish: ByHand) -> RefusalCode | None:
        """Carry a person's command out; return why not where it can't be."""
        with self._lock:
            refusal = self._seat.take("hand", wish.press, wish.tick_mono_ns, TTL_NS)
            if refusal is not None:
                return refusal
            now_ns = self._clock_ns()
            # A tick of the future would be a command that never ends.
            tick_ns = min(wish.tick_mono_ns, now_ns)
            if self._press != wish.press:
                _log.info("driven_by_hand")
            self._press = wish.press
            self._guard.grant(DriveLease(f"console {wish.press}", now_ns + TTL_NS))
            throttle_frac = wish.throttle_frac * self._throttle_scale
            try:
                self._guard.submit(
                    Command(wish.steering_frac, throttle_frac, tick_ns, now_ns, TTL_NS)
                )
            except ActuatorError:
                return "car_guard_away"
            return None

    def let_go(self, press: str) -> None:
        """Go to neutral now; what of that press comes late doesn't count any more."""
        with self._lock:
            # Race control may have taken over meanwhile: its commands aren't ours to end.
            if self._seat.leave(press) and not self._seat.is_own_heat():
                self._guard.halt()

    def hold(self) -> None:
        """Go to neutral now and stand, until ``go_on``."""
        with self._lock:
            self._seat.hold()
            self._guard.halt()
        _log.warning("held_at_the_console")

    def go_on(self) -> None:
        """Let the drive loop drive again where it may."""
        self._seat.go_on()
        _log.warning("let_go_on_at_the_console")

    def submit(self, command: Command) -> bool:
        """Hand the drive loop's command over, unless a person stopped the car."""
        with self._lock:  # else a stop in this very moment would be followed by the command
            return not self._seat.is_held and self._guard.submit(command)

    def halt(self) -> None:
        """See ``DriveGuard``."""
        self._guard.halt()

    def grant(self, lease: DriveLease) -> None:
        """See ``DriveGuard``."""
        self._guard.grant(lease)

    def revoke(self, reason: str) -> None:
        """See ``DriveGuard``."""
        self._guard.revoke(reason)

    def e_stop(self, reason: str) -> None:
        """Latch the emergency stop; waits for nobody."""
        self._guard.e_stop(reason)

    def release(self, who: str) -> None:
        """See ``DriveGuard``."""
        self._guard.release(who)

    def release_here(self, who: str) -> RefusalCode | None:
        """Unlatch the car's own stop; whoever held the button presses it anew."""
        self._seat.clear()
        if self._release_own is None:
            self._guard.release(who)
        elif not self._release_own(self._clock_ns()):
            return "car_race_control_stopped"
        return None

    def calibrate(self, file: str) -> None:
        """See ``DriveGuard``."""
        self._guard.calibrate(file)

    def status(self) -> GuardStatus:
        """See ``DriveGuard``."""
        return self._guard.status()

    def take_carried(self) -> list[CarriedOut]:
        """See ``DriveGuard``."""
        return self._guard.take_carried()
