"""Tells the server every few seconds how the node is; what can't be told is told the next time."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import structlog

from hardware.node.health import Alarms, Counters
from hardware.node.watch.judgement import name_states
from hardware.node.watch.machine import MachineReading
from timing_server.contract.node_health import (
    LoopbackResult,
    NodeHealth,
    SensorHealth,
    SensorState,
)

_log = structlog.get_logger()

EVERY_S = 5.0
CLOSE_PATIENCE_S = 1.0
_SENTENCE_MAX = 500

SensorStates = Callable[[], Mapping[tuple[str, str], SensorState]]


class HealthSource:
    """Gathers what the node's parts know of themselves into one record."""

    def __init__(
        self,
        boot_id: str,
        health: tuple[Alarms, Counters],
        read_machine: Callable[[], MachineReading],
        sensor_states: SensorStates,
        loopback: LoopbackResult | None = None,
    ) -> None:
        """``loopback`` is what the last self-test of this line measured, if there was one."""
        self._boot_id = boot_id
        self._alarms, self._counters = health
        self._read_machine = read_machine
        self._sensor_states = sensor_states
        self._loopback = loopback

    def read(self) -> NodeHealth:
        """Return how the node is now."""
        alarms, counts, machine = self._alarms.active, self._counters.all, self._read_machine()
        states = name_states(alarms, machine, counts)
        return NodeHealth(
            boot_id=self._boot_id,
            mono_ns=time.monotonic_ns(),
            wall_utc=datetime.now(UTC),
            states=states,
            sentences={name: alarms[name][:_SENTENCE_MAX] for name in states if name in alarms},
            sensors=tuple(
                SensorHealth(gate=gate, sensor=sensor, state=state)
                for (gate, sensor), state in sorted(self._sensor_states().items())
            ),
            queue_records=max(0, counts.get("unacked", 0)),
            memory_records=counts.get("records_in_memory", 0),
            journal_seq=counts.get("journal_seq", 0),
            journal_bytes=counts.get("journal_bytes", 0),
            disk_free_bytes=machine.disk_free_bytes,
            cpu_temp_c=machine.cpu_temp_c,
            clock_bound_us=counts.get("clock_bound_us"),
            loopback=self._loopback,
        )


class HealthReporter:
    """The thread that tells."""

    def __init__(
        self,
        client: httpx2.Client,
        node_id: str,
        source: HealthSource,
        every_s: float = EVERY_S,
    ) -> None:
        """``client`` is this thread's own, with the server's address as its base."""
        self._client = client
        self._path = f"/api/v1/nodes/{node_id}/health"
        self._source = source
        self._every_s = every_s
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def close(self) -> None:
        """End; a report that hangs on the network is not waited for."""
        self._is_closing.set()
        self._thread.join(CLOSE_PATIENCE_S)

    def _run(self) -> None:
        while True:
            try:
                answer = self._client.post(
                    self._path,
                    content=self._source.read().model_dump_json().encode(),
                    headers={"Content-Type": "application/json"},
                )
                answer.raise_for_status()
            except httpx2.HTTPError as error:
                # The uplink raises the alarm; an older server may not know the route.
                _log.debug("health_untold", reason=str(error) or type(error).__name__)
            if self._is_closing.wait(self._every_s):
                self._client.close()
                return


def read_loopback(path: Path) -> LoopbackResult | None:
    """Return what the last loop-back self-test left in the node's folder, None where nothing."""
    try:
        return LoopbackResult.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None
