"""An answer that many ask for again and again, made at most once in a while."""

import asyncio
from collections.abc import Awaitable, Callable

from timing_server.rules.units import NS_PER_S


class Told:
    """Keeps an answer for ``life_s``, but no failure; used in the event loop alone."""

    def __init__(self, life_s: float, now_ns: Callable[[], int]) -> None:
        self._life_ns = round(life_s * NS_PER_S)
        self._now_ns = now_ns
        self._content: bytes | None = None
        self._made_ns = 0
        self._turn = asyncio.Lock()

    async def get(self, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return what was made lately, else what ``make`` gives; those who wait share it."""
        async with self._turn:
            if self._content is None or self._now_ns() - self._made_ns >= self._life_ns:
                self._content = await make()
                self._made_ns = self._now_ns()
            return self._content
