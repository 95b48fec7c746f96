"""Commands about judges' buttons: a call is heard, and a marshal says whom it meant."""

from dataclasses import dataclass

from timing_server.rules.units import CallId, EntryId, NodeId, RulingId


@dataclass(frozen=True, slots=True)
class HearJudge:
    """A judge pressed a button at an instant, None where the node's clock isn't related yet.

    Makes no facts where the press is part of one that was heard. ``call`` as in ``JudgePressed``.
    """

    call_id: CallId
    node_id: NodeId
    button: str
    call: str
    lane: int | None
    called_race_ns: int | None


@dataclass(frozen=True, slots=True)
class AnswerJudge:
    """Say whom an open call meant; ``entry_id`` None: nobody."""

    ruling_id: RulingId
    call_id: CallId
    entry_id: EntryId | None


JudgingCommand = HearJudge | AnswerJudge
