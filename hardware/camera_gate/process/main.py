"""``paddock node camera``: a process of its own beside the node.

A camera driver may hang for seconds, and reading marks takes a core: neither may come near the
thread that stamps edges. So this process shares with the node only the journal, which it reads,
and the machine's monotonic clock. Killed, hung or unplugged, it costs identities, never a time.
"""

import json
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from hardware.camera_gate.errors import CameraGateError
from hardware.camera_gate.judging.matching import Lookout
from hardware.camera_gate.judging.motion import Limits
from hardware.camera_gate.judging.watch import GateWatch
from hardware.camera_gate.line import Line
from hardware.camera_gate.process.condition import Condition
from hardware.camera_gate.process.desk import PassDesk
from hardware.camera_gate.process.evidence import KeptWord
from hardware.camera_gate.process.passes_feed import PassesFeed
from hardware.camera_gate.process.uplink import CameraUplink
from hardware.camera_gate.process.word_box import WordBox
from hardware.camera_gate.reading.dictionaries import mark_set
from hardware.camera_gate.settings import CameraGateSettings, PointSetting
from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Camera
from hardware.cameras.registry import CameraRequest, open_camera, split_camera_name
from hardware.node.clock import read_boot_id
from hardware.node.journal import JOURNAL_FILE
from hardware.node.main import node_client
from hardware.settings import NodeSettings
from timing_server.contract.machines.cameras import CameraHealth, CameraState
from timing_server.contract.supervision import ALIVE, ENDING, READY, notify

_log = structlog.get_logger()
_WAIT_S = 0.2
_REOPEN_S = 2.0
_POLL_NS = 50_000_000
_HEALTH_NS = 2_000_000_000
_LINE = TypeAdapter(tuple[PointSetting, PointSetting])


def camera_of(settings: NodeSettings, gate: str | None) -> CameraGateSettings:
    """Return the camera of a gate, or the only one. Raises CameraGateError with one sentence."""
    found = [each for each in settings.cameras if gate in {None, each.gate}]
    if len(found) == 1:
        return found[0]
    if not settings.cameras:
        return CameraGateSettings(gate=gate or "finish")
    names = ", ".join(each.gate for each in settings.cameras)
    raise CameraGateError(
        f"Which camera? There are those of the gates {names}: name one by --gate."
    )


def line_file(settings: NodeSettings, camera: CameraGateSettings) -> Path:
    """Return where the line that was set by hand is kept; it goes before paddock.toml's."""
    return settings.data_dir / f"line-{camera.gate}.json"


def line_of(settings: NodeSettings, camera: CameraGateSettings) -> Line | None:
    """Return the line as it was set, None where nobody did. Raises CameraGateError."""
    path, points = line_file(settings, camera), camera.line
    if path.exists():
        try:
            points = _LINE.validate_python(json.loads(path.read_text("utf-8")), strict=False)
        except (OSError, ValueError, ValidationError) as error:
            raise CameraGateError(
                f"The line in {path} can't be read; set it anew by --line."
            ) from error
    return None if points is None else Line(points[0], points[1], camera.line_mm)


def open_source(camera: CameraGateSettings) -> Camera:
    """Open the camera. Raises CameraError or CameraNameError in one sentence."""
    kind, address = split_camera_name(camera.source)
    request = CameraRequest(
        address, camera.frame_rate_hz, camera.width_px, camera.height_px, camera.gate
    )
    return open_camera(kind, request)


def run_camera(settings: NodeSettings, camera: CameraGateSettings) -> None:
    """Watch until SIGTERM or Ctrl-C. Raises CameraGateError or TokenError before it begins."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    line = line_of(settings, camera)
    if line is None:
        raise CameraGateError(
            "Nobody has said yet where the line is in the picture: see it by 'paddock node camera "
            "--look picture.jpg', then set it by --line X1,Y1,X2,Y2."
        )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    box_path = settings.data_dir / f"{camera.name}.sqlite3"
    with node_client(settings) as client:
        uplink = CameraUplink(client, settings.name, box_path)
        gate = _Gate(settings, camera, line, uplink, WordBox(box_path))
        uplink.start()
        notify(READY)
        try:
            gate.run(stop)
        finally:
            notify(ENDING)
            uplink.close()


class _Gate:
    """The loop: a picture, its marks, the passes that wait for it."""

    def __init__(
        self,
        settings: NodeSettings,
        camera: CameraGateSettings,
        line: Line,
        uplink: CameraUplink,
        box: WordBox,
    ) -> None:
        limits = Limits(stamp_bound_ns=int(camera.stamp_bound_ms * 1e6))
        lookout = Lookout(camera.lead_mm, camera.lead_bound_mm, limits=limits)
        self._camera = camera
        self._watch = GateWatch(line, mark_set(camera.marks), lookout, camera.car_width_mm)
        self._feed = PassesFeed(settings.data_dir / JOURNAL_FILE, camera.gate, read_boot_id())
        self._desk = PassDesk(camera.name, camera.gate, self._watch, self._keep)
        self._uplink = uplink
        self._box = box
        self._condition = Condition()
        self._polled_ns = self._reported_ns = 0

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
        if journal_id is not None:
            self._desk.turn(now_ns, datetime.now(UTC), journal_id)
        if now_ns - self._reported_ns < _HEALTH_NS:
            return
        self._reported_ns = now_ns
        if self._uplink.is_alive:
            notify(ALIVE)
        states = (trouble,) if trouble else self._condition.states(now_ns)
        self._uplink.health = CameraHealth(
            source=self._camera.name,
            gate=self._camera.gate,
            states=(*states, *(() if journal_id else ("no_journal",))),
            frame_rate_hz=round(self._condition.frame_rate_hz(now_ns), 1),
            read_ms=round(self._condition.read_ms, 2),
            waiting=self._uplink.waiting,
            outcomes=dict(self._desk.outcomes),
        )
        self._uplink.wake()

    def _keep(self, word: KeptWord) -> None:
        report = word.report
        _log.info("pass_seen", outcome=report.outcome, marks=report.marks, seq=report.seq)
        self._box.put(word)
        self._uplink.wake()
