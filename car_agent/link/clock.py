"""The thread that measures how the car's clock lies to the race clock (``hardware.race_clock``).

Leases and stops carry instants of the race clock; without a relation to it the car takes no lease.
"""

import threading
import time
from collections.abc import Callable

import httpx2
import structlog
from pydantic import ValidationError

from car_agent.link.client import close_after
from hardware.race_clock import Relation, ask_several, is_worth_keeping, relate

_log = structlog.get_logger()

EVERY_S = 30.0
#: How soon to ask again where the server couldn't be asked.
RETRY_S = 1.0
ANSWER_S = 2.0
CLOSE_PATIENCE_S = 1.0


class RaceClock:
    """Measures at start, every 30 s, and when it is told to."""

    def __init__(self, server_url: str, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        """Prepare the client."""
        self._clock_ns = clock_ns
        self._client = httpx2.Client(
            base_url=server_url, timeout=httpx2.Timeout(ANSWER_S), trust_env=False
        )
        self._newest: Relation | None = None
        self._wake = threading.Event()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="race-clock", daemon=True)

    @property
    def newest(self) -> Relation | None:
        """The relation that holds, also while contact is lost; None before the first."""
        return self._newest

    def start(self) -> None:
        """Begin to measure."""
        self._thread.start()

    def measure_soon(self) -> None:
        """Measure at once: contact is back, or what was heard contradicts what is known."""
        self._wake.set()

    def close(self) -> None:
        """End; a question that hangs on the network is not waited for."""
        self._is_closing = True
        self._wake.set()
        close_after(self._thread, self._client, CLOSE_PATIENCE_S)

    def _run(self) -> None:
        while not self._is_closing:
            self._wake.clear()
            try:
                pause_s = EVERY_S if self._measure() else RETRY_S
            except Exception:  # noqa: BLE001 - without this thread no car drives
                _log.exception("clock_failed_unexpectedly")
                pause_s = RETRY_S
            self._wake.wait(pause_s)

    def _measure(self) -> bool:
        try:
            found = relate(ask_several(self._client, lambda: self._is_closing, self._clock_ns))
        except (httpx2.HTTPError, ValidationError) as error:
            _log.debug("clock_unread", reason=str(error))
            return False
        if is_worth_keeping(found, self._newest):
            self._newest = found
            _log.debug("clock_related", bound_ms=round(found.bound_ns / 1e6, 2))
        return True
