"""What virtual runs were computed with, and what came of driving them again."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Sha256
from timing_server.contract.machines.workers import SimulatorVersions

#: ``none``: nobody asked yet; the others as ``paddock results verify`` tells them.
ProofState = Literal[
    "none",
    "waiting",
    "running",
    "identical",
    "changed",
    "apart",
    "no_model",
    "no_track",
    "failed",
]


class ProofRequest(Message):
    """``POST …/results/proofs``: drive these heats' virtual runs again, all of them where null."""

    heat_ids: Annotated[tuple[str, ...], Field(max_length=1000)] | None = None


class SimulatorPart(Message):
    """In what two simulators differ."""

    name: str
    then: str
    here: str


class ProofOutcome(Message):
    """What came of a run that was driven again.

    ``facts`` of it were compared. ``fact_seq`` is the first fact that isn't what the run gives, of
    that ``fact_kind``; ``apart`` says in what the simulators differ. ``sentence`` is the command's.
    """

    state: ProofState
    facts: int = 0
    laps: int = 0
    resets: int = 0
    fact_seq: int | None = None
    fact_kind: str | None = None
    recorded: str | None = None
    computed: str | None = None
    apart: tuple[SimulatorPart, ...] = ()
    sentence: str = ""
    checked_utc: str | None = None


class RunProof(Message):
    """A virtual run, what it was computed from and with, and what came of driving it again."""

    heat_id: str
    heat_number: int
    stage_id: str
    entry_id: str
    driver: str
    model_sha256: Sha256
    track: str
    track_sha256: Sha256
    seed: int
    simulator: SimulatorVersions
    outcome: ProofOutcome


class RunProofs(Message):
    """``GET …/results/proofs``. ``is_open``: this server can drive virtual runs again."""

    is_open: bool
    runs: tuple[RunProof, ...]
