"""A clock that the test moves, a car whose wheels write down what they were told, its guard."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from car_agent.link.orders import OrderBook
from hardware.actuators.command import Actuators, CarReading, Command
from hardware.actuators.errors import ActuatorError, DeviceResetError
from hardware.guard.handle import CarriedOut, DriveGuard, GuardStatus
from hardware.guard.lease import DriveLease
from hardware.guard.messages import (
    Beat,
    Calibrate,
    Drive,
    EStop,
    Grant,
    Halt,
    Release,
    Revoke,
)
from hardware.guard.process.desk import GuardDesk
from hardware.guard.process.latch import Latch
from hardware.race_clock import Relation
from timing_server.contract.machines.devices import HeatOrder
from timing_server.contract.machines.driving import LeaseRenewal


@dataclass
class FakeClock:
    """A monotonic clock that moves when the test says so."""

    now_ns: int = 1_000_000_000

    def __call__(self) -> int:
        """Return the instant."""
        return self.now_ns

    def advance_ms(self, duration_ms: float) -> None:
        """Let time pass."""
        self.now_ns += int(duration_ms * 1e6)


@dataclass
class RecordingActuators:
    """Keeps every command; ``None`` stands for neutral."""

    done: list[Command | None] = field(default_factory=list)
    is_broken: bool = False
    is_reset: bool = False
    is_closed: bool = False
    newest: CarReading = field(default_factory=CarReading)
    description: str = "recording"
    files: list[str] = field(default_factory=list)

    def apply(self, command: Command) -> None:
        """Keep the command."""
        self._fail_if_broken()
        self.done.append(command)

    def neutral(self) -> None:
        """Keep that neutral was set."""
        self._fail_if_broken()
        self.done.append(None)

    def calibrate(self, file: str) -> None:
        """Keep it."""
        self.files.append(file)

    def check(self) -> None:
        """Fail where the test has reset it."""
        if self.is_reset:
            raise DeviceResetError("it was reset")

    def reading(self) -> CarReading:
        """Return what the test has put there."""
        return self.newest

    def close(self) -> None:
        """Note it."""
        self.is_closed = True

    def throttle_frac(self) -> float:
        """Return the throttle that the car stands at now."""
        last = self.done[-1]
        return 0.0 if last is None else last.throttle_frac

    def _fail_if_broken(self) -> None:
        if self.is_broken:
            raise ActuatorError("The wire is loose.")


def drive(command: Command) -> Drive:
    """Return a command as it travels to the guard."""
    return Drive(
        steering_frac=command.steering_frac,
        throttle_frac=command.throttle_frac,
        capture_mono_ns=command.capture_mono_ns,
        issued_mono_ns=command.issued_mono_ns,
        ttl_ns=command.ttl_ns,
    )


class GuardInPlace:
    """The guard's own code, without its process and its socket; a test's clock drives it."""

    def __init__(self, open_wheels: Callable[[], Actuators], clock: FakeClock) -> None:
        self._clock = clock
        self.desk = GuardDesk(open_wheels, Latch(None), clock)
        self.desk.connect()

    def submit(self, command: Command) -> bool:
        """Hand a command over."""
        self.desk.take(drive(command))
        status = self.status()
        if status.fault is not None:
            raise ActuatorError(status.fault)
        return status.why_neutral is None

    def halt(self) -> None:
        """Stop."""
        self.desk.take(Halt(sent_mono_ns=self._clock()))

    def grant(self, lease: DriveLease) -> None:
        """Give leave."""
        self.desk.take(
            Grant(
                lease_id=lease.lease_id,
                expires_mono_ns=lease.expires_mono_ns,
                then=lease.then,
                finish_until_mono_ns=lease.finish_until_mono_ns,
            )
        )

    def revoke(self, reason: str) -> None:
        """Take it away."""
        self.desk.take(Revoke(reason=reason, sent_mono_ns=self._clock()))

    def e_stop(self, reason: str) -> None:
        """Latch."""
        self.desk.take(EStop(reason=reason, sent_mono_ns=self._clock()))

    def release(self, who: str) -> None:
        """Unlatch."""
        self.desk.take(Release(who=who))

    def calibrate(self, file: str) -> None:
        """Use other pulses."""
        self.desk.take(Calibrate(file=file))

    def status(self) -> GuardStatus:
        """Return the newest word."""
        return GuardStatus.told(self.desk.status())

    def take_carried(self) -> list[CarriedOut]:
        """Nothing is kept."""
        return []

    def check(self) -> None:
        """Let the agent beat and the guard look at its deadlines."""
        self.desk.take(Beat())
        self.desk.check()


SERVER_BOOT_ID = "22222222-2222-4222-8222-222222222222"
#: A car's clock that reads as the race clock does, exactly so at the fakes' first instant.
RELATED = Relation(
    mono_ns=1_000_000_000, race_offset_ns=0, bound_ns=0, server_boot_id=SERVER_BOOT_ID
)


def related_now() -> Relation:
    """Return the same of a machine's real clock, measured this moment."""
    return replace(RELATED, mono_ns=time.monotonic_ns())


def order_book(
    guard: DriveGuard, model_sha256: str, relation: Callable[[], Relation | None] = lambda: RELATED
) -> OrderBook:
    """Return the red car's book, which heard of no heat yet.

    Its clock is related unless the test says otherwise.
    """
    book = OrderBook("red", model_sha256, guard, relation, lambda: None)
    book.note_order(HeatOrder(phase="idle"), 0)
    return book


def renewal_of(heat: HeatOrder, sent_race_ns: int, boot_id: str = SERVER_BOOT_ID) -> LeaseRenewal:
    """Return what the server sends twice a second while that order stands."""
    return LeaseRenewal(
        sent_race_ns=sent_race_ns,
        server_boot_id=boot_id,
        lease_ids=tuple(each.lease_id for each in heat.runs if each.lease_id is not None),
    )


def let_off(book: OrderBook, heat: HeatOrder, now_ns: int) -> None:
    """Let the book hear an order, and at once the first renewal of its leases."""
    book.note_order(heat, now_ns)
    book.note_renewal(renewal_of(heat, now_ns), now_ns)
