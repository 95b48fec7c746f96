import asyncio

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


def test_frames_are_server_sent_events() -> None:
    """It should name the event, the id where there is one, and the data."""
    assert frame_of("patch", b"{}", 7) == b"id: 7\nevent: patch\ndata: {}\n\n"
    assert frame_of("ping", b"{}") == b"event: ping\ndata: {}\n\n"
