"""Every command that a marshal can give about a race, sensible or not."""

from tests.timing_server.rules.scripted_race import ScriptedRace
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
    RulingCommand,
    SplitLap,
    VoidLap,
    VoidPass,
)
from timing_server.rules.passes.placing import every_pass, manual_ref, pass_ref_of
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_MS, NS_PER_S, EntryId, HeatId, PassRef, RulingId

HAND_NS = 200 * NS_PER_MS


def every_command(race: ScriptedRace, ruling_id: RulingId) -> list[RulingCommand]:
    """Return one command of each kind for each pass, run and ruling that there is, and more."""
    state = race.state
    at_ns = race.now_ms * NS_PER_MS
    return [
        *(each for ref in _refs(state) for each in _about_pass(state, ruling_id, ref)),
        *(
            each
            for heat in state.heats.values()
            for entry_id in heat.entry_ids
            for each in _about_run(ruling_id, heat.heat_id, entry_id, at_ns)
        ),
        *(DisqualifyEntry(ruling_id, each, "") for each in state.entries),
        *(ReverseRuling(ruling_id, each, "") for each in (None, *state.rulings)),
        *(
            DecideProtest(ruling_id, each, is_upheld=True, reason="")
            for each in (RulingId("none"), *state.rulings)
        ),
    ]


def _refs(state: EventState) -> list[PassRef]:
    sensed = [pass_ref_of(each.fact) for each in every_pass(state)]
    return [*sensed, *(manual_ref(each) for each in state.rulings)]


def _about_pass(state: EventState, ruling_id: RulingId, ref: PassRef) -> list[RulingCommand]:
    return [
        VoidPass(ruling_id, ref, ""),
        RestorePass(ruling_id, ref, ""),
        VoidLap(ruling_id, ref, ""),
        RestoreLap(ruling_id, ref, ""),
        SplitLap(ruling_id, ref, 3 * NS_PER_S, HAND_NS, ""),
        *(
            ReassignPass(ruling_id, ref, heat.heat_id, entry_id, "")
            for heat in state.heats.values()
            for entry_id in heat.entry_ids
        ),
        *(
            command(ruling_id, heat.heat_id, entry_id, *what)
            for heat in state.heats.values()
            for entry_id in heat.entry_ids
            for command, what in (
                (GivePenalty, (2 * NS_PER_S, ref, "")),
                (RuleFalseStart, (ref, 2 * NS_PER_S, "")),
            )
        ),
    ]


def _about_run(
    ruling_id: RulingId, heat_id: HeatId, entry_id: EntryId, at_ns: int
) -> list[RulingCommand]:
    return [
        InsertPass(ruling_id, heat_id, at_ns - NS_PER_S, HAND_NS, "", entry_id),
        InsertPass(ruling_id, heat_id, None, HAND_NS, ""),
        CreditLap(ruling_id, heat_id, entry_id, 7 * NS_PER_S, HAND_NS, ""),
        MarkOffTrack(ruling_id, heat_id, entry_id, at_ns - NS_PER_S),
        MarkReset(ruling_id, heat_id, entry_id, at_ns - NS_PER_S),
        GivePenalty(ruling_id, heat_id, entry_id, 5 * NS_PER_S, None, ""),
        *(RuleRun(ruling_id, heat_id, entry_id, each, "") for each in ("dnf", "dns", "dsq")),
        ExtendWindow(ruling_id, heat_id, entry_id, 9 * NS_PER_S, ""),
        RestartRun(ruling_id, heat_id, entry_id, at_ns - NS_PER_S, ""),
        LodgeProtest(ruling_id, heat_id, entry_id, ""),
    ]
