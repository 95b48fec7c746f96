"""What a node has besides sensors, put together: start lights and buttons."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from hardware.gates.edges import Edge
from hardware.gates.pins import OnEdge, SensorWiring
from hardware.node.clock import ClockKeeper
from hardware.node.health import Alarms
from hardware.node.writer import JournalWriter
from hardware.settings import NodeSettings
from hardware.signals.buttons import PREFIX, ButtonDesk, button_wirings
from hardware.signals.lamps import StartLamps
from hardware.signals.start_lights import StartLights
from timing_server.contract.machines.devices import HeatOrder

Clock = Callable[[], int]


class Signals:
    """The node's signals as its settings name them; with none, there is nothing to do."""

    def __init__(
        self,
        settings: NodeSettings,
        factory: Any,
        journal: tuple[JournalWriter, str],
        clock: ClockKeeper,
        alarms: Alarms,
        clock_ns: Clock = time.monotonic_ns,
    ) -> None:
        """Open the pins. ``journal`` is its writer and this boot's id. Raises PinError."""
        writer, boot_id = journal
        self._buttons = ButtonDesk(settings.buttons, writer, boot_id, clock_ns)
        self.wirings: tuple[SensorWiring, ...] = button_wirings(settings.buttons)
        self._lights: StartLights | None = None
        if settings.start_lights is not None:
            lamps = StartLamps(factory, settings.start_lights, clock_ns)
            self._lights = StartLights(
                lamps, lambda: clock.newest, writer, boot_id, alarms, clock_ns
            )

    def start(self) -> None:
        """Begin."""
        self._buttons.start()
        if self._lights is not None:
            self._lights.start()

    def take_heat(self, order: HeatOrder) -> None:
        """Hear what the heat wants; returns at once."""
        self._buttons.take_heat(order)
        if self._lights is not None:
            self._lights.take(order)

    def sorting(self, take_sensor: OnEdge) -> OnEdge:
        """Return what takes every edge: a button's here, a sensor's with ``take_sensor``."""

        def take(edge: Edge) -> None:
            if edge.gate.startswith(PREFIX):
                self._buttons.take(edge)
            else:
                take_sensor(edge)

        return take

    def note_held(self, closed: Sequence[SensorWiring]) -> list[SensorWiring]:
        """Hear of what is closed as listening begins; return the sensors among it."""
        buttons = [wiring.gate for wiring in closed if wiring.gate.startswith(PREFIX)]
        self._buttons.note_held(buttons)
        return [wiring for wiring in closed if wiring.gate not in buttons]

    def close(self) -> None:
        """Put lamps out and end."""
        self._buttons.close()
        if self._lights is not None:
            self._lights.close()
