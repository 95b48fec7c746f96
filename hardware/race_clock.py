"""Relates a device's monotonic clock to the server's race clock: nowhere else do the two meet.

``race_ns = mono_ns + race_offset_ns ± bound_ns``, measured by round trips: the server read its
clock at some moment between sending and receiving, so half the round trip bounds the error. Of
several round trips the shortest is kept, since a delay can only lengthen one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from timing_server.contract.machines.journal import ClockReading

CLOCK_PATH = "/api/v1/clock"
ROUND_TRIPS = 8
#: Crystals of small computers agree within 50 parts per million each.
DRIFT_PPM = 100
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

    def race_at(self, mono_ns: int) -> tuple[int, int]:
        """Return what the race clock read at that instant of this machine, and the bound of it."""
        return mono_ns + self.race_offset_ns, self.bound_at_ns(mono_ns)

    def earliest_mono_ns(self, race_ns: int) -> int:
        """Return the earliest instant of this machine at which the race clock can read that."""
        middle_ns = race_ns - self.race_offset_ns
        return middle_ns - self.bound_at_ns(middle_ns)


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


def ask_several(
    client: httpx2.Client,
    should_stop: Callable[[], bool],
    mono_clock_ns: Callable[[], int] = time.monotonic_ns,
) -> list[RoundTrip]:
    """Ask the server for its race clock several times.

    Fewer times where the caller has to end, or where an answer is lost on the way: over bad Wi-Fi
    one round trip is worth having. ``client`` has the server's address as its base. Raises
    httpx2.HTTPError where the server can't be asked at all, and pydantic's ValidationError where it
    answers something else.
    """
    trips: list[RoundTrip] = []
    for _ in range(ROUND_TRIPS):
        if should_stop() and trips:
            break
        sent_mono_ns = mono_clock_ns()
        try:
            response = client.get(CLOCK_PATH)
            received_mono_ns = mono_clock_ns()
            response.raise_for_status()
        except httpx2.HTTPError:
            if not trips:
                raise
            break
        reading = ClockReading.model_validate_json(response.content)
        trips.append(
            RoundTrip(sent_mono_ns, received_mono_ns, reading.race_ns, reading.server_boot_id)
        )
    return trips
