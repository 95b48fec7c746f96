"""How far each entry is from the cut: what it must make up to go on, or what it may lose.

An entry that is out goes on once it stands higher than the last one on any way that is open to it
(of all, of its region or class, of the wildcards): its distance is to the weakest of those. An
entry that is in would be out behind the one who went on in its place: its distance is to that one,
and negative.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from timing_server.formats.progression.cut import Contest, Way, members_of, next_in_line, ways_in
from timing_server.formats.standings import Standing
from timing_server.rules.units import EntryId


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance in ns, laps or points: at most one is set; positive is what is missing."""

    ns: int | None = None
    laps: int | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class CutRow:
    """Where an entry stands to the cut: ``way`` None is out.

    ``rival_entry_id`` is whom it must beat, or who would take its place; None where a place is
    free, or where nobody is behind. ``is_equal``: it ties with that one, so the organiser should
    name who goes on.
    """

    entry_id: EntryId
    way: Way | None
    rival_entry_id: EntryId | None
    distance: Distance
    is_equal: bool = False


def cut_rows(contest: Contest) -> tuple[CutRow, ...]:
    """Return each entry of the standings with its distance to the cut, in their order."""
    ways = ways_in(contest)
    rows = {key: each for each in contest.standings for key in members_of(each)}
    made = []
    for each in contest.standings:
        rival = _rival(contest, ways, each)
        made.append(_row(each, ways.get(each.entry_id), None if rival is None else rows[rival]))
    return tuple(made)


def _rival(contest: Contest, ways: Mapping[EntryId, Way], row: Standing) -> EntryId | None:
    """Return whom the entry must beat to go on, or who would go on in its place."""
    way = ways.get(row.entry_id)
    if way == "named" or not contest.able(row):
        return None
    if way is not None:
        inside = (
            key
            for each in contest.standings
            if each is not row and each.entry_id in ways
            for key in members_of(each)
        )
        return next_in_line(contest, inside, row.entry_id)
    return None if _has_free_place(contest, row) else _weakest_line(contest, ways, row.entry_id)


def _has_free_place(contest: Contest, row: Standing) -> bool:
    """Whether any result at all, behind everybody's, would let the entry in."""
    if row.has_value:
        return False
    scored = [replace(each, value_ns=0) if each is row else each for each in contest.standings]
    return row.entry_id in ways_in(replace(contest, standings=scored))


def _row(row: Standing, way: Way | None, rival: Standing | None) -> CutRow:
    if rival is None:
        return CutRow(row.entry_id, way, None, Distance())
    is_equal = row.has_value and row.key == rival.key
    return CutRow(row.entry_id, way, rival.entry_id, distance_between(row, rival), is_equal)


def _weakest_line(
    contest: Contest, ways: Mapping[EntryId, Way], entry_id: EntryId
) -> EntryId | None:
    """Return the lowest of those who are in by a way that is open to the entry too."""
    own = contest.entries[entry_id]
    weakest: EntryId | None = None
    for each, way in ways.items():
        other = contest.entries[each]
        is_open = (
            way in ("top", "wildcard")
            or (way == "region" and other.region == own.region)
            or (way == "class" and other.class_name == own.class_name)
        )
        if is_open:
            weakest = each
    return weakest


def distance_between(row: Standing, other: Standing) -> Distance:
    """Return how far a row is behind another; negative where it is ahead, empty without values."""
    if row.value_points is not None and other.value_points is not None:
        return Distance(points=other.value_points - row.value_points)
    if row.value_ns is None or other.value_ns is None:
        return Distance()
    if row.value_laps is not None and other.value_laps is not None:
        missing_laps = other.value_laps - row.value_laps
        if missing_laps:
            return Distance(laps=missing_laps)
    return Distance(ns=row.value_ns - other.value_ns)
