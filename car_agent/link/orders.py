"""What the server wants the car to do: the newest heat order, and whether it allows driving.

The order comes down one event stream and is believed as long as the stream lives; the stream says
``ping`` every two seconds. A stream that is lost for longer than the car's patience stops the car,
since a stop by the marshal could no longer reach it.
"""

import threading
from dataclasses import dataclass

from car_agent.errors import TokenError
from hardware.guard.lease import DriveLease
from timing_server.contract.machines.devices import HeatOrder

_OWN_PHASES = frozenset({"called", "armed", "running", "paused"})


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether the car may drive, and if not, why, in words for the log.

    ``is_own_heat``: this car's heat is between its call and its end, so people want to see its
    picture.
    ``is_trouble``: it isn't the race that stops the car, but something that a person must mend.
    """

    is_allowed: bool
    reason: str
    is_own_heat: bool = False
    is_trouble: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """The newest order, and when the stream that brought it was last alive (mono_ns)."""

    heat: HeatOrder
    contact_mono_ns: int


def permit(
    order: Order | None, car_id: str, model_sha256: str, now_ns: int, patience_ns: int
) -> Permission:
    """Decide whether this car, with this model, may drive at ``now_ns``."""
    if order is None:
        return Permission(False, "no order from the server yet")
    if now_ns - order.contact_mono_ns > patience_ns:
        reason = f"no contact with the server for {patience_ns / 1e9:g} s"
        return Permission(False, reason, is_trouble=True)
    run = order.heat.run_of(car_id)
    if run is None or order.heat.phase not in _OWN_PHASES:
        return Permission(False, "no heat of this car is under way")
    if run.model_sha256 is not None and run.model_sha256 != model_sha256:
        reason = (
            f"the heat is for model {run.model_sha256[:12]}…, but {model_sha256[:12]}… is loaded; "
            "it drives once that one is loaded, or the heat is equipped with this one"
        )
        return Permission(False, reason, is_own_heat=True, is_trouble=True)
    if not run.is_go:
        reason = f"{order.heat.phase}: waiting to be let off"
        return Permission(False, reason, is_own_heat=True)
    return Permission(True, order.heat.phase, is_own_heat=True)


class OrderBook:
    """The newest order between the stream's thread and the others."""

    def __init__(self, car_id: str, model_sha256: str, patience_ns: int) -> None:
        self._car_id = car_id
        self._model_sha256 = model_sha256
        self._patience_ns = patience_ns
        self._lock = threading.Lock()
        self._order: Order | None = None
        self._is_stream_current = False
        self._refusal: TokenError | None = None

    def note_model(self, model_sha256: str) -> None:
        """Note which model is loaded from now on."""
        with self._lock:
            self._model_sha256 = model_sha256

    def begin_stream(self) -> None:
        """Note that a new stream opened: only an order of its own proves contact."""
        with self._lock:
            self._is_stream_current = False

    def note_order(self, heat: HeatOrder, now_ns: int) -> None:
        """Keep a new order."""
        with self._lock:
            self._order = Order(heat, now_ns)
            self._is_stream_current = True

    def forget(self) -> None:
        """Drop the order: what the server wants is no longer known."""
        with self._lock:
            self._order = None

    def note_contact(self, now_ns: int) -> None:
        """Note that the stream is alive, once it has brought an order."""
        with self._lock:
            if self._is_stream_current and self._order is not None:
                self._order = Order(self._order.heat, now_ns)

    def refuse(self, error: TokenError) -> None:
        """Note that the server won't have this car at all."""
        with self._lock:
            self._refusal = error

    @property
    def refusal(self) -> TokenError | None:
        """Why the server won't have this car; None as long as it didn't say so."""
        return self._refusal

    def lease(self, now_ns: int) -> DriveLease | None:
        """Return leave to drive for as long as the newest order is believed; None without one."""
        order = self._order
        if order is None or not self.permission(now_ns).is_allowed:
            return None
        # To the last nanosecond of patience, as ``permit`` has it.
        expires_ns = order.contact_mono_ns + self._patience_ns + 1
        return DriveLease(order.heat.heat_id or "heat", expires_ns)

    def permission(self, now_ns: int) -> Permission:
        """Decide by the newest order."""
        return permit(self._order, self._car_id, self._model_sha256, now_ns, self._patience_ns)
