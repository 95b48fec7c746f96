"""An answer that many ask for: made once, and anew when it is old."""

import asyncio

import pytest

from timing_server.rules.units import NS_PER_S
from timing_server.service.virtual.told import Told


class Clock:
    """A clock that the test advances; counts what was made."""

    def __init__(self) -> None:
        self.now_ns = 0
        self.made = 0

    async def make(self) -> bytes:
        """Make the next answer, slowly."""
        await asyncio.sleep(0)
        self.made += 1
        return b"%d" % self.made


def test_those_who_ask_at_once_share_an_answer() -> None:
    """It should make one for all of them, and another when that is old."""
    clock = Clock()
    subject = Told(1.0, lambda: clock.now_ns)

    async def scenario() -> list[bytes]:
        first = await asyncio.gather(*(subject.get(clock.make) for _ in range(5)))
        clock.now_ns = NS_PER_S - 1
        young = await subject.get(clock.make)
        clock.now_ns = NS_PER_S
        return [*first, young, await subject.get(clock.make)]

    assert asyncio.run(scenario()) == [b"1"] * 6 + [b"2"]


def test_a_failure_is_kept_by_nobody() -> None:
    """It should tell whoever asked, and try again for the next."""
    clock = Clock()
    subject = Told(1.0, lambda: clock.now_ns)

    async def fail() -> bytes:
        raise OSError("the disk")

    async def scenario() -> bytes:
        with pytest.raises(OSError, match="the disk"):
            await subject.get(fail)
        return await subject.get(clock.make)

    assert asyncio.run(scenario()) == b"1"
