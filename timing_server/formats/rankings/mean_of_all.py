"""Mean of all laps: the mean of every valid lap of all runs ranks, so that steadiness pays.

An entry needs a least number of valid laps to have a mean; who has fewer stands behind all who
have enough, by how many there are. The mean is compared as it is shown, truncated to the
resolution, then exactly; then more laps stand higher, then the best laps decide.
"""

from collections.abc import Sequence
from fractions import Fraction

from timing_server.formats.format import (
    BEST_LAPS,
    NO_TIME_NS,
    Attempt,
    Format,
    Worth,
    all_valid_ns,
    best_first,
    laps_option,
    truncated_ns,
)
from timing_server.rules.answers.options import LAPS_RANGES
from timing_server.rules.facts.options import HeatOptions


def measure(attempts: Sequence[Attempt], options: HeatOptions) -> Worth:
    """Return the mean of all valid laps, none where there are fewer than ``laps_n``."""
    laps_ns = all_valid_ns(attempts)
    behind = (-len(laps_ns), *best_first(laps_ns))
    if len(laps_ns) < options.laps_n:
        return Worth(key=(NO_TIME_NS, NO_TIME_NS, *behind), value_ns=None)
    exact = Fraction(sum(laps_ns), len(laps_ns))
    mean_ns = truncated_ns(int(exact), options.resolution_ns)
    return Worth(key=(mean_ns, exact, *behind), value_ns=mean_ns)


FORMAT = Format(
    name="mean_of_all",
    title="Mean of all laps",
    description=(
        "The mean of all valid laps of all runs ranks, so that steady driving pays. Who has fewer "
        "valid laps than are needed stands behind all who have enough."
    ),
    measure=measure,
    tie_breaks=("exact_mean", "more_laps", *BEST_LAPS),
    options=(laps_option(LAPS_RANGES["mean_of_all"], "How many valid laps are needed at least."),),
)
