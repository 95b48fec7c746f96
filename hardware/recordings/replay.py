"""Feeds a recording back through gpiozero pins, at its own pace or faster: a day on the desk.

The first edge happens a moment after the start, all others at their recorded distance from it, so
that every lap is to the nanosecond what it was. Faster than 1×, the stamps run ahead of the clock
just as the replay does: laps stay what they were, while a heat's own clock goes on at 1×.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from hardware.gates.edges import Edge
from hardware.gates.pins import SensorWiring
from hardware.node.journal import JOURNAL_FILE, JournalReader
from hardware.node.main import run_node, token_path
from hardware.node.stopping import StopFlag
from hardware.recordings.errors import RecordingError
from hardware.recordings.recording import in_order, read_recording
from hardware.recordings.stamped_pins import RecordedPins
from hardware.settings import GateSensor, NodeSettings

_log = structlog.get_logger()

_NS_PER_S = 1_000_000_000
#: How long before the first edge the replay begins, and how long it goes on after the last: the
#: merge window, and time for what was seen to reach the server.
LEAD_NS = 200_000_000
TAIL_S = 2.0
#: How long a replay that is over waits for a server that is out of reach.
DELIVERY_PATIENCE_S = 60.0
_LOOK_S = 0.2
FOLDER = "replay"
SENSORS_MAX = 16


class ReplaySource:
    """A PinSource that drives its pins as a recording says, then asks for the end."""

    name = "mock (replay)"
    is_waiting_for_disk = False

    def __init__(
        self,
        edges: Sequence[Edge],
        speed: float = 1.0,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """``edges`` in any order, at least one; ``speed`` at least 1."""
        self._edges = in_order(edges)
        self._speed = speed
        self._real_clock_ns = clock_ns
        self._start_ns = clock_ns()
        self.pins = RecordedPins((edge.gate, edge.sensor) for edge in self._edges)
        self._is_stopping = threading.Event()
        self.on_end: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="replay", daemon=True)

    def clock_ns(self) -> int:
        """Return the clock that the pins stamp with: it goes ``speed`` times as fast."""
        if self._speed == 1.0:
            return self._real_clock_ns()
        return self._start_ns + int((self._real_clock_ns() - self._start_ns) * self._speed)

    @property
    def factory(self) -> Any:
        """The mock pins' factory."""
        return self.pins.factory

    def pin(self, wiring: SensorWiring) -> Any:
        """Return the pin of a recorded sensor."""
        return self.pins.factory.pin(wiring.pin)

    def start(self) -> None:
        """Begin to replay."""
        self._start_ns = self._real_clock_ns()
        self._thread.start()

    def stop(self) -> None:
        """End the replay where it is."""
        self._is_stopping.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def close(self) -> None:
        """Release the pins."""
        self.stop()
        self.pins.close()

    def _run(self) -> None:
        shift_ns = self._start_ns + LEAD_NS - self._edges[0].mono_ns
        for edge in self._edges:
            mono_ns = edge.mono_ns + shift_ns
            if self._is_stopping.wait(self._wait_s(mono_ns)):
                return
            self.pins.drive(edge, mono_ns)
        _log.info("replay_ended", edges=len(self._edges))
        if not self._is_stopping.wait(TAIL_S):
            self.on_end()

    def _wait_s(self, mono_ns: int) -> float:
        return max(0.0, (mono_ns - self.clock_ns()) / self._speed / _NS_PER_S)


def run_replay(settings: NodeSettings, recording: Path, speed: float) -> None:
    """Run a node on a recording until it is over or a signal ends it.

    It journals into a folder of its own below the node's, so that nothing of a rehearsal ever
    stands among the passes of a race. Raises RecordingError, and what ``run_node`` raises.
    """
    edges = read_recording(recording)
    source = replay_source(edges, recording, speed)
    replayed = settings.model_copy(
        update={
            "gates": tuple(
                GateSensor(gate=wired.gate, sensor=wired.sensor, pin=wired.pin)
                for wired in source.pins.wirings
            ),
            "start_lights": None,
            "buttons": (),
            "data_dir": settings.data_dir / FOLDER,
            "token_file": None if settings.token is not None else token_path(settings),
        }
    )

    journal = replayed.data_dir.absolute() / JOURNAL_FILE

    def open_pins(_wired: tuple[SensorWiring, ...], stop: StopFlag) -> ReplaySource:
        source.on_end = partial(_end_when_delivered, journal, stop)
        return source

    run_node(replayed, open_pins, source.clock_ns)


def _end_when_delivered(journal: Path, stop: StopFlag) -> None:
    """Let the node go on until the server has everything, though not for ever without one."""
    deadline_s = time.monotonic() + DELIVERY_PATIENCE_S
    with closing(JournalReader(journal)) as reader:
        while time.monotonic() < deadline_s and not stop.wait(_LOOK_S):
            if reader.acked_seq() == reader.last_seq():
                break
    stop.stop()


def replay_source(edges: Sequence[Edge], recording: Path, speed: float) -> ReplaySource:
    """Return the pins of a recording. Raises RecordingError where it can't be replayed."""
    sensors = {(edge.gate, edge.sensor) for edge in edges}
    if not edges:
        raise RecordingError(f"The recording {recording} holds no edges; there is nothing to feed.")
    if len(sensors) > SENSORS_MAX:
        raise RecordingError(
            f"The recording {recording} has {len(sensors)} sensors, and a node reads at most "
            f"{SENSORS_MAX}; split it."
        )
    return ReplaySource(edges, speed)
