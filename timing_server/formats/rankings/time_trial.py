"""Time trial, as at an AWS DeepRacer Summit: the best valid lap of all runs ranks.

A run's penalty is added to each of its laps. Equal best laps are told apart by the second-best,
and so on; having a further lap beats having none.
"""

from collections.abc import Sequence

from timing_server.formats.attempts import Attempt, all_valid_ns
from timing_server.formats.format import FURTHER_LAPS, Format, Worth, best_first
from timing_server.rules.facts.options import HeatOptions


def measure(attempts: Sequence[Attempt], _: HeatOptions) -> Worth:
    """Return the best lap."""
    key = best_first(_laps_ns(attempts))
    value_ns, best, best_at = None, None, 0
    for each in attempts:
        if each.best_at is not None:
            lap_ns = each.valid_ns[each.best_at] + each.penalty_ns
            if value_ns is None or lap_ns < value_ns:
                value_ns, best, best_at = lap_ns, each, each.best_at
    if best is None:
        return Worth(key=key, value_ns=None)
    lap = best.valid_laps[best_at]
    return Worth(
        key=key,
        value_ns=value_ns,
        penalty_ns=lap.penalty_ns + best.penalty_ns,
        bound_ns=lap.bound_ns,
    )


def _laps_ns(attempts: Sequence[Attempt]) -> tuple[int, ...]:
    """Return each valid lap with the penalty of its run."""
    if not any(each.penalty_ns for each in attempts):
        return all_valid_ns(attempts)
    return tuple(lap_ns + each.penalty_ns for each in attempts for lap_ns in each.valid_ns)


FORMAT = Format(
    name="time_trial",
    title="Time trial",
    description=(
        "Drivers go for as many laps as fit into the window; the best lap ranks, ties are told "
        "apart by the next-best lap. A penalty on a run is added to each of its laps."
    ),
    measure=measure,
    tie_breaks=FURTHER_LAPS,
)
