"""The pins that the virtual venue drives: gpiozero pins whose edges carry the crossing's own time.

A timing node that runs beside a virtual venue builds its gpiozero devices on ``VenuePins.factory``
in place of the Raspberry Pi's pin factory; from the pin's edge on, it is the code that runs on a
Raspberry Pi (decision 12).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from gpiozero.pins.mock import MockFactory, MockPin

from hardware.virtual.client import VenueClient
from hardware.virtual.link import JoinGates, LevelChange, LevelSensed, LinkMessage, Welcome


class VenuePin(MockPin):  # type: ignore[misc]  # gpiozero ships no types
    """A mock pin whose edges happen at an instant that the venue tells, not when they arrive.

    ``when_changed(ticks, state)`` is called with ``ticks`` an int, the edge's CLOCK_MONOTONIC
    nanoseconds exactly (the convention of ``hardware.gates.ticks``), and ``state`` the electrical
    level, 0 or 1.
    """

    def __init__(self, factory: MockFactory, info: Any) -> None:
        self._edge_mono_ns: int | None = None
        super().__init__(factory, info)

    def drive_at(self, state: bool, mono_ns: int) -> None:
        """Change the electrical level with an edge at ``mono_ns``; nothing where it is there."""
        self._edge_mono_ns = mono_ns
        try:
            if state:
                self.drive_high()
            else:
                self.drive_low()
        finally:
            self._edge_mono_ns = None

    def settle(self, state: bool) -> None:
        """Set the level without an edge: what a pin reads that was so before anyone looked."""
        self._change_state(state)

    def _call_when_changed(self) -> None:
        ticks = self._last_change if self._edge_mono_ns is None else self._edge_mono_ns
        # MockPin would put its own time of arrival here, so its parent is called.
        super(MockPin, self)._call_when_changed(ticks, int(self._state))

    def _set_pull(self, value: str) -> None:
        """A connected break-beam sensor holds its line against the Pi's weak pull."""
        held = self._state
        is_held = getattr(self._factory, "is_venue_connected", False)
        super()._set_pull(value)
        if is_held:
            self._change_state(held)


class VenuePins:
    """Gates' pins in this process, driven by the venue behind ``socket_path``.

    ``pins`` maps each gate's name to the number of the GPIO pin that its sensor is on (BCM). With
    ``is_active_low`` a broken beam pulls the line low, as the usual open-collector receivers do;
    else a broken beam is high.

    Use ``factory`` as ``pin_factory`` of gpiozero devices, or ``pin(gate)`` for the pin itself.
    ``start`` connects (and connects again whenever the venue was away); edges then call the pins'
    ``when_changed`` on this object's own thread, one after the other, in the order in which they
    happened. The venue counts a crossing as sensed once ``when_changed`` has returned, so a node
    that journals before it returns agrees with the venue's count even when it is killed. On
    joining, pins take the beam's level silently, without an edge: what happened while nobody
    watched is not sensed.

    Raises SocketPathError where the path can't be a socket's.
    """

    def __init__(
        self, socket_path: Path, pins: Mapping[str, int], *, is_active_low: bool = False
    ) -> None:
        self._is_active_low = is_active_low
        self.factory = MockFactory(pin_class=VenuePin)
        self.factory.is_venue_connected = False
        self._pins: dict[str, VenuePin] = {
            gate: self.factory.pin(number) for gate, number in pins.items()
        }
        for pin in self._pins.values():
            pin.settle(is_active_low)
        self._client = VenueClient(socket_path, JoinGates(gates=tuple(pins)), self._receive)

    @property
    def is_connected(self) -> bool:
        """Whether the venue has welcomed this node and not been lost since."""
        return self._client.is_connected

    @property
    def refusal(self) -> str | None:
        """Why the venue last refused this node; None where it didn't, or welcomed it since."""
        return self._client.refusal

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait until the venue has welcomed this node; False where it didn't in that time."""
        return self._client.wait_connected(timeout_s)

    def pin(self, gate: str) -> VenuePin:
        """Return the gate's pin. Raises KeyError where the gate wasn't named at construction."""
        return self._pins[gate]

    def start(self) -> Self:
        """Begin to connect; returns at once."""
        self._client.start()
        return self

    def close(self) -> None:
        """Leave the venue; the pins stay at their last level. May be called twice."""
        self._client.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _receive(self, message: LinkMessage, _payload: bytes) -> None:
        if isinstance(message, Welcome):
            self.factory.is_venue_connected = True
            for gate, level in message.levels.items():
                self._pins[gate].settle(self._electrical(level))
        elif isinstance(message, LevelChange):
            self._pins[message.gate].drive_at(self._electrical(message.level), message.mono_ns)
            self._client.send(LevelSensed(change_seq=message.change_seq))

    def _electrical(self, level: int) -> bool:
        return bool(level) != self._is_active_low
