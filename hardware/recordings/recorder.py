"""Writes down what the pins do, edge by edge, until it is told to end."""

import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BufferedWriter
from pathlib import Path
from types import FrameType

from hardware.gates.edges import Edge
from hardware.gates.pins import GatePins, PinSource, SensorWiring
from hardware.node.detector import PassDetector
from hardware.node.journal import JournalReader, explained
from hardware.node.main import locked_folder, open_pins, wirings
from hardware.node.stopping import StopFlag
from hardware.recordings.errors import RecordingError, RecordingFileError
from hardware.recordings.recording import line_of
from hardware.settings import NodeSettings
from timing_server.contract.machines.journal import EdgeRecord

#: How often what was written is forced to the disk: a power cut costs at most this much.
SYNC_S = 1.0
_PAGE = 5_000

Say = Callable[[str], object]


class Recorder:
    """Takes edges from the pins' threads and writes them on the thread that runs it."""

    def __init__(self, file: BufferedWriter, say: Say) -> None:
        self._file = file
        self._say = say
        self._queue: queue.SimpleQueue[Edge | None] = queue.SimpleQueue()
        self._detector = PassDetector()
        self.edges = 0
        self.passes = 0

    def take(self, edge: Edge) -> None:
        """Queue an edge; returns at once."""
        self._queue.put(edge)

    def end(self) -> None:
        """Let ``run`` write what is queued and return; may be called from a signal handler."""
        self._queue.put(None)

    def run(self) -> None:
        """Write until the end and say each pass. Raises RecordingFileError on a full disk."""
        sync_at_s: float | None = None
        while True:
            wait_s = None if sync_at_s is None else max(0.0, sync_at_s - time.monotonic())
            try:
                edge = self._queue.get(timeout=wait_s)
            except queue.Empty:
                self._sync()
                sync_at_s = None
                continue
            if edge is None:
                self._sync()
                return
            self._write(edge)
            now_s = time.monotonic()
            if sync_at_s is None:
                sync_at_s = now_s + SYNC_S
            elif now_s >= sync_at_s:  # edges come without a pause
                self._sync()
                sync_at_s = None

    def _write(self, edge: Edge) -> None:
        with _disk_explained():
            self._file.write(line_of(edge).encode() + b"\n")
        self._count(edge)

    def _sync(self) -> None:
        with _disk_explained():
            self._file.flush()
            os.fsync(self._file.fileno())

    def _count(self, edge: Edge) -> None:
        self.edges += 1
        for found in (*self._detector.feed(edge), *self._detector.advance(edge.mono_ns)):
            self.passes += 1
            self._say(f"pass {self.passes} at gate '{found.gate}', {found.edges} edges")


def record_pins(
    path: Path,
    source: PinSource,
    wirings: tuple[SensorWiring, ...],
    say: Say,
    is_ended: threading.Event | None = None,
) -> int:
    """Record until SIGINT or SIGTERM; return how many edges were written.

    ``is_ended`` stands in for the signals where this is not the process's main thread. Raises
    RecordingFileError where ``path`` exists or can't be written, PinError as ``GatePins`` does.
    """
    with closing(source), new_file(path) as file:
        recorder = Recorder(file, say)
        with (
            _ended_by_signals(recorder.end, is_ended),
            closing(GatePins(source, wirings, recorder.take)),
        ):
            say(f"Recording {len(wirings)} sensors into {path}; Ctrl-C ends it.")
            recorder.run()
        return recorder.edges


def record_node(path: Path, settings: NodeSettings, say: Say) -> int:
    """Record the pins of a node's settings, in place of the node.

    Raises NodeRunningError while the node itself runs, and what ``record_pins`` raises.
    """
    wired = wirings(settings)
    with locked_folder(settings.data_dir) as folder:
        return record_pins(path, open_pins(settings, folder, wired, StopFlag()), wired, say)


def record_journal(path: Path, journal: Path) -> int:
    """Write the edges of a node's newest boot from its journal; return how many.

    Raises RecordingError where there is no journal, JournalError where it can't be read,
    RecordingFileError as ``record_pins`` does.
    """
    if not journal.exists():
        raise RecordingError(f"There is no journal {journal}; name the node's folder with --data.")
    with explained(journal), closing(JournalReader(journal)) as reader:
        edges = _edges_of_last_boot(reader)
    with new_file(path) as file, _disk_explained():
        file.writelines(line_of(edge).encode() + b"\n" for edge in edges)
    return len(edges)


def _edges_of_last_boot(reader: JournalReader) -> list[Edge]:
    edges: list[Edge] = []
    boot_id, seq = "", 0
    while rows := reader.ordered(seq, _PAGE):
        seq = rows[-1].seq
        for row in rows:
            if row.kind != "edge":
                continue
            each = EdgeRecord.model_validate_json(row.body)
            if each.boot_id != boot_id:
                boot_id, edges = each.boot_id, []
            edges.append(Edge(each.gate, each.sensor, each.mono_ns, each.level))
    return edges


@contextmanager
def _disk_explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RecordingFileError(
            f"The recording can't be written on ({error.strerror}); make room on the disk."
        ) from error


@contextmanager
def new_file(path: Path) -> Iterator[BufferedWriter]:
    """Make a file that isn't there yet. Raises RecordingFileError: nothing is written over."""
    try:
        file = path.open("xb")
    except FileExistsError as error:
        raise RecordingFileError(
            f"{path} is there already; name another file, a recording is never written over."
        ) from error
    except OSError as error:
        raise RecordingFileError(
            f"The recording {path} can't be written: {error.strerror}."
        ) from error
    with file:
        yield file


@contextmanager
def _ended_by_signals(end: Callable[[], None], is_ended: threading.Event | None) -> Iterator[None]:
    if is_ended is not None:
        waiting = is_ended

        def wait() -> None:
            waiting.wait()
            end()

        threading.Thread(target=wait, name="recording-end", daemon=True).start()
        yield
        return

    def take(_signal: int, _frame: FrameType | None) -> None:
        end()

    before = {number: signal.signal(number, take) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
