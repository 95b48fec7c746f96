"""Which answer belongs to which command of a marshal; a ruling's id is used once."""

from collections.abc import Callable
from typing import Any

from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.refusals import already_exists
from timing_server.rules.answers.rulings.laps import credit_lap, restore_lap, split_lap, void_lap
from timing_server.rules.answers.rulings.passes import (
    insert_pass,
    reassign_pass,
    restore_pass,
    void_pass,
)
from timing_server.rules.answers.rulings.protests import decide_protest, lodge_protest
from timing_server.rules.answers.rulings.reversals import reverse_ruling
from timing_server.rules.answers.rulings.runs import (
    disqualify_entry,
    extend_window,
    give_penalty,
    mark_off_track,
    mark_reset,
    restart_run,
    rule_false_start,
    rule_run,
)
from timing_server.rules.commands.rulings import (
    CreditLap,
    DecideProtest,
    DisqualifyEntry,
    ExtendWindow,
    GivePenalty,
    InsertPass,
    LodgeProtest,
    MarkOffTrack,
    MarkReset,
    ReassignPass,
    RestartRun,
    RestoreLap,
    RestorePass,
    ReverseRuling,
    RuleFalseStart,
    RuleRun,
    SplitLap,
    VoidLap,
    VoidPass,
)
from timing_server.rules.state.event import EventState


def _once(answer: Callable[[EventState, Any, int], Answer]) -> Callable[..., Answer]:
    """Refuse a ruling whose id is taken, before anything else is asked."""

    def answered(state: EventState, command: Any, at_race_ns: int) -> Answer:
        if command.ruling_id in state.rulings:
            return already_exists("ruling", command.ruling_id)
        return answer(state, command, at_race_ns)

    return answered


ANSWERS: Answers = {
    InsertPass: _once(insert_pass),
    VoidPass: _once(void_pass),
    RestorePass: _once(restore_pass),
    ReassignPass: _once(reassign_pass),
    VoidLap: _once(void_lap),
    RestoreLap: _once(restore_lap),
    SplitLap: _once(split_lap),
    CreditLap: _once(credit_lap),
    MarkOffTrack: _once(mark_off_track),
    MarkReset: _once(mark_reset),
    GivePenalty: _once(give_penalty),
    RuleFalseStart: _once(rule_false_start),
    RuleRun: _once(rule_run),
    DisqualifyEntry: _once(disqualify_entry),
    ExtendWindow: _once(extend_window),
    RestartRun: _once(restart_run),
    LodgeProtest: _once(lodge_protest),
    DecideProtest: _once(decide_protest),
    ReverseRuling: _once(reverse_ruling),
}
