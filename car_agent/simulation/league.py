"""The virtual league's rules for one driver alone: laps, resets, collisions and what they cost.

As AWS DeepRacer's virtual races had them: the clock runs on while a car that left the track is put
back where it left, or that ran into something behind that, and each time adds a penalty; ranked by
best, average or total.
"""

from dataclasses import dataclass

from car_agent.simulation.identity import versions
from hardware.virtual.tracks.identity import track_sha256
from hardware.virtual.world.objects.traffic import EMPTY, Plan
from hardware.virtual.world.track import Track
from timing_server.contract.base import Message

NS_PER_US = 1_000


@dataclass(frozen=True, slots=True)
class LeagueRules:
    """``laps``: how many are tried. A lap with more than ``max_resets`` or over ``limit_ns`` ends.

    After such a lap the car begins the next one from the grid.
    """

    laps: int = 20
    reset_penalty_ns: int = 2_000_000_000
    max_resets: int = 3
    limit_ns: int = 60_000_000_000
    collision_penalty_ns: int = 5_000_000_000


@dataclass(frozen=True, slots=True)
class LeagueLap:
    """``driven_ns`` from line to line without penalties, None where the lap was not completed.

    ``resets``: how often the car was put back; ``collisions`` of those after it ran into something.
    """

    driven_ns: int | None
    resets: int
    collisions: int = 0

    def penalties_ns(self, rules: LeagueRules) -> int:
        """Return what is added to the time that was driven."""
        others = self.resets - self.collisions
        return others * rules.reset_penalty_ns + self.collisions * rules.collision_penalty_ns


@dataclass(frozen=True, slots=True)
class Instants:
    """When things happened in a run, in simulated time, ascending.

    ``crossings_ns`` of the finish line; ``resets_ns`` when the car was put back, but for
    ``collisions_ns`` when that was since it had run into something; ``beginnings_ns`` when it began
    over from the grid.
    """

    crossings_ns: tuple[int, ...] = ()
    resets_ns: tuple[int, ...] = ()
    collisions_ns: tuple[int, ...] = ()
    beginnings_ns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LeagueRun:
    """All laps of a run, how long it took in simulated time, and when what happened in it."""

    rules: LeagueRules
    laps: tuple[LeagueLap, ...]
    sim_ns: int
    instants: Instants = Instants()

    @property
    def resets(self) -> int:
        """How often the car was put back."""
        return sum(lap.resets for lap in self.laps)

    @property
    def collisions(self) -> int:
        """How often the car ran into something."""
        return sum(lap.collisions for lap in self.laps)

    @property
    def clean_laps(self) -> int:
        """How many laps were completed without a reset."""
        return sum(lap.driven_ns is not None and lap.resets == 0 for lap in self.laps)

    @property
    def times_ns(self) -> tuple[int, ...]:
        """The completed laps with their penalties, in the order in which they were driven."""
        return tuple(
            lap.driven_ns + lap.penalties_ns(self.rules)
            for lap in self.laps
            if lap.driven_ns is not None
        )


def in_words(run: LeagueRun) -> str:
    """Return what a run came to, in a line."""
    laps = f"{len(run.times_ns)} of {len(run.laps)} laps, {run.resets} resets"
    if run.collisions:
        laps += f" ({run.collisions} after a collision)"
    if not run.times_ns:
        return laps
    mean_s = sum(run.times_ns) / len(run.times_ns) / 1e9
    return f"{laps}, mean {mean_s:.2f} s, best {min(run.times_ns) / 1e9:.2f} s"


class LeagueReport(Message):
    """What ``paddock evaluate --json`` prints; lap times include penalties, in microseconds."""

    track: str
    track_sha256: str
    model_sha256: str
    seed: int
    versions: str
    laps_started: int
    laps_completed: int
    laps_clean: int
    lap_us: tuple[int, ...]
    resets: int
    reset_penalty_us: int
    objects: int
    bots: int
    collisions: int
    collision_penalty_us: int
    best_us: int | None
    average_us: int | None
    total_us: int | None
    sim_s: float
    wall_s: float


def report(
    run: LeagueRun, track: Track, model_sha256: str, seed: int, wall_s: float, plan: Plan = EMPTY
) -> LeagueReport:
    """Return a run's figures. A total is told only where every lap was completed."""
    times_us = tuple(time_ns // NS_PER_US for time_ns in run.times_ns)
    is_whole = len(times_us) == len(run.laps) and bool(times_us)
    return LeagueReport(
        track=track.name,
        track_sha256=track_sha256(track),
        model_sha256=model_sha256,
        seed=seed,
        versions=versions(),
        laps_started=len(run.laps),
        laps_completed=len(times_us),
        laps_clean=run.clean_laps,
        lap_us=times_us,
        resets=run.resets,
        reset_penalty_us=run.rules.reset_penalty_ns // NS_PER_US,
        objects=plan.objects,
        bots=plan.bots,
        collisions=run.collisions,
        collision_penalty_us=run.rules.collision_penalty_ns // NS_PER_US,
        best_us=min(times_us, default=None),
        average_us=sum(times_us) // len(times_us) if times_us else None,
        total_us=sum(times_us) if is_whole else None,
        sim_s=round(run.sim_ns / 1e9, 3),
        wall_s=round(wall_s, 3),
    )
