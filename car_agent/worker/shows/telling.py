"""A worker's talk with the server while it plays a run, in a thread: no network holds a car.

It says that it is ready, asks for the go, tells what happened as it happens, shows what is newest.
What can't be told now is told again: a server that is away for a while misses nothing but pictures.
"""

import threading
import time
from collections.abc import Mapping
from typing import Self

import structlog

from car_agent.errors import CarError
from car_agent.worker.duels import so_far_of
from car_agent.worker.errors import LeaseGoneError, ServerAwayError
from car_agent.worker.limited.orders import DuelSoFar, OnTheWay, Ready, Seen, SoFar
from car_agent.worker.link import ServerLink
from car_agent.worker.shows.view import CarView, view_of
from timing_server.contract.machines.devices import TrackMap
from timing_server.contract.machines.shows import SHOW_ASK_S, SHOW_VIEW_S

_log = structlog.get_logger()

#: The claim is kept, and what was told once is told again, so often while nothing happens.
_KEEP_S = 1.0
_PAUSE_S = 0.03
_AWAY_PAUSE_S = 0.3


class Telling:
    """Lives as long as the ``with``; ``hear`` and ``check`` are the driving thread's."""

    def __init__(
        self, link: ServerLink, lease_id: str, track: TrackMap, cars: Mapping[int, CarView]
    ) -> None:
        self._link = link
        self._lease_id = lease_id
        self._track = track
        self._cars = cars
        self._lock = threading.Lock()
        self._is_ready = False
        self._has_news = False
        self._so_far: SoFar | DuelSoFar | None = None
        self._laps = 0
        self._go_mono_ns: int | None = None
        self._fault: CarError | None = None
        self._ending = threading.Event()
        self._due_s = {"ask": 0.0, "view": 0.0, "tell": 0.0}
        self._thread = threading.Thread(target=self._work, name="telling", daemon=True)

    def __enter__(self) -> Self:
        """Begin to talk."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Fall silent."""
        self._ending.set()
        self._thread.join()

    def hear(self, line: OnTheWay) -> None:
        """Take what the process that drives told."""
        with self._lock:
            if isinstance(line, Ready):
                self._is_ready = True
                for place in line.places:
                    self._cars[place.grid_place].stand(place)
            elif isinstance(line, Seen):
                self._cars[line.place.grid_place].see(line)
            else:
                self._so_far, self._has_news = line, True

    def go_mono_ns(self, laps: int) -> int | None:
        """Return when the run begins, None while nobody knows. Raises what ended the show."""
        self._laps = laps
        if self._fault is not None:
            raise self._fault
        return self._go_mono_ns

    def _work(self) -> None:
        while not self._ending.is_set():
            try:
                self._say_what_is_due()
            except ServerAwayError as error:
                _log.debug("show_not_told", why=str(error))
                self._ending.wait(_AWAY_PAUSE_S)
            except CarError as error:
                self._fault = error
                return
            self._ending.wait(_PAUSE_S)

    def _say_what_is_due(self) -> None:
        is_begun = self._go_mono_ns is not None
        if self._is_due("ask", _KEEP_S if is_begun else SHOW_ASK_S):
            self._ask()
        with self._lock:
            so_far, has_news = self._so_far, self._has_news
        if so_far is not None and (has_news or self._is_due("tell", _KEEP_S)):
            self._tell(so_far)
            with self._lock:
                self._has_news = self._so_far is not so_far
        if self._is_ready and self._is_due("view", SHOW_VIEW_S if is_begun else _KEEP_S):
            self._show()

    def _tell(self, so_far: SoFar | DuelSoFar) -> None:
        if isinstance(so_far, SoFar):
            self._link.tell(self._lease_id, so_far.run)
        else:
            self._link.tell_duel(self._lease_id, so_far_of(so_far))

    def _is_due(self, what: str, every_s: float) -> bool:
        now_s = time.monotonic()
        if now_s < self._due_s[what]:
            return False
        self._due_s[what] = now_s + every_s
        return True

    def _ask(self) -> None:
        """Ask how the heat stands, and say what the server doesn't know, or has forgotten."""
        show = self._link.renew(self._lease_id, self._laps).show
        if show is None:
            raise LeaseGoneError("This run isn't played any more.")
        if self._is_ready and not show.is_ready:
            self._link.say_ready(self._lease_id, self._track)
        if self._go_mono_ns is None and show.starts_race_ns is not None:
            self._go_mono_ns = show.starts_race_ns - self._link.clock().race_offset_ns

    def _show(self) -> None:
        with self._lock:
            view = view_of(self._cars.values())
            pictures = [(each.car_id, each.take_jpeg()) for each in self._cars.values()]
        if view is None:
            return
        self._link.show(self._lease_id, view)
        for car_id, jpeg in pictures:
            if jpeg is not None:
                self._link.show_frame(self._lease_id, car_id, jpeg)
