"""Actuators by name."""

import pytest

from hardware.actuators.bench_test import BenchTestActuators
from hardware.actuators.errors import ActuatorNameError
from hardware.actuators.registry import (
    ACTUATORS,
    ActuatorRequest,
    check_actuators_name,
    open_actuators,
)


def test_none_opens_actuators_that_move_nothing() -> None:
    """It should open what the name says."""
    assert isinstance(open_actuators("none", ActuatorRequest("red")), BenchTestActuators)


def test_an_unknown_name_is_one_sentence_with_the_choices() -> None:
    """It should name what there is."""
    with pytest.raises(ActuatorNameError, match=r"no actuators 'wings'; use virtual or none\."):
        check_actuators_name("wings")


def test_software_pulses_are_refused_with_the_reason() -> None:
    """It should say why gpiozero's servo isn't offered."""
    with pytest.raises(ActuatorNameError, match="in software"):
        open_actuators("gpiozero", ActuatorRequest("red"))


@pytest.mark.parametrize("name", ACTUATORS)
def test_every_offered_name_is_known(name: str) -> None:
    """It should let its own names through."""
    assert check_actuators_name(name) == name
