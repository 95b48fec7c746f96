"""Takes a gate's pins from the virtual venue instead of from this machine's header."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hardware.gates.errors import PinError, VenueMissingError
from hardware.gates.pins import SensorWiring
from hardware.virtual.pins import VenuePins

VENUE_PATIENCE_S = 20.0
_LOOK_S = 0.1


class VenueSource:
    """A PinSource whose pins are gpiozero mock pins that the venue drives.

    Edges wait for the disk here: the venue counts a crossing as sensed once the node has handled
    it, so that its count and the journal agree even where the node is killed.
    """

    name = "mock (virtual venue)"
    is_waiting_for_disk = True

    def __init__(
        self,
        socket_path: Path,
        wirings: Sequence[SensorWiring],
        is_stopping: Callable[[], bool],
        patience_s: float = VENUE_PATIENCE_S,
    ) -> None:
        """Prepare the pins. Raises PinError where the venue can't stand in for the wiring."""
        gates = [wiring.gate for wiring in wirings]
        if len(set(gates)) != len(gates):
            raise PinError("The virtual venue has one sensor per gate; take the others out.")
        if len({wiring.profile.broken_pin_level for wiring in wirings}) > 1:
            raise PinError("The virtual venue drives sensors of one kind; take the others out.")
        self._gates = frozenset(gates)
        self._socket_path = socket_path
        self._is_stopping = is_stopping
        self._patience_s = patience_s
        self._pins = VenuePins(
            socket_path,
            {wiring.gate: wiring.pin for wiring in wirings},
            is_active_low=wirings[0].profile.broken_pin_level == 0,
        )

    @property
    def factory(self) -> Any:
        """The mock pins' factory: what is switched there, nobody sees."""
        return self._pins.factory

    def pin(self, wiring: SensorWiring) -> Any:
        """Return the pin that the venue drives for the gate; a button's, nobody drives."""
        if wiring.gate not in self._gates:
            return self._pins.factory.pin(wiring.pin)
        return self._pins.pin(wiring.gate)

    def start(self) -> None:
        """Join the venue, which may be starting too.

        Raises VenueMissingError after a while, PinError at once where the venue refuses.
        """
        self._pins.start()
        deadline_s = time.monotonic() + self._patience_s
        while not self._is_stopping() and not self._pins.wait_connected(_LOOK_S):
            if self._pins.refusal is not None:
                raise PinError(
                    f"The virtual venue at {self._socket_path} refuses this node: "
                    f"{self._pins.refusal}."
                )
            if time.monotonic() > deadline_s:
                raise VenueMissingError(
                    f"No virtual venue answers at {self._socket_path} since "
                    f"{self._patience_s:.0f} s; start 'paddock venue --socket' with that path."
                )

    def stop(self) -> None:
        """Leave the venue, before anybody stops listening: it counts what the pins let through."""
        self._pins.close()

    def close(self) -> None:
        """Release the pins."""
        self._pins.close()
        self._pins.factory.close()
