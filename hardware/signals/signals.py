"""What a node has besides sensors, put together: start lights."""

import time
from collections.abc import Callable
from typing import Any

from hardware.node.clock import ClockKeeper
from hardware.node.health import Alarms
from hardware.node.writer import JournalWriter
from hardware.settings import NodeSettings
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
        self._lights: StartLights | None = None
        if settings.start_lights is not None:
            lamps = StartLamps(factory, settings.start_lights, clock_ns)
            self._lights = StartLights(
                lamps, lambda: clock.newest, writer, boot_id, alarms, clock_ns
            )

    def start(self) -> None:
        """Begin."""
        if self._lights is not None:
            self._lights.start()

    def take_heat(self, order: HeatOrder) -> None:
        """Hear what the heat wants; returns at once."""
        if self._lights is not None:
            self._lights.take(order)

    def close(self) -> None:
        """Put lamps out and end."""
        if self._lights is not None:
            self._lights.close()
