"""Total time, as in the virtual league: the time of the first N valid laps of one run ranks.

A void lap doesn't count, so another must be driven in its place. A run's penalty is added to its
total. Of several runs the one that ranks best counts. A run of fewer laps stands behind every
longer one, up to N.
"""

from collections.abc import Sequence

from timing_server.formats.attempts import Attempt
from timing_server.formats.format import BEST_LAPS, Format, Worth, laps_option
from timing_server.formats.rankings.totals import best_total
from timing_server.rules.answers.options import LAPS_RANGES
from timing_server.rules.facts.options import HeatOptions


def measure(attempts: Sequence[Attempt], options: HeatOptions) -> Worth:
    """Return the best run: as many of ``laps_n`` laps as possible, then their smallest total."""
    return best_total(attempts, options.laps_n)


FORMAT = Format(
    name="total_time",
    title="Total time",
    description=(
        "The total time of the first valid laps of one run ranks, as many as the stage asks for, "
        "with the penalties on the run. A void lap doesn't count: another must be driven. The best "
        "run of each counts, and whoever has fewer laps stands behind all who have more."
    ),
    measure=measure,
    decisive=2,
    tie_breaks=BEST_LAPS,
    options=(laps_option(LAPS_RANGES["total_time"], "How many laps make the total."),),
)
