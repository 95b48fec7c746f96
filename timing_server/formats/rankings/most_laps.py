"""Most laps: who drives the most valid laps in the window of one run stands highest, then time.

Of several runs the one that ranks best counts. Which laps belong to the window is the stage's own
rule: one that was opened in time counts, within the grace.
"""

from collections.abc import Sequence

from timing_server.formats.format import (
    BEST_LAPS,
    Attempt,
    Format,
    Worth,
    all_valid_ns,
    best_first,
)
from timing_server.rules.facts.options import HeatOptions


def measure(attempts: Sequence[Attempt], _: HeatOptions) -> Worth:
    """Return the run with the most valid laps, of equal ones that of the smallest total."""
    fewer_laps, total_ns = min((-len(each.valid_ns), sum(each.valid_ns)) for each in attempts)
    key = (fewer_laps, total_ns, *best_first(all_valid_ns(attempts)))
    if fewer_laps == 0:
        return Worth(key=key, value_ns=None)
    return Worth(key=key, value_ns=total_ns, value_laps=-fewer_laps)


FORMAT = Format(
    name="most_laps",
    title="Most laps",
    description=(
        "Who drives the most valid laps in the window of one run stands highest; equal numbers of "
        "laps are told apart by their total time. The best run of each counts."
    ),
    measure=measure,
    tie_breaks=("total_time", *BEST_LAPS),
)
