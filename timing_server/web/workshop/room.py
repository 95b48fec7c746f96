"""Route by which a training asks whether the machine is free for it."""

from fastapi import Depends

from timing_server.contract.workshop import RoomState
from timing_server.service.workshop.room import room_by
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["workshop"])


@router.get(
    "/workshop/room",
    summary="Say whether a model may be trained on this machine now",
    dependencies=[Depends(PUBLIC)],
)
async def show_room(kit: AnyKit) -> RoomState:
    """It may not from a heat's call to its end: `paddock train` on this machine waits so long."""
    room = room_by(kit.writer.known)
    return room.model_copy(update={"is_wanted": kit.workshop.trainings.is_wanted})
