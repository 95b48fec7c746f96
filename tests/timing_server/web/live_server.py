"""The real server on a free loopback port, and clients that play organiser, node and screen."""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from tests import waiting
from timing_server.adapters.listening import listen
from timing_server.launcher.follow import merge_patch
from timing_server.main import create_app, server_config
from timing_server.settings import ServerSettings

PATIENCE_S = waiting.PATIENCE_S
NODE_ID = "node-1"


@contextmanager
def serving(folder: Path, port: int = 0, **settings_more: Any) -> Iterator[str]:
    """Serve a data folder in a thread; yields the address of the interface."""
    settings = ServerSettings(data_dir=folder, host="127.0.0.1", port=port, **settings_more)
    listener = listen(settings.host, settings.port)
    server = uvicorn.Server(server_config(create_app(settings)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline_s = time.monotonic() + PATIENCE_S
    while not server.started:
        assert thread.is_alive(), "the server didn't start"
        assert time.monotonic() < deadline_s, "the server took too long to start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        listener.close()
        assert not thread.is_alive(), "the server didn't end"


class Organiser:
    """Speaks to the server with an organiser's token; keeps one node with a journal."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, timeout=PATIENCE_S)
        token_file = folder / "organiser.token"
        if not token_file.exists():
            code = (folder / "setup-code").read_text().strip()
            token_file.write_text(self.http.post("/pair", json={"code": code}).json()["token"])
        self.http.headers["Authorization"] = f"Bearer {token_file.read_text()}"

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()

    def get(self, path: str) -> Any:
        """Read, expecting success."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Send a command, expecting success."""
        answer = self.http.post(path, json=body if body is not None else {}, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def refusal(self, path: str, body: Any = None, method: str = "POST", **headers: str) -> Any:
        """Send what must be refused and return the problem body."""
        answer = self.http.request(method, path, json=body or {}, headers=headers)
        assert not answer.is_success, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.json()

    def token(self, role: str, principal: str) -> str:
        """Make a token for somebody else; a car is signed up where it isn't yet."""
        if role == "car":
            self.http.post("/cars", json={"car_id": principal, "name": principal})
        body = {"role": role, "principal": principal}
        return str(self.post("/credentials", body)["token"])

    def plan(self, *, drivers: int = 1, **stage: Any) -> dict[str, Any]:
        """Plan an open event with one heat for each driver; returns its ids."""
        self.stop_running_heat()
        event_id = self.post("/events", {"name": "Friday league"})["event_id"]
        path = f"/events/{event_id}"
        stage_id = self.post(f"{path}/stages", {"title": "Time trial", **stage})["stage_id"]
        self.post(f"{path}/open")
        heats, entries = [], []
        for number in range(drivers):
            name = f"Turbo Tester {number}"
            driver_id = self.post("/drivers", {"name": name})["driver_id"]
            entry_id = self.post(f"{path}/entries", {"driver_ids": [driver_id]})["entry_id"]
            body = {"stage_id": stage_id, "entry_ids": [entry_id]}
            heats.append(self.post(f"{path}/heats", body)["heat_id"])
            entries.append(entry_id)
        return {
            "event_id": event_id,
            "path": path,
            "stage_id": stage_id,
            "heats": heats,
            "entries": entries,
        }

    def stop_running_heat(self) -> None:
        """End what an earlier test left on track."""
        event_id = self.get("/events/active")["event_id"]
        heat = self.get(f"/events/{event_id}/view")["view"].get("heat", {}) if event_id else {}
        if heat.get("phase") in {"called", "armed", "running", "paused"}:
            self.post(f"/events/{event_id}/heats/{heat['heat_id']}/stop")

    def start_next(self, plan: dict[str, Any]) -> str:
        """Call and start the next heat."""
        heat_id = str(self.post(f"{plan['path']}/next")["heat_id"])
        self.post(f"{plan['path']}/heats/{heat_id}/start")
        return heat_id


@contextmanager
def organising(folder: Path, port: int = 0, **settings_more: Any) -> Iterator[Organiser]:
    """Serve a data folder likewise; yields its organiser."""
    with serving(folder, port, **settings_more) as url, closing(Organiser(url, folder)) as made:
        yield made


class Node:
    """A timing node whose clock is the race clock plus a fixed difference."""

    def __init__(self, organiser: Organiser, journal_id: str | None = None) -> None:
        self.path = f"/nodes/{NODE_ID}/journal"
        self.journal_id = journal_id or str(uuid.uuid4())
        self.boot_id = str(uuid.uuid4())
        self.seq = 0
        self._organiser = organiser
        self.headers = {"Authorization": f"Bearer {organiser.token('node', NODE_ID)}"}
        self.race_offset_ns = -1_000_000_000_000

    def now_mono_ns(self) -> int:
        """Read the node's clock: the server's race clock, shifted."""
        return int(self._organiser.get("/clock")["race_ns"]) - self.race_offset_ns

    def record(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Journal one record."""
        self.seq += 1
        shared = {
            "seq": self.seq,
            "boot_id": self.boot_id,
            "mono_ns": 0,
            "wall_utc": "2026-05-01T10:00:00+00:00",
        }
        return shared | {"kind": kind} | fields

    def clock(self) -> dict[str, Any]:
        """Journal how the clocks lie."""
        return self.record("clock", race_offset_ns=self.race_offset_ns, bound_ns=1_000_000)

    def passing(self, mono_ns: int, gate: str = "finish") -> dict[str, Any]:
        """Journal a pass."""
        return self.record("pass", mono_ns=mono_ns, gate=gate, edges=1, sensors=["a"])

    def send(self, *records: dict[str, Any]) -> Any:
        """Send records, expecting an acknowledgement; returns the mark."""
        answer = self.post(*records)
        assert answer.status_code == 200, answer.text
        return answer.json()["acked_seq"]

    def post(self, *records: dict[str, Any], **more: Any) -> httpx2.Response:
        """Send records as they are, with more fields of the batch where the test has some."""
        body = {"journal_id": self.journal_id, "records": records, **more}
        return self._organiser.http.post(self.path, json=body, headers=self.headers)


class Screen:
    """Follows an event's live stream in a thread, as a board does."""

    def __init__(self, url: str, event_id: str, last_event_id: str | None = None) -> None:
        self.events: list[tuple[str, str | None, Any]] = []
        self._arrived = threading.Condition()
        self._ending = threading.Event()
        self._url = f"{url}/events/{event_id}/live"
        self.headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with (
                httpx2.Client(timeout=PATIENCE_S) as client,
                client.sse(self._url, headers=self.headers) as stream,
            ):
                for event in stream:
                    with self._arrived:
                        content = json.loads(event.data)
                        self.events.append((event.event, event.id or None, content))
                        self._arrived.notify_all()
                    if self._ending.is_set():
                        return
        except httpx2.TransportError:
            return

    def named(self, *names: str) -> list[tuple[str, str | None, Any]]:
        """Return the events of these kinds so far."""
        return [each for each in list(self.events) if each[0] in names]

    def wait_for(self, count: int, *names: str) -> list[tuple[str, str | None, Any]]:
        """Wait until so many events of these kinds have come."""
        deadline_s = time.monotonic() + PATIENCE_S
        with self._arrived:
            while len(self.named(*names)) < count:
                left_s = deadline_s - time.monotonic()
                assert left_s > 0, f"waited in vain for {count} {names}: {self.events}"
                self._arrived.wait(left_s)
            return self.named(*names)

    def document(self) -> Any:
        """Return the document as the patches so far leave it."""
        self.wait_for(1, "snapshot", "patch")
        return followed(self.named("snapshot", "patch"))

    def close(self) -> None:
        """Stop following; the next event, at the latest a ping, ends the thread."""
        self._ending.set()


def followed(events: list[tuple[str, str | None, Any]], document: Any = None) -> Any:
    """Apply snapshots and patches in order."""
    for kind, _, content in events:
        document = (
            content["view"] if kind == "snapshot" else merge_patch(document, content["patch"])
        )
    return document
