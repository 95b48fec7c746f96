"""Relates this node's monotonic clock to the server's race clock; nowhere else do the two meet.

``race_ns = mono_ns + race_offset_ns ± bound_ns``, measured by round trips: the server read its
clock at some moment between sending and receiving, so half the round trip bounds the error. Of
several round trips the shortest is kept, since a delay can only lengthen one.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx2
import structlog
from pydantic import ValidationError

from hardware.node.health import Alarms, Counters
from hardware.node.uplink.backoff import Backoff
from hardware.node.writer import JournalWriter
from timing_server.contract.machines.journal import ClockReading, ClockRecord

_log = structlog.get_logger()

ROUND_TRIPS = 8
EVERY_S = 30.0
CLOSE_PATIENCE_S = 1.0
#: Crystals of small computers agree within 50 parts per million each.
DRIFT_PPM = 100
ALARM = "race_clock"
_BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


def read_boot_id() -> str:
    """Return the kernel's id of this boot; ``mono_ns`` means nothing without it."""
    return _BOOT_ID_FILE.read_text(encoding="ascii").strip()


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One question to the server: this node's clock before and after, the race clock between."""

    sent_mono_ns: int
    received_mono_ns: int
    race_ns: int
    server_boot_id: str


@dataclass(frozen=True, slots=True)
class Relation:
    """How the clocks lie, as of ``mono_ns``."""

    mono_ns: int
    race_offset_ns: int
    bound_ns: int
    server_boot_id: str

    def bound_at_ns(self, mono_ns: int) -> int:
        """Return the bound at another instant, grown by what two crystals may drift apart."""
        return self.bound_ns + abs(mono_ns - self.mono_ns) * DRIFT_PPM // 1_000_000


def relate(round_trips: Sequence[RoundTrip]) -> Relation:
    """Return the relation of the shortest round trip (at least one is needed).

    The race clock is taken to stand at the middle; the bound is half the round trip, rounded up.
    """
    best = min(round_trips, key=lambda trip: trip.received_mono_ns - trip.sent_mono_ns)
    duration_ns = best.received_mono_ns - best.sent_mono_ns
    middle_ns = best.sent_mono_ns + duration_ns // 2
    return Relation(
        mono_ns=best.received_mono_ns,
        race_offset_ns=best.race_ns - middle_ns,
        bound_ns=(duration_ns + 1) // 2,
        server_boot_id=best.server_boot_id,
    )


def is_worth_keeping(new: Relation, old: Relation | None) -> bool:
    """Say whether a measurement should replace the last one.

    It should where it is the tighter one by now, or where the two can't both be right (the server
    began another clock). A measurement through busy Wi-Fi must not replace a good one.
    """
    if old is None or new.server_boot_id != old.server_boot_id:
        return True
    aged_bound_ns = old.bound_at_ns(new.mono_ns)
    is_contradiction = abs(new.race_offset_ns - old.race_offset_ns) > aged_bound_ns + new.bound_ns
    return is_contradiction or new.bound_ns <= aged_bound_ns


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
            self._keep(relate(self._ask_several()))
        except (httpx2.HTTPError, ValidationError) as error:
            self._alarms.set_alarm(
                ALARM, "The server's race clock can't be read; passes join a heat when it can."
            )
            _log.debug("clock_unread", reason=str(error))
            return False
        self._alarms.clear_alarm(ALARM)
        return True

    def _ask_several(self) -> list[RoundTrip]:
        trips: list[RoundTrip] = []
        for _ in range(ROUND_TRIPS):
            if self._is_closing and trips:
                break
            sent_mono_ns = self._mono_clock_ns()
            response = self._client.get("/api/v1/clock")
            received_mono_ns = self._mono_clock_ns()
            response.raise_for_status()
            reading = ClockReading.model_validate_json(response.content)
            trips.append(
                RoundTrip(sent_mono_ns, received_mono_ns, reading.race_ns, reading.server_boot_id)
            )
        return trips

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
