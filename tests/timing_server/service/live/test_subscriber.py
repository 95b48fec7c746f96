import asyncio
from collections.abc import Awaitable

import pytest

from timing_server.service.live.subscriber import MAX_WAITING, frame_of
from timing_server.service.live.subscriber import Subscriber as subject  # noqa: N813


def taken(subscriber: subject) -> bytes:
    return asyncio.run(asyncio.wait_for(subscriber.take(), 5))


def test_frames_come_in_order_in_one_piece() -> None:
    """It should give all that waits at once, facts before what is no fact."""
    subscriber = subject()
    subscriber.put_latest("telemetry:car-1", b"t")
    subscriber.put(b"1")
    subscriber.put(b"2")
    assert taken(subscriber) == b"12t"


def test_only_the_newest_of_each_key_waits() -> None:
    """It should replace what a slow client hasn't taken yet."""
    subscriber = subject()
    for number in range(1000):
        subscriber.put_latest("car-1", b"a%d " % number)
        subscriber.put_latest("car-2", b"b%d " % number)
    assert taken(subscriber) == b"a999 b999 "


def test_a_client_that_lags_is_let_go() -> None:
    """It should end instead of holding more than its limit."""
    subscriber = subject()
    for _ in range(MAX_WAITING):
        subscriber.put(b"x")
    assert not subscriber.ended.is_set()
    subscriber.put(b"x")
    assert subscriber.ended.is_set()
    assert taken(subscriber) == b""


def test_who_comes_back_may_have_missed_more_than_the_limit() -> None:
    """It should welcome a client with everything it missed, and go on from there."""
    subscriber = subject()
    subscriber.welcome([b"x"] * (MAX_WAITING * 4))
    subscriber.put(b"y")
    assert taken(subscriber) == b"x" * (MAX_WAITING * 4) + b"y"


def test_a_client_that_keeps_up_has_each_frame_at_once() -> None:
    """It should send in the publisher's own turn, and queue while something is being waited for."""

    async def follow() -> None:
        sent: list[bytes] = []
        full = asyncio.Event()

        def send_now(content: bytes) -> Awaitable[None] | None:
            sent.append(content)
            return wait() if content == b"too much" else None

        async def wait() -> None:
            await full.wait()

        subscriber = subject()
        subscriber.send_now = send_now
        taking = asyncio.ensure_future(subscriber.take())
        await asyncio.sleep(0)
        subscriber.put(b"1")
        subscriber.put_latest("car-1", b"2")
        subscriber.put(b"too much")
        subscriber.put(b"3")
        assert sent == [b"1", b"2", b"too much"]
        await asyncio.sleep(0)
        subscriber.put(b"4")
        assert not taking.done()
        full.set()
        assert await asyncio.wait_for(taking, 5) == b"34"

    asyncio.run(follow())


@pytest.mark.parametrize("error", [ConnectionResetError, RuntimeError])
def test_a_client_that_has_gone_is_let_go(error: type[Exception]) -> None:
    """It should end where sending fails, and bother nobody with it."""

    def send_now(_: bytes) -> None:
        raise error

    async def follow() -> None:
        subscriber = subject()
        subscriber.send_now = send_now
        taking = asyncio.ensure_future(subscriber.take())
        await asyncio.sleep(0)
        subscriber.put(b"1")
        assert subscriber.ended.is_set()
        assert await asyncio.wait_for(taking, 5) == b""

    asyncio.run(follow())


def test_frames_are_server_sent_events() -> None:
    """It should name the event, the id where there is one, and the data."""
    assert frame_of("patch", b"{}", 7) == b"id: 7\nevent: patch\ndata: {}\n\n"
    assert frame_of("ping", b"{}") == b"event: ping\ndata: {}\n\n"
