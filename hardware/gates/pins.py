"""Listens to gpiozero pins: from ``when_changed(ticks, state)`` to edges, whoever drives the pin.

Every raw edge is taken: ``bounce`` stays None, because a debounced lgpio pin stamps late and drops
short pulses. Which edges make a pass is decided later, by pure code.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog

from hardware.errors import HardwareError
from hardware.gates.edges import Edge
from hardware.gates.errors import PinError
from hardware.gates.factories import open_factory
from hardware.gates.profiles import SensorProfile
from hardware.gates.ticks import mono_ns_from_ticks

_log = structlog.get_logger()

OnEdge = Callable[[Edge], None]


@dataclass(frozen=True, slots=True)
class SensorWiring:
    """Which sensor of which gate hangs on which pin (BCM number), and what kind it is.

    ``is_wide``: it sees only a part of the line's width, beside others that see the rest.
    """

    gate: str
    sensor: str
    pin: int
    profile: SensorProfile
    is_wide: bool = False


class PinSource(Protocol):
    """Where gpiozero pins come from: the machine's header, or the virtual venue."""

    @property
    def name(self) -> str:
        """Name of the pin factory, as the journal's start record states it."""
        ...

    @property
    def is_waiting_for_disk(self) -> bool:
        """Whether an edge's callback may return only when the edge is on the disk.

        Never for a header: the kernel queues few edges, and its thread must fetch them quickly.
        """
        ...

    @property
    def factory(self) -> Any:
        """Return gpiozero's factory, for output devices on pins that no sensor has."""
        ...

    def pin(self, wiring: SensorWiring) -> Any:
        """Return the gpiozero ``Pin`` of a sensor; raises whatever its factory raises."""
        ...

    def start(self) -> None:
        """Let edges come; called once every pin is listened to."""
        ...

    def stop(self) -> None:
        """Let no more edges come; called before anybody stops listening. May be called twice."""
        ...

    def close(self) -> None:
        """Release the pins; called by whoever made the source."""
        ...


class HeaderPins:
    """The pins of this machine's header or GPIO chip, through gpiozero's checked factory."""

    is_waiting_for_disk = False

    def __init__(self, factory: str, work_dir: Path, chip: int | None = None) -> None:
        """Open ``factory``; raises PinFactoryError or PinError with one sentence.

        ``chip`` as for ``open_factory``.
        """
        self._name = factory if chip is None else f"{factory} (gpiochip{chip})"
        self._factory = open_factory(factory, work_dir, chip=chip)

    @property
    def name(self) -> str:
        """Name of the pin factory."""
        return self._name

    @property
    def factory(self) -> Any:
        """The header's factory."""
        return self._factory

    def pin(self, wiring: SensorWiring) -> Any:
        """Return the header's pin, claimed as an input."""
        return self._factory.pin(wiring.pin)

    def start(self) -> None:
        """Nothing to do: the kernel sends edges as soon as a pin is listened to."""

    def stop(self) -> None:
        """Nothing to do: an edge that nobody listens to is nobody's."""

    def close(self) -> None:
        """Give the header back."""
        self._factory.close()


class _ListeningSensor:
    """One wired pin; kept alive by GatePins, since gpiozero holds ``when_changed`` weakly."""

    def __init__(self, wiring: SensorWiring, pin: Any, on_edge: OnEdge) -> None:
        self.wiring = wiring
        self._pin = pin
        self._on_edge = on_edge
        pin.function = "input"
        pin.pull = wiring.profile.pull
        pin.bounce = None
        pin.edges = "both"
        pin.when_changed = self.take

    def take(self, ticks: float, state: int) -> None:
        """Take a change from gpiozero: ``ticks`` as in hardware.gates.ticks, ``state`` 0 or 1."""
        wiring = self.wiring
        try:
            mono_ns = mono_ns_from_ticks(ticks)
        except ValueError as error:
            # Raising here would end the pin library's only thread, and with it all timing.
            _log.error("edge_without_instant", gate=wiring.gate, reason=str(error))
            return
        level = wiring.profile.level_from_pin(bool(state))
        self._on_edge(Edge(wiring.gate, wiring.sensor, mono_ns, level))

    def is_broken(self) -> bool:
        """Return whether the beam is broken right now."""
        return self.wiring.profile.level_from_pin(bool(self._pin.state)) == 1

    def close(self) -> None:
        """Stop listening."""
        self._pin.when_changed = None
        self._pin.close()


class GatePins:
    """All sensors of this node; calls ``on_edge`` on the thread that the pins bring."""

    def __init__(self, source: PinSource, wirings: Sequence[SensorWiring], on_edge: OnEdge) -> None:
        """Open every pin and let edges come. Raises PinError; then nobody listens."""
        self._source = source
        self._sensors: list[_ListeningSensor] = []
        try:
            for wiring in wirings:
                self._sensors.append(_open_sensor(source, wiring, on_edge))
            source.start()
        except BaseException:
            self.close()
            raise
        for sensor in self._sensors:
            if sensor.is_broken():
                _log.warning(
                    "beam_broken_at_start", gate=sensor.wiring.gate, sensor=sensor.wiring.sensor
                )

    def broken(self) -> tuple[SensorWiring, ...]:
        """Return the sensors whose beam is broken right now."""
        return tuple(sensor.wiring for sensor in self._sensors if sensor.is_broken())

    def close(self) -> None:
        """Stop listening. The source stays open."""
        self._source.stop()
        for sensor in self._sensors:
            sensor.close()
        self._sensors.clear()


def _open_sensor(source: PinSource, wiring: SensorWiring, on_edge: OnEdge) -> _ListeningSensor:
    try:
        return _ListeningSensor(wiring, source.pin(wiring), on_edge)
    except HardwareError:
        raise
    except Exception as error:  # lgpio's own error has no parent but Exception
        raise PinError(
            f"Pin {wiring.pin} of gate '{wiring.gate}' can't be opened: {error}."
        ) from error
