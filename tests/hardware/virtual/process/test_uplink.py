import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from hardware.virtual.errors import VenueTokenError
from hardware.virtual.process.track_map import track_map
from hardware.virtual.process.uplink import OnOrder, ServerUplink
from hardware.virtual.world.designs import track_named
from tests.hardware.virtual.order_server import TOKEN, OrderServer
from tests.hardware.virtual.process.test_ghost import LAP
from tests.waiting import PATIENCE_S
from timing_server.contract.live.ghost import GhostReport
from timing_server.contract.machines.devices import (
    HeatOrder,
    PositionReport,
    TrackMap,
    TripOrder,
)

MAP = track_map(track_named("oval"))
RUNNING = HeatOrder(phase="running", heat_id="h1", car_id="car-1")


async def until(is_met: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_met():  # noqa: ASYNC110 - what is waited for happens in other threads
            await asyncio.sleep(0.01)


@asynccontextmanager
async def uplink(server: OrderServer, on_order: OnOrder) -> AsyncIterator[ServerUplink]:
    subject = ServerUplink(server.url, TOKEN, MAP, on_order)
    running = asyncio.ensure_future(subject.run())
    try:
        await until(lambda: not server.opened.empty())
        server.opened.get()
        yield subject
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def test_orders_arrive_and_the_map_is_sent() -> None:
    """It should pass on heats and trips, skip what it doesn't know, and tell the board's map."""
    orders: list[HeatOrder | TripOrder] = []

    async def scenario(server: OrderServer) -> None:
        async with uplink(server, orders.append):
            await until(lambda: not server.received.empty())
            path, body = server.received.get()
            assert path == "/api/v1/venue/track"
            assert TrackMap.model_validate_json(body) == MAP
            server.say("ping", "{}")
            server.say("heat", "nonsense")
            server.order("heat", RUNNING)
            server.order("trip", TripOrder(gate="finish"))
            await until(lambda: len(orders) == 2)

    with OrderServer() as server:
        asyncio.run(scenario(server))
    assert orders == [RUNNING, TripOrder(gate="finish")]


def test_a_venue_hears_which_lap_drives_along() -> None:
    """It should ask where somebody wants to know, and tell the lap."""
    laps: list[GhostReport] = []
    told = GhostReport(lap=LAP)

    async def scenario(server: OrderServer) -> None:
        subject = ServerUplink(server.url, TOKEN, MAP, lambda _: None, laps.append)
        running = asyncio.ensure_future(subject.run())
        await until(lambda: len(laps) > 0)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    with OrderServer() as server:
        server.ghost = told
        asyncio.run(scenario(server))
    assert laps[0] == told


def test_lost_line_is_taken_up_again_with_the_map() -> None:
    """It should come back to a server that was started again, and tell it the map anew."""
    orders: list[HeatOrder | TripOrder] = []

    async def scenario(server: OrderServer) -> None:
        async with uplink(server, orders.append):
            await until(lambda: not server.received.empty())
            server.received.get()
            server.drop_streams()
            await until(lambda: not server.opened.empty())
            await until(lambda: not server.received.empty())
            server.order("heat", RUNNING)
            await until(lambda: bool(orders))

    with OrderServer() as server:
        asyncio.run(scenario(server))
    assert orders == [RUNNING]


def test_positions_are_posted() -> None:
    """It should send what it is offered, once the line is up."""

    async def scenario(server: OrderServer) -> None:
        async with uplink(server, lambda _: None) as subject:
            await until(lambda: not server.received.empty())
            server.received.get()
            report = PositionReport(mono_ns=5, cars=())
            subject.report(report)
            await until(lambda: not server.received.empty())
            path, body = server.received.get()
            assert path == "/api/v1/venue/positions"
            assert PositionReport.model_validate_json(body) == report

    with OrderServer() as server:
        asyncio.run(scenario(server))


def test_refused_map_does_not_cost_the_orders() -> None:
    """It should follow the heat although the board has no map."""
    orders: list[HeatOrder | TripOrder] = []

    async def scenario(server: OrderServer) -> None:
        server.track_status = 422
        async with uplink(server, orders.append):
            await until(lambda: not server.received.empty())
            server.order("heat", RUNNING)
            await until(lambda: bool(orders))

    with OrderServer() as server:
        asyncio.run(scenario(server))


def test_refused_token_is_final() -> None:
    """It should end with a sentence that says which token is needed."""

    async def scenario(server: OrderServer) -> None:
        subject = ServerUplink(server.url, "another", MAP, lambda _: None)
        async with asyncio.timeout(PATIENCE_S):
            await subject.run()

    with OrderServer() as server, pytest.raises(ExceptionGroup) as found:
        asyncio.run(scenario(server))
    assert found.group_contains(VenueTokenError, match="role 'tracker'")
