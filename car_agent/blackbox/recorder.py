"""The thread that keeps what is driven: figures of each run always, a record where that is on.

The drive loop hands pictures and decisions over and never waits: what finds the queue full is
counted and left out. All else the thread looks up by itself, twenty times a second.
"""

import os
import queue
import threading
import time
from collections.abc import Callable

import structlog

from car_agent.blackbox.figures import RunTally
from car_agent.blackbox.session import Session
from car_agent.blackbox.steps import OwnRun, Sources, Step
from hardware.cameras.frames import Frame
from timing_server.contract.blackbox.rows import RunFigures

_log = structlog.get_logger()

LOOK_S = 0.05
MACHINE_EVERY_NS = 1_000_000_000
CLOSE_PATIENCE_S = 3.0

#: What waits for the disk: two seconds of driving, and no more than 30 MB of large pictures.
MAX_WAITING = 512
MAX_PICTURES_WAITING = 32

#: The writer gives way to everything else on the car.
_NICE = 10


class Recorder:
    """``see`` and ``note`` are the drive loop's; ``figures`` may be asked from any thread."""

    def __init__(
        self,
        sources: Sources,
        begin: Callable[[OwnRun, int], Session | None],
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """``begin`` opens the record of a run; None where nothing is to be recorded."""
        self._sources = sources
        self._begin = begin
        self._clock_ns = clock_ns
        self._waiting: queue.Queue[Frame | Step] = queue.Queue(MAX_WAITING)
        self._pictures_in = self._pictures_out = 0
        self._lost = self._lost_known = 0
        self._is_open = self._is_shown = False
        self._run: OwnRun | None = None
        self._tally: RunTally | None = None
        self._session: Session | None = None
        self._figures: RunFigures | None = None
        self._machine_due_ns = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)

    @property
    def figures(self) -> RunFigures | None:
        """How the car's run goes, or the last one went; None before the first."""
        return self._figures

    def see(self, frame: Frame) -> None:
        """Keep a picture, where it can be kept."""
        if not self._is_shown:
            return
        if self._pictures_in - self._pictures_out >= MAX_PICTURES_WAITING:
            self._lost += 1
            return
        self._pictures_in += 1
        self._put(frame)

    def note(self, step: Step) -> None:
        """Keep a decision, where it can be kept."""
        if self._is_open:
            self._put(step)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def close(self) -> None:
        """End the record that is open, and the thread."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_PATIENCE_S)

    def _put(self, item: Frame | Step) -> None:
        try:
            self._waiting.put_nowait(item)
        except queue.Full:
            self._lost += 1
            if isinstance(item, Frame):
                self._pictures_in -= 1

    def _work(self) -> None:
        _give_way()
        look_ns = 0
        while not self._closing.is_set():
            try:
                self._take(LOOK_S)
                if self._clock_ns() >= look_ns:
                    self.look()
                    look_ns = self._clock_ns() + int(LOOK_S * 1e9)
            except Exception:  # noqa: BLE001 - recording must never matter to driving
                _log.exception("recorder_failed_unexpectedly")
                self._closing.wait(LOOK_S)
        self._end()

    def _take(self, wait_s: float) -> None:
        try:
            item = self._waiting.get(timeout=wait_s)
        except queue.Empty:
            return
        if isinstance(item, Frame):
            self._pictures_out += 1
        if self._session is not None:
            self._session.add(item)

    def look(self) -> None:
        """Follow the heat, and note what guard, clock and machine say."""
        now_ns = self._clock_ns()
        run = self._sources.own_run()
        if (run and run.heat_id) != (self._run and self._run.heat_id):
            self._end()
            self._open(run, now_ns)
        self._is_shown = self._is_open and run is not None and run.is_shown
        self._count(now_ns)
        if self._session is None:
            return
        if self._lost > self._lost_known:
            self._session.lose(self._lost - self._lost_known, "the car was too busy")
            self._lost_known = self._lost
        relation = self._sources.relation()
        self._session.look(
            now_ns, self._sources.guard.status(), self._sources.leave(now_ns), relation
        )

    def _open(self, run: OwnRun | None, now_ns: int) -> None:
        self._run = run
        if run is None:
            return
        self._tally = RunTally(run.heat_id, self._sources.counts())
        self._machine_due_ns = now_ns
        self._lost_known = self._lost
        self._sources.guard.take_carried()
        self._session = self._begin(run, now_ns)
        self._is_open = self._session is not None

    def _count(self, now_ns: int) -> None:
        carried = self._sources.guard.take_carried()
        if self._tally is None:
            return
        for each in carried:
            self._tally.add_latency(each.done_mono_ns - each.capture_mono_ns)
        if self._session is not None:
            self._session.add_carried(carried)
            self._tally.lost_rows = self._session.lost_rows
        if now_ns >= self._machine_due_ns:
            self._machine_due_ns = now_ns + MACHINE_EVERY_NS
            counts, machine = self._sources.counts(), self._sources.machine()
            self._tally.note_machine(machine.is_throttled, machine.is_undervolted)
            self._figures = self._tally.figures(counts)
            if self._session is not None:
                self._session.add_machine(now_ns, machine, counts)

    def _end(self) -> None:
        """End the run's figures and its record, with what still waits for it."""
        self._is_open = self._is_shown = False
        while not self._waiting.empty():
            self._take(0)
        if self._tally is not None:
            self._machine_due_ns = 0
            self._count(self._clock_ns())
            self._figures = self._tally.figures(self._sources.counts(), is_over=True)
        if self._session is not None and self._figures is not None:
            self._session.finish(self._figures)
        self._session = self._tally = self._run = None


def _give_way() -> None:
    try:
        # On Linux a thread has a nice value of its own.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
    except OSError as error:
        _log.debug("recorder_not_niced", reason=str(error))
