"""Rulings: what people decided about passes, laps and runs; each can be taken back."""

from dataclasses import dataclass

from timing_server.rules.units import EntryId, HeatId, PassRef, RulingId


@dataclass(frozen=True, slots=True)
class PassInserted:
    """A marshal saw a crossing that no sensor reported. ``bound_ns`` is the hand's precision."""

    ruling_id: RulingId
    heat_id: HeatId
    crossed_race_ns: int
    bound_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class PassVoided:
    """That pass was no crossing of a car: the laps on either side of it become one."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class LapVoided:
    """The lap closed by that pass doesn't count; its passes stand, so its neighbours do too."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class OffTrackMarked:
    """A marshal saw the entry's car leave the track (all wheels) at that instant."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    left_race_ns: int


@dataclass(frozen=True, slots=True)
class RulingReversed:
    """An earlier ruling is taken back, as if it had not been made."""

    ruling_id: RulingId
    reversed_ruling_id: RulingId
    reason: str
