"""What the analysis of laps says: a run in figures and sentences, a lap as curves, two laps.

Durations and instants are microseconds, a lap's from its beginning. Places are shares of the lap,
0 to 1, by its ``basis``: along the course, between the lines of sectors, or of its time alone.
"""

from typing import Literal

from timing_server.contract.base import Message, Sha256, Us
from timing_server.contract.blackbox.rows import ActionLabel
from timing_server.contract.machines.devices import TrackMap

MAX_LOG_BYTES = 8 * 2**20

Basis = Literal["distance", "lines", "time"]


class FindingRow(Message):
    """A sentence: pages word ``code`` with ``values``; ``causes`` are its parts."""

    code: str
    values: dict[str, int]
    laps: tuple[int, ...]
    causes: tuple["FindingRow", ...]


class PartRow(Message):
    """A part of a lap, from sector ``first`` to ``last``: several where a gate missed the car."""

    first: int
    last: int
    duration_us: Us
    is_best: bool


class ExitRow(Message):
    """Where the car left the track. ``is_marked``: a marshal's hand said so, later than the car."""

    at_us: Us
    place: float
    x_m: float | None
    y_m: float | None
    is_marked: bool


class LapRow(Message):
    """A lap in figures; None where the record doesn't tell. ``invalid``: why it doesn't count.

    ``reach`` is the share that was driven. ``missing_us``: time without a new picture beyond what
    is usual; ``idle_us``: time in which no command moved the car.
    """

    number: int
    duration_us: Us
    invalid: str | None
    is_recorded: bool
    is_cut: bool
    reach: float
    penalty_us: Us
    resets: int
    behind_us: Us | None
    parts: tuple[PartRow, ...]
    exits: tuple[ExitRow, ...]
    pictures: int
    frames_per_s: float | None
    missing_us: Us
    latency_p50_us: int | None
    latency_p95_us: int | None
    late_pictures: int
    idle_us: Us
    mean_speed_mps: float | None
    top_speed_mps: float | None
    reward: float | None
    entropy_bits: float | None


class SpreadRow(Message):
    """How alike laps are, or one part of them; ``first`` 0: the whole lap."""

    first: int
    last: int
    laps: int
    fastest_us: Us
    median_us: Us
    slowest_us: Us
    deviation_us: Us


class AxisRow(Message):
    """One side of the table of actions: values, or the edges of bins (one more than there are)."""

    values: tuple[float, ...]
    is_binned: bool


class ActionTable(Message):
    """How often which steering came with which throttle: ``counts[throttle][steering]``.

    ``used_bits`` is the table's entropy; ``entropy_bits`` the model's own, the mean, where known.
    """

    steering: AxisRow
    throttle: AxisRow
    counts: tuple[tuple[int, ...], ...]
    total: int
    used_bits: float
    entropy_bits: float | None


class RunAnalysis(Message):
    """A run: its laps in figures, what to say of it, how alike its laps are, what was chosen.

    ``has_real_gates`` False: parts are equal shares of the course, since no gate told sectors.
    ``ideal_us`` joins the best parts. ``late_limit_us``: from which latency on a picture is late.
    ``has_parquet``: this server can write that format. ``track`` is the map of who saw the cars;
    None where they told themselves where they were, or nobody knows.
    """

    steering_unit: Literal["share", "deg"]
    throttle_unit: Literal["share", "mps"]
    gates_n: int
    has_real_gates: bool
    has_positions: bool
    has_rewards: bool
    has_parquet: bool
    track: TrackMap | None
    best_lap: int | None
    best_us: Us | None
    ideal_us: Us | None
    late_limit_us: int | None
    laps: tuple[LapRow, ...]
    findings: tuple[FindingRow, ...]
    spreads: tuple[SpreadRow, ...]
    actions: tuple[ActionLabel, ...]
    action_table: ActionTable | None


class LapCurves(Message):
    """A lap's decisions, column by column, all of one length; empty where nothing was recorded.

    ``lines`` are the places of sector lines. A position, speed, latency or reward that isn't known
    is None.
    """

    number: int
    duration_us: Us
    basis: Basis
    reach: float
    bound_us: int | None
    lines: tuple[float, ...]
    exits: tuple[ExitRow, ...]
    at_us: tuple[Us, ...]
    place: tuple[float, ...]
    steering: tuple[float, ...]
    throttle: tuple[float, ...]
    is_taken: tuple[bool, ...]
    latency_us: tuple[int | None, ...]
    speed_mps: tuple[float | None, ...]
    x_m: tuple[float | None, ...]
    y_m: tuple[float | None, ...]
    heading_rad: tuple[float | None, ...]
    reward: tuple[float | None, ...]


class LapDelta(Message):
    """How far a lap is behind another at each place that both know; positive is later."""

    basis: Basis
    place: tuple[float, ...]
    delta_us: tuple[Us, ...]
    findings: tuple[FindingRow, ...]


class TrainingLog(Message):
    """A log that somebody brought, in the columns of DeepRacer's SimTrace files."""

    log_id: Sha256
    name: str
    size_bytes: int
    episodes: int
    brought_utc: str
