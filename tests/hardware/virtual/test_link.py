import asyncio
import socket
import struct

import pytest

from hardware.virtual.errors import LinkError
from hardware.virtual.link import (
    Drive,
    JoinGates,
    LevelChange,
    Picture,
    Welcome,
    pack,
    read_frame,
    receive_frame,
    unpack_header,
)
from timing_server.contract.base import Message

MESSAGES = [
    JoinGates(gates=("finish",)),
    Welcome(levels={"finish": 1}),
    LevelChange(gate="finish", level=1, mono_ns=2**60 + 1, change_seq=3),
    Drive(steering_frac=-1, throttle_frac=0.5, capture_mono_ns=7, ttl_ns=300_000_000),
]


@pytest.mark.parametrize("message", MESSAGES)
def test_what_is_packed_arrives(message: Message) -> None:
    """It should carry every message over a socket unchanged, integers exactly."""
    near, far = socket.socketpair()
    with near, far:
        near.sendall(pack(message))
        assert receive_frame(far) == (message, b"")


def test_payload_arrives_in_pieces() -> None:
    """It should put a picture together that the kernel hands over bit by bit."""
    head = Picture(capture_mono_ns=1, seq=2, width_px=16, height_px=16, channels="bgr")
    packed = pack(head, bytes(range(256)) * 3)

    async def read_slowly() -> tuple[object, bytes]:
        reader = asyncio.StreamReader()
        reading = asyncio.ensure_future(read_frame(reader))
        for start in range(0, len(packed), 100):
            reader.feed_data(packed[start : start + 100])
            await asyncio.sleep(0)
        return await reading

    assert asyncio.run(read_slowly()) == (head, bytes(range(256)) * 3)


def test_end_of_the_stream_is_told() -> None:
    """It should raise EOFError where the other side went away in the middle of a frame."""
    near, far = socket.socketpair()
    with far:
        with near:
            near.sendall(pack(MESSAGES[0])[:9])
        with pytest.raises(EOFError):
            receive_frame(far)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"[]",
        b'{"kind":"dance"}',
        b'{"kind":"reading","speed_mps":-1}',
        b'{"kind":"drive"}',
    ],
)
def test_nonsense_is_a_link_error(header: bytes) -> None:
    """It should name the fault instead of passing something odd on."""
    with pytest.raises(LinkError):
        unpack_header(header)


def test_absurd_length_is_refused_before_memory_is_taken() -> None:
    """It should not wait for four gigabytes."""
    near, far = socket.socketpair()
    with near, far:
        near.sendall(struct.pack("!II", 2**32 - 1, 0))
        with pytest.raises(LinkError, match="more than any message"):
            receive_frame(far)
