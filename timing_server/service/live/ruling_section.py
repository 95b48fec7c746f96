"""The audit as screens show it: who ruled what about whom, when and why."""

from dataclasses import dataclass

from timing_server.contract.live import RulingView
from timing_server.rules.facts.recorded import Ruling
from timing_server.rules.facts.rulings import (
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassVoided,
    RulingReversed,
)
from timing_server.rules.passes.placing import find_pass, manual_ref, manual_ruling_id
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState, RulingEntry
from timing_server.rules.units import HeatId, PassRef
from timing_server.service.live.heat_section import JsonObject, Remembered, us

NEWEST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _RulingSource:
    """All that a ruling's view is made from."""

    entry: RulingEntry
    reversed_kind: str | None
    heat_id: str | None
    heat_number: int | None
    entry_id: str | None
    lap_number: int | None
    elapsed_us: int | None

    def view(self) -> RulingView:
        fact = self.entry.fact
        return RulingView(
            ruling_id=fact.ruling_id,
            kind=type(fact).__name__,
            made_us=us(self.entry.race_ns),
            wall_utc=self.entry.wall_utc,
            actor=self.entry.actor,
            reason=getattr(fact, "reason", ""),
            subject=_subject(fact),
            is_reversed=not self.entry.is_standing,
            reversed_kind=self.reversed_kind,
            heat_id=self.heat_id,
            heat_number=self.heat_number,
            entry_id=self.entry_id,
            lap_number=self.lap_number,
            elapsed_us=self.elapsed_us,
        )


class RulingSection:
    """The newest rulings; only those whose subject has changed are made anew."""

    def __init__(self) -> None:
        self._views = Remembered()

    def parts(self, state: EventState) -> dict[str, JsonObject]:
        """Return the newest rulings, oldest first."""
        return self._views.parts(_sources(state, NEWEST_SHOWN), _RulingSource.view)


def ruling_views(state: EventState) -> dict[str, RulingView]:
    """Return all rulings, oldest first."""
    return {key: source.view() for key, source in _sources(state, None).items()}


def _sources(state: EventState, newest: int | None) -> dict[str, _RulingSource]:
    entries = list(state.rulings.values())
    shown = entries if newest is None else entries[-newest:]
    return {entry.fact.ruling_id: _source(state, entry) for entry in shown}


def _source(state: EventState, entry: RulingEntry) -> _RulingSource:
    about = _first_ruling(state, entry.fact)
    ref = _pass_ref(about)
    heat_id = _heat_id(state, about, ref)
    heat = state.heats.get(heat_id) if heat_id is not None else None
    if heat is None:
        return _RulingSource(entry, _reversed_kind(entry, about), None, None, None, None, None)
    lap = None if ref is None else score_heat(state, heat.heat_id).lap_closed_by(ref)
    crossed = None if ref is None else heat.passes.get(ref)
    instant = _instant_ns(about) if crossed is None else crossed.race_ns
    started = heat.started_race_ns
    return _RulingSource(
        entry=entry,
        reversed_kind=_reversed_kind(entry, about),
        heat_id=heat.heat_id,
        heat_number=heat.number,
        entry_id=about.entry_id if isinstance(about, OffTrackMarked) else heat.entry_ids[0],
        lap_number=None if lap is None else lap.number,
        elapsed_us=None if instant is None or started is None else us(instant - started),
    )


def _first_ruling(state: EventState, fact: Ruling) -> Ruling:
    """Return the ruling that a reversal, or a reversal of one, is about in the end."""
    while isinstance(fact, RulingReversed) and fact.reversed_ruling_id in state.rulings:
        fact = state.rulings[fact.reversed_ruling_id].fact
    return fact


def _reversed_kind(entry: RulingEntry, about: Ruling) -> str | None:
    return None if about is entry.fact else type(about).__name__


def _pass_ref(fact: Ruling) -> PassRef | None:
    match fact:
        case PassInserted():
            return manual_ref(fact.ruling_id)
        case PassVoided() | LapVoided():
            return fact.pass_ref
        case _:
            return None


def _heat_id(state: EventState, fact: Ruling, ref: PassRef | None) -> HeatId | None:
    if isinstance(fact, PassInserted | OffTrackMarked):
        return fact.heat_id
    if ref is None:
        return None
    inserted = manual_ruling_id(ref)
    if inserted is not None:
        entry = state.rulings.get(inserted)
        return entry.fact.heat_id if entry and isinstance(entry.fact, PassInserted) else None
    known = find_pass(state, ref)
    return None if known is None else known.heat_id


def _instant_ns(fact: Ruling) -> int | None:
    match fact:
        case PassInserted():
            return fact.crossed_race_ns
        case OffTrackMarked():
            return fact.left_race_ns
        case _:
            return None


def _subject(fact: Ruling) -> str:
    """Name what the ruling is about: a pass, an entry or another ruling."""
    match fact:
        case PassInserted():
            return manual_ref(fact.ruling_id)
        case PassVoided() | LapVoided():
            return fact.pass_ref
        case OffTrackMarked():
            return fact.entry_id
        case RulingReversed():
            return fact.reversed_ruling_id
        case _:
            return fact.ruling_id
