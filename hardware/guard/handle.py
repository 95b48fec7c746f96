"""What the car's other parts may ask of the guard, wherever it runs."""

from dataclasses import dataclass, field
from typing import Protocol, Self

from hardware.actuators.command import CarReading, Command
from hardware.guard.lease import DriveLease, LeasePhase
from hardware.guard.messages import Status


@dataclass(frozen=True, slots=True)
class GuardStatus:
    """The guard's newest word, about ten times a second and at each change; instants are mono_ns.

    ``why_neutral``: why the throttle is in neutral, in words; None while a command moves the car.
    ``e_stop``: why the emergency stop is latched; None where it isn't. ``e_stop_mono_ns``: when
    the guard heard of it, ``neutral_mono_ns``: when the last neutral had been written to the
    device, ``neutral_took_ns``: how long after its cause that was.
    ``stale_commands``: commands that ended in neutral because no newer one came in time.
    ``fault``: what is wrong with the device or the guard itself; None where nothing is.
    ``device_resets``: how often the device had lost what it was told, since this guard began.
    ``told_mono_ns``: when the guard said all this; 0 before its first word.
    """

    lease_id: str | None = None
    lease_phase: LeasePhase = "none"
    why_neutral: str | None = "the guard is starting"
    e_stop: str | None = None
    e_stop_mono_ns: int = 0
    neutral_mono_ns: int = 0
    neutral_took_ns: int = 0
    steering_frac: float = 0.0
    throttle_frac: float = 0.0
    stale_commands: int = 0
    fault: str | None = None
    reading: CarReading = field(default_factory=CarReading)
    told_mono_ns: int = 0
    device_resets: int = 0

    @classmethod
    def told(cls, word: Status, stale_before: int = 0) -> Self:
        """Return the guard's word; ``stale_before`` are those that earlier guards counted."""
        return cls(
            word.lease_id,
            word.lease_phase,
            word.why_neutral,
            word.e_stop,
            word.e_stop_mono_ns,
            word.neutral_mono_ns,
            word.neutral_took_ns,
            word.steering_frac,
            word.throttle_frac,
            word.stale_commands + stale_before,
            word.fault,
            CarReading(word.speed_mps, word.battery_frac),
            word.told_mono_ns,
            word.device_resets,
        )


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A command that reached the wheels: its picture's instant, and when the device took it."""

    capture_mono_ns: int
    done_mono_ns: int


class DriveGuard(Protocol):
    """The guard as its car sees it. Every method may be called from any thread and returns at once.

    ``grant``, ``revoke``, ``e_stop`` and ``release`` mean what
    ``hardware.guard.lease`` says. None of them raises where the guard is away: a guard that is
    away has set neutral, and begins without a lease when it comes back.
    """

    def submit(self, command: Command) -> bool:
        """Hand a command over; False where it can't move the car now.

        Raises ActuatorError where the guard or its device doesn't answer.
        """
        ...

    def halt(self) -> None:
        """Throttle to neutral now, and forget the command under way. The lease stays."""
        ...

    def grant(self, lease: DriveLease) -> None:
        """Give or renew leave to drive."""
        ...

    def revoke(self, reason: str) -> None:
        """Take leave to drive away: neutral now."""
        ...

    def e_stop(self, reason: str) -> None:
        """Latch the emergency stop: neutral now, until a person releases it."""
        ...

    def release(self, who: str) -> None:
        """Release the emergency stop, as ``who`` asked for."""
        ...

    def calibrate(self, file: str) -> None:
        """Let the wheels use this calibration, a file in DeepRacer's format, without keeping it."""
        ...

    def status(self) -> GuardStatus:
        """Return the guard's newest word; never waits."""
        ...

    def take_carried(self) -> list[CarriedOut]:
        """Return the commands that reached the device since the last time that was asked."""
        ...
