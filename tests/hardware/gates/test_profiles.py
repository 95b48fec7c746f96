import pytest

from hardware.gates.profiles import PROFILES


@pytest.mark.parametrize("name", PROFILES)
def test_profile_is_sound(name: str) -> None:
    """It should be listed under its own name, with a pull that keeps the clear beam's level."""
    subject = PROFILES[name]
    assert subject.name == name
    assert 0 < subject.pulse_min_ns < subject.pulse_max_ns
    assert subject.dead_ns < subject.pulse_max_ns <= 2 * subject.merge_ns
    assert subject.level_from_pin(is_pin_high=bool(subject.broken_pin_level)) == 1
    assert subject.level_from_pin(is_pin_high=not subject.broken_pin_level) == 0
    assert subject.pull == {0: "up", 1: "down"}[subject.broken_pin_level]


@pytest.mark.parametrize("name", PROFILES)
def test_inverted(name: str) -> None:
    """It should turn the level round and back again, and go on lifting an open output."""
    subject = PROFILES[name].inverted()
    assert subject.level_from_pin(is_pin_high=bool(PROFILES[name].broken_pin_level)) == 0
    assert subject.pull == PROFILES[name].pull
    assert subject.inverted() == PROFILES[name]


def test_the_kinds_that_are_known() -> None:
    """It should know what the wiring page lists."""
    assert set(PROFILES) == {
        *("beam_break", "ir_reflective", "reed", "hall", "pressure_strip", "trip_switch"),
    }
