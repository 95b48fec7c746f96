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
    """``load`` belongs to the fleet's thread, ``next_pilot`` to the drive loop, ``ask`` to any."""

    def __init__(
        self,
        loaded: tuple[str, Path] | None,
        open_pilot: Callable[[Path], Pilot],
        may_drive: Callable[[], bool],
    ) -> None:
        """``loaded``: hash and file of the model that drives at first; None for none.

        ``open_pilot`` loads and warms up a model's file; ``may_drive`` is asked before that.
        """
        self._open_pilot = open_pilot
        self._may_drive = may_drive
        self._lock = threading.Lock()
        self._loaded = loaded
        self._ready: tuple[Pilot, Path] | None = None
        self._refused_sha256: str | None = None
        self._asked: Path | None = None
        self.loading_sha256: str | None = None
        self.trouble = ""
        #: Why the last model that a person asked for wasn't loaded.
        self.asked_trouble = ""
        #: Whether race control says which model is loaded.
        self.is_ordered = False

    @property
    def loaded_sha256(self) -> str | None:
        """The model that drives; None for none."""
        return None if self._loaded is None else self._loaded[0]

    @property
    def loaded_path(self) -> Path | None:
        """Its file."""
        return None if self._loaded is None else self._loaded[1]

    @property
    def asked_path(self) -> Path | None:
        """The file that a person beside the car asked for and that doesn't drive yet."""
        return self._asked

    def ask(self, path: Path) -> None:
        """Make that file ready as soon as the car stands, unless race control wants another."""
        with self._lock:
            self._asked, self.asked_trouble = path, ""

    def load(self, sha256: str | None, find: Callable[[str], Path | None]) -> None:
        """Make the wanted model ready, where it is here and the car stands. Takes seconds.

        None: whatever is loaded will do, or what a person asked for. A model that can't be loaded
        is tried again only when another one was wanted meanwhile.
        """
        with self._lock:
            self.is_ordered = sha256 is not None
            if sha256 is not None:
                self._asked = None
            asked = self._asked
            ready = None if self._ready is None else self._ready[0].model.sha256
            if sha256 is None or sha256 == self.loaded_sha256:
                self.trouble, self._refused_sha256 = "", None
                if asked is None:
                    self._ready = None
                    return
            elif sha256 in {ready, self._refused_sha256}:
                return
        if asked is not None:
            self._load_asked(asked)
            return
        path = None if sha256 is None else find(sha256)
        if sha256 is None or path is None or self._may_drive():
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
            if self._ready is None:
                return None
            (pilot, path), self._ready = self._ready, None
            self._loaded = (pilot.model.sha256, path)
            if self._asked == path:
                self._asked = None
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
            self._ready = (pilot, path)
            self.trouble, self._refused_sha256 = "", None

    def _load_asked(self, path: Path) -> None:
        is_ready = self._ready is not None and self._ready[1] == path
        if is_ready or self._may_drive():
            return
        _log.info("model_loading", file=path.name, asked="at the car's own page")
        trouble = ""
        try:
            pilot = self._open_pilot(path)
        except CarError as error:
            trouble = str(error)[:300]
            _log.error("model_not_loaded", file=path.name, reason=trouble)
        with self._lock:
            if self._asked != path:
                return
            if trouble:
                self._asked, self.asked_trouble = None, trouble
            else:
                self._ready = (pilot, path)

    def _refuse(self, sha256: str, reason: str) -> None:
        _log.error("model_not_loaded", model_sha256=sha256, reason=reason)
        self._refused_sha256 = sha256
        self.trouble = f"{sha256[:12]}: {reason}"[:300]
