"""Lamps, buzzer and buttons under test, on real gpiozero mock pins, with a finger on a thread."""

import threading
import time
from collections.abc import Iterator, Mapping

import pytest

from hardware.node.wiring import signals_guide as subject
from hardware.signals.settings import ButtonSettings, StartLightsSettings
from tests.hardware.gates.pin_sources import MockPins

LIGHTS = StartLightsSettings(lamps=(5, 6), green=16, buzzer=20)
JUDGE = ButtonSettings(button="judge", role="judge_reset", pin=23)
STOP = ButtonSettings(button="stop", role="e_stop", pin=22, is_inverted=True)
MS = 1_000_000
Drives = Mapping[str, tuple[tuple[int, int], ...]]


@pytest.fixture
def pins() -> Iterator[MockPins]:
    made = MockPins()
    yield made
    made.close()


def test_each_lamp_by_itself(pins: MockPins) -> None:
    """It should name each lamp and the buzzer while it alone is on, and leave all dark."""
    said: list[str] = []
    lit: list[tuple[str, list[int]]] = []
    everything = list(LIGHTS.pins().values())

    def high() -> list[int]:
        return [pin for pin in everything if pins.factory.pin(pin).state]

    def look(_: float) -> None:
        lit.append((said[-1].strip(), high()))

    assert not subject.check_lamps(LIGHTS, pins.factory, said.append, look)
    assert lit == [
        ("lamp 1 (GPIO 5)", [5]),
        ("lamp 2 (GPIO 6)", [6]),
        ("green lamp (GPIO 16)", [16]),
        ("buzzer (GPIO 20)", [20]),
    ]
    assert high() == []


def test_a_pin_that_is_taken(pins: MockPins) -> None:
    """It should say in one sentence that a lamp's pin can't be had."""
    pins.factory.reserve_pins(pins, 6)
    said: list[str] = []
    assert subject.check_lamps(LIGHTS, pins.factory, said.append)
    assert "FAULT: Pin 6 of the start lights can't be opened" in said[-1]


class Finger:
    """Presses what the guide asks for: the pins that ``drives`` holds for a button."""

    def __init__(self, pins: MockPins, drives: Drives) -> None:
        self.said: list[str] = []
        self._pins = pins
        self._drives = drives

    def hear(self, sentence: str) -> None:
        self.said.append(sentence)
        for button, steps in self._drives.items():
            if f"press button '{button}'" in sentence:
                threading.Timer(0.05, self._press, [steps]).start()

    def _press(self, steps: tuple[tuple[int, int], ...]) -> None:
        at_ns = time.monotonic_ns() - 1_000 * MS
        for n, (pin, level) in enumerate(steps):
            self._pins.factory.pin(pin).drive(level, at_ns + n * 120 * MS)


def check(
    pins: MockPins,
    buttons: tuple[ButtonSettings, ...],
    drives: Drives,
) -> tuple[int, str]:
    finger = Finger(pins, drives)
    guide = subject.ButtonGuide(pins, buttons, finger.hear, patience_s=2.0 if drives else 0.05)
    # Closed at rest: its contact holds the pin low.
    pins.factory.pin(STOP.pin).drive_low()
    faulty = guide.run(quiet_s=0.3)
    guide.close()
    return faulty, "\n".join(finger.said)


def test_buttons_that_work(pins: MockPins) -> None:
    """It should show each edge with the pin's level, and how the contact is set."""
    drives = {"judge": ((23, 0), (23, 1)), "stop": ((22, 1), (22, 0))}
    faulty, text = check(pins, (JUDGE, STOP), drives)
    assert faulty == 0
    assert "judge_reset on GPIO 23, set as normally open" in text
    assert "e_stop on GPIO 22, set as normally closed" in text
    assert "0.000 ms  pin low: pressed" in text
    assert "120.000 ms  pin low: let go" in text


@pytest.mark.parametrize(
    ("button", "levels", "sentence"),
    [
        (JUDGE, None, "No edge on GPIO 23"),
        (JUDGE.model_copy(update={"is_inverted": True}), None, "'pressed' all the time"),
        (
            JUDGE.model_copy(update={"is_inverted": True}),
            ((23, 0), (23, 1)),
            "set is_inverted = false for button 'judge'",
        ),
        (JUDGE, ((23, 0),), "still says 'pressed'"),
        (JUDGE, ((22, 1), (22, 0)), "'stop' answered instead"),
    ],
)
def test_buttons_that_do_not(
    pins: MockPins,
    button: ButtonSettings,
    levels: tuple[tuple[int, int], ...] | None,
    sentence: str,
) -> None:
    """It should say in a sentence what is wrong."""
    drives: Drives = {} if levels is None else {"judge": levels, "stop": ((22, 1), (22, 0))}
    buttons = (button,) if levels is None else (button, STOP)
    faulty, text = check(pins, buttons, drives)
    assert faulty == 1
    assert "FAULT: " in text
    assert sentence in text
