"""Backups that nobody has to think of: one after each heat, the newest few kept."""

import queue
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from timing_server.contract.errors import PaddockError
from timing_server.rules.facts.heats import HeatAbandoned, HeatFinished
from timing_server.rules.facts.virtual import RunSimulated
from timing_server.rules.units import NS_PER_S
from timing_server.service.log.draft import Step

_log = structlog.get_logger()

#: A long day has some hundred heats; a backup of it is a few megabytes.
KEPT = 24
#: How long after the last backup one of a virtual run is due.
VIRTUAL_PAUSE_NS = 900 * NS_PER_S
_ENDS = (HeatFinished, HeatAbandoned)
_AFTER_HEAT = "after-heat"
_BY_HAND = "by-hand"
_LAST = "before-shutdown"


class SnapshotFile(Protocol):
    """A snapshot as the folder lists it."""

    @property
    def name(self) -> str:
        """Its file name."""

    @property
    def bytes_n(self) -> int:
        """Its size."""

    @property
    def made_s(self) -> float:
        """When it was made, in seconds of the wall clock."""


class Snapshots(Protocol):
    """Where snapshots are taken and kept. Errors are PaddockError."""

    def take(self, name: str) -> None:
        """Take a consistent copy of everything committed, under a name."""

    def all(self) -> Sequence[SnapshotFile]:
        """Return what is there, newest first."""

    def drop(self, name: str) -> None:
        """Delete one."""

    def path_of(self, name: str) -> Path | None:
        """Return where one lies."""


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """What is there, newest first, and why the last attempt failed, if it did."""

    files: Sequence[SnapshotFile]
    failure: str | None


class Backups:
    """Takes snapshots in a thread of its own, so that no heat and no answer waits for a disk."""

    def __init__(self, snapshots: Snapshots, wall_utc: Callable[[], str]) -> None:
        self.snapshots = snapshots
        self._wall_utc = wall_utc
        self._orders: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._failure: str | None = None
        self._ordered_ns: int | None = None
        self._one_at_a_time = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="backups", daemon=True)

    def start(self) -> None:
        """Begin to wait for heats to end."""
        self._thread.start()

    def stop(self) -> None:
        """Take what is due, then end."""
        self._orders.put(False)
        if self._thread.is_alive():
            self._thread.join()

    def note(self, steps: Sequence[Step]) -> None:
        """See what was committed: after a heat a backup is due.

        Virtual runs come by the dozen, and would push what real heats left behind out: after one
        of them a backup is due only a while after the last.
        """
        ends = [step for step in steps if isinstance(step.recorded.fact, _ENDS)]
        if not ends:
            return
        simulated = [step for step in steps if isinstance(step.recorded.fact, RunSimulated)]
        now_ns = ends[-1].recorded.race_ns
        is_soon = self._ordered_ns is not None and now_ns - self._ordered_ns < VIRTUAL_PAUSE_NS
        if is_soon and len(simulated) >= len(ends):
            return
        self._ordered_ns = now_ns
        self._orders.put(True)

    def take_now(self) -> str:
        """Take one because somebody asks, and return its name. Raises PaddockError."""
        return self._take(_BY_HAND)

    def take_last(self) -> str:
        """Take one because the machine goes down, and return its name. Raises PaddockError."""
        return self._take(_LAST)

    def status(self) -> BackupStatus:
        """Say what is there."""
        return BackupStatus(self.snapshots.all(), self._failure)

    def _run(self) -> None:
        while self._orders.get():
            try:
                self._take(_AFTER_HEAT)
            except PaddockError as error:
                _log.error("backup_failed", error=str(error))

    def _take(self, cause: str) -> str:
        with self._one_at_a_time:
            name = f"{_stamp(self._wall_utc())}-{cause}"
            try:
                self.snapshots.take(name)
                self._drop_oldest()
            except PaddockError as error:
                self._failure = str(error)
                raise
            self._failure = None
            return f"{name}.sqlite3"

    def _drop_oldest(self) -> None:
        """Keep the newest; those that somebody asked for stay until somebody deletes them."""
        automatic = [each for each in self.snapshots.all() if _AFTER_HEAT in each.name]
        for each in automatic[KEPT:]:
            self.snapshots.drop(each.name)


def _stamp(wall_utc: str) -> str:
    """Return an instant as it stands in a file's name: digits alone, to the millisecond."""
    digits = re.sub(r"[^0-9]", "", wall_utc.split("+", maxsplit=1)[0])
    return f"{digits[:8]}-{digits[8:14]}-{digits[14:17]}"
