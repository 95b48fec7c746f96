"""Real cars as they were measured on this server: matched from a record, looked at, kept."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Sha256, Slug
from timing_server.contract.machines.measured import MeasuredFigures

#: What the car saw, what the usual virtual camera sees there, and the one that was found.
PictureName = Literal["real", "drawn", "measured"]


class MatchRequest(Message):
    """``POST /workshop/cars/matches``: measure the car of a record, which it drove on a track."""

    event_id: Annotated[str, Field(min_length=1, max_length=64)]
    record_id: Sha256
    track: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")] = "demo"


class MeasuredAbout(Message):
    """Of which car, record and track a measurement is, and when it was made."""

    car_id: Slug
    event_id: str
    record_id: Sha256
    track: str
    made_utc: str


class MeasuredView(Message):
    """A measurement as people see it. ``measured_id`` is the car's where it is kept, else its own.

    Its pictures are at ``/workshop/cars/{measured_id}/{real|drawn|measured}.png``.
    """

    measured_id: str
    car_name: str
    is_kept: bool
    about: MeasuredAbout
    figures: MeasuredFigures


class RecordChoice(Message):
    """A record from which a car can be measured."""

    event_id: str
    event_name: str
    heat_number: int
    record_id: str
    car_id: str
    car_name: str
    wall_utc: str


class MeasuredDesk(Message):
    """``GET /workshop/cars``: the cars that were measured, and records to measure others from.

    ``is_open``: this server can match cameras. Records are shown to marshals and organisers alone.
    """

    is_open: bool
    cars: tuple[MeasuredView, ...]
    records: tuple[RecordChoice, ...]


class KeepRequest(Message):
    """``PUT /workshop/cars/{car_id}``: from now on this measurement is the car's."""

    measured_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
