"""Tests of models on virtual tracks, which the workshop runs: asked for, waited for, watched."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Sha256, Slug
from timing_server.contract.machines.evaluations import StressTold
from timing_server.contract.workshop import Occupation

ModelTestKind = Literal["laps", "stress"]
ModelTestState = Literal["waiting", "running", "done", "failed"]
MAX_TEST_LAPS = 100
#: What the stress card drives under each of its stresses.
STRESS_LAPS = 20
#: A plain hall, nine stresses, and four other tracks.
STRESSES_N = 14


class ModelTestsDesk(Message):
    """``GET /workshop/tests/desk``: whether this server can drive virtual laps.

    ``lacks`` says what is missing: ``car``, the car's packages.
    """

    is_open: bool
    lacks: Literal["car"] | None = None


class ModelTestOrder(Message):
    """``POST /workshop/tests``: drive laps, or the card: a plain hall, nine stresses,
    a few laps on four other tracks.

    ``track`` null is the one that the model was trained on here, else the demo's. ``laps`` is for
    laps alone. ``as_measured`` is a car that was measured here, as which the model then sees.
    """

    sha256: Sha256
    kind: ModelTestKind
    track: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")] | None = None
    laps: Annotated[int, Field(ge=1, le=MAX_TEST_LAPS)] = 10
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    as_measured: Slug | None = None


class ModelTestView(Message):
    """A test as people see it; those that are over stay for some minutes.

    ``done_n`` of ``all_n`` are laps, or lines of the card, which are in ``stress``. ``place`` 1 is
    the next to run; ``holds`` is what keeps it from running, a heat of that number. ``sentence``
    tells why it failed.
    """

    test_id: str
    sha256: str
    driver_id: str | None
    kind: ModelTestKind
    track: str
    state: ModelTestState
    done_n: int
    all_n: int
    place: int | None = None
    holds: Occupation | None = None
    heat_number: int | None = None
    stress: tuple[StressTold, ...] = ()
    as_measured: str | None = None
    sentence: str | None = None
