"""Takes edges from the pins' threads, journals each, and each pass that the detector makes of them.

One thread runs the detector; the pins' threads only queue. After a restart ``recover`` finishes
what the killed node had begun: a pass whose edges are in the journal but which was not yet told.
"""

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import structlog

from hardware.gates.edges import Edge
from hardware.node.detector import DetectedPass, PassDetector
from hardware.node.health import Alarms, Counters
from hardware.node.journal import JournalReader
from hardware.node.sensing.sensing import Sensed, Sensing
from hardware.node.sensing.sensor_watch import SensorState, StateChange
from hardware.node.sensing.speed import Speed, SpeedTrap
from hardware.node.writer import JournalWriter
from timing_server.contract.machines.journal import EdgeRecord, PassRecord, SpeedRecord

_log = structlog.get_logger()

_NS_PER_S = 1_000_000_000
#: An edge that seems to come from the future by more than this, or that took longer than
#: ``STAMP_AGE_MAX_NS`` to arrive, was not stamped with this machine's CLOCK_MONOTONIC.
STAMP_AHEAD_MAX_NS = 1_000_000
STAMP_AGE_MAX_NS = 60 * _NS_PER_S
STAMP_ALARM = "edge_stamps"
DISK_PATIENCE_S = 2.0

_STATE_SENTENCES: dict[SensorState, str] = {
    "stuck": "is broken since 2 s: look for what stands in the beam, or for a broken wire.",
    "chatter": "gives more than 20 edges a second: look for a loose wire or sunlight.",
    "silent": "missed three passes that the gate's other sensor saw: look at its aim and supply.",
    "drift": "gives pulses unlike before: look for sunlight, a dirty lens or a knocked beam.",
}

MonoClock = Callable[[], int]
#: A speed names passes of the last seconds; of more than these nobody needs the numbers.
_NUMBERS_KEPT = 256


class _PassDraft:
    """A pass for the journal that keeps the number it got there, for a speed to name it by."""

    def __init__(self, detected: DetectedPass, boot_id: str) -> None:
        self.seq = 0
        self._draft = _pass_draft(detected, boot_id)

    def __call__(self, *, seq: int) -> PassRecord:
        self.seq = seq
        return self._draft(seq=seq)


@dataclass(frozen=True, slots=True)
class _Arrival:
    edge: Edge
    arrived_mono_ns: int
    wall_utc: datetime
    on_disk: threading.Event | None


@dataclass(frozen=True, slots=True)
class _FoundBroken:
    """A beam that was broken when the node began to listen."""

    gate: str
    sensor: str
    mono_ns: int


class EdgeIntake:
    """The way of an edge into the journal. ``take`` may be called from any thread."""

    def __init__(
        self,
        sensing: Sensing,
        writer: JournalWriter,
        boot_id: str,
        mono_clock_ns: MonoClock,
        alarms: Alarms,
        counters: Counters,
    ) -> None:
        """``mono_clock_ns`` is the clock that the pins stamp with."""
        self._sensing = sensing
        self._writer = writer
        self._boot_id = boot_id
        self._mono_clock_ns = mono_clock_ns
        self._alarms = alarms
        self._counters = counters
        self._queue: queue.SimpleQueue[_Arrival | _FoundBroken | None] = queue.SimpleQueue()
        self._drafts: OrderedDict[tuple[str, int], _PassDraft] = OrderedDict()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Begin to take edges."""
        self._thread.start()

    def take(self, edge: Edge) -> None:
        """Queue an edge; returns at once."""
        self._queue.put(_Arrival(edge, self._mono_clock_ns(), datetime.now(UTC), None))

    def take_to_disk(self, edge: Edge) -> None:
        """Queue an edge and wait until it is on the disk, though not for ever on a sick disk."""
        on_disk = threading.Event()
        self._queue.put(_Arrival(edge, self._mono_clock_ns(), datetime.now(UTC), on_disk))
        if not on_disk.wait(DISK_PATIENCE_S):
            _log.warning("edge_not_yet_on_disk", gate=edge.gate, mono_ns=edge.mono_ns)

    def note_broken(self, gate: str, sensor: str) -> None:
        """Hear that a beam is broken though no edge said so; returns at once."""
        self._queue.put(_FoundBroken(gate, sensor, self._mono_clock_ns()))

    def close(self) -> None:
        """Handle what is queued, tell the passes that are still gathering, and end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                arrival = self._queue.get(timeout=self._wait_s())
            except queue.Empty:
                self._tell(self._sensing.advance(self._mono_clock_ns()))
                continue
            if arrival is None:
                self._tell(self._sensing.flush())
                return
            if isinstance(arrival, _FoundBroken):
                self._sensing.board.note_broken(arrival.gate, arrival.sensor, arrival.mono_ns)
                continue
            self._handle(arrival)

    def _wait_s(self) -> float | None:
        due_ns = self._sensing.due_ns
        if due_ns is None:
            return None
        return max(0.0, (due_ns - self._mono_clock_ns()) / _NS_PER_S)

    def _handle(self, arrival: _Arrival) -> None:
        edge = arrival.edge
        draft = partial(
            EdgeRecord,
            boot_id=self._boot_id,
            mono_ns=edge.mono_ns,
            wall_utc=arrival.wall_utc,
            gate=edge.gate,
            sensor=edge.sensor,
            level=edge.level,
        )
        self._writer.submit(draft, arrival.on_disk)
        self._counters.add("edges")
        self._counters.put("last_edge_mono_ns", edge.mono_ns)
        self._check_stamp(arrival)
        self._tell(self._sensing.feed(edge))

    def _check_stamp(self, arrival: _Arrival) -> None:
        age_ns = arrival.arrived_mono_ns - arrival.edge.mono_ns
        self._counters.keep_max("edge_age_max_us", age_ns // 1000)
        if not -STAMP_AHEAD_MAX_NS <= age_ns <= STAMP_AGE_MAX_NS:
            self._alarms.set_alarm(
                STAMP_ALARM,
                f"Edges of gate '{arrival.edge.gate}' carry times of another clock "
                "than CLOCK_MONOTONIC: laps stay right, but passes join no heat.",
            )

    def _tell(self, sensed: Sensed) -> None:
        for detected in sensed.passes:
            self._writer.submit(self._kept(detected))
            self._counters.add("passes")
            _log.info(
                "pass_detected",
                gate=detected.gate,
                mono_ns=detected.mono_ns,
                pulse_ns=detected.pulse_ns,
                edges=detected.edges,
            )
        for change in sensed.changes:
            self._tell_state(change)
        for trap, speed in sensed.speeds:
            self._tell_speed(trap, speed)

    def _kept(self, detected: DetectedPass) -> _PassDraft:
        draft = self._drafts[detected.gate, detected.mono_ns] = _PassDraft(detected, self._boot_id)
        while len(self._drafts) > _NUMBERS_KEPT:
            self._drafts.popitem(last=False)
        return draft

    def _tell_speed(self, trap: SpeedTrap, speed: Speed) -> None:
        began = self._drafts.get((trap.from_gate, speed.mono_ns - speed.duration_ns))
        ended = self._drafts.get((trap.to_gate, speed.mono_ns))
        if began is None or ended is None:
            return
        wall_utc = datetime.now(UTC)

        def draft(*, seq: int) -> SpeedRecord:
            return SpeedRecord(
                seq=seq,
                boot_id=self._boot_id,
                mono_ns=speed.mono_ns,
                wall_utc=wall_utc,
                from_gate=trap.from_gate,
                to_gate=trap.to_gate,
                from_seq=began.seq,
                to_seq=ended.seq,
                duration_ns=speed.duration_ns,
                distance_mm=trap.distance_mm,
                distance_bound_mm=trap.bound_mm,
                speed_mmps=speed.speed_mmps,
                bound_mmps=speed.bound_mmps,
            )

        self._writer.submit(draft)
        self._counters.put(f"speed_mmps_{trap.to_gate}", speed.speed_mmps)
        _log.info(
            "speed_measured",
            from_gate=trap.from_gate,
            to_gate=trap.to_gate,
            speed_mmps=speed.speed_mmps,
            bound_mmps=speed.bound_mmps,
        )

    def _tell_state(self, change: StateChange) -> None:
        name = f"sensor {change.gate}/{change.sensor}"
        if change.state == "ok":
            self._alarms.clear_alarm(name)
            return
        self._alarms.set_alarm(
            name,
            f"Sensor '{change.sensor}' of gate '{change.gate}' {_STATE_SENTENCES[change.state]}",
        )


def _pass_draft(detected: DetectedPass, boot_id: str) -> Callable[..., PassRecord]:
    return partial(
        PassRecord,
        boot_id=boot_id,
        mono_ns=detected.mono_ns,
        wall_utc=datetime.now(UTC),
        gate=detected.gate,
        pulse_ns=detected.pulse_ns,
        edges=detected.edges,
        sensors=detected.sensors,
    )


def recover(
    reader: JournalReader,
    detector: PassDetector,
    boot_id: str,
    now_mono_ns: int,
    writer: JournalWriter,
) -> int:
    """Journal the passes that a killed node had edges of but hadn't told; return how many.

    ``detector`` is the fresh one that goes on from here: it is fed the newest edges of this boot,
    so that an edge soon after the restart joins the pass it belongs to instead of doubling it.
    """
    found = 0
    for gate in reader.gates():
        edges_boot_id, known_mono_ns, edges = reader.passes_and_edges_at_the_end(gate)
        is_this_boot = edges_boot_id == boot_id
        gate_detector = detector if is_this_boot else detector.fresh()
        told: list[DetectedPass] = []
        for record in edges:
            edge = Edge(gate, record.sensor, record.mono_ns, record.level)
            told += gate_detector.feed(edge)
        told += gate_detector.advance(now_mono_ns) if is_this_boot else gate_detector.flush()
        for detected in told:
            if detected.mono_ns not in known_mono_ns:
                writer.submit(_pass_draft(detected, edges_boot_id))
                found += 1
                _log.warning("pass_recovered", gate=gate, mono_ns=detected.mono_ns)
    return found
