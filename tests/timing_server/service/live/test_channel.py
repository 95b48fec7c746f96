import json
from typing import Any

import pytest

from timing_server.launcher.follow import merge_patch
from timing_server.service.live.channel import RING_LENGTH, Channel, Patch, to_json
from timing_server.service.live.merge_patch import difference


def documents(count: int) -> list[dict[str, Any]]:
    return [{"value": number, "map": {str(number): number}} for number in range(count)]


def channel_after(count: int, first_seq: int = 0) -> Channel:
    """Return a channel that went through so many documents, one fact each."""
    before, *rest = documents(count)
    channel = Channel(first_seq, before, [])
    for seq, after in enumerate(rest, first_seq + 1):
        channel.advance(Patch(seq, "Fact", to_json(difference(before, after))), after, now_us=seq)
        before = after
    return channel


def events(frames: Any) -> list[tuple[str, Any]]:
    lines = [frame.decode().splitlines() for frame in frames]
    return [(line[1].removeprefix("event: "), json.loads(line[2][6:])) for line in lines]


def test_a_first_look_is_a_snapshot() -> None:
    """It should be the whole document with the newest seq and the clock of now."""
    ((kind, content),) = events(channel_after(5).catch_up(None, now_us=77))
    assert kind == "snapshot"
    assert content == {"seq": 4, "now_us": 77, "view": documents(5)[4]}


@pytest.mark.parametrize("last_seq", range(5))
def test_a_return_is_exactly_what_was_missed(last_seq: int) -> None:
    """It should lead from any document seen before to the present one, under the present clock."""
    patches = events(channel_after(5).catch_up(last_seq, now_us=77))
    document = documents(5)[last_seq]
    for kind, content in patches:
        assert (kind, content["now_us"]) == ("patch", 77)
        document = merge_patch(document, content["patch"])
    assert [content["seq"] for _, content in patches] == list(range(last_seq + 1, 5))
    assert document == documents(5)[4]


@pytest.mark.parametrize("last_seq", [9, 15, 99])
def test_a_return_from_elsewhere_is_a_snapshot(last_seq: int) -> None:
    """It should start over where the patches are gone, or the seq was never reached."""
    ((kind, _),) = events(channel_after(5, first_seq=10).catch_up(last_seq, now_us=1))
    assert kind == "snapshot"


def test_the_ring_is_bounded() -> None:
    """It should forget the oldest patches and still resume from the rest."""
    channel = channel_after(RING_LENGTH + 10)
    assert events(channel.catch_up(8, now_us=1))[0][0] == "snapshot"
    assert len(channel.catch_up(9, now_us=1)) == RING_LENGTH


def test_after_a_rename_nobody_resumes_from_before() -> None:
    """It should send the whole to who may have missed the names, and patches to who can't have."""
    channel = channel_after(5)
    renamed = documents(5)[4] | {"name": "new"}
    channel.rename(renamed, now_us=1)
    ((kind, content),) = events(channel.catch_up(4, now_us=1))
    assert (kind, content["view"]["name"]) == ("snapshot", "new")
    after = renamed | {"value": 99}
    channel.advance(Patch(5, "Fact", to_json(difference(renamed, after))), after, now_us=1)
    assert events(channel.catch_up(4, now_us=1))[0][0] == "snapshot"
    assert channel.catch_up(5, now_us=1) == []
