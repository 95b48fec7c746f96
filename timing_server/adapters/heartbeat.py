"""Feeds systemd's watchdog for as long as the server can write and answer."""

import asyncio
from contextlib import suppress

from timing_server.contract.supervision import ALIVE, notify
from timing_server.service.log.writer import Writer

BEAT_S = 5.0


async def keep_beating(writer: Writer, every_s: float = BEAT_S) -> None:
    """Beat every few seconds until cancelled, each time only when the writer has done a job.

    The job does nothing; its answer comes through the writer's thread and this event loop, so that
    a wedge of either lets the watchdog bite. A refusal is an answer, too: a full disk is no wedge.
    """
    while True:
        with suppress(Exception):
            await asyncio.wrap_future(writer.submit(lambda _draft: None))
        notify(ALIVE)
        await asyncio.sleep(every_s)
