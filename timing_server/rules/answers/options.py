"""What a stage may be told: the formats by name, and the range of each option."""

from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import NS_PER_MS, NS_PER_S

#: The keys of ``formats.registry.FORMATS``: the formats depend on the rules, never back, so the
#: rules know them by name only.
FORMAT_NAMES = frozenset(
    {
        "time_trial",
        "best_mean",
        "mean_of_all",
        "total_time",
        "most_laps",
        "team_sum",
        "points",
        "single_elimination",
        "double_elimination",
        "round_robin",
        "practice",
    }
)

#: Those that are raced by the matches of a drawn field: other heats have no place in them.
MATCH_RACED_NAMES = frozenset({"single_elimination", "double_elimination", "round_robin"})

STAGE_KINDS = ("practice", "qualifying", "knockout", "final")
START_MODES = ("first_crossing", "hand", "lights")
CONTACT_LOST = ("stop", "coast", "finish_lap")
RUNS_COUNTED = ("best", "first", "last")

#: Those that measure what one run is worth: what a match of a bracket, or one heat or round of a
#: points table, can be decided by.
MATCH_FORMAT_NAMES = frozenset(
    {"time_trial", "best_mean", "mean_of_all", "total_time", "most_laps"}
)

#: Smallest and largest value of each option, both allowed.
OPTION_RANGES_NS: dict[str, tuple[int, int]] = {
    "window_ns": (NS_PER_S, 24 * 3600 * NS_PER_S),
    "grace_ns": (0, 3600 * NS_PER_S),
    "idle_limit_ns": (NS_PER_S, 24 * 3600 * NS_PER_S),
    "dead_time_ns": (0, 600 * NS_PER_S),
    "resolution_ns": (1, 1000 * NS_PER_MS),
    "contact_limit_ns": (NS_PER_S, 60 * NS_PER_S),
    "timeout_ns": (NS_PER_S, 3600 * NS_PER_S),
    "lap_min_ns": (0, 3600 * NS_PER_S),
    "lap_max_ns": (0, 3600 * NS_PER_S),
    "off_track_penalty_ns": (0, 3600 * NS_PER_S),
    "reset_penalty_ns": (0, 3600 * NS_PER_S),
    "protest_limit_ns": (0, 7 * 24 * 3600 * NS_PER_S),
}

#: Smallest and largest count, both allowed; ``incidents_max`` may be None as well.
OPTION_RANGES: dict[str, tuple[int, int]] = {
    "warmup_laps": (0, 100),
    "max_laps": (0, 1000),
    "timeouts_max": (0, 10),
    "cars_max": (1, 16),
    "runs_max": (0, 100),
    "incidents_max": (0, 1000),
}

#: What an option may be where it is one of several words.
OPTION_CHOICES: dict[str, tuple[str, ...]] = {
    "start_mode": START_MODES,
    "contact_lost": CONTACT_LOST,
    "runs_counted": RUNS_COUNTED,
    "match_format": tuple(sorted(MATCH_FORMAT_NAMES)),
}

#: How many places a table of points may have, and how much one may be worth.
POINTS_PLACES_MAX = 100
POINTS_MAX = 10_000

#: Smallest and largest ``laps_n``, both allowed, under the formats that heed it …
LAPS_RANGES: dict[str, tuple[int, int]] = {
    "best_mean": (1, 10),
    "mean_of_all": (1, 100),
    "total_time": (1, 100),
    "team_sum": (1, 10),
}
#: … and under the others, which store it all the same.
LAPS_RANGE = (1, 100)


def check_options(options: HeatOptions, format_name: str) -> RuleViolation | None:
    """Return the first option that is out of its range as a refusal, None where all are fine."""
    laps = {"laps_n": LAPS_RANGES.get(format_name, LAPS_RANGE)}
    for name, (least, most) in (laps | OPTION_RANGES | OPTION_RANGES_NS).items():
        value: int | None = getattr(options, name)
        if value is not None and not least <= value <= most:
            return out_of_range(name, value, least, most)
    for name, words in OPTION_CHOICES.items():
        word: str = getattr(options, name)
        if word not in words:
            return RuleViolation(
                "option_unknown",
                f"{name} is one of {', '.join(words)}, not '{word}'.",
                {"option": name, "value": word, "choices": ", ".join(words)},
            )
    if 0 < options.lap_max_ns < options.lap_min_ns:
        return out_of_range(
            "lap_max_ns",
            options.lap_max_ns,
            options.lap_min_ns,
            OPTION_RANGES_NS["lap_max_ns"][1],
        )
    return _check_points(options.points)


def out_of_range(name: str, value: int, least: int, most: int) -> RuleViolation:
    """Refuse a number that is beyond what its option may be."""
    unit = " ns" if name.endswith("_ns") else ""
    return RuleViolation(
        "option_out_of_range",
        f"{name} must be between {least} and {most}{unit}, not {value}.",
        {"option": name, "value": value, "least": least, "most": most},
    )


def _check_points(points: tuple[int, ...]) -> RuleViolation | None:
    if len(points) > POINTS_PLACES_MAX:
        return out_of_range("points", len(points), 0, POINTS_PLACES_MAX)
    for worth in points:
        if not 0 <= worth <= POINTS_MAX:
            return out_of_range("points", worth, 0, POINTS_MAX)
    return None
