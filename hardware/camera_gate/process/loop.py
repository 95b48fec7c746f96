"""The camera's loop: a picture, its marks, the passes that wait for it, and what is asked of it."""

import queue
import threading
import time
from datetime import UTC, datetime

import structlog

from hardware.camera_gate.errors import CameraGateError
from hardware.camera_gate.judging.matching import Lookout
from hardware.camera_gate.judging.motion import Limits
from hardware.camera_gate.judging.watch import GateWatch
from hardware.camera_gate.kept_line import keep_line
from hardware.camera_gate.line import Line
from hardware.camera_gate.process.condition import Condition
from hardware.camera_gate.process.desk import PassDesk
from hardware.camera_gate.process.evidence import KeptWord, picture_of
from hardware.camera_gate.process.passes_feed import PassesFeed
from hardware.camera_gate.process.uplink import CameraUplink
from hardware.camera_gate.process.word_box import WordBox
from hardware.camera_gate.reading.dictionaries import mark_set
from hardware.camera_gate.settings import CameraGateSettings
from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Camera, Pixels
from hardware.cameras.registry import CameraRequest, open_camera, split_camera_name
from hardware.node.journal import JOURNAL_FILE
from hardware.race_clock import read_boot_id
from hardware.settings import NodeSettings
from timing_server.contract.machines.cameras import CameraHealth, CameraOrder, CameraState
from timing_server.contract.supervision import ALIVE, notify

_log = structlog.get_logger()
_WAIT_S = 0.2
_REOPEN_S = 2.0
_POLL_NS = 50_000_000
_HEALTH_NS = 2_000_000_000


def open_source(camera: CameraGateSettings) -> Camera:
    """Open the camera. Raises CameraError or CameraNameError in one sentence."""
    kind, address = split_camera_name(camera.source)
    request = CameraRequest(
        address, camera.frame_rate_hz, camera.width_px, camera.height_px, camera.gate
    )
    return open_camera(kind, request)


class GateLoop:
    """The loop: a picture, its marks, the passes that wait for it."""

    def __init__(
        self,
        settings: NodeSettings,
        camera: CameraGateSettings,
        line: Line | None,
        uplink: CameraUplink,
        box: WordBox,
    ) -> None:
        self._settings = settings
        self._camera = camera
        self._feed = PassesFeed(settings.data_dir / JOURNAL_FILE, camera.gate, read_boot_id())
        self._desk = PassDesk(camera.name, camera.gate, self._keep)
        self._uplink = uplink
        self._box = box
        self._condition = Condition()
        self._orders: queue.SimpleQueue[CameraOrder] = queue.SimpleQueue()
        self._newest: Pixels | None = None
        self._watch: GateWatch | None = None
        self._polled_ns = self._reported_ns = 0
        if line is not None:
            self._watch_line(line)

    def take_order(self, order: CameraOrder) -> None:
        """Note that a picture is wanted, and where the line is. From any thread."""
        if order.gate == self._camera.gate:
            self._orders.put(order)

    def run(self, stop: threading.Event) -> None:
        """Watch, and open the camera again whenever it goes away."""
        is_told = False
        while not stop.is_set():
            try:
                source = open_source(self._camera)
            except CameraError as error:
                if not is_told:
                    _log.error("camera_missing", error=str(error))
                is_told = True
                self._turn("unplugged")
                stop.wait(_REOPEN_S)
                continue
            is_told = False
            _log.info("camera_ready", source=source.description, gate=self._camera.gate)
            try:
                self._watch_source(source, stop)
            except CameraError as error:
                _log.error("camera_gone", error=str(error))
                self._turn("unplugged")
            finally:
                source.close()
        self._turn(None)

    def _watch_source(self, source: Camera, stop: threading.Event) -> None:
        has_picture = False
        while not stop.is_set():
            frame = source.read(_WAIT_S)
            if frame is not None:
                if not has_picture:
                    _log.info("camera_sees", capture_mono_ns=frame.capture_mono_ns)
                has_picture = True
                started_ns = time.monotonic_ns()
                self._newest = frame.pixels
                if self._watch is not None:
                    self._watch.take(frame)
                now_ns = time.monotonic_ns()
                self._condition.note(frame.pixels, now_ns, now_ns - started_ns)
            self._turn(None)

    def _turn(self, trouble: CameraState | None) -> None:
        now_ns = time.monotonic_ns()
        if now_ns - self._polled_ns < _POLL_NS:
            return
        self._polled_ns = now_ns
        self._desk.take(self._feed.fresh())
        journal_id = self._feed.journal_id
        self._obey()
        if journal_id is not None:
            self._desk.turn(now_ns, datetime.now(UTC), journal_id)
        if now_ns - self._reported_ns < _HEALTH_NS:
            return
        self._reported_ns = now_ns
        if self._uplink.is_alive:
            notify(ALIVE)
        line, newest = self._line, self._newest
        states = (trouble,) if trouble else self._condition.states(now_ns)
        unset: tuple[CameraState, ...] = () if line else ("line_not_set",)
        self._uplink.health = CameraHealth(
            source=self._camera.name,
            gate=self._camera.gate,
            states=(*states, *unset, *(() if journal_id else ("no_journal",))),
            frame_rate_hz=round(self._condition.frame_rate_hz(now_ns), 1),
            read_ms=round(self._condition.read_ms, 2),
            waiting=self._uplink.waiting,
            outcomes=dict(self._desk.outcomes),
            line_px=None if line is None else (line.left_px, line.right_px),
            width_px=0 if newest is None else newest.shape[1],
            height_px=0 if newest is None else newest.shape[0],
        )
        self._uplink.wake()

    @property
    def _line(self) -> Line | None:
        return None if self._watch is None else self._watch.line

    def _watch_line(self, line: Line) -> None:
        camera = self._camera
        limits = Limits(stamp_bound_ns=int(camera.stamp_bound_ms * 1e6))
        lookout = Lookout(camera.lead_mm, camera.lead_bound_mm, limits=limits)
        self._watch = GateWatch(line, mark_set(camera.marks), lookout, camera.car_width_mm)
        self._desk.watch = self._watch

    def _obey(self) -> None:
        """Keep the line that was set, and send a picture: the newest, with the marks it shows."""
        while not self._orders.empty():
            line_px = self._orders.get().line_px
            if line_px is not None:
                try:
                    self._watch_line(keep_line(self._settings, self._camera, line_px))
                except CameraGateError as error:
                    _log.error("line_not_kept", error=str(error))
                    continue
                _log.info("line_set", line_px=line_px)
            self._reported_ns = 0
            if self._newest is not None:
                self._uplink.show(picture_of(self._newest, mark_set(self._camera.marks)))

    def _keep(self, word: KeptWord) -> None:
        report = word.report
        _log.info("pass_seen", outcome=report.outcome, marks=report.marks, seq=report.seq)
        self._box.put(word)
        self._uplink.wake()
