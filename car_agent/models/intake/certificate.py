"""What is said of a model that was brought: whether it may drive, and how that was found out.

These documents cross from the limited process to the one that asked, and are what
``paddock model check --json`` prints. Their keys stay as they are; ``version`` counts changes.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from car_agent.models.card import ModelCard
from timing_server.contract.base import Message, Sha256
from timing_server.contract.names import shown_text

#: What a sentence about a model quotes of it, people see in terminals, logs and pages.
MAX_LINE_LENGTH = 1000


def _line(text: str) -> str:
    return shown_text(text, MAX_LINE_LENGTH)


Line = Annotated[str, AfterValidator(_line)]


class Part(Message):
    """Some bytes and their hash. ``name`` is a file's or an archive member's, for people."""

    name: Annotated[Line, Field(max_length=255)]
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0)]


class Agreement(Message):
    """How nearly the model that drives answers like the one that was brought, on golden frames.

    ``worst_error`` is the largest difference between two answers, as a share of the largest
    answer where that is above 1. ``same_choice`` counts frames on which both choose the same
    action; None for models that don't choose.
    """

    frames: Annotated[int, Field(ge=1)]
    worst_error: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    compared_with: Annotated[str, Field(max_length=200)]
    same_choice: Annotated[int, Field(ge=0)] | None = None


class Certificate(Message):
    """How a model came in: what was read, what drives, and how both agree."""

    source: Part
    #: What was taken out of the archive; None for a bare file.
    member: Part | None = None
    kind: Literal["onnx", "frozen"]
    #: The ONNX file that drives. Its hash is the source's where nothing had to be added.
    model: Part
    network: Annotated[str, Field(max_length=200)]
    layout: Literal["NHWC", "NCHW"]
    operators: dict[str, int]
    #: The operators of the frozen graph that was converted.
    source_operators: dict[str, int] | None = None
    agreement: Agreement | None = None
    notes: tuple[Line, ...] = ()
    runtime: Annotated[str, Field(max_length=100)]


class Verdict(Message):
    """Whether a model may drive; ``reason`` is one sentence where it may not."""

    version: Literal[1] = 1
    ok: bool
    reason: Line | None = None
    #: Of the file that was asked about; None where it couldn't be read at all.
    sha256: Sha256 | None = None
    card: ModelCard | None = None
    certificate: Certificate | None = None
