"""A clock that the test moves, and a car whose wheels write down what they were told."""

from dataclasses import dataclass, field

from hardware.actuators.command import CarReading, Command
from hardware.actuators.errors import ActuatorError


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
    is_closed: bool = False
    newest: CarReading = field(default_factory=CarReading)
    description: str = "recording"

    def apply(self, command: Command) -> None:
        """Keep the command."""
        self._fail_if_broken()
        self.done.append(command)

    def neutral(self) -> None:
        """Keep that neutral was set."""
        self._fail_if_broken()
        self.done.append(None)

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
