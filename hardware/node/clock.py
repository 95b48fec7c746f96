"""Measures how this node's clock lies to the race clock (``hardware.race_clock``): journaled."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import httpx2
import structlog
from pydantic import ValidationError

from hardware.node.health import Alarms, Counters
from hardware.node.uplink.backoff import Backoff
from hardware.node.writer import JournalWriter
from hardware.race_clock import Relation, ask_several, is_worth_keeping, relate
from timing_server.contract.machines.journal import ClockRecord

_log = structlog.get_logger()

EVERY_S = 30.0
CLOSE_PATIENCE_S = 1.0
ALARM = "race_clock"


class ClockKeeper:
    """The thread that measures at start, every 30 s, and when contact came back."""

    def __init__(
        self,
        client: httpx2.Client,
        writer: JournalWriter,
        boot_id: str,
        alarms: Alarms,
        counters: Counters,
        mono_clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """``client`` has the server's address as its base and is this thread's own."""
        self._client = client
        self._writer = writer
        self._boot_id = boot_id
        self._alarms = alarms
        self._counters = counters
        self._mono_clock_ns = mono_clock_ns
        self._relation: Relation | None = None
        self._newest: Relation | None = None
        self._wake = threading.Event()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)

    def start(self) -> None:
        """Begin to measure."""
        self._thread.start()

    @property
    def newest(self) -> Relation | None:
        """Return the relation that was kept last, also while contact is lost; None before any."""
        return self._newest

    def measure_soon(self) -> None:
        """Measure at once and keep the result: contact was lost and is back."""
        self._relation = None
        self._wake.set()

    def close(self) -> None:
        """End; a question that hangs on the network is not waited for."""
        self._is_closing = True
        self._wake.set()
        self._thread.join(CLOSE_PATIENCE_S)
        if not self._thread.is_alive():
            self._client.close()

    def _run(self) -> None:
        backoff = Backoff()
        while not self._is_closing:
            self._wake.clear()
            if self._measure():
                backoff.reset()
                pause_s = EVERY_S
            else:
                pause_s = backoff.next_s()
            self._wake.wait(pause_s)

    def _measure(self) -> bool:
        """Ask the server and keep the relation; False where it couldn't be asked."""
        try:
            trips = ask_several(self._client, lambda: self._is_closing, self._mono_clock_ns)
            self._keep(relate(trips))
        except (httpx2.HTTPError, ValidationError) as error:
            self._alarms.set_alarm(
                ALARM, "The server's race clock can't be read; passes join a heat when it can."
            )
            _log.debug("clock_unread", reason=str(error))
            return False
        self._alarms.clear_alarm(ALARM)
        return True

    def _keep(self, relation: Relation) -> None:
        if not is_worth_keeping(relation, self._relation):
            return
        self._relation = self._newest = relation
        self._counters.put("clock_bound_us", relation.bound_ns // 1000)
        self._writer.submit(
            partial(
                ClockRecord,
                boot_id=self._boot_id,
                mono_ns=relation.mono_ns,
                wall_utc=datetime.now(UTC),
                race_offset_ns=relation.race_offset_ns,
                bound_ns=relation.bound_ns,
            )
        )
        _log.info(
            "clock_related",
            race_offset_ns=relation.race_offset_ns,
            bound_us=relation.bound_ns // 1000,
        )
