"""A race whose node runs in a guest of its own: the real server on the host, a plug to pull."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.e2e.stack import Stack
from tests.kernel.machine import HOST, Machine
from tests.kernel.plan import SENSORS
from timing_server.launcher.credentials import provide_token, token_file

NODE_ID = "node-finish"


@dataclass(frozen=True, slots=True)
class Journaled:
    """A record of the node's journal: its kind, its boot, and its content as JSON says it."""

    seq: int
    boot_id: str
    kind: str
    body: dict[str, Any]

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a record as the node sends it."""
        body = json.loads(text)
        return cls(body["seq"], body["boot_id"], body["kind"], body)


class Track:
    """Server, settings and machine; ``stack.api`` speaks as the organiser."""

    def __init__(self, folder: Path) -> None:
        """Start the server and put the computer together, which is still off."""
        self.stack = Stack(folder)
        self._database = folder / "server" / "paddock.sqlite3"
        try:
            self.stack.start_server()
            provide_token(self.stack.api, folder / "tokens", NODE_ID, "node")
            config = folder / "paddock.toml"
            config.write_text(self._settings(token_file(folder / "tokens", NODE_ID)))
            self.machine = Machine(folder, config)
        except BaseException:
            self.stack.close()
            raise

    def _settings(self, token: Path) -> str:
        gates = ", ".join(
            f'{{ gate = "{gate}", sensor = "{sensor}", pin = {line} }}'
            for line, (gate, sensor) in SENSORS.items()
        )
        url = f"http://{HOST}:{self.stack.port}"
        return (
            f'[node]\nname = "{NODE_ID}"\nserver_url = "{url}"\n'
            f'token_file = "{token}"\ngates = [{gates}]\n'
        )

    def close(self) -> None:
        """Switch everything off."""
        self.machine.cut()
        self.stack.close()

    def start_heat(self) -> str:
        """Plan an event with one long heat and start it; returns the event's id."""
        api = self.stack.api
        driver = api.post("/drivers", {"name": "Neon Falcon", "colour": "#2dd4bf"})
        event_id: str = api.post("/events", {"name": "Power Cut Cup"})["event_id"]
        path = f"/events/{event_id}"
        limits = {"window_s": 3600, "idle_limit_s": 600, "dead_time_s": 0.5}
        stage = {"title": "Time trial", "format_name": "time_trial"} | limits
        stage_id = api.post(f"{path}/stages", stage)["stage_id"]
        api.post(f"{path}/open")
        entry_id = api.post(f"{path}/entries", {"driver_ids": [driver["driver_id"]]})["entry_id"]
        body = {"stage_id": stage_id, "entry_ids": [entry_id]}
        heat_id = api.post(f"{path}/heats", body)["heat_id"]
        api.post(f"{path}/next")
        api.post(f"{path}/heats/{heat_id}/start")
        return event_id

    @contextmanager
    def server_silent(self, *, is_so: bool) -> Iterator[None]:
        """Let the server take connections and answer none, as one that hangs; and come back."""
        pid = self.stack.supervisor.pid("server")
        if is_so:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def stored(self) -> list[Journaled]:
        """Return every record of the node that the server has on its disk, by number."""
        rows = self._ask("SELECT content FROM evidence WHERE node_id = ? ORDER BY seq")
        return [Journaled.from_json(content) for (content,) in rows]

    def acked_seq(self) -> int:
        """Return up to where the server has acknowledged the node's journal."""
        rows = self._ask("SELECT acked_seq FROM uplinks WHERE node_id = ?")
        return int(rows[0][0]) if rows else 0

    def _ask(self, question: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as connection:
            return connection.execute(question, (NODE_ID,)).fetchall()


def journal_in(folder: Path) -> list[Journaled]:
    """Return the records of a journal as a power cut left it; empty where there is none yet."""
    path = folder / "journal.sqlite3"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        (health,) = connection.execute("PRAGMA integrity_check").fetchone()
        assert health == "ok", f"the power cut has torn the journal: {health}"
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'records'").fetchone():
            return []
        rows = connection.execute("SELECT body FROM records ORDER BY seq").fetchall()
    return [Journaled.from_json(body) for (body,) in rows]


def of_kind(records: list[Journaled], kind: str, boot_id: str | None = None) -> list[Journaled]:
    """Return those of one kind, of one boot where it is given."""
    return [r for r in records if r.kind == kind and boot_id in {None, r.boot_id}]
