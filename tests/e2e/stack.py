"""A real server, a virtual venue and a timing node, for tests with a browser."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browsing import page_url
from tests.network.loopback import LOOPBACK, site_port
from tests.priority import go_first
from tests.timing_server.web.live_server import serving
from tests.waiting import PATIENCE_S
from timing_server.contract.machines.devices import VenueTally
from timing_server.launcher.api import OrganiserApi
from timing_server.launcher.cast import CastMember, model_path
from timing_server.launcher.credentials import provide_token, sign_in, token_file
from timing_server.launcher.processes import ProcessSpec, Supervisor
from timing_server.launcher.round import Watch, ensure_car


class Stack:
    """The processes of a race without cars; ``api`` speaks as the organiser.

    ``url`` is where processes find the server, ``page_url`` where browsers do.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server_dir = folder / "server"
        self._tokens_dir = folder / "tokens"
        for path in (self._server_dir, self._tokens_dir, folder / "logs"):
            path.mkdir()
        # A folder of its own, since the path of a local socket must stay short.
        self._socket_dir = tempfile.TemporaryDirectory(prefix="paddock-")
        self._socket = Path(self._socket_dir.name) / "venue.sock"
        self.port = site_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.page_url = page_url(self.url)
        # A test may kill as often as it likes.
        self.supervisor = Supervisor(folder / "logs", crashes_allowed=1_000_000)
        self.watch = Watch(self.supervisor.check)
        self.api = OrganiserApi(self.url, self.supervisor.check)
        self._served_here = ExitStack()

    def start_server(self) -> None:
        """Start the server, and sign in where that hasn't happened yet."""
        arguments = ("--data", str(self._server_dir), "--host", LOOPBACK, "--port")
        self.supervisor.start(ProcessSpec("server", ("serve", *arguments, str(self.port)), 2))
        self.watch.until(self.api.is_answering, PATIENCE_S, "the server")
        sign_in(self.api, self._server_dir, self._tokens_dir)

    def serve_here(self, **settings: Any) -> None:
        """Serve in a thread of this process, where nothing happens to the server's own process.

        It answers the same, without an interpreter and its imports for each test.
        """
        self._served_here.enter_context(serving(self._server_dir, self.port, **settings))
        sign_in(self.api, self._server_dir, self._tokens_dir)

    def close_here(self) -> None:
        """End what ``serve_here`` began; it may begin again, on the same port and folder."""
        self._served_here.close()

    def stop_server(self) -> None:
        """End every process: with the server gone, the others have nobody to talk to."""
        self.supervisor.stop_all()

    def log_in(
        self,
        page: Page,
        path: str = "/control",
        role: str = "organiser",
        principal: str = "organiser",
    ) -> None:
        """Open one of the pages with a new login code, and wait until it says that it is in."""
        code = self.api.post("/codes", {"role": role, "principal": principal})["code"]
        page.goto(f"{self.page_url}{path}#code={code}")
        expect(page.get_by_test_id("notice")).to_have_text("You are logged in.")

    def start_track(self) -> None:
        """Start the virtual venue and the node that senses its beam."""
        provide_token(self.api, self._tokens_dir, "venue", "tracker")
        provide_token(self.api, self._tokens_dir, "node-finish", "node")
        venue_token = token_file(self._tokens_dir, "venue")
        node_token = token_file(self._tokens_dir, "node-finish")
        venue = ("venue", "--socket", str(self._socket), "--server", self.url, "--token-file")
        node = ("node", "--name", "node-finish", "--server", self.url, "--token-file")
        tally = str(self._folder / "tally.json")
        self.supervisor.start(
            ProcessSpec("venue", (*venue, str(venue_token), "--tally-file", tally), 0)
        )
        where = ("--data", str(self._folder / "node"), "--venue", str(self._socket))
        self.supervisor.start(ProcessSpec("node", (*node, str(node_token), *where), 1))
        go_first(self.supervisor.pid("venue"))
        self.watch.until(
            self._is_wired, PATIENCE_S, "the venue to hear the server and feed the node"
        )

    def start_car(self, member: CastMember, server_url: str) -> None:
        """Start a car of the demo's cast in the venue, which finds its server at that address."""
        ensure_car(self.api, member)
        provide_token(self.api, self._tokens_dir, member.car_id, "car")
        arguments = (
            *("car", "--car-id", member.car_id, "--server", server_url),
            *("--token-file", str(token_file(self._tokens_dir, member.car_id))),
            *("--model", str(model_path(member)), "--camera", "virtual"),
            *("--venue", str(self._socket)),
        )
        self.supervisor.start(ProcessSpec(member.car_id, arguments, 0))
        go_first(self.supervisor.pid(member.car_id))

    def crossings(self) -> int:
        """Return how often the venue broke the finish line's beam."""
        told = (self._folder / "tally.json").read_text(encoding="utf-8")
        return VenueTally.model_validate_json(told).crossings

    def times_wired(self) -> int:
        """Return how often a node has joined the venue's gates so far."""
        return sum(
            "device_joined" in line and "join_gates" in line
            for line in self._venue_log().splitlines()
        )

    def _is_wired(self) -> bool:
        return "server_connected" in self._venue_log() and self.times_wired() > 0

    def _venue_log(self) -> str:
        return (self._folder / "logs" / "venue.log").read_text(encoding="utf-8")

    def plan_heat(
        self, driver_name: str, *, window_s: int = 600, **stage_fields: Any
    ) -> tuple[str, str]:
        """Create and open an event with one heat of one driver; returns its ids."""
        driver = self.api.post("/drivers", {"name": driver_name, "colour": "#2dd4bf"})
        event = self.api.post("/events", {"name": "Test Grand Prix", "is_demo": True})
        path = f"/events/{event['event_id']}"
        body = {"title": "Time trial", "format_name": "time_trial", "window_s": window_s}
        body |= stage_fields
        stage = self.api.post(f"{path}/stages", body)
        self.api.post(f"{path}/open")
        entry = self.api.post(f"{path}/entries", {"driver_ids": [driver["driver_id"]]})
        heat: dict[str, Any] = self.api.post(
            f"{path}/heats", {"stage_id": stage["stage_id"], "entry_ids": [entry["entry_id"]]}
        )
        return event["event_id"], heat["heat_id"]

    def close(self) -> None:
        """End everything."""
        self.supervisor.stop_all()
        self.api.close()
        self._served_here.close()
        self._socket_dir.cleanup()
