"""The servo board: the registers that the driver writes, read as the chip reads them."""

import sys
from contextlib import closing

import pytest

from hardware.actuators.command import Command
from hardware.actuators.devices.pca9685 import PRESCALE, STEP_NS, Pca9685, open_bus, open_outputs
from hardware.actuators.errors import ActuatorError, DeviceResetError
from hardware.actuators.pulses import PulseActuators
from hardware.actuators.settings import WheelsSettings
from hardware.calibration.file import DEFAULT
from hardware.guard.lease import DriveLease
from hardware.guard.process.device import CHECK_EVERY_NS, RETRY_NS
from tests.car_agent.doubles import FakeClock, GuardInPlace

WHEELS = WheelsSettings(i2c_address=0x41, throttle_channel=2, steering_channel=15)
#: The registers after power-on: it sleeps, divides for 200 Hz, and each output is off for good.
POWER_ON = {0x00: 0x11, 0xFE: 0x1E} | {9 + 4 * channel: 0x10 for channel in range(16)}


class Chip:
    """A PCA9685's registers behind a bus; the divider can be written only while it sleeps."""

    def __init__(self) -> None:
        self.registers = dict(POWER_ON)
        self.is_closed = False
        self.is_gone = False

    def lose_voltage(self) -> None:
        """Begin anew, as after a dip."""
        self.registers = dict(POWER_ON)

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        """Read."""
        self._answer(i2c_addr)
        return self.registers.get(register, 0)

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        """Write."""
        self._answer(i2c_addr)
        if register == 0xFE and not self.registers[0x00] & 0x10:
            return
        self.registers[register] = value

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: list[int]) -> None:
        """Write in a row, which the chip does only with its increment on."""
        self._answer(i2c_addr)
        step = 1 if self.registers[0x00] & 0x20 else 0
        for place, value in enumerate(data):
            self.registers[register + step * place] = value

    def close(self) -> None:
        """Close."""
        self.is_closed = True

    def pulse_us(self, channel: int) -> float:
        """Return the pulse by the data sheet: from the count of ON to that of OFF; none asleep."""
        first = 6 + 4 * channel
        if self.registers[0x00] & 0x10 or self.registers[first + 3] & 0x10:
            return 0.0
        on = self.registers[first] | self.registers[first + 1] << 8
        off = self.registers[first + 2] | self.registers[first + 3] << 8
        return (off - on) * (self.registers[0xFE] + 1) / 25

    def _answer(self, address: int) -> None:
        if self.is_gone or address != 0x41:
            raise OSError(121, "Remote I/O error")


@pytest.fixture
def chip() -> Chip:
    return Chip()


def test_wakes_at_fifty_pulses_a_second(chip: Chip) -> None:
    """It should set the divider while the chip sleeps, then wake it."""
    Pca9685(chip, WHEELS)
    assert chip.registers[0xFE] == PRESCALE == 121
    assert chip.registers[0x00] & 0x10 == 0
    period_ms = (PRESCALE + 1) * 4096 / 25_000
    assert period_ms == pytest.approx(20, abs=0.05)


def test_pulses_are_right_to_a_step(chip: Chip) -> None:
    """It should come within half a step of what the calibration says."""
    subject = PulseActuators(Pca9685(chip, WHEELS), DEFAULT)
    subject.apply(Command(1.0, 1.0, 0, 0, 1))
    assert chip.pulse_us(15) == pytest.approx(1700, abs=STEP_NS / 2000)
    assert chip.pulse_us(2) == pytest.approx(1311, abs=STEP_NS / 2000)
    subject.close()
    assert chip.pulse_us(2) == pytest.approx(1446, abs=STEP_NS / 2000)
    assert chip.is_closed


def test_a_chip_that_runs_keeps_its_pulses(chip: Chip) -> None:
    """It should not stop the pulses of a motor controller when a guard starts again."""
    first = Pca9685(chip, WHEELS)
    first.throttle(1_500_000)
    before = dict(chip.registers)
    Pca9685(chip, WHEELS)
    assert chip.registers == before


def test_a_chip_that_was_reset_is_noticed(chip: Chip) -> None:
    """It should find out by the registers, also of one that was woken with another period."""
    subject = Pca9685(chip, WHEELS)
    subject.throttle(1_500_000)
    subject.check()
    chip.lose_voltage()
    with pytest.raises(DeviceResetError, match="dip of its supply voltage"):
        subject.check()
    chip.registers[0x00] = 0x21
    with pytest.raises(DeviceResetError):
        subject.check()


def test_a_dip_of_the_voltage_ends_in_neutral_and_is_told(
    chip: Chip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should be seen by the guard's watch, set up anew in neutral, told, and driven again."""
    monkeypatch.setattr("hardware.actuators.devices.pca9685.open_bus", lambda _number: chip)
    clock = FakeClock()
    agent = GuardInPlace(lambda: PulseActuators(open_outputs(WHEELS), DEFAULT), clock)
    agent.grant(DriveLease("a", clock() + 60_000_000_000))
    agent.submit(Command(0.0, 0.5, clock(), clock(), 300_000_000))
    driven_us, neutral_us = chip.pulse_us(2), 1446
    assert driven_us != pytest.approx(neutral_us, abs=STEP_NS / 1000)
    chip.lose_voltage()
    # It takes what it is told, and makes nothing of it.
    agent.submit(Command(0.0, 0.5, clock(), clock(), 300_000_000))
    assert chip.pulse_us(2) == 0.0
    clock.now_ns += CHECK_EVERY_NS
    agent.check()
    assert "dip of its supply voltage" in (agent.status().fault or "")
    assert agent.status().throttle_frac == 0.0
    with pytest.raises(ActuatorError, match="dip"):
        agent.submit(Command(0.0, 0.5, clock(), clock(), 300_000_000))
    agent.halt()
    clock.now_ns += RETRY_NS
    agent.check()
    assert chip.pulse_us(2) == pytest.approx(neutral_us, abs=STEP_NS / 2000)
    assert (agent.status().fault, agent.status().device_resets) == (None, 1)
    assert agent.submit(Command(0.0, 0.5, clock(), clock(), 300_000_000))
    assert chip.pulse_us(2) == pytest.approx(driven_us)


def test_a_board_that_does_not_answer_is_one_sentence(
    chip: Chip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should say where it was looked for, and give the bus back."""
    chip.is_gone = True
    monkeypatch.setattr("hardware.actuators.devices.pca9685.open_bus", lambda _number: chip)
    with pytest.raises(ActuatorError, match="No PCA9685 answers at 0x41 on I²C bus 1"):
        open_outputs(WHEELS)
    assert chip.is_closed


def test_a_bus_that_is_not_there_is_one_sentence() -> None:
    """It should ask smbus2 for the bus, and say how I²C is switched on."""
    with pytest.raises(ActuatorError, match="/dev/i2c-251 can't be opened"):
        open_bus(251)


def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should name the extra to install."""
    monkeypatch.setitem(sys.modules, "smbus2", None)
    with pytest.raises(ActuatorError, match="smbus2"), closing(open_bus(1)):
        pass
