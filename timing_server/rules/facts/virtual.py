"""Facts of virtual races: a stage's virtual track, who submits what, and runs that were simulated.

A worker is a node and a run a boot: its passes are those of a gate, stamped with simulated time.
"""

from dataclasses import dataclass

from timing_server.rules.units import (
    NS_PER_S,
    BootId,
    EntryId,
    HeatId,
    NodeId,
    StageId,
    SubmissionId,
)


@dataclass(frozen=True, slots=True)
class VirtualRules:
    """What a stage on a virtual track is driven by.

    ``track`` names the track, ``track_sha256`` is its geometry's; both are empty while it is
    sealed. ``track_seal`` is then SHA-256 of a salt and ``track_sha256``, so that everybody can see
    afterwards that nobody changed it; None where the track is no secret.
    ``race_kind``: ``time_trial``, alone on the track; ``objects``, with so many boxes on it;
    ``head_to_bot``, with so many ``bots`` that drive slowly, and change lanes where
    ``bots_change_lanes``. Where they are follows from the seed. ``head_to_head``: two models race
    each other, from side by side on the line; who doesn't complete a lap is out.
    ``laps``: how many are tried in a run. A lap with more than ``resets_max`` resets, or one that
    takes longer than ``lap_limit_ns`` in simulated time, isn't completed: the next begins from the
    grid. ``collision_penalty_ns`` is added to the lap in which a car ran into something.
    ``seed``: what every run plays by, None: each submission has one of its own.
    ``opens_utc``, ``closes_utc`` (ISO 8601): when submissions are taken, the end excluded.
    ``submissions_max``: how many an entry has, 0 is no limit; ``cool_down_ns`` lies between two.
    ``prizes``: what can be won, in the organiser's words.
    ``is_played``: a run is driven only when an organiser plays it, before an audience.
    """

    track: str
    track_sha256: str
    opens_utc: str
    closes_utc: str
    track_seal: str | None = None
    race_kind: str = "time_trial"
    objects: int = 0
    bots: int = 0
    bots_change_lanes: bool = False
    laps: int = 5
    resets_max: int = 3
    lap_limit_ns: int = 60 * NS_PER_S
    collision_penalty_ns: int = 5 * NS_PER_S
    seed: int | None = None
    submissions_max: int = 0
    cool_down_ns: int = 0
    prizes: str = ""
    is_played: bool = False


@dataclass(frozen=True, slots=True)
class Simulator:
    """What a run was computed with: the same of all gives the same run, to the nanosecond.

    ``source_sha256`` covers the source that decides what happens on a virtual track;
    ``architecture`` is the processor's, the others are versions.
    """

    source_sha256: str
    architecture: str
    python: str
    numpy: str
    opencv: str
    onnxruntime: str


@dataclass(frozen=True, slots=True)
class VirtualStagePlanned:
    """The stage is raced on a virtual track, by these rules; a later one replaces them."""

    stage_id: StageId
    rules: VirtualRules


@dataclass(frozen=True, slots=True)
class TrackRevealed:
    """The stage's sealed track was this one all along: the seal is SHA-256 of salt and hash."""

    stage_id: StageId
    track: str
    track_sha256: str
    salt: str


@dataclass(frozen=True, slots=True)
class SubmissionMade:
    """An entry wants this model to be driven once in a virtual stage, by this seed."""

    submission_id: SubmissionId
    stage_id: StageId
    entry_id: EntryId
    model_sha256: str
    seed: int


@dataclass(frozen=True, slots=True)
class SubmissionWithdrawn:
    """The submission, which waited, isn't wanted any more and counts against no limit."""

    submission_id: SubmissionId


@dataclass(frozen=True, slots=True)
class SubmissionRefused:
    """No run came of the submission. ``code``: ``model``, ``worker_lost``, ``worker_failed``.

    ``sentence`` says what the model did, or what went wrong; of a fault that isn't the model's the
    submission counts against no limit.
    """

    submission_id: SubmissionId
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SubmissionRetried:
    """The submission that was refused or withdrawn waits again."""

    submission_id: SubmissionId


@dataclass(frozen=True, slots=True)
class SubmissionPlayed:
    """An organiser plays the submission before an audience: as this heat, at real pace.

    What the run does becomes facts as it happens. Where the heat is broken off the submission waits
    as before.
    """

    submission_id: SubmissionId
    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class BootBound:
    """All that this node says in this boot is that run's, whatever else is driven meanwhile.

    Its ``mono_ns`` is simulated time: race_ns = mono_ns + ``race_offset_ns``, exactly.
    """

    node_id: NodeId
    boot_id: BootId
    heat_id: HeatId
    entry_id: EntryId
    race_offset_ns: int


@dataclass(frozen=True, slots=True)
class RunBeganOver:
    """The car stands on the grid again: the lap under way isn't completed, a crossing opens one."""

    heat_id: HeatId
    entry_id: EntryId
    over_race_ns: int


@dataclass(frozen=True, slots=True)
class RunSimulated:
    """What a run was computed from and with, so that anybody can compute it again.

    ``laps_tried`` were begun; ``sim_ns`` is how long they took, from the grid to the last.
    ``grid_place``: in a race of two 1 on the left or 2 on the right, against the model
    ``rival_sha256``, None where the other broke off and this one was driven alone; else 0.
    """

    heat_id: HeatId
    entry_id: EntryId
    submission_id: SubmissionId
    model_sha256: str
    track_sha256: str
    seed: int
    laps_tried: int
    sim_ns: int
    simulator: Simulator
    grid_place: int = 0
    rival_sha256: str | None = None
