"""Loads the model of the next run between runs, and hands it to the drive loop when the car stands.

Loading tries the model in a process of its own first, which takes seconds and a core: it begins
only while the car may not drive.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from car_agent.driving.supervisor import Pilot
from car_agent.errors import CarError

_log = structlog.get_logger()


class Garage:
    """``want`` and ``work`` belong to the fleet's thread, ``next_pilot`` to the drive loop."""

    def __init__(
        self,
        loaded_sha256: str,
        open_pilot: Callable[[Path], Pilot],
        may_drive: Callable[[], bool],
    ) -> None:
        """``open_pilot`` loads and warms up a model's file; ``may_drive`` is asked before that."""
        self._open_pilot = open_pilot
        self._may_drive = may_drive
        self._lock = threading.Lock()
        self._loaded_sha256 = loaded_sha256
        self._ready: Pilot | None = None
        self._refused_sha256: str | None = None
        self.loading_sha256: str | None = None
        self.trouble = ""

    @property
    def loaded_sha256(self) -> str:
        """The model that drives."""
        return self._loaded_sha256

    def load(self, sha256: str | None, find: Callable[[str], Path | None]) -> None:
        """Make the wanted model ready, where it is here and the car stands. Takes seconds.

        None: whatever is loaded will do. A model that can't be loaded is tried again only when
        another one was wanted meanwhile.
        """
        with self._lock:
            ready = None if self._ready is None else self._ready.model.sha256
            if sha256 is None or sha256 == self._loaded_sha256:
                self._ready = None
                self.trouble, self._refused_sha256 = "", None
                return
            if sha256 in {ready, self._refused_sha256}:
                return
        path = find(sha256)
        if path is None or self._may_drive():
            return
        self.loading_sha256 = sha256
        try:
            self._open(sha256, path)
        finally:
            self.loading_sha256 = None

    def next_pilot(self) -> Pilot | None:
        """Return a pilot that is to take over now, once; the car must be standing."""
        if self._ready is None:
            return None
        with self._lock:
            pilot, self._ready = self._ready, None
            if pilot is not None:
                self._loaded_sha256 = pilot.model.sha256
        return pilot

    def _open(self, sha256: str, path: Path) -> None:
        _log.info("model_loading", model_sha256=sha256)
        try:
            pilot = self._open_pilot(path)
        except CarError as error:
            self._refuse(sha256, str(error))
            return
        if pilot.model.sha256 != sha256:
            self._refuse(sha256, "its file has another hash than it should")
            return
        with self._lock:
            self._ready = pilot
            self.trouble, self._refused_sha256 = "", None

    def _refuse(self, sha256: str, reason: str) -> None:
        _log.error("model_not_loaded", model_sha256=sha256, reason=reason)
        self._refused_sha256 = sha256
        self.trouble = f"{sha256[:12]}: {reason}"[:300]
