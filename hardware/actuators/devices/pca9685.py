"""Pulses from a PCA9685 on an I²C bus, as on the servo boards that cars without PWM pins carry.

The chip counts each period in 4096 steps of about 4.9 µs, so that a steering of ±250 µs has a
hundred steps. Registers: NXP's data sheet PCA9685, rev. 4, section 7.3.
"""

from typing import Any, Protocol

from hardware.actuators.command import Actuators
from hardware.actuators.errors import ActuatorError, DeviceResetError
from hardware.actuators.pulses import PulseActuators, calibration_of
from hardware.actuators.registry import ActuatorRequest
from hardware.actuators.settings import WheelsSettings
from hardware.calibration.file import PERIOD_NS

STEPS = 4096
_CLOCK_HZ = 25_000_000
_NS_PER_S = 1_000_000_000

_MODE1, _MODE2, _CHANNEL0, _PRESCALE = 0x00, 0x01, 0x06, 0xFE
_SLEEP, _INCREMENT, _TOTEM_POLE = 0x10, 0x20, 0x04
#: The chip divides its clock by this plus one, and counts to 4096.
PRESCALE = round(_CLOCK_HZ * PERIOD_NS / _NS_PER_S / STEPS) - 1
#: What a step lasts by that, on a chip whose clock is exact; calibration takes up the rest.
STEP_NS = (PRESCALE + 1) * _NS_PER_S / _CLOCK_HZ


class Bus(Protocol):
    """What of smbus2's SMBus is used."""

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        """Read one register."""
        ...

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> Any:
        """Write one register."""
        ...

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: list[int]) -> Any:
        """Write registers in a row."""
        ...

    def close(self) -> Any:
        """Give the bus back."""
        ...


class Pca9685:
    """Throttle and steering on two channels of one chip."""

    def __init__(self, bus: Bus, wheels: WheelsSettings) -> None:
        """Set the chip's period where it has another, and leave its outputs as they are."""
        self._bus = bus
        self._address = wheels.i2c_address
        self._throttle = wheels.throttle_channel
        self._steering = wheels.steering_channel
        self.description = f"PCA9685 at 0x{self._address:02x} on I²C bus {wheels.i2c_bus}"
        self._begin()

    def throttle(self, pulse_ns: int) -> None:
        """Repeat this pulse for the throttle."""
        self._pulse(self._throttle, pulse_ns)

    def steering(self, pulse_ns: int) -> None:
        """Repeat this pulse for the steering."""
        self._pulse(self._steering, pulse_ns)

    def check(self) -> None:
        """Raise DeviceResetError where the chip sleeps, or counts periods of another length.

        So it does from power-on, without a pulse: also after a dip of its voltage that the computer
        hasn't noticed, when it takes each pulse that it is told and makes none.
        """
        mode = self._bus.read_byte_data(self._address, _MODE1)
        is_awake = mode & (_SLEEP | _INCREMENT) == _INCREMENT
        if not is_awake or self._bus.read_byte_data(self._address, _PRESCALE) != PRESCALE:
            raise DeviceResetError("it was reset, as by a dip of its supply voltage")

    def close(self) -> None:
        """Let the chip go on with its last pulses."""
        self._bus.close()

    def _begin(self) -> None:
        bus, address = self._bus, self._address
        mode = bus.read_byte_data(address, _MODE1)
        if bus.read_byte_data(address, _PRESCALE) != PRESCALE:
            # The divider can be set only while the chip sleeps.
            bus.write_byte_data(address, _MODE1, (mode & 0x7F) | _SLEEP)
            bus.write_byte_data(address, _PRESCALE, PRESCALE)
        bus.write_byte_data(address, _MODE2, _TOTEM_POLE)
        bus.write_byte_data(address, _MODE1, (mode & 0x6F) | _INCREMENT)

    def _pulse(self, channel: int, pulse_ns: int) -> None:
        """On at the period's beginning, off after the pulse; both in one transfer."""
        steps = max(0, min(STEPS - 1, round(pulse_ns / STEP_NS)))
        registers = [0, 0, steps & 0xFF, steps >> 8]
        self._bus.write_i2c_block_data(self._address, _CHANNEL0 + 4 * channel, registers)


def open_bus(number: int) -> Bus:
    """Open ``/dev/i2c-NUMBER``. Raises ActuatorError with one sentence."""
    try:
        from smbus2 import SMBus  # noqa: PLC0415 - only where such a board is used
    except ImportError as error:
        raise ActuatorError(
            "A PCA9685 needs the package smbus2: pip install -c constraints.txt -e '.[wheels]'."
        ) from error
    try:
        bus: Bus = SMBus(number)
    except OSError as error:
        raise ActuatorError(
            f"/dev/i2c-{number} can't be opened ({error.strerror}): switch I²C on "
            "('dtparam=i2c_arm=on' on a Raspberry Pi) and let this user into the group 'i2c'."
        ) from error
    return bus


def open_outputs(wheels: WheelsSettings) -> Pca9685:
    """Open the chip. Raises ActuatorError where it doesn't answer."""
    bus = open_bus(wheels.i2c_bus)
    try:
        return Pca9685(bus, wheels)
    except OSError as error:
        bus.close()
        raise ActuatorError(
            f"No PCA9685 answers at 0x{wheels.i2c_address:02x} on I²C bus {wheels.i2c_bus} "
            f"({error.strerror}): check its power and its wires."
        ) from error


def open_actuators(request: ActuatorRequest) -> Actuators:
    """Open the car's wheels on a PCA9685."""
    calibration = calibration_of(request.wheels.calibration)
    return PulseActuators(open_outputs(request.wheels), calibration)


def set_neutral(request: ActuatorRequest) -> None:
    """Set neutral. Raises ActuatorError."""
    open_actuators(request).close()
