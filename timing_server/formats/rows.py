"""From what entries are worth to the rows of the standings: ranks, gaps, and what decided.

- Only entries that are equal in value and in every tie-break share a rank; the next is skipped.
- A value that was told apart from a neighbour's by a tie-break says by which.
- An interval below the timing uncertainty of both values is marked; it changes no order.
"""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from timing_server.formats.attempts import Attempt, all_valid_ns
from timing_server.formats.format import Format, Worth
from timing_server.formats.standings import Key, Standing
from timing_server.rules.units import EntryId, TeamId


@dataclass(frozen=True, slots=True)
class Result:
    """An entry, or a team in the name of its best entry, with what it drove and what that is worth.

    ``attempts`` are those that count, ``heats_run`` counts all; ``seat`` tells entries that tie
    apart in the table alone: when they first started, in which heat, at which place in it.
    """

    entry_id: EntryId
    attempts: tuple[Attempt, ...]
    worth: Worth
    heats_run: int
    seat: tuple[int, int, int]
    team_id: TeamId | None = None
    member_entry_ids: tuple[EntryId, ...] = ()


class Row(NamedTuple):
    """A row with all that it was made from, so that it can stand where none of that changed."""

    standing: Standing
    result: Result
    above: Result | None
    below: Result | None
    leader: Result


def standings_of(form: Format, results: Iterable[Result]) -> tuple[Standing, ...]:
    """Return the rows of results, best first."""
    ordered = in_order((), results)
    return tuple(each.standing for each in rows_of(form, ordered, {}).values())


def in_order(ordered: Iterable[Result], others: Iterable[Result]) -> list[Result]:
    """Return results best first, some of which are in order already.

    Those that tie stand in the order in which they first started.
    """
    placed = list(ordered)
    if not placed:
        return sorted(others, key=_place)
    for each in others:
        insort(placed, each, key=_place)
    return placed


def _place(result: Result) -> tuple[Key, tuple[int, int, int]]:
    return result.worth.key, result.seat


def rows_of(
    form: Format, ordered: Sequence[Result], before: Mapping[EntryId, Row]
) -> dict[EntryId, Row]:
    """Return the rows of results that are in order; rows of ``before`` that still hold are kept."""
    rows: dict[EntryId, Row] = {}
    if not ordered:
        return rows
    leader, above, rank = ordered[0], None, 1
    belows = (*ordered[1:], None)
    for at, (each, below) in enumerate(zip(ordered, belows, strict=True), 1):
        if above is not None and above.worth.key != each.worth.key:
            rank = at
        row = before.get(each.entry_id)
        if (
            row is None
            or row.result is not each
            or row.above is not above
            or row.below is not below
            or row.leader is not leader
            or row.standing.rank != rank
        ):
            row = Row(_standing(form, rank, each, above, below, leader), each, above, below, leader)
        rows[each.entry_id] = row
        above = each
    return rows


def _standing(
    form: Format,
    rank: int,
    each: Result,
    above: Result | None,
    below: Result | None,
    leader: Result,
) -> Standing:
    worth = each.worth
    gap_ns, gap_laps, gap_points = _distance(worth, leader.worth)
    interval_ns, interval_laps, interval_points = _distance(worth, (above or each).worth)
    best = _best_attempt(each)
    best_at = None if best is None else best.best_at
    lap = None if best is None or best_at is None else best.valid_laps[best_at]
    newest = each.attempts[-1].run
    return Standing(
        rank=rank,
        entry_id=each.entry_id,
        value_ns=worth.value_ns,
        value_laps=worth.value_laps,
        best_lap_ns=None if best is None or best_at is None else best.valid_ns[best_at],
        best_lap_bound_ns=lap.bound_ns if lap else None,
        best_lap_ref=lap.pass_ref if lap else None,
        best_lap_number=lap.number if lap else None,
        best_heat_id=best.heat_id if best else None,
        laps_ns=all_valid_ns(each.attempts),
        heats_run=each.heats_run,
        gap_ns=gap_ns,
        gap_laps=gap_laps,
        interval_ns=interval_ns,
        interval_laps=interval_laps,
        decided_by=_tie_break(form, above, each) or _tie_break(form, each, below),
        best_car_id=(lap or newest).car_id,
        best_model_sha256=(lap or newest).model_sha256,
        key=worth.key,
        value_points=worth.value_points,
        gap_points=gap_points,
        interval_points=interval_points,
        penalty_ns=worth.penalty_ns,
        is_close=_is_close(each, above, interval_ns),
        status=None if worth.has_value else newest.status,
        team_id=each.team_id,
        member_entry_ids=each.member_entry_ids,
        is_ranked=form.is_ranked and worth.has_value,
        value_bound_ns=worth.bound_ns,
    )


def _best_attempt(result: Result) -> Attempt | None:
    """Return the attempt with the entry's best lap, of equal ones the first."""
    best, best_ns = None, 0
    for each in result.attempts:
        if each.best_at is not None and (best is None or each.valid_ns[each.best_at] < best_ns):
            best, best_ns = each, each.valid_ns[each.best_at]
    return best


def _distance(worth: Worth, better: Worth) -> tuple[int | None, int | None, int | None]:
    """Return how far a value is behind a better one, in ns, laps or points: one of them."""
    if worth.value_points is not None and better.value_points is not None:
        return None, None, better.value_points - worth.value_points
    if worth.value_ns is None or better.value_ns is None:
        return None, None, None
    if worth.value_laps is not None and better.value_laps is not None:
        missing_laps = better.value_laps - worth.value_laps
        if missing_laps:
            return None, missing_laps, None
    return worth.value_ns - better.value_ns, None, None


def _is_close(each: Result, above: Result | None, interval_ns: int | None) -> bool:
    """Whether nobody can say from the times alone which of two neighbours was better."""
    if above is None or interval_ns is None:
        return False
    return interval_ns < each.worth.bound_ns + above.worth.bound_ns


def _tie_break(form: Format, better: Result | None, worse: Result | None) -> str | None:
    """Name what told two neighbours with an equal value apart, None where nothing had to."""
    if better is None or worse is None or not form.tie_breaks:
        return None
    if better.worth.key[0] != worse.worth.key[0]:
        return None
    pairs = enumerate(zip(better.worth.key, worse.worth.key, strict=False))
    differing = next((at for at, (one, other) in pairs if one != other), None)
    if differing is None or differing < form.decisive:
        return None
    return form.tie_breaks[min(differing - form.decisive, len(form.tie_breaks) - 1)]
