"""Who goes on to a stage: the cut through the standings of the stage before it.

Places are given in the order of the rule: the first of all, then the first of each region who
aren't in yet, then the first of each class who aren't in yet, then wildcards to the best who are
left. Whoever has no result never goes on, nor does anybody who can't race any more. The organiser's
word puts an entry with a result into the field, beside the places of the rule, or keeps one out:
then the next moves up. Where teams stand in the standings, all of a
team go on together by one place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from timing_server.formats.standings import Standing
from timing_server.rules.facts.options import ProgressionRule
from timing_server.rules.state.plan import Entry, NamedFinalist
from timing_server.rules.units import EntryId

#: By which part of the rule an entry goes on.
Way = Literal["top", "region", "class", "wildcard", "named"]


@dataclass(frozen=True, slots=True)
class Contest:
    """What a cut is made from: who stands where, who they are, and what the organiser says."""

    standings: Sequence[Standing]
    entries: Mapping[EntryId, Entry]
    rule: ProgressionRule
    named: Sequence[NamedFinalist] = ()

    def without(self, entry_ids: Iterable[EntryId]) -> "Contest":
        """Return the contest as it is if these entries weren't there."""
        gone = frozenset(entry_ids)
        rows = [each for each in self.standings if each.entry_id not in gone]
        return Contest(rows, self.entries, self.rule, self.named)

    def may_go_on(self, row: Standing) -> bool:
        """Whether the entry may go on at all, by whatever way."""
        return row.has_value and row.is_ranked and any(map(self._may_race, members_of(row)))

    def able(self, row: Standing) -> tuple[EntryId, ...]:
        """Return who of a row goes on with it: all of a team who may race and aren't kept out."""
        kept_out = {each.entry_id for each in self.named if not each.is_in}
        return tuple(
            each for each in members_of(row) if self._may_race(each) and each not in kept_out
        )

    def _may_race(self, entry_id: EntryId) -> bool:
        entry = self.entries.get(entry_id)
        return entry is not None and entry.may_race


def members_of(row: Standing) -> tuple[EntryId, ...]:
    """Return whom a row of the standings stands for: a team's members, best first, or its entry."""
    return row.member_entry_ids or (row.entry_id,)


def going_on(contest: Contest) -> dict[EntryId, Way]:
    """Return all who go on and by which way, the best seed first: of a team, all who may race."""
    rows = {each.entry_id: each for each in contest.standings}
    ways = ways_in(contest)
    return {each: way for key, way in ways.items() for each in contest.able(rows[key])}


def ways_in(contest: Contest) -> dict[EntryId, Way]:
    """Return which rows go on and by which way, in the order of the standings.

    A team goes on in the name of its row's entry, and takes one place, as long as any of it may.
    """
    rule = contest.rule
    put_in = {each.entry_id for each in contest.named if each.is_in}
    eligible = [each for each in contest.standings if contest.may_go_on(each)]
    rows = {each.entry_id: each for each in eligible}
    left = [each.entry_id for each in eligible if contest.able(each)]
    ways: dict[EntryId, Way] = {}

    def give(way: Way, entry_ids: Iterable[EntryId]) -> None:
        ways.update((entry_id, way) for entry_id in entry_ids)
        left[:] = [each for each in left if each not in ways]

    give("top", left[: rule.top_n])
    regions = {each: contest.entries[each].region for each in left}
    give("region", _first_of_each(left, regions, rule.top_per_region_n))
    classes = {each: contest.entries[each].class_name for each in left}
    give("class", _first_of_each(left, classes, rule.top_per_class_n))
    give("wildcard", left[: rule.wildcards_n])
    give("named", [each for each in left if put_in & {*contest.able(rows[each])}])
    return {each.entry_id: ways[each.entry_id] for each in eligible if each.entry_id in ways}


def _first_of_each(
    left: Sequence[EntryId], groups: Mapping[EntryId, str | None], most: int
) -> list[EntryId]:
    """Return the first ``most`` of each group; who is of no group goes on by none."""
    taken: dict[str, int] = {}
    chosen = []
    for entry_id in left:
        group = groups[entry_id]
        if group is None or taken.get(group, 0) >= most:
            continue
        taken[group] = taken.get(group, 0) + 1
        chosen.append(entry_id)
    return chosen


def next_in_line(contest: Contest, field: Iterable[EntryId], out: EntryId) -> EntryId | None:
    """Return who takes the place of one who leaves the field, None where nobody is left.

    ``field`` is who is in now. It is the best of those whom the rule lets in once ``out`` is gone;
    where the rule would let nobody further in, the best of those who may go on at all. As long as
    others of a team race on, nobody takes the place of one of them.
    """
    inside = frozenset(field) | {out}
    row = next((each for each in contest.standings if out in members_of(each)), None)
    if row is not None and any(each in inside for each in contest.able(row) if each != out):
        return None
    remaining = contest if row is None else contest.without((row.entry_id,))
    rows = {each.entry_id: each for each in remaining.standings}
    by_rule = [rows[each] for each in ways_in(remaining)]
    others = (each for each in remaining.standings if remaining.may_go_on(each))
    able = (each for row in (*by_rule, *others) for each in remaining.able(row))
    return next((each for each in able if each not in inside), None)
