"""One test of a model: what was asked, and what its process has told so far."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from timing_server.contract.base import Message
from timing_server.contract.machines.evaluations import StressCard, StressTold, VirtualLaps
from timing_server.contract.model_tests import (
    STRESS_LAPS,
    STRESSES_N,
    ModelTestOrder,
    ModelTestState,
)

_LENIENT = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class LapLine(Message):
    """A lap was tried."""

    model_config = _LENIENT

    kind: Literal["lap"]


class StressLine(StressTold):
    """The laps under one stress were tried."""

    model_config = _LENIENT

    kind: Literal["stress"]


class ReportLine(VirtualLaps):
    """What laps came to."""

    model_config = _LENIENT

    kind: Literal["report"]


class CardLine(StressCard):
    """The whole stress card."""

    model_config = _LENIENT

    kind: Literal["card"]
    stress: Annotated[tuple["_CardStress", ...], Field(max_length=40)]


class _CardStress(StressTold):
    model_config = _LENIENT


ToldLine = LapLine | StressLine | ReportLine | CardLine
_TOLD: TypeAdapter[ToldLine] = TypeAdapter(Annotated[ToldLine, Field(discriminator="kind")])


def understood(text: str) -> ToldLine | None:
    """Return what a line of a test's process says, None for what isn't known here."""
    try:
        return _TOLD.validate_json(text)
    except ValidationError:
        return None


@dataclass(slots=True)
class ModelTestJob:
    """A test in memory; its list is only ever appended to.

    ``ended_ns`` is when it was over, on a clock that only goes on.
    """

    test_id: str
    owner: str
    order: ModelTestOrder
    state: ModelTestState = "waiting"
    laps_n: int = 0
    stress: list[StressTold] = field(default_factory=list)
    outcome: ReportLine | CardLine | None = None
    sentence: str | None = None
    ended_ns: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {"done", "failed"}

    @property
    def done_n(self) -> int:
        """How much of it is done."""
        return self.laps_n if self.order.kind == "laps" else len(self.stress)

    @property
    def all_n(self) -> int:
        """How much there is to do."""
        return self.order.laps if self.order.kind == "laps" else STRESSES_N

    @property
    def laps(self) -> int:
        """How many laps are driven at a time."""
        return self.order.laps if self.order.kind == "laps" else STRESS_LAPS

    def note(self, told: ToldLine) -> None:
        """Take in what its process told."""
        if isinstance(told, LapLine):
            self.laps_n += 1
        elif isinstance(told, StressLine):
            line = told.model_dump(exclude={"kind"})
            self.stress.append(StressTold.model_validate(line))
        else:
            self.outcome = told
