"""Marks that cars wear, and what cameras and decoders say of which mark crossed in a pass."""

from typing import Annotated

from pydantic import Field

from timing_server.contract.base import Message, Seq, Slug, Uuid

MAX_IDENTIFICATIONS = 500


class MarkRequest(Message):
    """``POST /events/{event_id}/marks``: the car wears the mark (tag, transponder) from now on."""

    mark: Slug
    car_id: Slug


class MarkOutcome(Message):
    """The mark is bound."""

    seq: int
    facts: tuple[str, ...]
    mark: str
    car_id: str


class MarkRow(Message):
    """A mark and the car that wears it now."""

    mark: str
    car_id: str


class MarkSheet(Message):
    """``GET /events/{event_id}/marks/sheet``: which AprilTags 36h11 the sheet of marks has.

    Those that cars wear as ``mark-7``; the first eight where none wears one yet. It is a PDF below
    ``sheet.pdf``, where this machine can draw them: ``is_printable``.
    """

    numbers: tuple[int, ...]
    is_printable: bool


class Identification(Message):
    """A mark was seen in a pass, which is record ``seq`` of a node's journal.

    ``node_id`` None is the node that reports; a camera beside the line names the node with the
    beam. ``source`` says what saw it; ``confidence_pct`` is its own certainty.
    """

    node_id: Slug | None = None
    journal_id: Uuid
    seq: Seq
    mark: Slug
    source: Slug
    confidence_pct: Annotated[int, Field(ge=0, le=100)]


class IdentificationBatch(Message):
    """``POST /api/v1/nodes/{node_id}/identifications``: in any order, with any repeats."""

    identifications: Annotated[
        tuple[Identification, ...], Field(min_length=1, max_length=MAX_IDENTIFICATIONS)
    ]


class IdentificationAck(Message):
    """All of the batch is on the server's disk; ``stored`` of it was news."""

    stored: Annotated[int, Field(ge=0)]
