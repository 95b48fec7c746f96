"""Facts of judges' buttons: what was pressed, and what a marshal was asked and answered."""

from dataclasses import dataclass

from timing_server.rules.units import BootId, CallId, HeatId, JournalId, NodeId, RulingId


@dataclass(frozen=True, slots=True)
class JudgePressed:
    """A judge pressed a button of a node at ``mono_ns``. Never names a car, at most its ``lane``.

    ``call``: ``off_track``, a car left the track, or ``reset``, it was put back by hand.
    """

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    seq: int
    button: str
    call: str
    lane: int | None
    mono_ns: int


@dataclass(frozen=True, slots=True)
class MarshalAsked:
    """Nobody could say whom a judge's call meant, so that a marshal must.

    ``heat_id`` None: no heat ran at ``called_race_ns``.
    """

    call_id: CallId
    node_id: NodeId
    button: str
    call: str
    lane: int | None
    called_race_ns: int
    heat_id: HeatId | None


@dataclass(frozen=True, slots=True)
class MarshalAnswered:
    """A marshal said whom a call meant, by that ruling; None: nobody, it is dismissed.

    Where the ruling is taken back the question is open again.
    """

    call_id: CallId
    ruling_id: RulingId | None
