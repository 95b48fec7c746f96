"""Pulses from a PWM chip of the kernel's, through /sys/class/pwm: a DeepRacer's board, a Pi's pins.

The chip repeats the pulse by itself, to the nanosecond, however busy the computer is; it also goes
on when every program has died, which is why there is a guard.
"""

import fcntl
import os
import time
from contextlib import ExitStack
from pathlib import Path

from hardware.actuators.command import Actuators
from hardware.actuators.errors import ActuatorError
from hardware.actuators.pulses import PulseActuators, calibration_of
from hardware.actuators.registry import ActuatorRequest
from hardware.actuators.settings import WheelsSettings
from hardware.calibration.file import PERIOD_NS

#: In the link's target of the DeepRacer board's chip: where its PWM sits on the PCI bus.
DEEPRACER_DEVICE = "0000:00:17.0"

#: After 'export' udev gives the new files to the group that may write them.
EXPORT_PATIENCE_S = 1.0
_EXPORT_POLL_S = 0.01


class KernelPwm:
    """Throttle and steering on two channels of one PWM chip; holds the chip's lock while open."""

    def __init__(self, chip: Path, wheels: WheelsSettings, *, is_locked: bool = True) -> None:
        """Begin pulses with the throttle's channel only when told one. Raises ActuatorError."""
        self.description = f"{chip.name} (kernel PWM)"
        self._parts = ExitStack()
        self._gpio_root, self._kept_in_by = wheels.gpio_root, wheels.enable_gpio
        try:
            with self._parts:
                if is_locked:
                    self._parts.enter_context(_Lock(chip))
                self._throttle = self._open(chip, wheels.throttle_channel)
                self._steering = self._open(chip, wheels.steering_channel)
                self._parts = self._parts.pop_all()
        except OSError as error:
            if isinstance(error, ActuatorError):
                raise
            raise _unusable(chip, error) from error

    def throttle(self, pulse_ns: int) -> None:
        """Repeat this pulse for the throttle; the first one lets the board's pulses out.

        Until then the chip may repeat what somebody who died here gave it. Raises OSError, or
        ActuatorError where the line that lets them out can't be used.
        """
        self._throttle.pulse(pulse_ns)
        if self._kept_in_by is not None:
            try:
                _let_out(self._gpio_root, self._kept_in_by)
            except OSError as error:
                raise _unusable(self._gpio_root, error) from error
            self._kept_in_by = None

    def steering(self, pulse_ns: int) -> None:
        """Repeat this pulse for the steering."""
        self._steering.pulse(pulse_ns)

    def check(self) -> None:
        """Nothing: the kernel keeps what its chip was told."""

    def close(self) -> None:
        """Let the chip go on with its last pulses."""
        self._parts.close()

    def _open(self, chip: Path, number: int) -> "_Channel":
        channel = _Channel(chip, number)
        self._parts.callback(channel.close)
        return channel


class _Channel:
    """One channel, exported; its period is set and its pulse file stays open."""

    def __init__(self, chip: Path, number: int) -> None:
        self._folder = chip / f"pwm{number}"
        if not self._folder.exists():
            _write(chip / "export", number)
        self._wait_writable()
        if _read(self._folder / "period") != PERIOD_NS:
            # A period shorter than the pulse is refused, so that the pulse goes first.
            _write(self._folder / "duty_cycle", 0)
            _write(self._folder / "period", PERIOD_NS)
        self._is_enabled = _read(self._folder / "enable") == 1
        self._pulse = os.open(self._folder / "duty_cycle", os.O_WRONLY | os.O_CLOEXEC)

    def pulse(self, pulse_ns: int) -> None:
        """Repeat this pulse; the first one switches the channel on."""
        # A line end, so that a shorter number leaves nothing of a longer one behind it.
        os.pwrite(self._pulse, b"%d\n" % pulse_ns, 0)
        if not self._is_enabled:
            _write(self._folder / "enable", 1)
            self._is_enabled = True

    def close(self) -> None:
        """Close the file."""
        os.close(self._pulse)

    def _wait_writable(self) -> None:
        deadline_s = time.monotonic() + EXPORT_PATIENCE_S
        while not os.access(self._folder / "duty_cycle", os.W_OK):
            if time.monotonic() >= deadline_s:
                raise PermissionError(13, "no permission to write", str(self._folder))
            time.sleep(_EXPORT_POLL_S)


class _Lock:
    """Keeps a second guard away from the chip; the kernel frees it when its owner dies."""

    def __init__(self, chip: Path) -> None:
        self._chip = chip
        self._fd = -1

    def __enter__(self) -> "_Lock":
        self._fd = os.open(self._chip, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._fd)
            raise ActuatorError(
                f"Another guard holds {self._chip.name}; end the 'paddock car' that uses it."
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


def _unusable(path: Path, error: OSError) -> ActuatorError:
    return ActuatorError(
        f"{error.filename or path} can't be used ({error.strerror}): the chip's channels must be "
        "free, and writable for this user (docs/car-safety.md)."
    )


def _let_out(root: Path, line: int) -> None:
    """Pull the line low that keeps the board's pulses in while it is high."""
    folder = root / f"gpio{line}"
    if not folder.exists():
        _write(root / "export", line)
    # 'low' makes it an output that never was high in between.
    (folder / "direction").write_text("low\n", encoding="ascii")


def find_chip(wheels: WheelsSettings) -> Path:
    """Return the chip's folder: the one named, the DeepRacer board's, or the only one there.

    Raises ActuatorError where that leaves a question.
    """
    root = wheels.pwm_root
    if wheels.pwm_chip is not None:
        if not (root / wheels.pwm_chip).exists():
            raise ActuatorError(f"There is no {root / wheels.pwm_chip} on this machine.")
        return root / wheels.pwm_chip
    chips = sorted(root.glob("pwmchip*"))
    for chip in chips:
        if chip.is_symlink() and DEEPRACER_DEVICE in str(chip.readlink()):
            return chip
    if len(chips) == 1:
        return chips[0]
    if not chips:
        raise ActuatorError(
            f"This machine has no PWM chip in {root}; on a Raspberry Pi, switch it on with "
            "'dtoverlay=pwm-2chan' in /boot/firmware/config.txt and restart it."
        )
    names = ", ".join(chip.name for chip in chips)
    raise ActuatorError(f"There are several PWM chips ({names}): name one as wheels.pwm_chip.")


def open_actuators(request: ActuatorRequest) -> Actuators:
    """Open the car's wheels on a kernel PWM chip."""
    wheels = request.wheels
    calibration = calibration_of(wheels.calibration)
    return PulseActuators(KernelPwm(find_chip(wheels), wheels), calibration)


def set_neutral(request: ActuatorRequest) -> None:
    """Set neutral though another guard may hold the chip. Raises ActuatorError."""
    wheels = request.wheels
    calibration = calibration_of(wheels.calibration)
    outputs = KernelPwm(find_chip(wheels), wheels, is_locked=False)
    PulseActuators(outputs, calibration).close()


def _read(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii").split("\n", 1)[0] or 0)
    except ValueError:
        return 0


def _write(path: Path, value: int) -> None:
    with path.open("w", encoding="ascii") as file:
        file.write(f"{value}\n")
