"""Mean of all laps: the mean of every valid lap of all runs ranks, so that steadiness pays.

An entry needs a least number of valid laps to have a mean; who has fewer stands behind all who
have enough, by how many there are. A run's penalty is added to the mean. The mean is compared as it
is shown, truncated to the resolution, then exactly; then more laps stand higher, then the best laps
decide.
"""

from collections.abc import Sequence
from fractions import Fraction

from timing_server.formats.attempts import NO_TIME_NS, Attempt, all_valid_ns, truncated_ns
from timing_server.formats.format import BEST_LAPS, Format, Worth, best_first, laps_option
from timing_server.rules.answers.options import LAPS_RANGES
from timing_server.rules.facts.options import HeatOptions


def measure(attempts: Sequence[Attempt], options: HeatOptions) -> Worth:
    """Return the mean of all valid laps, none where there are fewer than ``laps_n``."""
    laps_ns = all_valid_ns(attempts)
    count = len(laps_ns)
    behind = (-count, *best_first(laps_ns))
    if count < options.laps_n:
        return Worth(key=(NO_TIME_NS, NO_TIME_NS, *behind), value_ns=None)
    given_ns = sum(each.penalty_ns for each in attempts)
    exact = Fraction(sum(laps_ns), count) + given_ns
    mean_ns = truncated_ns(int(exact), options.resolution_ns)
    laps = [lap for each in attempts for lap in each.valid_laps]
    return Worth(
        key=(mean_ns, exact, *behind),
        value_ns=mean_ns,
        penalty_ns=sum(lap.penalty_ns for lap in laps) // count + given_ns,
        bound_ns=-(-sum(lap.bound_ns for lap in laps) // count),
    )


FORMAT = Format(
    name="mean_of_all",
    title="Mean of all laps",
    description=(
        "The mean of all valid laps of all runs ranks, so that steady driving pays. A penalty on "
        "a run is added to the mean. Who has fewer valid laps than are needed stands behind all "
        "who have enough."
    ),
    measure=measure,
    tie_breaks=("exact_mean", "more_laps", *BEST_LAPS),
    options=(laps_option(LAPS_RANGES["mean_of_all"], "How many valid laps are needed at least."),),
)
