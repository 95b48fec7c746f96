"""The facts of a race of two that was played, among all others of its time. Pure.

They became facts as they happened, and people and sensors said other things meanwhile. Where a
model broke off, what both drove until then counts for neither, and nobody can drive it again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from timing_server.rules.answers.virtual.racing import ANEW
from timing_server.rules.facts.heats import HeatFinished
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.rulings import PenaltyGiven, ResetMarked, RunRestarted, RunRuled
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.facts.virtual import BootBound, RunSimulated, SubmissionRefused
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import EntryId

#: The kinds in the order in which the answer to the whole race has them.
_KINDS: tuple[type, ...] = (
    *(BootBound, RunRestarted, PassDetected, ResetMarked, PenaltyGiven),
    *(RunRuled, SubmissionRefused, RunSimulated, HeatFinished),
)


@dataclass(frozen=True, slots=True)
class ShownDuel:
    """A race's own facts by kind; ``anew_ns`` is when it was driven anew, 0 where it wasn't.

    ``submissions`` are those that were called, by entry.
    """

    facts: tuple[Recorded, ...]
    submissions: Mapping[EntryId, Submission]
    anew_ns: int


def shown_duel(log: Sequence[Recorded], heat: Heat, before: EventState) -> ShownDuel:
    """Return a race that was played of which ``log`` begins with the first boot."""
    submissions = {
        each.entry_id: each
        for each in before.submissions.values()
        if each.played_heat_id == heat.heat_id
    }
    until = [each for each in log if _is_about(each.fact, heat)]
    anew_ns = next(
        (
            each.fact.restarted_race_ns - (heat.started_race_ns or 0)
            for each in until
            if isinstance(each.fact, RunRestarted) and each.fact.ruling_id.endswith(".restart")
        ),
        0,
    )
    own = _Own(heat, submissions, until, is_anew=anew_ns > 0)
    facts = tuple(_without_later_refusals([each for each in log if own.has(each.fact)]))
    return ShownDuel(by_kind(facts), submissions, anew_ns)


def _without_later_refusals(facts: Iterable[Recorded]) -> Iterator[Recorded]:
    """Leave out that a model was refused once more: it was tried again, in whatever race."""
    refused, is_over = set(), False
    for each in facts:
        fact = each.fact
        if isinstance(fact, SubmissionRefused):
            if is_over or fact.submission_id in refused:
                continue
            refused.add(fact.submission_id)
        is_over = is_over or isinstance(fact, HeatFinished)
        yield each


def by_kind(facts: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """Return a race's facts in an order that doesn't hang on who did what first."""
    return tuple(sorted(facts, key=lambda each: order_of(each.fact)))


def order_of(fact: Fact) -> tuple[int, str, int]:
    """Return where a fact stands among those of its race."""
    kind = _KINDS.index(type(fact)) if type(fact) in _KINDS else len(_KINDS)
    if isinstance(fact, PassDetected):
        return kind, fact.journal_id, fact.seq
    if isinstance(fact, ResetMarked | PenaltyGiven | RunRuled | RunRestarted):
        return kind, fact.ruling_id, 0
    if isinstance(fact, BootBound | RunSimulated):
        return kind, fact.entry_id, 0
    return kind, fact.submission_id if isinstance(fact, SubmissionRefused) else "", 0


def _is_about(fact: Fact, heat: Heat) -> bool:
    kinds = BootBound | RunSimulated | RunRestarted | RunRuled | HeatFinished
    return isinstance(fact, kinds) and fact.heat_id == heat.heat_id


class _Own:
    """Tells the facts of a race that can be driven again from all others."""

    def __init__(
        self,
        heat: Heat,
        submissions: Mapping[EntryId, Submission],
        about: Iterable[Recorded],
        *,
        is_anew: bool,
    ) -> None:
        facts = [each.fact for each in about]
        proven = {each.entry_id for each in facts if isinstance(each, RunSimulated)}
        bound = [each for each in facts if isinstance(each, BootBound) and each.entry_id in proven]
        anew = ANEW if is_anew else ""
        self._heat = heat
        self._submission_ids = {each.submission_id for each in submissions.values()}
        self._bound = bound
        self._journals = {(each.node_id, f"{each.boot_id}{anew}") for each in bound}
        places = range(1, len(heat.entry_ids) + 1)
        self._marks = tuple(f"{heat.heat_id}.{place}{anew}." for place in places)
        self._words = tuple(f"{heat.heat_id}.{place}." for place in places)

    def has(self, fact: Fact) -> bool:
        """Whether a fact is the race's."""
        if isinstance(fact, PassDetected):
            return (fact.node_id, fact.journal_id) in self._journals
        if isinstance(fact, ResetMarked | PenaltyGiven):
            return fact.ruling_id.startswith(self._marks)
        if isinstance(fact, RunRestarted | RunRuled):
            return fact.ruling_id.startswith(self._words)
        if isinstance(fact, SubmissionRefused):
            return fact.submission_id in self._submission_ids
        if isinstance(fact, BootBound):
            return fact in self._bound
        return isinstance(fact, RunSimulated | HeatFinished) and (
            fact.heat_id == self._heat.heat_id
        )
