"""Actuators by name."""

import pytest

from hardware.actuators.devices.bench_test import BenchTestActuators
from hardware.actuators.errors import ActuatorNameError
from hardware.actuators.registry import (
    ACTUATORS,
    ActuatorRequest,
    check_actuators_name,
    holds_last_pulse,
    open_actuators,
    set_neutral,
)


def test_none_opens_actuators_that_move_nothing() -> None:
    """It should open what the name says."""
    assert isinstance(open_actuators("none", ActuatorRequest("red")), BenchTestActuators)


def test_an_unknown_name_is_one_sentence_with_the_choices() -> None:
    """It should name what there is."""
    choices = r"no actuators 'wings'; use pwm, pca9685, gpiozero, virtual or none\."
    with pytest.raises(ActuatorNameError, match=choices):
        check_actuators_name("wings")


def test_only_pulses_that_go_on_alone_need_a_hand_from_outside() -> None:
    """It should leave alone what stops by itself when its guard dies."""
    assert [name for name in ACTUATORS if holds_last_pulse(name)] == ["pwm", "pca9685", "gpiozero"]
    set_neutral("none", ActuatorRequest("red"))


@pytest.mark.parametrize("name", ACTUATORS)
def test_every_offered_name_is_known(name: str) -> None:
    """It should let its own names through."""
    assert check_actuators_name(name) == name
