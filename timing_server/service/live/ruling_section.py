"""The audit as screens show it: who ruled what, when and why."""

from timing_server.contract.live import RulingView
from timing_server.rules.facts import (
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassVoided,
    Ruling,
    RulingReversed,
)
from timing_server.rules.passes.placing import manual_ref
from timing_server.rules.state import EventState, RulingEntry
from timing_server.service.live.heat_section import us

NEWEST_SHOWN = 20


def ruling_views(state: EventState, newest: int | None = NEWEST_SHOWN) -> dict[str, RulingView]:
    """Return the newest rulings, oldest first; None for all."""
    entries = list(state.rulings.values())
    return {
        entry.fact.ruling_id: _view(entry)
        for entry in (entries if newest is None else entries[-newest:])
    }


def _view(entry: RulingEntry) -> RulingView:
    fact = entry.fact
    return RulingView(
        ruling_id=fact.ruling_id,
        kind=type(fact).__name__,
        made_us=us(entry.race_ns),
        wall_utc=entry.wall_utc,
        actor=entry.actor,
        reason=getattr(fact, "reason", ""),
        subject=_subject(fact),
        is_reversed=not entry.is_standing,
    )


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
