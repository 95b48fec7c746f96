"""Time trial, as at an AWS DeepRacer Summit: the best valid lap of all runs ranks.

Equal best laps are told apart by the second-best, and so on; having a further lap beats having
none.
"""

from collections.abc import Sequence

from timing_server.formats.format import (
    FURTHER_LAPS,
    Attempt,
    Format,
    Worth,
    all_valid_ns,
    best_first,
)
from timing_server.rules.facts.options import HeatOptions


def measure(attempts: Sequence[Attempt], _: HeatOptions) -> Worth:
    """Return the best lap."""
    laps_ns = all_valid_ns(attempts)
    return Worth(key=best_first(laps_ns), value_ns=min(laps_ns, default=None))


FORMAT = Format(
    name="time_trial",
    title="Time trial",
    description=(
        "One car at a time drives as many laps as fit into the window; the best lap "
        "ranks, ties are told apart by the next-best lap."
    ),
    measure=measure,
    tie_breaks=FURTHER_LAPS,
)
