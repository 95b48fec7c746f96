"""What the limited process is asked to drive, and what it says of it, line by line."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from timing_server.contract.base import Message, Sha256
from timing_server.contract.machines.workers import DrivenRun, Place, RunRules, SimulatorVersions
from timing_server.contract.server.tracks import TrackDocument

NS_PER_S = 1_000_000_000
#: So many pictures of a run are kept in its trace, 17 minutes; a record of them has some 7 MB.
STEPS_MAX = 16_000
_MAX_TRACE_CHARS = 1_200_000


class RunOrder(Message):
    """A run; the model's bytes follow it. ``design`` names the track where there is no document.

    ``memory_bytes`` and ``cpu_s`` limit the process; beyond ``grace_s`` of processor time
    a model may take no more than the time that it drives. ``is_traced``: what the car did is told.
    """

    model_sha256: Sha256
    track_sha256: Sha256
    design: str
    document: TrackDocument | None = None
    seed: int
    rules: RunRules
    memory_bytes: int
    cpu_s: int
    grace_s: float = 10.0
    is_traced: bool = False

    @staticmethod
    def cpu_limit_s(rules: RunRules) -> int:
        """Return how much processor time a run may take: a car that thinks longer can't drive."""
        return 60 + rules.laps * rules.lap_limit_ns // NS_PER_S


class LapTried(Message):
    """So many laps are tried."""

    kind: Literal["lap"] = "lap"
    tried: int


class TraceTold(Message):
    """What the car did, picture by picture, as ``trace.py`` packs it, in base64.

    ``lost_steps``: so many at the end weren't kept, since the run was too long.
    """

    steps: Annotated[str, Field(max_length=_MAX_TRACE_CHARS)]
    lost_steps: Annotated[int, Field(ge=0, lt=2**50)] = 0


class Ended(Message):
    """The run is over; what happened in it, what it was computed with, and its trace if wanted."""

    kind: Literal["run"] = "run"
    run: DrivenRun
    simulator: SimulatorVersions
    trace: TraceTold | None = None


class DuelSideTold(Message):
    """What one side of a race of two did; see ``DuelSidePosted``."""

    place: Place
    run: DrivenRun | None = None
    out: Literal["resets", "time_up"] | None = None
    sentence: str | None = None
    trace: TraceTold | None = None


class DuelEnded(Message):
    """A race of two is over."""

    kind: Literal["duel"] = "duel"
    sides: tuple[DuelSideTold, ...]
    simulator: SimulatorVersions


class Failed(Message):
    """No run comes of it. ``whose``: the model's fault, the stage's, or this worker's."""

    kind: Literal["failed"] = "failed"
    whose: Literal["model", "stage", "worker"]
    sentence: str


Line = Annotated[LapTried | Ended | DuelEnded | Failed, Field(discriminator="kind")]
LINE: TypeAdapter[LapTried | Ended | DuelEnded | Failed] = TypeAdapter(Line)
