"""The thread that tells the server how the car is doing, and shows what its camera sees.

Each message is made when it can be sent, so that nothing queues: while the server is away the
rounds are skipped, and the next one carries the newest numbers.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2
import structlog

from car_agent.link.client import make_client, refusal
from car_agent.link.orders import OrderBook
from car_agent.telemetry import Tally, encode_view
from hardware.cameras.frames import Frame
from timing_server.contract.machines.devices import CarTelemetry

_log = structlog.get_logger()

REPORT_PERIOD_NS = 1_000_000_000
VIEW_PERIOD_NS = 250_000_000

CONNECT_S = 1.0
ANSWER_S = 2.0

#: The last word before the car ends shall not hold it up.
FAREWELL_S = 0.5

_NS_PER_S = 1_000_000_000


class Record(Protocol):
    """Where telemetry comes from."""

    def report(self, tally: Tally, now_ns: int) -> CarTelemetry:
        """Return the message for the server."""

    def view(self) -> Frame | None:
        """Return the newest frame where people want to see it."""


@dataclass(frozen=True, slots=True)
class UplinkSource:
    """Where the numbers come from: the record, and the other parts' counts at this moment.

    ``told`` adds fields of ``CarTelemetry`` about leases, stops and the clock at an instant.
    """

    record: Record
    tally: Callable[[], Tally]
    told: Callable[[int], Mapping[str, Any]] = lambda _now_ns: {}


class Uplink:
    """Sends telemetry once a second, and while the car's heat is on, a picture every quarter."""

    def __init__(
        self,
        server_url: str,
        token: str,
        car_id: str,
        book: OrderBook,
        source: UplinkSource,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Prepare the client."""
        self._server_url = server_url
        self._car_id = car_id
        self._book = book
        self._source = source
        self._clock_ns = clock_ns
        self._client = make_client(server_url, token, httpx2.Timeout(ANSWER_S, connect=CONNECT_S))
        self._stop = threading.Event()
        self._trouble: str | None = None
        self._was_accepted = False
        self._shown: Frame | None = None
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)

    def start(self) -> None:
        """Start sending."""
        self._thread.start()

    def close(self) -> None:
        """Send one last report where the server is there, and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=ANSWER_S + CONNECT_S)
        if self._thread.is_alive():
            return
        if self._was_accepted and self._trouble is None:
            self._attempt(lambda: self.send_report(FAREWELL_S))
        self._client.close()

    def send_report(self, answer_s: float = ANSWER_S) -> bool:
        """Send the newest numbers; False where the server didn't take them."""
        now_ns = self._clock_ns()
        report = self._source.record.report(self._source.tally(), now_ns)
        report = report.model_copy(update=dict(self._source.told(now_ns)))
        return self._send(
            "POST",
            f"cars/{self._car_id}/telemetry",
            report.model_dump_json().encode(),
            "application/json",
            answer_s,
        )

    def send_view(self) -> bool:
        """Send the newest picture, unless it was sent before or nobody wants to see it."""
        frame = self._source.record.view()
        if frame is None or frame is self._shown:
            return False
        self._shown = frame
        return self._send("PUT", f"cars/{self._car_id}/frame", encode_view(frame), "image/jpeg")

    def _run(self) -> None:
        report_due_ns = view_due_ns = self._clock_ns()
        while not self._stop.is_set():
            now_ns = self._clock_ns()
            if now_ns >= report_due_ns:
                self._attempt(self.send_report)
                report_due_ns = next_due_ns(report_due_ns, REPORT_PERIOD_NS, self._clock_ns())
            if now_ns >= view_due_ns:
                self._attempt(self.send_view)
                view_due_ns = next_due_ns(view_due_ns, VIEW_PERIOD_NS, self._clock_ns())
            wait_ns = min(report_due_ns, view_due_ns) - self._clock_ns()
            self._stop.wait(max(0, wait_ns) / _NS_PER_S)

    def _attempt(self, send: Callable[[], bool]) -> None:
        """Send, and let no surprise end this thread: telling must never matter to driving."""
        try:
            send()
        except Exception:  # noqa: BLE001 - at the edge of a thread, and logged
            _log.exception("telemetry_failed_unexpectedly")

    def _send(
        self, method: str, path: str, content: bytes, media_type: str, answer_s: float = ANSWER_S
    ) -> bool:
        headers = {"Content-Type": media_type}
        timeout = httpx2.Timeout(answer_s, connect=min(answer_s, CONNECT_S))
        try:
            response = self._client.request(
                method, path, content=content, headers=headers, timeout=timeout
            )
        except httpx2.HTTPError as error:
            self._note_trouble(f"the server is away: {str(error) or type(error).__name__}")
            return False
        if response.is_success:
            self._was_accepted = True
            self._note_trouble(None)
            return True
        error_or_none = refusal(response, self._server_url, self._car_id)
        if error_or_none is not None and not self._was_accepted:
            self._book.refuse(error_or_none)
        self._note_trouble(f"{method} {path} was answered {response.status_code}")
        return False

    def _note_trouble(self, trouble: str | None) -> None:
        """Log when it begins, changes and ends, not each time."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if trouble is None:
            _log.info("telemetry_taken")
        else:
            _log.warning("telemetry_not_taken", reason=trouble)


def next_due_ns(due_ns: int, period_ns: int, now_ns: int) -> int:
    """Return the next instant of the beat after now: beats that were missed are left out."""
    missed = max(0, (now_ns - due_ns) // period_ns)
    return due_ns + (missed + 1) * period_ns
