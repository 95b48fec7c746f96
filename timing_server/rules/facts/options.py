"""What a stage may be told: the options that its heats and its ranking heed."""

from dataclasses import dataclass

from timing_server.rules.units import NS_PER_MS, NS_PER_S


@dataclass(frozen=True, slots=True)
class HeatOptions:
    """What a stage's format may be told, shared by every heat of the stage.

    Time on track:

    ``window_ns``: as many laps as fit; opens as ``start_mode`` says.
    ``grace_ns``: how long the lap under way may take once the window has closed.
    ``idle_limit_ns``: a heat with no pass for this long, since its start or the last one, is over.
    ``dead_time_ns``: a pass this soon after a counted one of the same run doesn't count.
    ``start_mode``: ``first_crossing`` (a run's first pass opens its window and its first lap),
    ``hand`` or ``lights`` (the window opens for all at the go, the first pass the first lap).
    ``warmup_laps``: so many first laps of a run don't count; under ``first_crossing`` the window
    opens behind them.
    ``max_laps``: a run is over with this many laps that count; 0 is no limit.
    ``timeouts_max``, ``timeout_ns``: how many times a run may stop the clock, and for how long.
    ``cars_max``: how many entries may be on track at once.

    Cars with an agent:

    ``contact_limit_ns``: how long a car may drive on without contact to race control.
    ``contact_lost``: what it does then: ``stop``; ``coast``, roll on steered and without throttle;
    ``finish_lap``, drive on until its lap is over by the slowest lap of its run, then stop.
    ``needs_agent``: no heat arms with a car that can't say what it has loaded, unless a marshal
    vouches for it.

    What counts:

    ``resolution_ns``: laps rank truncated to this.
    ``laps_n``: how many laps a format is about, where it is: a mean of so many, a total of so many.
    ``runs_max``: how many runs an entry may have in the stage; 0 is no limit.
    ``runs_counted``: which of them rank: ``best``, ``first`` or ``last``.
    ``lap_min_ns``, ``lap_max_ns``: a lap outside is flagged, never dropped; 0 is no limit.
    ``off_track_penalty_ns``, ``reset_penalty_ns``: added to the lap in which it happened.
    ``incidents_max``: a lap with more off-tracks and resets than this is invalid; None is no limit.
    ``protest_limit_ns``: how long after a heat's end a protest is heard; 0 is without limit.
    ``points``: what places of a heat or round are worth, first place first; () is the format's own.
    ``match_format``: the format that ranks within one match or round of a bracket or points table.
    ``has_bronze_final``: whether the losers of a bracket's semi-finals race for third place.
    """

    window_ns: int = 180 * NS_PER_S
    grace_ns: int = 60 * NS_PER_S
    idle_limit_ns: int = 120 * NS_PER_S
    dead_time_ns: int = 2 * NS_PER_S
    resolution_ns: int = NS_PER_MS
    laps_n: int = 3
    start_mode: str = "first_crossing"
    warmup_laps: int = 0
    max_laps: int = 0
    timeouts_max: int = 0
    timeout_ns: int = 60 * NS_PER_S
    cars_max: int = 1
    contact_limit_ns: int = 5 * NS_PER_S
    contact_lost: str = "stop"
    needs_agent: bool = False
    runs_max: int = 0
    runs_counted: str = "best"
    lap_min_ns: int = 0
    lap_max_ns: int = 0
    off_track_penalty_ns: int = 0
    reset_penalty_ns: int = 0
    incidents_max: int | None = None
    protest_limit_ns: int = 600 * NS_PER_S
    points: tuple[int, ...] = ()
    match_format: str = "time_trial"
    has_bronze_final: bool = True


@dataclass(frozen=True, slots=True)
class ProgressionRule:
    """Who goes on to a stage from the standings of an earlier one.

    Taken in this order, nobody twice: the first ``top_n`` of all, the first ``top_per_region_n`` of
    each region (the 2023 DeepRacer league took 8), the first ``top_per_class_n`` of each class,
    then ``wildcards_n`` of the best who are left. Whoever has no result never goes on.
    """

    from_stage_id: str
    top_n: int = 0
    top_per_region_n: int = 0
    top_per_class_n: int = 0
    wildcards_n: int = 0
