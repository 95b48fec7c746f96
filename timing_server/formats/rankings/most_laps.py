"""Most laps: who drives the most valid laps in the window of one run stands highest, then time.

Of several runs the one that ranks best counts; a run's penalty is added to its time. Which laps
belong to the window is the stage's own rule: one that was opened in time counts, within the grace.
"""

from collections.abc import Sequence

from timing_server.formats.attempts import Attempt
from timing_server.formats.format import BEST_LAPS, Format, Worth
from timing_server.formats.rankings.totals import best_total
from timing_server.rules.facts.options import HeatOptions


def measure(attempts: Sequence[Attempt], _: HeatOptions) -> Worth:
    """Return the run with the most valid laps, of equal ones that of the smallest total."""
    return best_total(attempts, laps_most=None)


FORMAT = Format(
    name="most_laps",
    title="Most laps",
    description=(
        "Who drives the most valid laps in the window of one run stands highest; equal numbers of "
        "laps are told apart by their total time, to which a penalty on the run is added. The best "
        "run of each counts."
    ),
    measure=measure,
    tie_breaks=("total_time", *BEST_LAPS),
)
