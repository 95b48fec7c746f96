"""The car's link put together, over real HTTP: the clock, leases, stops and their answers."""

from collections.abc import Iterator
from contextlib import contextmanager

from car_agent.link.server_link import ServerLink
from tests.car_agent.doubles import FakeClock, GuardInPlace, RecordingActuators
from tests.car_agent.race_server import TOKEN, RaceServer
from tests.waiting import PATIENCE_S, wait_until

OWN = "aa" * 32


class RealClock(FakeClock):
    """This machine's own clock, for a guard in place."""

    def __call__(self) -> int:
        import time  # noqa: PLC0415 - the double's own module has no clock

        return time.monotonic_ns()


@contextmanager
def linked(server: RaceServer) -> Iterator[tuple[ServerLink, GuardInPlace]]:
    guard = GuardInPlace(RecordingActuators, RealClock())
    link = ServerLink(server.url, TOKEN, "red", OWN, guard)
    link.start()
    try:
        yield link, guard
    finally:
        link.close()


def test_a_lease_reaches_the_guard_and_a_stop_is_answered() -> None:
    """It should relate its clock, drive, stop, and say when its wheels stood."""
    with RaceServer() as server, linked(server) as (link, guard):
        server.order("running")
        wait_until(lambda: guard.status().lease_phase == "valid")
        told = link.told(guard.status().told_mono_ns)
        assert told["lease_left_ms"] > 0
        assert told["clock_bound_ns"] is not None
        pressed_ns = server.race_ns()
        server.say("stop", '{"stop_id": "s1"}')
        path, report = server.stops.get(timeout=PATIENCE_S)
        assert path == "/api/v1/cars/red/stops/obeyed"
        assert report["stop_id"] == "s1"
        assert report["neutral_race_ns"] + report["bound_ns"] >= pressed_ns
        assert [each.stop_id for each in link.told(0)["stops"]] == ["s1"]
        server.order("paused", lifted_stop_ids=["s1"])
        wait_until(lambda: guard.status().e_stop is None)


def test_a_car_that_hears_no_orders_is_not_ready() -> None:
    """It should not say that its model is warm before its first order: no heat shall begin."""
    guard = GuardInPlace(RecordingActuators, RealClock())
    with RaceServer() as server:
        link = ServerLink(server.url, TOKEN, "red", OWN, guard)
        assert link.told(0)["is_warm"] is False
        link.start()
        try:
            wait_until(lambda: link.book.order is not None)
            assert "is_warm" not in link.told(0)
        finally:
            link.close()


def test_the_cars_own_button_is_told_until_it_is_taken() -> None:
    """It should tell of it again after a server that failed, before it says when it stood."""
    with RaceServer() as server, linked(server) as (link, guard):
        server.order("running")
        wait_until(lambda: guard.status().lease_phase == "valid")
        server.status = 503
        guard.e_stop("the button on the car")
        wait_until(lambda: bool(link.book.stops.ids))
        assert server.stops.empty()
        server.status = 200
        path, report = server.stops.get(timeout=PATIENCE_S)
        assert path == "/api/v1/cars/red/stops"
        assert report["stop_id"] == link.book.stops.ids[0]
        assert report["pressed_race_ns"] is not None
        path, obeyed = server.stops.get(timeout=PATIENCE_S)
        assert (path, obeyed["stop_id"]) == ("/api/v1/cars/red/stops/obeyed", report["stop_id"])
