"""A row of the standings: what every format's ranking returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from timing_server.rules.state.heat import RunStatus
from timing_server.rules.units import CarId, EntryId, HeatId, PassRef, TeamId

#: What is compared, smaller is better: truncated times, counts, exact means, lists of places.
Key = tuple[int | Fraction | tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands in a stage, and by what.

    ``rank`` counts from 1; equal entries share one and the next rank is skipped. Durations are
    truncated to the stage's resolution, as they rank. ``value_ns`` is the time that the format
    ranks (a best lap, a mean, a total), None where the entry has none yet; ``value_laps`` the laps
    that rank before that time, None for a format that doesn't count them; ``value_points`` the
    points, None where none are given. ``gap_*`` is to the leader, ``interval_*`` to the row above:
    in points or in laps where those differ, else in ns; all None without a value, 0 ns (or points)
    for the leader. ``decided_by`` names the tie-break (a key of ``format.TIE_BREAKS``) where an
    equal value was told apart from a neighbour's. ``key`` is what was compared, smaller is better.
    ``best_lap_ns`` is the smallest of ``laps_ns``, the valid laps in the order in which they were
    driven; ``best_car_id`` and ``best_model_sha256`` drove it, or, where there is none, the entry's
    last run.

    ``penalty_ns`` is how much of the value are penalties. ``is_close``: the interval is smaller
    than the timing uncertainty of both rows together, which changes no order. ``status`` says how
    the last run was ruled to have ended where there is no value. ``team_id`` and
    ``member_entry_ids`` are set where a team stands here, in the name of its best entry.
    ``is_ranked`` is False in a practice, whose rows are a list, and where there is no value: then
    ``rank`` is no place.
    ``value_bound_ns`` is by how much the value may be off, 0 where it is exact.
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
    value_points: int | None = None
    gap_points: int | None = None
    interval_points: int | None = None
    penalty_ns: int = 0
    is_close: bool = False
    status: RunStatus | None = None
    team_id: TeamId | None = None
    member_entry_ids: tuple[EntryId, ...] = ()
    is_ranked: bool = True
    value_bound_ns: int = 0

    @property
    def has_value(self) -> bool:
        """Whether there is anything that ranks: who has nothing goes on nowhere."""
        return self.value_ns is not None or self.value_points is not None


#: The row of nobody who has driven nothing, from which others are made.
NO_STANDING = Standing(
    rank=0,
    entry_id=EntryId(""),
    value_ns=None,
    value_laps=None,
    best_lap_ns=None,
    best_lap_bound_ns=None,
    best_lap_ref=None,
    best_lap_number=None,
    best_heat_id=None,
    laps_ns=(),
    heats_run=0,
    gap_ns=None,
    gap_laps=None,
    interval_ns=None,
    interval_laps=None,
    decided_by=None,
    best_car_id=None,
    best_model_sha256=None,
    key=(),
)


def best_of_all(standings: Iterable[Standing]) -> Standing | None:
    """Return the row with the best lap of all, whatever ranks; of equal ones the higher row."""
    rows = [each for each in standings if each.best_lap_ns is not None]
    return min(rows, key=lambda each: each.best_lap_ns or 0, default=None)
