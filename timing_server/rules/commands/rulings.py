"""Commands of marshals: rulings, and taking them back."""

from dataclasses import dataclass

from timing_server.rules.units import EntryId, HeatId, PassRef, RulingId


@dataclass(frozen=True, slots=True)
class InsertPass:
    """Enter a crossing by hand; ``crossed_race_ns`` None means now."""

    ruling_id: RulingId
    heat_id: HeatId
    crossed_race_ns: int | None
    bound_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class VoidPass:
    """Strike a pass that was no crossing."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class VoidLap:
    """Strike the lap that this pass closed."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class MarkOffTrack:
    """Note that a car left the track; ``left_race_ns`` None means now."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    left_race_ns: int | None


@dataclass(frozen=True, slots=True)
class ReverseRuling:
    """Take back a ruling; ``reversed_ruling_id`` None means the newest that still stands."""

    ruling_id: RulingId
    reversed_ruling_id: RulingId | None
    reason: str
