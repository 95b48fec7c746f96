"""The loop-back self-test: its arithmetic, and a real run over connected gpiozero mock pins."""

import time
from typing import Any

import pytest
from gpiozero.pins.mock import MockConnectedPin
from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.pins import SensorWiring
from hardware.gates.profiles import BEAM_BREAK
from hardware.node.errors import LoopbackError
from hardware.node.wiring.loopback import Commanded, LoopbackTest, interval_errors, line_sentence
from tests.hardware.gates.pin_sources import MockPins, StampedPin

BEAM = SensorWiring("finish", "beam", 17, BEAM_BREAK)


class NowPin(StampedPin):
    """A pin that stamps its edges with the clock, late by what the test says."""

    late_ns = 0

    def _call_when_changed(self) -> None:
        self.ticks = time.monotonic_ns() + NowPin.late_ns
        super()._call_when_changed()


class WiredPins(MockPins):
    """Mock pins on which GPIO 22 is wired to GPIO 17."""

    def __init__(self, is_wired: bool = True) -> None:
        super().__init__()
        self.factory.pin_class = NowPin
        self._is_wired = is_wired

    def pin(self, wiring: SensorWiring) -> Any:
        if wiring.pin != 22:
            return super().pin(wiring)
        target = self.factory.pin(17) if self._is_wired else None
        return self.factory.pin(22, pin_class=MockConnectedPin, input_pin=target)


def test_measures_a_line() -> None:
    """It should see every pulse once, and an error that no pulse exceeds."""
    pins = WiredPins()
    subject = LoopbackTest(pins, BEAM, 22)
    found = subject.run(pulses=20)
    subject.close()
    assert (found.gate, found.sensor, found.pulses) == ("finish", "beam", 20)
    assert found.error_median_ns <= found.error_max_ns
    assert line_sentence(found).startswith("this line (finish/beam): ±")
    assert line_sentence(found).endswith(" µs, n=20")
    pins.close()


def test_a_wire_that_is_off() -> None:
    """It should say so, and publish nothing."""
    pins = WiredPins(is_wired=False)
    subject = LoopbackTest(pins, BEAM, 22)
    with pytest.raises(LoopbackError, match="Of 3 pulses 0 came in; check the wire"):
        subject.run(pulses=3)
    subject.close()
    pins.close()


def test_the_sensors_own_pin() -> None:
    """It should refuse to drive the pin that it listens to."""
    with pytest.raises(LoopbackError, match="another pin"):
        LoopbackTest(WiredPins(), BEAM, 17)


@given(
    st.lists(st.integers(1_000, 10**9), min_size=1, max_size=50),
    st.integers(-(10**6), 10**9),
    st.integers(0, 10**6),
)
def test_a_constant_lateness_is_no_error(steps_ns: list[int], late_ns: int, width_ns: int) -> None:
    """It should measure intervals: what is late by the same each time loses no lap anything."""
    starts = [10**9 + sum(steps_ns[:n]) for n in range(len(steps_ns) + 1)]
    commanded = [Commanded(at, at + width_ns) for at in starts]
    stamps = [each.middle_ns + late_ns for each in commanded]
    assert set(interval_errors(commanded, stamps)) == {0}
    stamps[-1] += 777
    assert interval_errors(commanded, stamps)[-1] == 777


def test_too_little_to_measure() -> None:
    """It should refuse one pulse, and pulses that were lost."""
    with pytest.raises(LoopbackError, match="two pulses"):
        interval_errors([Commanded(1, 2)], [5])
    with pytest.raises(LoopbackError, match="Of 2 pulses 3 came in"):
        interval_errors([Commanded(1, 2), Commanded(3, 4)], [5, 6, 7])
