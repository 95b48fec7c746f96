"""A whole timing node on gpiozero mock pins: says what it switches, and is told what to press.

``python -m tests.e2e.devices.signal_node`` with the settings in $PADDOCK_CONFIG. Each line of its
output is JSON: ``{"ready": true}``, or a pin that was switched,
``{"pin": 5, "level": 1, "mono_ns": …}``. A line of input drives a pin as a wire would: ``17 0``.
"""

import json
import sys
import threading
import time
from typing import Any

from gpiozero.pins.mock import MockFactory

from hardware.gates.pins import SensorWiring
from hardware.node.main import run_node
from hardware.node.stopping import StopFlag
from hardware.settings import NodeSettings
from tests.hardware.gates.pin_sources import StampedPin
from timing_server.contract.config_file import load_settings


def say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class ToldPin(StampedPin):
    """A pin that tells the test what the node switches."""

    def _set_state(self, value: Any) -> None:
        mono_ns, before = time.monotonic_ns(), self._state
        super()._set_state(value)
        if bool(before) != bool(value):
            say(pin=self._info.name, level=int(bool(value)), mono_ns=mono_ns)


class ToldPins:
    """A PinSource over mock pins, driven from standard input."""

    name = "mock"
    is_waiting_for_disk = True

    def __init__(self) -> None:
        self.factory = MockFactory(pin_class=ToldPin)

    def pin(self, wiring: SensorWiring) -> Any:
        return self.factory.pin(wiring.pin)

    def start(self) -> None:
        threading.Thread(target=self._drive, daemon=True).start()
        say(ready=True)

    def _drive(self) -> None:
        for line in sys.stdin:
            number, level = map(int, line.split())
            self.factory.pin(number).drive(level, time.monotonic_ns())

    def stop(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        self.factory.close()


def open_pins(_wired: tuple[SensorWiring, ...], _stop: StopFlag) -> ToldPins:
    return ToldPins()


if __name__ == "__main__":
    run_node(load_settings(NodeSettings, "node"), open_pins)
