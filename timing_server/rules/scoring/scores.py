"""What a heat's passes are worth: verdicts, laps and the instants of the window.

``laps.score_heat`` makes these; they are results, never facts.
"""

from dataclasses import dataclass
from typing import Literal

from timing_server.rules.passes.clocks import Span
from timing_server.rules.scoring.sectors import Sector
from timing_server.rules.scoring.starts import FalseStart
from timing_server.rules.state.heat import PassSource, RunStatus
from timing_server.rules.units import CarId, EntryId, HeatId, PassRef, RulingId, StageId

#: Why a pass counts or doesn't. Every pass of a heat has exactly one.
Verdict = Literal[
    "counted",
    "inside_dead_time",
    "voided",
    "no_heat_running",
    "before_start",
    "false_start",
    "heat_paused",
    "before_restart",
    "sector",
    "other_gate",
    "other_lane",
    "backed_up",
    "unknown_entry",
    "double_identity",
]
#: Why a lap doesn't count, None where it does.
#: ``ruling``: a marshal struck it; ``incidents``: more off-tracks and resets than the stage allows;
#: ``paused``: the heat was paused during it; ``two_boots``: its node restarted during it, so it was
#: never timed; ``warmup``: it is one of the first laps that don't count; ``disqualified``.
Invalid = Literal["ruling", "incidents", "paused", "two_boots", "warmup", "disqualified"]
#: Why a heat ends by itself; ``stopped`` and ``abandoned`` are people's.
EndReason = Literal[
    "last_lap_closed",
    "window_closed",
    "no_pass",
    "stopped",
    "abandoned",
    "worker_lost",
    "model_failed",
    "worker_failed",
    "show_stopped",
]


@dataclass(frozen=True, slots=True)
class ScoredPass:
    """A pass, its verdict and whose it is; ``entry_id`` None where the gate can't tell.

    ``role`` is the gate's at that instant; ``void_ruling_id`` names the ruling behind ``voided``.
    """

    pass_ref: PassRef
    source: PassSource
    crossed_race_ns: int
    bound_ns: int
    verdict: Verdict
    entry_id: EntryId | None
    role: str
    void_ruling_id: RulingId | None


@dataclass(frozen=True, slots=True)
class Lap:
    """The time between two consecutive counted passes of a run.

    ``number`` counts the run's laps from 1, void ones included. ``bound_ns`` 0 means exact.
    ``car_id`` and ``model_sha256`` are what was in force when the lap closed. ``is_suspect``: it
    counts, but is quicker or slower than the stage expects of any: a marshal should look.
    ``is_credited``: no passes show it; a marshal gave it, and ``pass_ref`` names the ruling.
    ``sectors`` are its parts, as driven, where sector gates saw it.
    """

    number: int
    pass_ref: PassRef
    opening_ref: PassRef
    duration_ns: int
    bound_ns: int
    closed_race_ns: int
    off_tracks: int
    car_id: CarId | None
    model_sha256: str | None
    void_ruling_id: RulingId | None
    resets: int = 0
    penalty_ns: int = 0
    invalid: Invalid | None = None
    is_suspect: bool = False
    is_credited: bool = False
    sectors: tuple[Sector, ...] = ()

    @property
    def is_void(self) -> bool:
        """Whether the lap doesn't count, by a ruling or by a rule."""
        return self.invalid is not None

    @property
    def ranked_ns(self) -> int:
        """How long the lap took, with its penalties: what ranks, before it is truncated."""
        return self.duration_ns + self.penalty_ns


@dataclass(frozen=True, slots=True)
class RunScore:
    """One entry's laps in one heat. Instants are on the race clock.

    The window opens with the first counted pass or with the go, as the stage says; its end, and
    that of the grace behind it (``grace_ends_ns``), lie later by the pauses that are over and by
    the time that was given back. ``lap_opened_ns`` is the opening of the lap under way, None where
    none is. ``last_lap_closed_ns`` is the counted pass at or after the window's end, or the one
    that closed the last of ``max_laps``: with it the run is over. ``car_id`` and ``model_sha256``
    are the newest. A credited lap stands where the run was when it was given, behind all laps where
    the heat was over. ``penalty_ns`` is added to the run's result, beside what its laps carry.
    ``timeouts`` counts those that the run took. ``reaction`` is the time from lights out to the
    first pass, None without lights, and behind a false start. ``sectors`` are the parts of the lap
    under way that have ended.
    """

    entry_id: EntryId
    laps: tuple[Lap, ...]
    window_opens_ns: int | None
    window_closes_ns: int | None
    lap_opened_ns: int | None
    last_lap_closed_ns: int | None
    off_tracks: int
    car_id: CarId | None
    model_sha256: str | None
    resets: int = 0
    penalty_ns: int = 0
    status: RunStatus | None = None
    timeouts: int = 0
    grace_ends_ns: int | None = None
    sectors: tuple[Sector, ...] = ()
    reaction: Span | None = None
    false_starts: tuple[FalseStart, ...] = ()

    @property
    def valid_laps(self) -> tuple[Lap, ...]:
        """The laps that count, in the order in which they were driven."""
        return tuple(lap for lap in self.laps if not lap.is_void)

    @property
    def is_awaited(self) -> bool:
        """Whether the run may still close a lap: nobody ruled on it, its last lap isn't closed."""
        return self.status is None and self.last_lap_closed_ns is None


@dataclass(frozen=True, slots=True)
class HeatScore:
    """All of a heat: one run for each entry, and every pass in the order of its instant.

    ``last_sign_ns`` is the latest instant at which anything showed life: the start, or a pass of
    whatever verdict. None while the heat hasn't started.
    """

    heat_id: HeatId
    stage_id: StageId
    runs: tuple[RunScore, ...]
    passes: tuple[ScoredPass, ...]
    last_sign_ns: int | None

    def lap_closed_by(self, pass_ref: PassRef) -> Lap | None:
        """Return the lap that the pass closed, None where it closed none."""
        laps = (lap for run in self.runs for lap in run.laps)
        return next((lap for lap in laps if lap.pass_ref == pass_ref), None)
