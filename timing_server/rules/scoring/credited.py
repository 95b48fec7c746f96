"""Laps that a marshal gave to a run, each where the run was by then."""

from collections.abc import Sequence
from dataclasses import replace

from timing_server.rules.scoring.scores import Lap
from timing_server.rules.scoring.terms import RunTerms
from timing_server.rules.state.heat import Credit
from timing_server.rules.units import PassRef

CREDIT_PREFIX = "credit:"


def with_credited(terms: RunTerms, driven: Sequence[Lap]) -> tuple[Lap, ...]:
    """Return the driven laps with those that a marshal gave, each where the run was by then.

    One that was given once the heat was over stands behind the driven ones.
    """
    if not terms.credits:
        return tuple(driven)
    laps = list(driven)
    for credit in terms.credits:
        is_late = terms.ended_ns is not None and credit.ruled_race_ns >= terms.ended_ns
        at = len(laps)
        while not is_late and at and laps[at - 1].closed_race_ns > credit.ruled_race_ns:
            at -= 1
        started_ns = terms.started_ns or 0
        laps.insert(at, _credited(terms, credit, laps[at - 1].closed_race_ns if at else started_ns))
    return tuple(replace(lap, number=number) for number, lap in enumerate(laps, 1))


def _credited(terms: RunTerms, credit: Credit, closed_ns: int) -> Lap:
    options = terms.options
    equipment = terms.run.equipment
    newest = equipment[-1] if equipment else None
    ref = PassRef(f"{CREDIT_PREFIX}{credit.ruling_id}")
    return Lap(
        number=0,
        pass_ref=ref,
        opening_ref=ref,
        duration_ns=credit.duration_ns,
        bound_ns=credit.bound_ns,
        closed_race_ns=closed_ns,
        off_tracks=0,
        car_id=None if newest is None else newest.car_id,
        model_sha256=None if newest is None else newest.model_sha256,
        void_ruling_id=None,
        invalid="disqualified" if terms.status == "dsq" else None,
        is_suspect=is_suspect(credit.duration_ns, options.lap_min_ns, options.lap_max_ns),
        is_credited=True,
    )


def is_suspect(duration_ns: int, lap_min_ns: int, lap_max_ns: int) -> bool:
    """Whether a lap that counts is quicker or slower than the stage expects of any."""
    return duration_ns < lap_min_ns or (0 < lap_max_ns < duration_ns)
