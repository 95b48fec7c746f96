"""The loop-back self-test: a spare output pulses an input at known intervals, and we see the error.

Wire the output pin through 1 kΩ to the sensor's input pin, the sensor unplugged. Each pulse's
instant is known between two readings of the clock, before and after the pin was set; its middle is
taken. What is published is the largest difference between an interval of pulses as commanded and as
stamped, which holds the program's own lateness in setting the pin: an upper bound of the line's
error, not a flattering one.
"""

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from statistics import median_low
from typing import Any

from hardware.gates.edges import Edge
from hardware.gates.pins import GatePins, PinSource, SensorWiring
from hardware.node.errors import LoopbackError
from timing_server.contract.node_health import LoopbackResult

PULSES = 200
_NS_PER_S = 1_000_000_000
#: Intervals are drawn between these, so that no rhythm of the machine hides behind them.
_INTERVAL_MIN_NS = 4_000_000
_INTERVAL_MAX_NS = 16_000_000
_PULSE_S = 0.001
_ARRIVAL_S = 2.0

Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Commanded:
    """The output was set to 'broken' between these two instants."""

    before_ns: int
    after_ns: int

    @property
    def middle_ns(self) -> int:
        """Return the instant that is taken for it."""
        return (self.before_ns + self.after_ns) // 2


def interval_errors(commanded: Sequence[Commanded], stamps_ns: Sequence[int]) -> tuple[int, ...]:
    """Return by how many ns each interval between pulses was stamped wrong, never negative.

    Raises LoopbackError where the pulses aren't as many as the stamps, or fewer than two.
    """
    if len(stamps_ns) != len(commanded):
        raise LoopbackError(
            f"Of {len(commanded)} pulses {len(stamps_ns)} came in; check the wire between the "
            "output pin and the sensor's pin, and unplug the sensor."
        )
    if len(commanded) < 2:
        raise LoopbackError("A loop-back test needs two pulses at least.")
    middles_ns = [each.middle_ns for each in commanded]
    return tuple(
        abs((stamps_ns[n] - stamps_ns[n - 1]) - (middles_ns[n] - middles_ns[n - 1]))
        for n in range(1, len(stamps_ns))
    )


class LoopbackTest:
    """Pulses one sensor's input from a spare output pin."""

    def __init__(
        self,
        source: PinSource,
        wiring: SensorWiring,
        output_pin: int,
        clock_ns: Clock = time.monotonic_ns,
    ) -> None:
        """Open both pins. Raises PinError where one can't be opened."""
        self._wiring = wiring
        self._clock_ns = clock_ns
        self._edges: queue.SimpleQueue[Edge] = queue.SimpleQueue()
        self._broken = wiring.profile.broken_pin_level
        self._output = _output(source, wiring, output_pin)
        self._output.state = 1 - self._broken
        self._pins = GatePins(source, (wiring,), self._edges.put)

    def close(self) -> None:
        """Give the pins back; the output becomes an input, which drives nothing."""
        self._pins.close()
        self._output.function = "input"
        self._output.close()

    def run(self, pulses: int = PULSES, seed: int = 1) -> LoopbackResult:
        """Pulse and measure. Raises LoopbackError where pulses were lost or doubled."""
        chance = Random(seed)  # noqa: S311 - intervals, no secrets
        commanded: list[Commanded] = []
        for _ in range(pulses):
            time.sleep(chance.randint(_INTERVAL_MIN_NS, _INTERVAL_MAX_NS) / _NS_PER_S)
            before_ns = self._clock_ns()
            self._output.state = self._broken
            commanded.append(Commanded(before_ns, self._clock_ns()))
            time.sleep(_PULSE_S)
            self._output.state = 1 - self._broken
        errors_ns = interval_errors(commanded, self._stamps(pulses))
        return LoopbackResult(
            gate=self._wiring.gate,
            sensor=self._wiring.sensor,
            pulses=pulses,
            error_median_ns=median_low(errors_ns),
            error_max_ns=max(errors_ns),
            measured_utc=datetime.now(UTC),
        )

    def _stamps(self, pulses: int) -> list[int]:
        """Return when the beam was stamped as broken; waits for what is still on its way."""
        found: list[Edge] = []
        deadline_s = time.monotonic() + _ARRIVAL_S
        while len(found) < 2 * pulses and (left_s := deadline_s - time.monotonic()) > 0:
            try:
                found.append(self._edges.get(timeout=left_s))
            except queue.Empty:
                break
        return sorted(edge.mono_ns for edge in found if edge.level == 1)


def _output(source: PinSource, wiring: SensorWiring, output_pin: int) -> Any:
    if output_pin == wiring.pin:
        raise LoopbackError("The output must be another pin than the sensor's own.")
    pin = source.pin(SensorWiring(wiring.gate, "loopback", output_pin, wiring.profile))
    pin.function = "output"
    return pin


def line_sentence(result: LoopbackResult) -> str:
    """Return the result as people read it: this line: ±x µs, n=200."""
    us = -(-result.error_max_ns // 1000)
    return f"this line ({result.gate}/{result.sensor}): ±{us} µs, n={result.pulses}"
