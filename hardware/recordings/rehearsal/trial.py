"""Runs real ``paddock node --replay`` processes against a sink, and does to them what tracks do."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from hardware.gates.edges import Edge
from hardware.node.journal import JOURNAL_FILE, JournalReader, StoredRecord
from hardware.recordings.recording import line_of
from hardware.recordings.rehearsal.sink import Sink
from hardware.recordings.replay import FOLDER
from timing_server.contract.machines.journal import EdgeRecord

_TOKEN = "rehearsal"  # noqa: S105 - nobody is let in by it
_LOOK_S = 0.05
PATIENCE_S = 120.0


class Trial:
    """One node with a folder of its own; ``edges`` are what its pins are to do."""

    def __init__(self, folder: Path, sink: Sink) -> None:
        self._folder = folder
        self._sink = sink
        folder.mkdir(parents=True)

    @property
    def journal(self) -> Path:
        """Where the node's journal is."""
        return self._folder / FOLDER / JOURNAL_FILE

    def run(self, edges: Sequence[Edge]) -> bool:
        """Let a node live through the edges; False where it broke down or never ended."""
        process = self._start(edges)
        return self._wait(process)

    def run_with_lost_contact(self, edges: Sequence[Edge]) -> bool:
        """The same, with the server out of reach from the first pass to the third quarter."""
        process = self._start(edges)
        duration_s = (edges[-1].mono_ns - edges[0].mono_ns) / 1e9
        if self._wait_for_edges(process, 1):
            self._sink.is_away = True
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.7 * duration_s)
            self._sink.is_away = False
        return self._wait(process)

    def run_with_power_cut(self, edges: Sequence[Edge]) -> bool:
        """Kill the node half way, then let another one go on with the edges that are left."""
        process = self._start(edges)
        self._wait_for_edges(process, len(edges) // 2)
        process.kill()
        process.wait()
        left = edges[len(self.edges()) :]
        return self.run(left) if left else True

    def edges(self) -> list[Edge]:
        """Return the edges that are in the node's journal."""
        return [
            Edge(each.gate, each.sensor, each.mono_ns, each.level)
            for row in self._rows()
            if row.kind == "edge"
            for each in (EdgeRecord.model_validate_json(row.body),)
        ]

    def passes(self) -> list[tuple[str, int]]:
        """Return gate and mono_ns of the passes that are in the node's journal."""
        if not self.journal.exists():
            return []
        with closing(JournalReader(self.journal)) as reader:
            return [(found.gate, found.mono_ns) for found in reader.passes()]

    def _rows(self) -> list[StoredRecord]:
        if not self.journal.exists():
            return []
        try:
            with closing(JournalReader(self.journal)) as reader:
                return reader.ordered(0, -1)
        except sqlite3.OperationalError:
            return []  # the node is just making it

    def _start(self, edges: Sequence[Edge]) -> subprocess.Popen[bytes]:
        recording = self._folder / "recording.jsonl"
        recording.write_text("".join(line_of(edge) + "\n" for edge in edges), encoding="ascii")
        command = (
            *(sys.executable, "-m", "timing_server", "node"),
            *("--replay", str(recording), "--server", self._sink.url),
            *("--data", str(self._folder)),
        )
        # The rehearsal's node has none of the settings of the node that races here.
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PADDOCK_")}
        environment = {**kept, "PADDOCK_CONFIG": os.devnull, "PADDOCK_NODE_TOKEN": _TOKEN}
        with (self._folder / "node.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own command
                command, stdout=subprocess.DEVNULL, stderr=log, env=environment
            )

    def _wait_for_edges(self, process: subprocess.Popen[bytes], count: int) -> bool:
        """Wait until so many edges are on the disk; False where the node ends before."""
        deadline_s = time.monotonic() + PATIENCE_S
        while len(self.edges()) < count:
            if process.poll() is not None or time.monotonic() > deadline_s:
                return False
            time.sleep(_LOOK_S)
        return True

    def _wait(self, process: subprocess.Popen[bytes]) -> bool:
        try:
            return process.wait(PATIENCE_S) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return False
