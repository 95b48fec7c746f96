"""The audit as screens show it: who ruled what about whom, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from timing_server.contract.live.rulings import RulingView
from timing_server.rules.facts.recorded import Ruling
from timing_server.rules.facts.rulings import RulingReversed
from timing_server.rules.protests import open_protests
from timing_server.rules.state.event import EventState, RulingEntry
from timing_server.service.live.remembered import JsonObject, Remembered, maybe_us, us
from timing_server.service.live.ruling_subject import Subject, name_of_subject, subject_of

NEWEST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _RulingSource:
    """All that a ruling's view is made from."""

    entry: RulingEntry
    reversed_kind: str | None
    about: Subject

    def view(self) -> RulingView:
        fact, about = self.entry.fact, self.about
        return RulingView(
            ruling_id=fact.ruling_id,
            kind=type(fact).__name__,
            made_us=us(self.entry.race_ns),
            wall_utc=self.entry.wall_utc,
            actor=self.entry.actor,
            reason=getattr(fact, "reason", ""),
            subject=name_of_subject(fact),
            is_reversed=not self.entry.is_standing,
            reversed_kind=self.reversed_kind,
            heat_id=about.heat_id,
            heat_number=about.heat_number,
            entry_id=about.entry_id,
            lap_number=about.lap_number,
            elapsed_us=maybe_us(about.elapsed_ns),
            value_us=maybe_us(about.value_ns),
            outcome=about.outcome,
        )


class RulingSection:
    """The newest rulings, and protests that wait; only what has changed is made anew."""

    def __init__(self) -> None:
        self._views = Remembered()

    def parts(self, state: EventState) -> dict[str, JsonObject]:
        """Return the newest rulings and every protest that nobody has decided, oldest first."""
        return self._views.parts(_sources(state, _shown(state)), _RulingSource.view)


def ruling_views(state: EventState) -> dict[str, RulingView]:
    """Return all rulings, oldest first."""
    return {key: source.view() for key, source in _sources(state, state.rulings.values()).items()}


def _shown(state: EventState) -> list[RulingEntry]:
    entries = list(state.rulings.values())
    waiting = {protest.ruling_id for protest in open_protests(state)}
    older = [each for each in entries[:-NEWEST_SHOWN] if each.fact.ruling_id in waiting]
    return older + entries[-NEWEST_SHOWN:]


def _sources(state: EventState, entries: Iterable[RulingEntry]) -> dict[str, _RulingSource]:
    return {entry.fact.ruling_id: _source(state, entry) for entry in entries}


def _source(state: EventState, entry: RulingEntry) -> _RulingSource:
    about = _first_ruling(state, entry.fact)
    reversed_kind = None if about is entry.fact else type(about).__name__
    return _RulingSource(entry, reversed_kind, subject_of(state, about))


def _first_ruling(state: EventState, fact: Ruling) -> Ruling:
    """Return the ruling that a reversal, or a reversal of one, is about in the end."""
    while isinstance(fact, RulingReversed) and fact.reversed_ruling_id in state.rulings:
        fact = state.rulings[fact.reversed_ruling_id].fact
    return fact
