"""``paddock node camera``: a process of its own beside the node.

A camera driver may hang for seconds, and reading marks takes a core: neither may come near the
thread that stamps edges. So this process shares with the node only the journal, which it reads,
and the machine's monotonic clock. Killed, hung or unplugged, it costs identities, never a time.
"""

import signal
import threading

import cv2
import structlog

from hardware.camera_gate.errors import CameraGateError
from hardware.camera_gate.kept_line import line_of
from hardware.camera_gate.process.loop import GateLoop
from hardware.camera_gate.process.uplink import CameraUplink
from hardware.camera_gate.process.word_box import WordBox
from hardware.camera_gate.settings import CameraGateSettings
from hardware.node.main import node_client
from hardware.node.uplink.orders import OrderListener
from hardware.settings import NodeSettings
from timing_server.contract.supervision import ENDING, READY, notify

_log = structlog.get_logger()


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


def run_camera(settings: NodeSettings, camera: CameraGateSettings) -> None:
    """Watch until SIGTERM or Ctrl-C. Raises CameraGateError or TokenError before it begins.

    Without a line it names nobody and waits until race control says where the line is.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # One core reads marks in time; to spread each picture over all of them takes the node's, too.
    cv2.setNumThreads(1)
    try:
        line = line_of(settings, camera)
    except CameraGateError as error:
        _log.error("line_unreadable", error=str(error))
        line = None
    if line is None:
        _log.warning("line_not_set", remedy="set it in race control, under Devices, or by --line")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    box_path = settings.data_dir / f"{camera.name}.sqlite3"
    with node_client(settings) as client:
        uplink = CameraUplink(client, settings.name, box_path)
        gate = GateLoop(settings, camera, line, uplink, WordBox(box_path))
        orders = OrderListener(node_client(settings), settings.name, on_camera=gate.take_order)
        uplink.start()
        orders.start()
        notify(READY)
        try:
            gate.run(stop)
        finally:
            notify(ENDING)
            orders.close()
            uplink.close()
