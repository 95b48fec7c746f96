"""What the workshop needs of the server around it."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from timing_server.contract.workshop import RoomState
from timing_server.service.entities import Evaluation
from timing_server.service.models.models import Models
from timing_server.service.ports import NewId


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The server, as the workshop sees it; ``track_of`` says what a command calls a track,
    ``measured_of`` where the file of a car is that was measured.

    ``keep`` takes what a model did on a virtual track; ``now_ns`` is a clock that only goes on.
    """

    models: Models
    keep: Callable[[Evaluation], "Future[None]"]
    room: Callable[[], RoomState]
    track_of: Callable[[str], str]
    measured_of: Callable[[str], str]
    new_id: NewId
    wall_utc: Callable[[], str]
    now_ns: Callable[[], int]
    version: str
