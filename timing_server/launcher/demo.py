"""Composes the demo: its processes, its rounds, and what it leaves behind."""

import json
import os
import socket
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from timing_server.address import opening_block, reachable_url
from timing_server.contract.machines.devices import VenueTally
from timing_server.contract.race.results import REPORTED
from timing_server.launcher.api import OrganiserApi
from timing_server.launcher.cast import CAST, CastMember, model_path
from timing_server.launcher.credentials import provide_token, sign_in, token_file
from timing_server.launcher.errors import LauncherError, PortTakenError
from timing_server.launcher.folder import GATE_PINS, DemoFolder, demo_folder
from timing_server.launcher.processes import ProcessSpec, Supervisor
from timing_server.launcher.round import DemoRound, Watch, ensure_car
from timing_server.launcher.settings import DemoSettings

NODE_NAME = "node-finish"
VENUE_NAME = "venue"
_SERVER_PATIENCE_S = 60.0
_SETTLE_PATIENCE_S = 15.0

Say = Callable[[str], None]


class Demo:
    """A running demo: processes up, organiser signed in."""

    def __init__(self, settings: DemoSettings, folder: DemoFolder, say: Say) -> None:
        self._settings = settings
        self._folder = folder
        self._say = say
        self._supervisor = Supervisor(folder.log_dir)
        self._watch = Watch(self._supervisor.check)
        self._cast = CAST[: settings.heats]
        self._port = settings.port or _free_port()
        self._local_url = f"http://127.0.0.1:{self._port}"
        self._api = OrganiserApi(self._local_url, self._supervisor.check)
        self._event_ids: list[str] = []

    def start(self) -> None:
        """Start every process that the first heat needs; the other cars follow while it runs.

        Devices wait for a server that isn't up yet, so where they have their tokens from last
        time everything starts at once.
        """
        self._supervisor.start(self._server_spec())
        devices = {VENUE_NAME: "tracker", NODE_NAME: "node"}
        devices |= {member.car_id: "car" for member in self._cast}
        tokens_dir = self._folder.tokens_dir
        has_tokens = all(token_file(tokens_dir, name).exists() for name in devices)
        if has_tokens:
            self._start_devices()
        self._watch.until(self._api.is_answering, _SERVER_PATIENCE_S, "the server to come up")
        sign_in(self._api, self._folder.server_dir, tokens_dir)
        if not has_tokens:
            for member in self._cast:
                ensure_car(self._api, member)
            for name, role in devices.items():
                provide_token(self._api, tokens_dir, name, role)
            self._start_devices()

    def keep_alive(self) -> None:
        """Start again what was killed; raise ProcessFailedError for what gave up by itself."""
        self._supervisor.check()

    def _start_devices(self) -> None:
        self._supervisor.start(self._venue_spec())
        self._supervisor.start(self._car_spec(self._cast[0]))
        self._supervisor.start(self._node_spec())

    def start_waiting_cars(self) -> None:
        """Start the cars whose turn comes later, once the first, wanted soonest, is on its way."""
        for member in self._cast[1:]:
            if not self._supervisor.has(member.car_id):
                self._supervisor.start(self._car_spec(member))

    def show_opening(self, *, opens_browser: bool) -> None:
        """Print the address, a QR of it and a fresh code; open the board on a desktop."""
        url = reachable_url(self._settings.host, self._port)
        code = self._new_code()
        self._say(opening_block(url, code=code, is_demo=True, hint="Ctrl-C ends the demo."))
        if opens_browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            webbrowser.open(f"{self._local_url}/#code={self._new_code()}")

    def race_round(self, number: int) -> None:
        """Race one round with the whole cast."""
        demo_round = DemoRound(self._api, self._local_url, self._settings, self._watch)
        demo_round.run(number, self._cast, on_running=self.start_waiting_cars)
        self._event_ids.append(demo_round.event_id)

    def rounds_before(self) -> int:
        """Return how many rounds this folder has seen."""
        return len(self._api.get("/events"))

    def report(self) -> dict[str, Any]:
        """Return what ``--json`` writes: standings, passes on both sides, frames.

        Waits until every pass that the venue delivered has reached the log.
        """
        started_s = time.monotonic()
        while time.monotonic() < started_s + _SETTLE_PATIENCE_S:
            if self._api.get("/log/summary")["passes"] >= self._tally().crossings:
                break
            self._watch.rest(0.2)
        cars = [self._api.get(f"/cars/{member.car_id}")["telemetry"] for member in self._cast]
        return {
            "standings": [{key: row[key] for key in REPORTED} for row in self._results()],
            "passes_seen": self._tally().crossings,
            "passes_stored": self._api.get("/log/summary")["passes"],
            "frames": sum(car["frames"] for car in cars),
            "dropped_frames": sum(car["dropped_frames"] for car in cars),
        }

    def bundle(self) -> bytes:
        """Return the last round's bundle, as ``paddock results export`` writes it."""
        return self._api.download(f"/events/{self._event_ids[-1]}/results/bundle.zip")

    def _results(self) -> list[dict[str, Any]]:
        path = f"/events/{self._event_ids[-1]}/standings"
        rows: list[dict[str, Any]] = self._api.get(path)["standings"]
        return rows

    def stop(self) -> None:
        """End every process, cars first."""
        self._supervisor.stop_all()
        self._api.close()

    def _tally(self) -> VenueTally:
        return VenueTally.model_validate_json(self._folder.tally_file.read_text(encoding="utf-8"))

    def _new_code(self) -> str:
        body = {"role": "organiser", "principal": "organiser"}
        return str(self._api.post("/codes", body)["code"])

    def _server_spec(self) -> ProcessSpec:
        arguments = (
            "serve",
            *("--data", str(self._folder.server_dir)),
            *("--host", self._settings.host),
            *("--port", str(self._port)),
            *("--config", str(self._folder.config)),
            "--no-announce",
        )
        return ProcessSpec("server", arguments, stop_rank=3)

    def _venue_spec(self) -> ProcessSpec:
        arguments = (
            "venue",
            *("--socket", str(self._folder.socket_path)),
            *("--server", self._local_url),
            *("--token-file", str(token_file(self._folder.tokens_dir, VENUE_NAME))),
            *("--track", self._settings.track),
            *("--sectors", str(len(GATE_PINS))),
            *("--seed", str(self._settings.seed)),
            *("--tally-file", str(self._folder.tally_file)),
        )
        return ProcessSpec("venue", arguments, stop_rank=1)

    def _node_spec(self) -> ProcessSpec:
        arguments = (
            "node",
            *("--name", NODE_NAME),
            *("--server", self._local_url),
            *("--token-file", str(token_file(self._folder.tokens_dir, NODE_NAME))),
            *("--data", str(self._folder.root / "node")),
            *("--venue", str(self._folder.socket_path)),
            *("--config", str(self._folder.config)),
        )
        return ProcessSpec("node", arguments, stop_rank=2)

    def _car_spec(self, member: CastMember) -> ProcessSpec:
        is_first = member is self._cast[0]
        model = self._settings.model if is_first and self._settings.model else model_path(member)
        arguments = (
            "car",
            *("--car-id", member.car_id),
            *("--server", self._local_url),
            *("--token-file", str(token_file(self._folder.tokens_dir, member.car_id))),
            *("--model", str(model)),
            *("--data", str(self._folder.root / member.car_id)),
            *("--camera", "virtual"),
            *("--config", str(self._folder.config)),
            *("--venue", str(self._folder.socket_path)),
        )
        return ProcessSpec(member.car_id, arguments, stop_rank=0)


def run_demo(settings: DemoSettings, say: Say, *, opens_browser: bool) -> None:
    """Race round after round until interrupted; what was raced stays in the demo's folder."""
    _check_port(settings)
    with demo_folder(settings.data_dir) as folder:
        demo = Demo(settings, folder, say)
        try:
            demo.start()
            demo.show_opening(opens_browser=opens_browser)
            number = demo.rounds_before()
            while True:
                number += 1
                demo.race_round(number)
        finally:
            demo.stop()


def run_headless(
    settings: DemoSettings, say: Say, report_file: Path | None, bundle_file: Path | None = None
) -> None:
    """Race one round without a screen, write the report and the event's bundle, and end.

    Raises LauncherError with one sentence when a process fails or a file can't be written; the
    latter before anything is raced.
    """
    _check_port(settings)
    for wanted in (report_file, bundle_file):
        if wanted is not None:
            _write_file(wanted, b"")
    with demo_folder(settings.data_dir) as folder:
        demo = Demo(settings, folder, say)
        try:
            demo.start()
            demo.race_round(demo.rounds_before() + 1)
            report = demo.report()
            if bundle_file is not None:
                _write_file(bundle_file, demo.bundle())
        finally:
            demo.stop()
    text = json.dumps(report, indent=2) + "\n"
    if report_file is None:
        say(text)
    else:
        _write_file(report_file, text.encode())


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise LauncherError(f"{path} can't be written: {error.strerror}.") from error


def _check_port(settings: DemoSettings) -> None:
    """Refuse a port that somebody listens on: it would be another server that the demo talks to."""
    if settings.port == 0:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise PortTakenError(
                f"The demo can't listen on {settings.host} port {settings.port} "
                f"({error.strerror}); name another with --port, or --port 0 for any free one."
            ) from error


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
