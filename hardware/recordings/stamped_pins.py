"""gpiozero mock pins that change at an instant which whoever drives them says."""

from collections.abc import Iterable, Sequence
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from hardware.gates.edges import Edge
from hardware.gates.pins import SensorWiring
from hardware.gates.profiles import BEAM_BREAK, SensorProfile

SensorKey = tuple[str, str]


class StampedPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A mock pin that hands over integer nanoseconds as lgpio's pin does (hardware.gates.ticks)."""

    def __init__(self, factory: MockFactory, info: Any) -> None:
        self._edge_ns: int | None = None
        super().__init__(factory, info)

    def change(self, is_high: bool, mono_ns: int) -> None:
        """Tell an edge to ``is_high`` at ``mono_ns``, also where the pin was there already.

        A recording may hold the same level twice, where the kernel's queue overran.
        """
        self._edge_ns = mono_ns
        try:
            if not self._change_state(is_high):
                self._state = is_high
            self._call_when_changed()
        finally:
            self._edge_ns = None

    def _call_when_changed(self) -> None:
        if self._edge_ns is not None:
            # MockPin would put its own time of arrival here, so its parent is called.
            super(MockPin, self)._call_when_changed(self._edge_ns, int(self._state))


class RecordedPins:
    """One pin for each sensor of a recording, numbered in the order in which they appear."""

    def __init__(self, sensors: Iterable[SensorKey], profile: SensorProfile = BEAM_BREAK) -> None:
        self.factory = MockFactory(pin_class=StampedPin)
        self.wirings: Sequence[SensorWiring] = tuple(
            SensorWiring(gate, sensor, number, profile)
            for number, (gate, sensor) in enumerate(dict.fromkeys(sensors))
        )
        self._wiring_of = {(wired.gate, wired.sensor): wired for wired in self.wirings}

    def drive(self, edge: Edge, mono_ns: int) -> None:
        """Let a sensor's pin change as an edge says, but at ``mono_ns``."""
        wiring = self._wiring_of[edge.gate, edge.sensor]
        is_broken_high = bool(wiring.profile.broken_pin_level)
        self.factory.pin(wiring.pin).change(is_broken_high == bool(edge.level), mono_ns)

    def close(self) -> None:
        """Release the pins."""
        self.factory.close()
