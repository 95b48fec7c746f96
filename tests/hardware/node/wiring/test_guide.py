"""The guided check with real gpiozero mock pins and a hand on a thread."""

import threading
from collections.abc import Iterator

import pytest

from hardware.gates.pins import SensorWiring
from hardware.gates.profiles import BEAM_BREAK
from hardware.node.wiring.guide import WiringGuide
from tests.hardware.gates.pin_sources import MockPins

MS = 1_000_000
BEAM = SensorWiring("finish", "beam", 17, BEAM_BREAK)
WIDE = SensorWiring("finish", "wide", 27, BEAM_BREAK)


@pytest.fixture
def pins() -> Iterator[MockPins]:
    made = MockPins()
    yield made
    made.close()


class Person:
    """Reads what the guide says and waves through whatever ``waves`` holds for that line."""

    def __init__(self, pins: MockPins, waves: dict[str, tuple[int, ...]]) -> None:
        self.said: list[str] = []
        self._pins = pins
        self._waves = waves

    def hear(self, sentence: str) -> None:
        self.said.append(sentence)
        for words, gpios in self._waves.items():
            if words in sentence and "wave a hand" in sentence:
                threading.Timer(0.05, self._wave, [gpios]).start()

    def _wave(self, gpios: tuple[int, ...]) -> None:
        for gpio in gpios:
            self._pins.break_beam(gpio, 1_000 * MS)
            self._pins.clear_beam(gpio, 1_120 * MS)


def test_good_and_dead_sensors(pins: MockPins) -> None:
    """It should say which sensor works, which is dead, and what else was seen."""
    person = Person(pins, {"sensor 'beam'": (17,), "sensor 'wide'": (17,)})
    guide = WiringGuide(pins, (BEAM, WIDE), person.hear, patience_s=5.0)
    assert guide.run(quiet_s=0.3) == 1
    guide.close()
    text = "\n".join(person.said)
    assert "120.000 ms  clear" in text
    assert "ok: Broken for 120.0 ms: that can time a lap." in text
    assert "Sensor 'beam' of gate 'finish' saw something, too." in text
    assert "FAULT: No edge on GPIO 27" in text
    assert person.said[-1].endswith("1 of 2 sensors need a hand; put them right and test again.")


def test_nobody_waves(pins: MockPins) -> None:
    """It should not wait for ever, and take a broken beam at rest for what it is."""
    pins.break_beam(17, 1)
    said: list[str] = []
    guide = WiringGuide(pins, (BEAM,), said.append, patience_s=0.05)
    pins.factory.pin(17).drive_low()
    assert guide.run(quiet_s=0.05) == 1
    guide.close()
    assert "says 'broken' all the time" in "\n".join(said)
