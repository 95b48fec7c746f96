"""What the workshop needs of the server around it."""

from collections.abc import Callable
from dataclasses import dataclass

from timing_server.contract.workshop import RoomState
from timing_server.service.models.models import Models
from timing_server.service.ports import NewId


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The server, as the workshop sees it; ``track_of`` says what a command calls a track."""

    models: Models
    room: Callable[[], RoomState]
    track_of: Callable[[str], str]
    new_id: NewId
    wall_utc: Callable[[], str]
    version: str
