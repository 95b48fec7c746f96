"""Training in the browser: whether there is room for it, what is ordered, how it goes."""

from typing import Literal

from timing_server.contract.base import Message

Occupation = Literal["heat_called", "heat_armed", "heat_running", "heat_paused"]


class RoomState(Message):
    """``GET /workshop/room``: whether a model may be trained on the server's machine now.

    ``reason`` is null where it is free, else what the heat ``heat_number`` of the open event is
    doing: a training slows down the machine that times it.
    """

    is_free: bool
    reason: Occupation | None = None
    heat_number: int | None = None
