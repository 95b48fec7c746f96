"""How far a bracket has come: who meets whom, who won, which match is due.

- A side whose seed nobody has is a bye: the other goes on without racing.
- Who can't race any more (withdrawn, disqualified) loses by walkover to whoever can; where neither
  can, nobody goes on, and whoever waits for the winner has a bye.
- A match in which nobody has a result has no winner: a no-show never advances.
- A match that ends equal to the last tie-break sends the better seed on.
- The decider of a double elimination is raced only if the final left both with one loss.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from timing_server.formats.brackets.matches import Feed, MatchPlan
from timing_server.rules.units import EntryId

#: ``waiting``: a side isn't known yet. ``due``: both are, and it isn't decided. ``raced``: decided
#: on track. ``equal``: raced without a difference. ``bye`` and ``walkover``: decided without
#: racing. ``void``: nobody goes on from it. ``unneeded``: the decider of a final that decided.
MatchState = Literal["waiting", "due", "raced", "equal", "bye", "walkover", "void", "unneeded"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a match was raced: ``winner`` None where nobody had a result, or both the same."""

    winner: EntryId | None
    is_equal: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a match; ``entry_id`` None is nobody, for certain where ``is_known``."""

    feed: Feed
    entry_id: EntryId | None
    is_known: bool
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A match as it stands; ``winner`` and ``loser`` None where there is none (yet)."""

    plan: MatchPlan
    sides: tuple[Side, Side]
    state: MatchState
    winner: EntryId | None = None
    loser: EntryId | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing of the match is still to come."""
        return self.state not in ("waiting", "due")

    @property
    def entry_ids(self) -> tuple[EntryId, ...]:
        """Who meets in it, as far as that is known."""
        return tuple(each.entry_id for each in self.sides if each.entry_id is not None)

    @property
    def lost_by(self) -> tuple[EntryId, ...]:
        """Who took part in it, once it is settled, and didn't win; both where nobody won."""
        if not self.is_settled or self.state in ("bye", "unneeded"):
            return ()
        return tuple(each for each in self.entry_ids if each != self.winner)


#: How a match between two was raced, None while it isn't over.
Judge = Callable[[MatchPlan, tuple[EntryId, EntryId]], Verdict | None]


def progress(
    plans: Sequence[MatchPlan], field: Sequence[EntryId], absent: Set[EntryId], judge: Judge
) -> tuple[Match, ...]:
    """Return the matches as they stand, in the order of ``plans``.

    ``field`` is the best seed first; ``absent`` are those who can't race any more.
    """
    seeds = {entry_id: seed for seed, entry_id in enumerate(field, 1)}
    matches: dict[str, Match] = {}
    for plan in plans:
        first, second = (_side(feed, field, seeds, matches) for feed in plan.sides)
        matches[plan.name] = _settle(plan, (first, second), matches, absent, judge)
    return tuple(matches.values())


def _side(
    feed: Feed, field: Sequence[EntryId], seeds: Mapping[EntryId, int], matches: Mapping[str, Match]
) -> Side:
    if feed.kind == "seed":
        entry_id = field[feed.seed - 1] if feed.seed <= len(field) else None
        return Side(feed, entry_id, is_known=True, seed=feed.seed if entry_id else 0)
    match = matches[feed.match_name]
    entry_id = match.winner if feed.kind == "winner" else match.loser
    return Side(feed, entry_id, match.is_settled, 0 if entry_id is None else seeds[entry_id])


def _settle(
    plan: MatchPlan,
    sides: tuple[Side, Side],
    matches: Mapping[str, Match],
    absent: Set[EntryId],
    judge: Judge,
) -> Match:
    if not all(each.is_known for each in sides):
        return Match(plan, sides, "waiting")
    if plan.part == "decider" and _has_decided(matches["final"]):
        return Match(plan, sides, "unneeded")
    first, second = (each.entry_id for each in sides)
    if first is None or second is None:
        alone = first if second is None else second
        return Match(plan, sides, "void" if alone is None else "bye", alone)
    verdict = judge(plan, (first, second))
    if verdict is not None:
        return _judged(plan, sides, verdict)
    return _unraced(plan, sides, [each for each in (first, second) if each not in absent])


def _unraced(plan: MatchPlan, sides: tuple[Side, Side], present: Sequence[EntryId]) -> Match:
    if len(present) == 2:
        return Match(plan, sides, "due")
    if not present:
        return Match(plan, sides, "void")
    winner = present[0]
    loser = next(each.entry_id for each in sides if each.entry_id != winner)
    return Match(plan, sides, "walkover", winner, loser)


def _judged(plan: MatchPlan, sides: tuple[Side, Side], verdict: Verdict) -> Match:
    if verdict.is_equal:
        better, worse = sorted(sides, key=lambda each: each.seed)
        return Match(plan, sides, "equal", better.entry_id, worse.entry_id)
    if verdict.winner is None:
        return Match(plan, sides, "void")
    loser = next(each.entry_id for each in sides if each.entry_id != verdict.winner)
    return Match(plan, sides, "raced", verdict.winner, loser)


def _has_decided(final: Match) -> bool:
    """Whether the final leaves nobody a second chance: the unbeaten one won, or came alone."""
    return final.loser is None or final.winner == final.sides[0].entry_id
