"""Routes that anybody may ask at any time: is the server there, and what time is it."""

from fastapi import Depends

from timing_server.contract.machines.journal import ClockReading
from timing_server.contract.server.status import Health
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["server"], dependencies=[Depends(PUBLIC)])


@router.get("/health", summary="Say that the server answers")
async def health(kit: AnyKit) -> Health:
    """For supervisors and for `curl`."""
    return Health(version=kit.version, reachable_url=kit.reachable_url())


@router.get("/clock", summary="Read the race clock")
async def clock(kit: AnyKit) -> ClockReading:
    """A node asks several times and trusts the quickest round trip (docs/time.md)."""
    return ClockReading(race_ns=kit.clock.now_ns(), server_boot_id=kit.system.boot_id)
