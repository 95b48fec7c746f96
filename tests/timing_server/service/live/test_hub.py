"""What devices hear of a heat, and when."""

import asyncio
import json
from typing import Any

from timing_server.contract.machines.devices import HeatOrder, RunOrder
from timing_server.service.live import hub as subject

GO_US = 7_000_000
ORDER = HeatOrder(
    phase="running",
    heat_id="h1",
    entry_id="e1",
    car_id="red",
    runs=(RunOrder(entry_id="e1", car_id="red", is_go=True),),
    starts_us=GO_US,
)


class Clock:
    """A race clock that tests advance."""

    now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


def heard(hub: subject.Hub) -> Any:
    """Return the order that a device hears that connects now."""
    return hub._order.model_dump()


def test_an_order_of_now_is_sent_as_it_is() -> None:
    """It should let cars drive at once where the start isn't ahead."""
    clock = Clock()
    clock.now_ns = GO_US * 1000
    hub = subject.Hub(clock, "boot-1")
    hub.order(ORDER)
    assert heard(hub) == ORDER.model_dump()


def test_a_start_ahead_lets_nobody_drive_before_it() -> None:
    """It should hold cars until the race clock reads the go, and let them off then."""

    async def story() -> tuple[Any, Any]:
        clock = Clock()
        hub = subject.Hub(clock, "boot-1")
        device = hub.listen()
        clock.now_ns = GO_US * 1000 - 1000
        hub.order(ORDER)
        before = heard(hub)
        clock.now_ns = GO_US * 1000
        frames = b""
        while len(phases_in(frames)) < 3:
            frames += await device.take()
        assert phases_in(frames) == ["idle", "armed", "running"]
        return before, heard(hub)

    before, after = asyncio.run(story())
    assert (before["phase"], before["runs"][0]["is_go"]) == ("armed", False)
    assert after == ORDER.model_dump()


def test_another_order_takes_the_place_of_a_go() -> None:
    """It should forget a start that was broken off before the lights went out."""

    async def story() -> subject.Hub:
        clock = Clock()
        hub = subject.Hub(clock, "boot-1")
        hub.order(ORDER.model_copy(update={"starts_us": 1_000}))
        hub.order(HeatOrder(phase="idle"))
        clock.now_ns = 2_000_000
        await asyncio.sleep(0.01)
        return hub

    assert heard(asyncio.run(story()))["phase"] == "idle"


def test_a_go_that_came_before_the_loop_is_kept() -> None:
    """It should let cars off in time after a start of the server in the midst of the lights."""
    clock = Clock()
    hub = subject.Hub(clock, "boot-1")
    hub.order(ORDER)
    assert heard(hub)["phase"] == "armed"
    clock.now_ns = GO_US * 1000

    async def story() -> None:
        pings = asyncio.create_task(hub.keep_pinging())
        await asyncio.sleep(0)
        pings.cancel()

    asyncio.run(story())
    assert heard(hub)["runs"][0]["is_go"]


def phases_in(frames: bytes) -> list[str]:
    """Return the phases of the orders among server-sent events, in order."""
    events = [event.splitlines() for event in frames.decode().split("\n\n") if event]
    return [
        json.loads(data.removeprefix("data: "))["phase"]
        for kind, data in events
        if kind == "event: heat"
    ]
