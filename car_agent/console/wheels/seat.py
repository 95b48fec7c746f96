"""Who has the wheels at the car's console: one person, in one way, while their page is heard.

Race control always comes first: a heat of this car empties the seat, and nobody takes it until that
is over. What is said here is said by the tick that it answers: a page that is lost, or a network
that delivers late, has left the seat by itself.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Literal

from car_agent.console.talk import RefusalCode

Use = Literal["hand", "model", "calibration"]

#: What others are told while somebody is in it.
TAKEN: dict[Use, RefusalCode] = {
    "hand": "car_another_hand",
    "model": "car_model_drives",
    "calibration": "car_calibrating",
}
#: What whoever was out of the seat already is told.
_OUT: dict[Use, RefusalCode] = {
    "hand": "car_let_go",
    "model": "car_start_anew",
    "calibration": "car_start_anew",
}
_KEPT_HOLDERS = 64


class Seat:
    """Any thread may call. A holder is one press of a button: whoever left it presses anew."""

    def __init__(
        self,
        is_own_heat: Callable[[], bool],
        is_e_stopped: Callable[[], bool],
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.is_own_heat = is_own_heat
        self._is_e_stopped = is_e_stopped
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._use: Use | None = None
        self._holder = ""
        self._until_ns = 0
        self._left: deque[str] = deque(maxlen=_KEPT_HOLDERS)
        self._is_held = False

    @property
    def is_held(self) -> bool:
        """Say whether the car was stopped at its console, until somebody lets it go on."""
        return self._is_held

    def take(self, use: Use, holder: str, tick_ns: int, lasts_ns: int) -> RefusalCode | None:
        """Take the seat, or stay in it, until ``lasts_ns`` after a tick; return why not.

        A tick of the future counts as now: else nobody could leave the seat by falling silent.
        A hand that was silent may go on; a model or a calibration is begun anew.
        """
        with self._lock:
            now_ns = self._clock_ns()
            refusal = self._refusal(use, holder, now_ns)
            if refusal is not None:
                return refusal
            until_ns = min(tick_ns, now_ns) + lasts_ns
            if until_ns <= now_ns:
                return "car_link_too_slow"
            self._use, self._holder, self._until_ns = use, holder, until_ns
            return None

    def user(self) -> Use | None:
        """Return in which way a person has the wheels now, None where nobody has."""
        with self._lock:
            self._look(self._clock_ns())
            return self._use

    def is_taken_by(self, holder: str) -> bool:
        """Say whether this holder is still in the seat."""
        with self._lock:
            self._look(self._clock_ns())
            return self._use is not None and self._holder == holder

    def leave(self, holder: str) -> bool:
        """Leave it for good; False where that holder wasn't in it."""
        with self._lock:
            self._left.append(holder)
            was_in = self._use is not None and self._holder == holder
            if was_in:
                self._use = None
            return was_in

    def clear(self) -> None:
        """Put whoever is in it out."""
        with self._lock:
            self._put_out()

    def hold(self) -> None:
        """Put whoever is in it out, and let nobody in until ``go_on``."""
        with self._lock:
            self._is_held = True
            self._put_out()

    def go_on(self) -> None:
        """Let people in again."""
        self._is_held = False

    def _refusal(self, use: Use, holder: str, now_ns: int) -> RefusalCode | None:
        found: list[tuple[bool, RefusalCode]] = [
            (self.is_own_heat(), "car_race_control_drives"),
            (self._is_e_stopped(), "car_emergency_stop"),
            (self._is_held, "car_held"),
        ]
        self._look(now_ns)
        if self._use is not None and self._holder != holder:
            found.append((True, TAKEN[self._use]))
        found.append((holder in self._left, _OUT[use]))
        return next((code for holds, code in found if holds), None)

    def _look(self, now_ns: int) -> None:
        if self._use is None:
            return
        if self.is_own_heat() or self._is_e_stopped():
            self._put_out()
        elif now_ns >= self._until_ns:
            if self._use == "hand":
                self._use = None
            else:
                self._put_out()

    def _put_out(self) -> None:
        if self._use is not None:
            self._left.append(self._holder)
            self._use = None
