"""The thread that tells the server of emergency stops, and sees that the order stream lives.

What it tells is told until the server takes it: that the car's own button was pressed, and when
the wheels were in neutral for each stop.
"""

import threading
import time
from collections.abc import Callable, Iterable

import httpx2
import structlog

from car_agent.link.client import close_after
from car_agent.link.order_stream import OrderStream
from car_agent.link.orders import OrderBook
from car_agent.link.stops import HeededStop
from hardware.guard.handle import DriveGuard
from hardware.race_clock import Relation
from timing_server.contract.base import Message
from timing_server.contract.machines.driving import ObeyedReport, OwnStopReport

_log = structlog.get_logger()

#: The guard speaks ten times a second.
PERIOD_S = 0.1
ANSWER_S = 2.0
#: How soon a report is sent again that the server didn't take.
RETRY_NS = 500_000_000


class LinkWatch:
    """Looks at the guard and the stream ten times a second."""

    def __init__(
        self,
        client: httpx2.Client,
        car_id: str,
        book: OrderBook,
        stream: OrderStream,
        guard: DriveGuard,
        relation: Callable[[], Relation | None],
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """``client`` is this thread's own, made by ``make_client``."""
        self._car_id = car_id
        self._book = book
        self._stream = stream
        self._guard = guard
        self._relation = relation
        self._clock_ns = clock_ns
        self._client = client
        self._told: set[tuple[str, str]] = set()
        self._retry_ns = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link-watch", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def close(self) -> None:
        """End; what wasn't taken by then is told by the next run of the agent, if still true."""
        self._stop.set()
        close_after(self._thread, self._client, ANSWER_S)

    def look(self) -> None:
        """Do what is due now: the thread's whole work; a test calls it directly."""
        now_ns = self._clock_ns()
        self._stream.check(now_ns)
        heeded = self._book.note_guard(self._guard.status())
        self._told = {each for each in self._told if each[1] in {stop.stop_id for stop in heeded}}
        if now_ns < self._retry_ns:
            return
        for path, stop_id, report in self._due(heeded):
            if not self._tell(path, report):
                self._retry_ns = now_ns + RETRY_NS
                return
            self._told.add((path, stop_id))

    def _due(self, heeded: Iterable[HeededStop]) -> list[tuple[str, str, Message]]:
        """Return what the server hasn't taken yet, each stop's own word before its neutral."""
        relation = self._relation()
        due: list[tuple[str, str, Message]] = []
        for stop in heeded:
            if stop.is_own:
                due.append(("stops", stop.stop_id, _own_report(stop, relation)))
            if stop.neutral_mono_ns is not None and relation is not None:
                race_ns, bound_ns = relation.race_at(stop.neutral_mono_ns)
                report = ObeyedReport(
                    stop_id=stop.stop_id, neutral_race_ns=race_ns, bound_ns=bound_ns
                )
                due.append(("stops/obeyed", stop.stop_id, report))
        return [each for each in due if (each[0], each[1]) not in self._told]

    def _tell(self, path: str, report: Message) -> bool:
        try:
            response = self._client.post(
                f"cars/{self._car_id}/{path}",
                content=report.model_dump_json().encode(),
                headers={"Content-Type": "application/json"},
            )
        except httpx2.HTTPError as error:
            _log.debug("stop_not_told", reason=str(error) or type(error).__name__)
            return False
        if not response.is_success:
            _log.warning("stop_not_taken", path=path, status=response.status_code)
        return response.is_success

    def _run(self) -> None:
        while not self._stop.wait(PERIOD_S):
            try:
                self.look()
            except Exception:  # noqa: BLE001 - at the edge of a thread, and logged
                _log.exception("watch_failed_unexpectedly")


def _own_report(stop: HeededStop, relation: Relation | None) -> OwnStopReport:
    if relation is None:
        return OwnStopReport(stop_id=stop.stop_id)
    race_ns, bound_ns = relation.race_at(stop.heard_mono_ns)
    return OwnStopReport(stop_id=stop.stop_id, pressed_race_ns=race_ns, bound_ns=bound_ns)
