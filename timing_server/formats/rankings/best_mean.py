"""Best mean of consecutive laps, as DREM ranks: the best stretch of N valid laps in one run.

A void lap breaks the stretch, and none goes on from one run to the next. The mean is compared as
it is shown, truncated to the resolution, then exactly, then by the best laps of all runs. Who has
no such stretch stands behind all who have one.
"""

from collections.abc import Iterable, Sequence

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
    """Return the smallest mean of any ``laps_n`` consecutive valid laps of one run."""
    totals = (total for each in attempts for total in _totals_ns(each, options.laps_n))
    total_ns = min(totals, default=None)
    best_laps = best_first(all_valid_ns(attempts))
    if total_ns is None:
        return Worth(key=(NO_TIME_NS, NO_TIME_NS, *best_laps), value_ns=None)
    mean_ns = truncated_ns(total_ns // options.laps_n, options.resolution_ns)
    return Worth(key=(mean_ns, total_ns, *best_laps), value_ns=mean_ns)


def _totals_ns(attempt: Attempt, laps_n: int) -> Iterable[int]:
    """Yield the total of each stretch of so many laps without a void one."""
    stretch: list[int] = []
    for each in attempt.laps:
        stretch = [] if each.lap.is_void else [*stretch, each.duration_ns][-laps_n:]
        if len(stretch) == laps_n:
            yield sum(stretch)


FORMAT = Format(
    name="best_mean",
    title="Best mean of consecutive laps",
    description=(
        "The best mean of so many valid laps in a row ranks. They must be of one run, and a void "
        "lap breaks the row. Who hasn't driven so many in a row stands behind all who have."
    ),
    measure=measure,
    tie_breaks=("exact_mean", *BEST_LAPS),
    options=(laps_option(LAPS_RANGES["best_mean"], "How many laps in a row make the mean."),),
)
