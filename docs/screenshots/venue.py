"""The venue of the pictures: server, virtual track, timing node and cars, all real processes."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from docs.examples.client import Api, TimingNode
from timing_server.launcher.credentials import token_file
from timing_server.launcher.demo import Demo
from timing_server.launcher.folder import DemoFolder, demo_folder
from timing_server.launcher.processes import ProcessSpec, Supervisor
from timing_server.launcher.settings import DemoSettings

LOOPBACK: Final = "127.0.0.1"
#: As people find a server in their network; browsers of the pictures take it for this machine.
SITE_NAME: Final = "paddock.local"
#: The port that pictures show where nobody has it.
USUAL_PORT: Final = 8000
PATIENCE_S: Final = 120.0
_POLL_S = 0.05


class Venue:
    """The processes while they run; ``api`` speaks as the organiser, ``desk`` as a second node.

    ``desk`` says when cars crossed the line that aren't among the four of the virtual track.
    """

    def __init__(self, demo: Demo, folder: DemoFolder, port: int) -> None:
        self._demo = demo
        self._folder = folder
        self._beside = Supervisor(folder.log_dir)
        self.url = f"http://{LOOPBACK}:{port}"
        self.site = f"http://{SITE_NAME}:{port}"
        organiser = token_file(folder.tokens_dir, "organiser").read_text(encoding="utf-8").strip()
        self.api = Api(self.url, organiser)
        self.desk = TimingNode(self.api, self.url, "node-lanes")

    def until(self, is_met: Callable[[], object], what: str) -> None:
        """Return when the condition holds; raise TimeoutError naming ``what`` if it never does."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not is_met():
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"Waited {PATIENCE_S:.0f} s for {what} in vain.")
            self._demo.keep_alive()
            time.sleep(_POLL_S)

    def start_waiting_cars(self) -> None:
        """Start the cars that the demo starts while its first one races."""
        self._demo.start_waiting_cars()

    def model_of(self, car_id: str) -> str:
        """Wait until a car is ready to drive; returns its model's hash."""
        told: dict[str, Any] = {}

        def is_ready() -> bool:
            told.update(self.api.get(f"/cars/{car_id}")["telemetry"] or {})
            return bool(told.get("model_sha256") and told.get("is_warm"))

        self.until(is_ready, f"{car_id} to load its model")
        return str(told["model_sha256"])

    def code(self, role: str, driver_id: str = "") -> str:
        """Make a one-time code for a browser."""
        body = {"role": role, "principal": driver_id or "organiser"}
        if driver_id:
            body["scope"] = driver_id
        return str(self.api.post("/codes", body)["code"])

    def drive_submissions(self) -> None:
        """Start a worker that drives what is submitted, until nothing waits."""
        self._start_worker("lab-1", "--once")

    def drive_shows(self) -> None:
        """Start a worker that drives what is played."""
        self._start_worker("lab-2")

    def _start_worker(self, name: str, *more: str) -> None:
        file = self._folder.tokens_dir / name
        body = {"role": "worker", "principal": name}
        file.write_text(str(self.api.post("/credentials", body)["token"]), encoding="utf-8")
        file.chmod(0o600)
        named = ("worker", "--server", self.url, "--name", name, "--token-file", str(file))
        self._beside.start(ProcessSpec(name, (*named, *more), 0))

    def console_of(self, car_id: str) -> str:
        """Start the page of a car; returns its address."""
        port = _free_port(0)
        named = ("car", "--car-id", car_id, "--server", self.url)
        files = ("--token-file", str(token_file(self._folder.tokens_dir, car_id)))
        where = ("console", "--host", LOOPBACK, "--port", str(port))
        self._beside.start(ProcessSpec("console", (*named, *files, *where), 0))
        return f"http://{LOOPBACK}:{port}/"

    def console_code(self) -> str:
        """Return the code that the car's page printed last."""
        log = self._folder.log_dir / "console.log"
        found: list[str] = []

        def is_shown() -> bool:
            found[:] = re.findall(r"type (\d{6})", log.read_text(encoding="utf-8"))
            return bool(found)

        self.until(is_shown, "the car's page")
        return found[-1]

    def close(self) -> None:
        """End what was started beside the demo's processes."""
        self._beside.stop_all()
        self.desk.close()
        self.api.close()


@contextmanager
def open_venue(folder: Path) -> Iterator[Venue]:
    """Start every process in a folder of its own; ends them all."""
    port = _free_port(USUAL_PORT)
    settings = DemoSettings(data_dir=folder, host=LOOPBACK, port=port)
    with demo_folder(folder) as made:
        demo = Demo(settings, made, say=lambda _: None)
        try:
            demo.start()
            venue = Venue(demo, made, port)
            try:
                yield venue
            finally:
                venue.close()
        finally:
            demo.stop()


def _free_port(wanted: int) -> int:
    """Return the port that is wanted where nobody listens there, else any free one."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError:
            probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
