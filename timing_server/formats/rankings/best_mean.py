"""Best mean of consecutive laps, as DREM ranks: the best stretch of N valid laps in one run.

A void lap breaks the stretch, and none goes on from one run to the next. A run's penalty is added
to the mean. The mean is compared as it is shown, truncated to the resolution, then exactly, then by
the best laps of all runs. Who has no such stretch stands behind all who have one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from timing_server.formats.attempts import NO_TIME_NS, Attempt, all_valid_ns, truncated_ns
from timing_server.formats.format import BEST_LAPS, Format, Worth, best_first, laps_option
from timing_server.rules.answers.options import LAPS_RANGES
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.scoring.scores import Lap


@dataclass(frozen=True, slots=True)
class _Stretch:
    """So many valid laps in a row; ``total_ns`` as they rank, the run's penalty once a lap."""

    total_ns: int
    laps: tuple[Lap, ...]
    run_penalty_ns: int


def measure(attempts: Sequence[Attempt], options: HeatOptions) -> Worth:
    """Return the smallest mean of any ``laps_n`` consecutive valid laps of one run."""
    laps_n = options.laps_n
    stretches = (each for attempt in attempts for each in _stretches(attempt, laps_n))
    best = min(stretches, key=lambda each: each.total_ns, default=None)
    best_laps = best_first(all_valid_ns(attempts))
    if best is None:
        return Worth(key=(NO_TIME_NS, NO_TIME_NS, *best_laps), value_ns=None)
    mean_ns = truncated_ns(best.total_ns // laps_n, options.resolution_ns)
    return Worth(
        key=(mean_ns, best.total_ns, *best_laps),
        value_ns=mean_ns,
        penalty_ns=sum(lap.penalty_ns for lap in best.laps) // laps_n + best.run_penalty_ns,
        bound_ns=-(-sum(lap.bound_ns for lap in best.laps) // laps_n),
    )


def _stretches(attempt: Attempt, laps_n: int) -> Iterable[_Stretch]:
    """Yield each stretch of so many laps without a void one."""
    valid_ns = iter(attempt.valid_ns)
    row: list[tuple[int, Lap]] = []
    for lap in attempt.run.laps:
        row = [] if lap.is_void else [*row, (next(valid_ns), lap)][-laps_n:]
        if len(row) == laps_n:
            total_ns = sum(lap_ns for lap_ns, _ in row) + laps_n * attempt.penalty_ns
            yield _Stretch(total_ns, tuple(each for _, each in row), attempt.penalty_ns)


FORMAT = Format(
    name="best_mean",
    title="Best mean of consecutive laps",
    description=(
        "The best mean of so many valid laps in a row ranks. They must be of one run, and a void "
        "lap breaks the row. A penalty on a run is added to its mean. Who hasn't driven so many in "
        "a row stands behind all who have."
    ),
    measure=measure,
    tie_breaks=("exact_mean", *BEST_LAPS),
    options=(laps_option(LAPS_RANGES["best_mean"], "How many laps in a row make the mean."),),
)
