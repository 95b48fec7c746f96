"""The car's link to race control put together: orders and leases down, stops and clock up."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from car_agent.link.client import make_client
from car_agent.link.clock import RaceClock
from car_agent.link.order_stream import OrderStream
from car_agent.link.orders import OrderBook
from car_agent.link.watch import ANSWER_S, LinkWatch
from hardware.guard.handle import DriveGuard
from hardware.race_clock import Relation
from timing_server.contract.machines.devices import HeededStop

_NS_PER_MS = 1_000_000


class ServerLink:
    """Starts and ends the link's threads; ``book`` is what the others ask."""

    def __init__(
        self,
        server_url: str,
        token: str,
        car_id: str,
        model_sha256: str | None,
        guard: DriveGuard,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Prepare the link of a car that has loaded that model; None: it can't prove which."""
        self._guard = guard
        self._clock = RaceClock(server_url, clock_ns)
        self.book = OrderBook(
            car_id, model_sha256, guard, lambda: self._clock.newest, self._clock.measure_soon
        )
        self._stream = OrderStream(
            server_url, token, car_id, self.book, self._clock.measure_soon, clock_ns
        )
        client = make_client(server_url, token, httpx2.Timeout(ANSWER_S))
        self._watch = LinkWatch(
            client, car_id, self.book, self._stream, guard, lambda: self._clock.newest, clock_ns
        )

    def start(self) -> None:
        """Start every thread; the guard must be there."""
        for part in (self._clock, self._stream, self._watch):
            part.start()

    def close(self) -> None:
        """End them."""
        for part in (self._watch, self._stream, self._clock):
            part.close()

    @property
    def relation(self) -> Relation | None:
        """How the car's clock lies to the race clock; None before it is known."""
        return self._clock.newest

    def told(self, now_ns: int) -> Mapping[str, Any]:
        """Return what telemetry says of leases, stops, the guard and the clock."""
        relation, left_ns = self._clock.newest, self.book.lease_left_ns(now_ns)
        permission = self.book.permission(now_ns)
        # A heat that began before the car heard of it would leave it standing.
        unheard = {"is_warm": False} if self.book.is_new else {}
        return {
            **unheard,
            "has_guard": self._guard.status().fault is None,
            "lease_left_ms": None if left_ns is None else left_ns // _NS_PER_MS,
            "lost_lease_id": self.book.lost_lease_id(now_ns),
            "not_driving": None if permission.is_allowed else permission.reason[:300],
            "stops": tuple(
                HeededStop(stop_id=each.stop_id, source=each.source)
                for each in self.book.stops.heeded[:16]
            ),
            "clock_bound_ns": None if relation is None else relation.bound_at_ns(now_ns),
        }
