"""Rulings: what people decided about passes, laps, runs and entries; each can be taken back."""

from dataclasses import dataclass

from timing_server.rules.units import EntryId, HeatId, PassRef, RulingId

# --- passes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassInserted:
    """A marshal saw a crossing that no sensor reported. ``bound_ns`` is the hand's precision.

    ``entry_id`` says whose, None where only one entry can be meant. ``is_backup``: pressed at every
    crossing, it counts only where no sensor saw that entry's.
    """

    ruling_id: RulingId
    heat_id: HeatId
    crossed_race_ns: int
    bound_ns: int
    reason: str
    entry_id: EntryId | None = None
    is_backup: bool = False


@dataclass(frozen=True, slots=True)
class PassVoided:
    """That pass was no crossing of a car: the laps on either side of it become one."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class PassRestored:
    """That pass was a crossing, though the rules doubted it (dead time, pause): it counts."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class PassReassigned:
    """That pass was this entry's in this heat, whatever lane, mark or instant say."""

    ruling_id: RulingId
    pass_ref: PassRef
    heat_id: HeatId
    entry_id: EntryId
    reason: str


# --- laps --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LapVoided:
    """The lap closed by that pass doesn't count; its passes stand, so its neighbours do too."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class LapRestored:
    """The lap closed by that pass counts, though a rule (incidents, pause) made it invalid."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class LapCredited:
    """The entry drove a lap of that duration which the passes can't show. ``bound_ns``: ± of it."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    duration_ns: int
    bound_ns: int
    reason: str


# --- incidents and penalties -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OffTrackMarked:
    """A marshal saw the entry's car leave the track (all wheels) at that instant."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    left_race_ns: int


@dataclass(frozen=True, slots=True)
class ResetMarked:
    """The entry's car was put back on the track by hand at that instant."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    reset_race_ns: int


@dataclass(frozen=True, slots=True)
class PenaltyGiven:
    """Time added to the lap closed by ``pass_ref``, or, where that is None, to the run's result."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    pass_ref: PassRef | None
    penalty_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class FalseStartRuled:
    """What a marshal made of a pass before the go: time on the run's result, 0 = it was nothing."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    pass_ref: PassRef
    penalty_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class RunRuled:
    """How a run ended: ``dnf`` (laps stand), ``dns`` (no-show) or ``dsq`` (nothing counts)."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class EntryDisqualified:
    """The entry's results don't count anywhere in the event, and it takes no further part."""

    ruling_id: RulingId
    entry_id: EntryId
    reason: str


# --- a run's clock -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WindowExtended:
    """The run's window lasts that much longer: time given back for a fault not the driver's."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    extra_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class RunRestarted:
    """The run begins anew after a fault of the hardware: its passes before that don't count."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    restarted_race_ns: int
    reason: str


# --- protests and reversals --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProtestLodged:
    """The entry protests against the heat's result, within the time limit."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    reason: str


@dataclass(frozen=True, slots=True)
class ProtestDecided:
    """The protest, named by its own ruling, was upheld or rejected."""

    ruling_id: RulingId
    protest_id: RulingId
    is_upheld: bool
    reason: str


@dataclass(frozen=True, slots=True)
class RulingReversed:
    """An earlier ruling is taken back, as if it had not been made."""

    ruling_id: RulingId
    reversed_ruling_id: RulingId
    reason: str
