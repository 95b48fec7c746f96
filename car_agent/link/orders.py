"""What the server wants the car to do, and whether its own run's lease lets it drive.

The order comes down one event stream, and says which lease the run drives by; renewals of that
lease come behind it. The car believes neither for longer than the lease lasts: a server that is
away for so long can't reach it with a stop any more. What is decided here the guard heeds as well,
in a process of its own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from car_agent.errors import TokenError
from car_agent.link.leases import lease_by
from car_agent.link.stops import HeededStop, StopBook
from hardware.guard.handle import DriveGuard, GuardStatus
from hardware.guard.lease import DriveLease
from hardware.race_clock import Relation
from timing_server.contract.machines.devices import HeatOrder, RunOrder
from timing_server.contract.machines.driving import LeaseRenewal, StopOrder

_log = structlog.get_logger()

#: Stands for the hash where no model is loaded, and the car knows that.
NO_MODEL = ""
_OWN_PHASES = frozenset({"called", "armed", "running", "paused"})
#: A car that rolls has come to rest by then; it is steered no longer.
COAST_NS = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether the car may drive, and if not, why, in words for the log.

    ``throttle_scale``: what every throttle is multiplied by, 0 to 1; 0 for a car that rolls on.
    ``is_own_heat``: this car's heat is between its call and its end, so people want to see its
    picture.
    ``is_trouble``: it isn't the race that stops the car, but something that a person must mend.
    """

    is_allowed: bool
    reason: str
    is_own_heat: bool = False
    is_trouble: bool = False
    throttle_scale: float = 1.0


def permit(
    order: HeatOrder | None,
    lease: DriveLease | None,
    car_id: str,
    model_sha256: str | None,
    now_ns: int,
) -> Permission:
    """Decide whether this car, with this model, may drive at ``now_ns``.

    ``model_sha256`` ``NO_MODEL``: none is loaded. None: nobody can prove which it is, and a
    marshal's word counts instead.
    """
    if model_sha256 == NO_MODEL:
        is_own = order is not None and order.phase in _OWN_PHASES and order.run_of(car_id)
        reason = "no model is loaded yet"
        return Permission(False, reason, is_own_heat=bool(is_own), is_trouble=True)
    if order is None:
        return Permission(False, "no order from the server yet")
    run = order.run_of(car_id)
    if run is None or order.phase not in _OWN_PHASES:
        return Permission(False, "no heat of this car is under way")
    if _is_other(run.model_sha256, model_sha256):
        reason = (
            f"the heat is for model {_short(run.model_sha256)}, but "
            f"{_short(model_sha256)} is loaded; "
            "it drives once that one is loaded, or the heat is equipped with this one"
        )
        return Permission(False, reason, is_own_heat=True, is_trouble=True)
    if run.is_go and lease is not None:
        return _by_lease(order, run, lease, now_ns)
    return Permission(False, _why_not(order, run), is_own_heat=True)


def _is_other(wanted: str | None, loaded: str | None) -> bool:
    return wanted is not None and loaded is not None and wanted != loaded


def _short(sha256: str | None) -> str:
    return f"{(sha256 or '')[:12]}…"


def _why_not(order: HeatOrder, run: RunOrder) -> str:
    if run.held is not None:
        return f"held ({run.held}) until somebody says go"
    if not run.is_go:
        return f"{order.phase}: waiting to be let off"
    return "waiting for leave to drive"


def _by_lease(order: HeatOrder, run: RunOrder, lease: DriveLease, now_ns: int) -> Permission:
    scale = run.speed_pct / 100
    if now_ns < lease.expires_mono_ns:
        return Permission(True, order.phase, is_own_heat=True, throttle_scale=scale)
    lost = f"there was no contact with the server for {order.contact_limit_ms / 1e3:g} s"
    if lease.then == "finish_lap" and now_ns < lease.finish_until_mono_ns:
        reason = f"{lost}: finishing the lap"
        return Permission(True, reason, is_own_heat=True, is_trouble=True, throttle_scale=scale)
    if lease.then == "coast" and now_ns < lease.expires_mono_ns + COAST_NS:
        reason = f"{lost}: rolling on"
        return Permission(True, reason, is_own_heat=True, is_trouble=True, throttle_scale=0.0)
    reason = f"{lost}; it stands until somebody says go"
    return Permission(False, reason, is_own_heat=True, is_trouble=True)


def _has_run_out(lease: DriveLease, now_ns: int) -> bool:
    """Whether the lease ended without a renewal; one that finishes its lap still drives."""
    ends_ns = lease.expires_mono_ns
    if lease.then == "finish_lap":
        ends_ns = max(ends_ns, lease.finish_until_mono_ns)
    return now_ns >= ends_ns


class OrderBook:
    """The newest order, lease and stops, between the stream's thread and the others.

    What it learns it hands to the guard at once: leave, its end, and emergency stops.
    """

    def __init__(
        self,
        car_id: str,
        model_sha256: str | None,
        guard: DriveGuard,
        relation: Callable[[], Relation | None],
        measure_soon: Callable[[], None],
    ) -> None:
        """``relation`` is how the clocks lie now; ``measure_soon`` asks for a better one."""
        self._car_id = car_id
        self._model_sha256 = model_sha256
        self._guard = guard
        self._relation = relation
        self._measure_soon = measure_soon
        self._lock = threading.Lock()
        self._order: HeatOrder | None = None
        self._lease: DriveLease | None = None
        self._is_new = True
        self._missed_id: str | None = None
        self._refusal: TokenError | None = None
        self.stops = StopBook(car_id, guard)

    def note_model(self, model_sha256: str) -> None:
        """Note which model is loaded from now on."""
        with self._lock:
            self._model_sha256 = model_sha256

    def note_order(self, heat: HeatOrder, now_ns: int) -> None:
        """Keep a new order; leave to drive that it doesn't name any more is over.

        Leave that the very first order names isn't taken: of what was before, a car that was only
        just switched on knows nothing. It may be in the hands of who caught it.
        """
        with self._lock:
            self.stops.note_order(heat, now_ns)
            self._order = heat
            run = heat.run_of(self._car_id)
            lease_id = run.lease_id if run is not None and run.is_go else None
            if self._lease is not None and self._lease.lease_id != lease_id:
                self._end_lease(_why_ended(heat, run))
            if self._is_new or self._missed_id != lease_id:
                self._missed_id = lease_id if self._is_new else None
            self._is_new = False

    def note_renewal(self, renewal: LeaseRenewal, now_ns: int) -> None:
        """Take a renewal for what it is worth, where it is of the lease that the order names.

        One that comes when the lease has run out is worth nothing: the car was lost, and somebody
        may have it in the hands. It drives by the lease of another go.
        """
        relation = self._relation()
        if relation is None or relation.server_boot_id != renewal.server_boot_id:
            _log.info("lease_not_taken", why="the clock isn't related to the server's yet")
            self._measure_soon()
            return
        with self._lock:
            run = None if self._order is None else self._order.run_of(self._car_id)
            if self._order is None or run is None or not self._is_ready(run):
                return
            lease = lease_by(self._order, run, renewal, relation, now_ns)
            if lease is None or self.lost_lease_id(now_ns) is not None:
                return
            if self._lease is not None or not _has_run_out(lease, now_ns):
                self._lease = lease
                self._guard.grant(lease)

    def note_stop(self, order: StopOrder, now_ns: int) -> None:
        """Stop now, where this car is meant."""
        with self._lock:
            self.stops.note_stop(order, now_ns)
            if self.stops.ids:
                self._lease = None

    def note_guard(self, status: GuardStatus) -> tuple[HeededStop, ...]:
        """Note what the guard says of emergency stops; return those that are heeded now."""
        with self._lock:
            self.stops.note_guard(status)
            if self.stops.ids:
                self._lease = None
            return self.stops.heeded

    def release_own(self, now_ns: int) -> bool:
        """Release what the car latched by itself; False where race control stopped it too."""
        with self._lock:
            return self.stops.release_own(now_ns)

    def forget(self) -> None:
        """Drop the order: what the server wants is no longer known."""
        with self._lock:
            self._order = None
            self._end_lease("an order could not be read")

    def refuse(self, error: TokenError) -> None:
        """Note that the server won't have this car at all."""
        with self._lock:
            self._refusal = error

    @property
    def refusal(self) -> TokenError | None:
        """Why the server won't have this car; None as long as it didn't say so."""
        return self._refusal

    @property
    def is_new(self) -> bool:
        """Whether no order came yet."""
        return self._is_new

    @property
    def order(self) -> HeatOrder | None:
        """The newest order; None before the first, or where it couldn't be read."""
        return self._order

    def lease_left_ns(self, now_ns: int) -> int | None:
        """Return how long the car may drive without another word; None without a lease."""
        lease = self._lease
        return None if lease is None else max(0, lease.expires_mono_ns - now_ns)

    def lost_lease_id(self, now_ns: int) -> str | None:
        """Return the lease that ran out, or began before this car did, while the order names it.

        None where none did: the car drives, or waits for leave as any other.
        """
        lease = self._lease
        if lease is None or not _has_run_out(lease, now_ns):
            return self._missed_id
        return lease.lease_id

    def permission(self, now_ns: int) -> Permission:
        """Decide by the newest order, lease and stops."""
        found = permit(self._order, self._lease, self._car_id, self._model_sha256, now_ns)
        if self.stops.ids:
            return Permission(False, "emergency stop", is_own_heat=found.is_own_heat)
        if self._missed_id is not None and self._lease is None and not found.is_trouble:
            reason = "it was started behind its heat; it stands until somebody says go"
            return Permission(False, reason, is_own_heat=True, is_trouble=True)
        return found

    def _is_ready(self, run: RunOrder) -> bool:
        is_other_model = _is_other(run.model_sha256, self._model_sha256)
        has_model = self._model_sha256 != NO_MODEL
        return run.is_go and has_model and not is_other_model and not self.stops.ids

    def _end_lease(self, why: str) -> None:
        self._lease = None
        self._guard.revoke(why)


def _why_ended(heat: HeatOrder, run: RunOrder | None) -> str:
    if run is not None and run.held is not None:
        return f"held ({run.held})"
    return f"the heat is {heat.phase}"
