"""A row of the standings: what every format's ranking returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from timing_server.rules.units import CarId, EntryId, HeatId, PassRef

#: What is compared, smaller is better: truncated times, counts, exact means, lists of places.
Key = tuple[int | Fraction | tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands in a stage, and by what.

    ``rank`` counts from 1; equal entries share one and the next rank is skipped. Durations are
    truncated to the stage's resolution, as they rank. ``value_ns`` is the time that the format
    ranks (a best lap, a mean, a total), None where the entry has none yet; ``value_laps`` the laps
    that rank before that time, None for a format that doesn't count them. ``gap_*`` is to the
    leader, ``interval_*`` to the row above: in laps where those differ, else in ns; all None
    without a value, 0 ns for the leader. ``decided_by`` names the tie-break (a key of
    ``format.TIE_BREAKS``) where an equal value was told apart from a neighbour's. ``key`` is what
    was compared, smaller is better. ``best_lap_ns`` is the smallest of ``laps_ns``, the valid laps
    in the order in which they were driven; ``best_car_id`` and ``best_model_sha256`` drove it, or,
    where there is none, the entry's last run.
    """

    rank: int
    entry_id: EntryId
    value_ns: int | None
    value_laps: int | None
    best_lap_ns: int | None
    best_lap_bound_ns: int | None
    best_lap_ref: PassRef | None
    best_lap_number: int | None
    best_heat_id: HeatId | None
    laps_ns: tuple[int, ...]
    heats_run: int
    gap_ns: int | None
    gap_laps: int | None
    interval_ns: int | None
    interval_laps: int | None
    decided_by: str | None
    best_car_id: CarId | None
    best_model_sha256: str | None
    key: Key


def best_of_all(standings: Iterable[Standing]) -> Standing | None:
    """Return the row with the best lap of all, whatever ranks; of equal ones the higher row."""
    rows = [each for each in standings if each.best_lap_ns is not None]
    return min(rows, key=lambda each: each.best_lap_ns or 0, default=None)
