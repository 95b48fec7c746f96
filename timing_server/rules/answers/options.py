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
}

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
    least, most = LAPS_RANGES.get(format_name, LAPS_RANGE)
    if not least <= options.laps_n <= most:
        return RuleViolation(
            "option_out_of_range",
            f"laps_n must be between {least} and {most}, not {options.laps_n}.",
            {"option": "laps_n", "value": options.laps_n, "least": least, "most": most},
        )
    for name, (least_ns, most_ns) in OPTION_RANGES_NS.items():
        value_ns: int = getattr(options, name)
        if not least_ns <= value_ns <= most_ns:
            return RuleViolation(
                "option_out_of_range",
                f"{name} must be between {least_ns} and {most_ns} ns, not {value_ns}.",
                {"option": name, "value": value_ns, "least": least_ns, "most": most_ns},
            )
    return None
