"""What workers and the server say to each other: claims, leases, runs."""

from typing import Annotated

from pydantic import Field, StringConstraints

from timing_server.contract.base import Message, Sha256

#: A worker that wasn't heard for so long has lost its run; it says every 2 s that it lives.
LEASE_S = 10
#: The largest record of a run; one as long as any is kept is a little smaller.
MAX_RUN_RECORD_BYTES = 10 * 2**20
RENEWAL_S = 2.0
#: Simulated nanoseconds: a hundred laps of ten minutes are less than this.
SimNs = Annotated[int, Field(ge=0, lt=2**50)]
Instants = Annotated[tuple[SimNs, ...], Field(max_length=20_000)]
Place = Annotated[int, Field(ge=1, le=2)]
_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class RunRules(Message):
    """By what a run is driven; see ``VirtualStageRequest``."""

    objects: int
    bots: int
    bots_change_lanes: bool
    laps: int
    resets_max: int
    lap_limit_ns: int
    reset_penalty_ns: int
    collision_penalty_ns: int


class JobTrack(Message):
    """The track of a run: a design's name, or (``is_file``) one to fetch under its hash."""

    name: str
    sha256: Sha256
    is_file: bool


class GridCar(Message):
    """A model on its place of the grid, 1 on the left or 2 on the right."""

    place: Place
    submission_id: str
    model_sha256: Sha256


class VirtualJob(Message):
    """A run that a worker has claimed; it is the worker's for ``lease_s`` since it was heard last.

    ``model_sha256`` is to be fetched from ``GET /models/{sha256}``. ``grid``: two race each other,
    or one alone whose rival didn't come; else empty, and what is above drives. ``is_played``: it is
    driven at real pace, before an audience.
    """

    submission_id: str
    event_id: str
    lease_id: str
    lease_s: int
    attempt: int
    model_sha256: Sha256
    seed: int
    track: JobTrack
    rules: RunRules
    grid: tuple[GridCar, ...] = ()
    is_played: bool = False


class ClaimRequest(Message):
    """``POST /workers/{worker_id}/claim``.

    ``can_play``: this worker can drive at real pace before an audience. ``is_room_free`` false: a
    heat is on at its own machine, so that it takes nothing but what is to be played there.
    """

    can_play: bool = False
    is_room_free: bool = True


class Claimed(Message):
    """The answer to a claim: the next run, null while none waits."""

    job: VirtualJob | None = None


class LeaseRenewal(Message):
    """``POST …/leases/{lease_id}``: the worker lives, and so many laps are tried."""

    laps_done: Annotated[int, Field(ge=0, le=100)] = 0


class SimulatorVersions(Message):
    """What a run was computed with; see the fact ``RunSimulated``."""

    source_sha256: Sha256
    architecture: _Short
    python: _Short
    numpy: _Short
    opencv: _Short
    onnxruntime: _Short


class DrivenRun(Message):
    """What happened in a run, in simulated nanoseconds, each list ascending.

    ``passes_ns`` of the finish line; ``resets_ns`` when the car was put back, but for
    ``collisions_ns`` when that was since it had run into something; ``beginnings_ns`` when it began
    over from the grid, since a lap wasn't completed.
    """

    model_sha256: Sha256
    track_sha256: Sha256
    seed: int
    laps_tried: Annotated[int, Field(ge=0, le=100)]
    passes_ns: Instants
    resets_ns: Instants
    collisions_ns: Instants = ()
    beginnings_ns: Instants
    sim_ns: SimNs


class RunPosted(Message):
    """``POST …/leases/{lease_id}/run``: the run whole, once; the same again is answered alike."""

    run: DrivenRun
    simulator: SimulatorVersions


class RunFailed(Message):
    """``POST …/leases/{lease_id}/failure``: no run comes of it; the sentence says why.

    ``is_models_fault``: the model ended its own run, so that the submission counts.
    """

    sentence: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    is_models_fault: bool = True


class RunRecorded(Message):
    """The heat that came of a run, and what its record needs: whose it is, and its clock.

    race_ns = simulated nanoseconds + ``race_offset_ns``, exactly. ``model_name`` as people call it.
    """

    heat_id: str
    entry_id: str
    race_offset_ns: int
    model_name: str
