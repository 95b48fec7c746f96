"""The model library: where models come from, what they drove, and how two of them differ."""

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from timing_server.contract.base import Message
from timing_server.contract.machines.evaluations import StressCard, VirtualLaps
from timing_server.contract.machines.models import ModelView
from timing_server.contract.names import Name, clean_lines

MAX_NOTES_LENGTH = 2000


def _clean_notes(text: str) -> str:
    return clean_lines(text, MAX_NOTES_LENGTH)


Notes = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4 * MAX_NOTES_LENGTH),
    AfterValidator(_clean_notes),
]


class ModelChange(Message):
    """``PATCH /models/{sha256}``: what is left out stays."""

    name: Name | None = None
    notes: Notes | None = None


class ModelChanged(Message):
    """The model that was changed, given up or had back."""

    sha256: str


class EventLaps(Message):
    """The laps that count of one event on one track, driven with a model; in microseconds.

    ``track`` with its hash is null where nobody told on which track they were driven.
    """

    event_id: str
    name: str
    track: str | None = None
    track_sha256: str | None = None
    made_utc: str
    laps: int
    best_us: int
    mean_us: int


class RealLaps(Message):
    """The laps that count of all events, driven with a model, the newest event first.

    ``best_us`` and ``mean_us`` are of all tracks together; ``events`` has a row for each track.
    """

    laps: int = 0
    best_us: int | None = None
    mean_us: int | None = None
    events: tuple[EventLaps, ...] = ()


class LibraryRow(Message):
    """``GET /models/library``: a model and what it drove; ``virtual`` newest first, one a track."""

    model: ModelView
    real: RealLaps
    virtual: tuple[VirtualLaps, ...]


class Relative(Message):
    """A model's parent or child; ``name`` is null where it isn't here, or another's."""

    sha256: str
    name: str | None
    driver_id: str | None = None


class ModelHistory(Message):
    """``GET /models/{sha256}/history``: all that is known of a model.

    ``reward`` is the source of its reward function, null where none is kept. ``virtual`` and
    ``stress`` are the newest first.
    """

    model: ModelView
    parent: Relative | None
    children: tuple[Relative, ...]
    reward: str | None
    real: RealLaps
    virtual: tuple[VirtualLaps, ...]
    stress: tuple[StressCard, ...]


class DiffLine(Message):
    """A line of two sources laid side by side: of both, of the first alone, of the second alone."""

    kind: Literal["same", "first", "second"]
    text: str


class ModelComparison(Message):
    """``GET /models/compare``: two models; ``reward_diff`` null where one has no source here."""

    first: ModelHistory
    second: ModelHistory
    reward_diff: tuple[DiffLine, ...] | None
