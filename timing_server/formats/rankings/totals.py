"""What formats share that add a run's laps up: the best run by laps, then by their total."""

from collections.abc import Sequence

from timing_server.formats.attempts import Attempt, all_valid_ns
from timing_server.formats.format import Worth, best_first


def best_total(attempts: Sequence[Attempt], laps_most: int | None) -> Worth:
    """Return the run with the most valid laps, of equal ones that of the smallest total.

    Of each run the first ``laps_most`` valid laps are looked at, all where that is None. The run's
    penalty is added to the total.
    """
    fewer_laps, total_ns, best = min(
        (
            (
                -len(each.valid_ns[:laps_most]),
                sum(each.valid_ns[:laps_most]) + each.penalty_ns,
                each,
            )
            for each in attempts
        ),
        key=lambda each: each[:2],
    )
    key = (fewer_laps, total_ns, *best_first(all_valid_ns(attempts)))
    if fewer_laps == 0:
        return Worth(key=(0, 0, *key[2:]), value_ns=None)
    laps = best.valid_laps[:laps_most]
    return Worth(
        key=key,
        value_ns=total_ns,
        value_laps=-fewer_laps,
        penalty_ns=sum(lap.penalty_ns for lap in laps) + best.penalty_ns,
        bound_ns=sum(lap.bound_ns for lap in laps),
    )
