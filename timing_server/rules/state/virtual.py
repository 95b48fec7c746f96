"""Virtual races in the state: what was submitted, and which boot of a worker is which run."""

from dataclasses import dataclass
from typing import Literal

from timing_server.rules.facts.virtual import RunSimulated
from timing_server.rules.units import EntryId, HeatId, StageId, SubmissionId

SubmissionStatus = Literal["waiting", "driven", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Submission:
    """A model that an entry wants to be driven in a virtual stage.

    ``heat_id`` is the heat that came of it, ``code`` and ``sentence`` why none did; ``run`` what
    that heat was computed with. Where two race each other a model may race in several matches:
    these are the newest, and ``runs`` all of them. ``played_heat_id``: as which heat it was
    last played before an audience.
    """

    submission_id: SubmissionId
    stage_id: StageId
    entry_id: EntryId
    model_sha256: str
    seed: int
    made_race_ns: int
    made_wall_utc: str
    status: SubmissionStatus = "waiting"
    heat_id: HeatId | None = None
    code: str = ""
    sentence: str = ""
    run: RunSimulated | None = None
    played_heat_id: HeatId | None = None
    runs: tuple[RunSimulated, ...] = ()

    @property
    def heat_ids(self) -> tuple[HeatId, ...]:
        """The heats that came of it, in their order."""
        return tuple(each.heat_id for each in self.runs)


@dataclass(frozen=True, slots=True)
class BoundRun:
    """The run that a worker's boot is."""

    heat_id: HeatId
    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class NewBeginning:
    """From ``race_ns`` on the run's car stood on the grid again."""

    entry_id: EntryId
    race_ns: int
