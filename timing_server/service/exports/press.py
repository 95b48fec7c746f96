"""Writes files about results one at a time, and the same file only once: anybody may ask for them.

A page of paper takes a second on a small machine, and a whole hall may ask for one at once. The
threads that write them share the machine with the one that takes passes; so no more than one works
at this, and what it made is kept for as long as the results stay what they are.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from timing_server.contract.race.sheets import EventResults

T = TypeVar("T")
#: A file of a long day is a megabyte at the most; a race has eight kinds in two languages.
KEPT_FILES = 16
#: Larger ones are made anew, so that what is kept stays small.
MAX_KEPT_BYTES = 2 * 1024 * 1024


class Press:
    """Lives in the event loop, as do those who call it; the work is done in threads."""

    def __init__(self) -> None:
        self._reading = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._kept: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()

    async def read(self, work: Callable[[], T]) -> T:
        """Do work that finds out about an event, when that of others is done."""
        async with self._reading:
            return await asyncio.to_thread(work)

    async def file(
        self, event: EventResults, name: str, language: str, write: Callable[[], bytes]
    ) -> bytes:
        """Return the file of that name about these results; the moment of asking alters nothing."""
        async with self._writing:
            key = (name, language, await asyncio.to_thread(_fingerprint, event))
            content = self._kept.get(key)
            if content is None:
                content = await asyncio.to_thread(write)
                self._keep(key, content)
            else:
                self._kept.move_to_end(key)
            return content

    def _keep(self, key: tuple[str, str, str], content: bytes) -> None:
        if len(content) > MAX_KEPT_BYTES:
            return
        self._kept[key] = content
        while len(self._kept) > KEPT_FILES:
            self._kept.popitem(last=False)


def _fingerprint(event: EventResults) -> str:
    """Return what tells results apart, whenever they were exported."""
    return sha256(event.model_dump_json(exclude={"exported_utc"}).encode()).hexdigest()
