"""gpiozero's pins: pulses through its own devices, and which factories can't hold a servo."""

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from hardware.actuators.command import Command
from hardware.actuators.devices.gpiozero_pwm import (
    FACTORY_VARIABLE,
    GpiozeroPwm,
    factory_name,
    open_outputs,
)
from hardware.actuators.errors import ActuatorError, ActuatorNameError
from hardware.actuators.pulses import PulseActuators
from hardware.actuators.settings import WheelsSettings
from hardware.calibration.file import DEFAULT, PERIOD_NS

WHEELS = WheelsSettings()


def test_pulses_are_the_pins_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should set 50 Hz and the part of the period that the pulse takes."""
    factory = MockFactory(pin_class=MockPWMPin)
    subject = PulseActuators(GpiozeroPwm(factory, "pigpio", WHEELS), DEFAULT)
    throttle, steering = factory.pin(12), factory.pin(13)
    subject.apply(Command(-1.0, 1.0, 0, 0, 1))
    assert (throttle.frequency, steering.frequency) == (50, 50)
    assert steering.state == pytest.approx(1_200_000 / PERIOD_NS)
    assert throttle.state == pytest.approx(1_311_000 / PERIOD_NS)
    subject.neutral()
    assert throttle.state == pytest.approx(1_446_000 / PERIOD_NS)
    subject.close()
    assert throttle.frequency is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("lgpio", "200 µs"),
        ("RPiGPIO", "late by as much as the computer is busy"),
        ("native", "can't make pulses"),
        ("mock", "nothing is wired"),
        ("wings", "There is no pin factory 'wings'"),
    ],
)
def test_unfit_factories_are_refused_with_the_reason(
    name: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should say why, by setting and by gpiozero's own variable, and what to use instead."""
    with pytest.raises(ActuatorNameError, match=why):
        factory_name(WheelsSettings(pin_factory=name))
    monkeypatch.setenv(FACTORY_VARIABLE, name)
    with pytest.raises(ActuatorNameError, match="or the actuators 'pwm' or 'pca9685'"):
        factory_name(WHEELS)


def test_a_daemon_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should ask pigpio's real client, and say how its daemon is started."""
    monkeypatch.setenv("PIGPIO_ADDR", "127.0.0.1")
    monkeypatch.setenv("PIGPIO_PORT", "9")
    with pytest.raises(ActuatorError, match="systemctl enable --now pigpiod"):
        open_outputs(WHEELS)
