"""The service in an event loop: what many screens at once find."""

import asyncio
import json
import threading
from pathlib import Path

from tests.waiting import PATIENCE_S
from timing_server.main import open_folder
from timing_server.rules.commands.plan import CreateEvent
from timing_server.rules.units import EventId
from timing_server.service.kit import Kit
from timing_server.service.live.publisher import MAX_FOLLOWED
from timing_server.service.office import Caller
from timing_server.settings import ServerSettings

CALLER = Caller("organiser")


def test_an_event_dropped_before_it_was_shown_is_followed_again(tmp_path: Path) -> None:
    """It should show every one of more events than are followed, all asked for at once."""
    settings = ServerSettings(data_dir=tmp_path, host="127.0.0.1", port=0)
    with open_folder(settings) as (_, kit):
        ids = [EventId(f"event-{number}") for number in range(MAX_FOLLOWED + 4)]
        for each in ids:
            create = CreateEvent(each, "UTC", is_demo=False)
            kit.office.create_event(CALLER, create, each).result(PATIENCE_S)
        documents = asyncio.run(_all_shown(kit, ids))
    assert all("view" in json.loads(each) for each in documents)


async def _all_shown(kit: Kit, ids: list[EventId]) -> list[bytes]:
    """Ask for all while the writer is busy, so that one group follows them."""
    go_on = threading.Event()

    async def shown(event_id: EventId) -> bytes:
        await kit.follow(event_id)
        return kit.hub.snapshot(event_id)

    async with kit.running():
        kit.writer.submit(lambda _: go_on.wait(PATIENCE_S))
        asked = [asyncio.create_task(shown(each)) for each in ids]
        await asyncio.sleep(0)
        go_on.set()
        return await asyncio.gather(*asked)
