from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import STAGE, ScriptedNode, ScriptedRace, ms
from tests.timing_server.rules.virtual.league import RULES, VirtualRace, s, virtual_race
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.commands.driving import CarWord
from timing_server.rules.commands.heats import (
    AbandonHeat,
    ArmHeat,
    CallNextHeat,
    PauseHeat,
    StartHeat,
    StopHeat,
)
from timing_server.rules.commands.plan import PlanHeat, PlanStage, WithdrawEntry
from timing_server.rules.commands.virtual import (
    BreakOffShow,
    PlanVirtualStage,
    PlaySubmission,
    RecordRun,
    RecordShown,
    RefuseSubmission,
    WithdrawSubmission,
)
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.rulings import PenaltyGiven
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.reduce import reduce_all
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import empty_state
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import (
    NS_PER_S,
    BootId,
    CarId,
    EntryId,
    HeatId,
    JournalId,
    StageId,
    SubmissionId,
)

READY = (CarWord(CarId("virtual"), "m" * 64, is_warm=True, is_heard=True),)
SHOW = HeatId("show-one")


def show(heat_id: HeatId = SHOW, **told: tuple[float, ...]) -> RecordRun:
    """Return what a worker told of a show: instants in simulated seconds."""
    known = {key: s(*each) for key, each in told.items()}
    passes_ns = known.get("passes_ns", ())
    return replace(
        VirtualRace().record("one"),
        heat_id=heat_id,
        boot_id=BootId(heat_id),
        journal_id=JournalId(heat_id),
        passes_ns=passes_ns,
        resets_ns=known.get("resets_ns", ()),
        collisions_ns=known.get("collisions_ns", ()),
        laps_tried=max(0, min(3, len(passes_ns) - 1)),
        sim_ns=max((0, *(at_ns for each in known.values() for at_ns in each))),
    )


def on_stage(entries: int = 1) -> VirtualRace:
    """Return a race whose first submission is at the line, a worker being ready for it."""
    race = virtual_race(entries)
    race.ask(race.submit("one"))
    race.ask(PlaySubmission(SubmissionId("one"), SHOW))
    return race


def started() -> VirtualRace:
    """Return a race whose first submission is driven since the lights went out."""
    race = on_stage()
    race.ask(StartHeat(SHOW, 0, READY))
    race.at(1_005_000)
    return race


def heat_of(race: ScriptedRace) -> Heat:
    return race.state.heats[SHOW]


def submission(race: VirtualRace) -> Submission:
    return race.state.submissions[SubmissionId("one")]


def test_a_submission_is_called_like_any_heat() -> None:
    """It should be at the line with its model, behind nobody, and start by lights."""
    race = on_stage()
    heat = heat_of(race)
    assert (race.state.active_heat_id, heat.phase, race.state.queue) == (SHOW, "called", ())
    (run,) = heat.runs.values()
    assert [each.model_sha256 for each in run.equipment] == ["m" * 64]
    assert race.refusal(StartHeat(SHOW)) == "worker_not_ready"
    race.ask(StartHeat(SHOW, NS_PER_S, READY))
    assert heat_of(race).lights_race_ns == ms(1_000_000)
    assert heat_of(race).started_race_ns == ms(1_006_000)


def test_a_show_that_is_armed_needs_its_worker_still() -> None:
    """It should refuse the start where the worker that was ready has been lost meanwhile."""
    race = on_stage()
    race.ask(ArmHeat(SHOW, READY))
    assert race.state.heats[SHOW].phase is HeatPhase.ARMED
    assert race.refusal(StartHeat(SHOW, 0, ())) == "worker_not_ready"
    race.ask(StartHeat(SHOW, 0, READY))
    assert race.state.heats[SHOW].phase is HeatPhase.RUNNING


def test_what_happens_is_recorded_as_it_happens() -> None:
    """It should make each fact once, and in the end those of a run that is recorded at once."""
    race = started()
    race.at(1_008_000).ask(RecordShown(show(passes_ns=(2,)), is_over=False))
    told = show(passes_ns=(2, 10), resets_ns=(4,), collisions_ns=(5,))
    race.at(1_010_000).ask(RecordShown(told, is_over=False))
    # The lap in which it ran into something isn't closed yet: it lies ahead.
    assert not any(isinstance(each.fact, PenaltyGiven) for each in race.log)
    race.at(1_016_000).ask(RecordShown(told, is_over=False))
    assert race.ask(RecordShown(told, is_over=False)) == ()
    (scored,) = score_heat(race.state, SHOW).runs
    assert [lap.duration_ns for lap in scored.laps] == [8 * NS_PER_S]
    whole = replace(told, passes_ns=s(2, 10, 18, 27), laps_tried=3, sim_ns=27 * NS_PER_S)
    race.at(1_033_000).ask(RecordShown(whole, is_over=True))
    assert (heat_of(race).phase, submission(race).status) == ("finished", "driven")
    assert heat_of(race).ended_race_ns == ms(1_032_000)

    other = virtual_race()
    other.ask(other.submit("one"))
    at_once = replace(whole, heat_id=HeatId("at-once"), boot_id=BootId("b"))
    other.ask(at_once)
    laps = [
        [(lap.duration_ns, lap.penalty_ns) for lap in score_heat(each.state, heat_id).runs[0].laps]
        for each, heat_id in ((race, SHOW), (other, HeatId("at-once")))
    ]
    assert laps[0] == laps[1]
    assert laps[0][0] == (8 * NS_PER_S, 7 * NS_PER_S)
    assert reduce_all(empty_state(race.state.stream), race.log) == race.state


def test_nothing_is_recorded_before_it_happened() -> None:
    """It should take no start for granted, and leave out what lies ahead."""
    race = on_stage()
    race.ask(StartHeat(SHOW, 0, READY))
    early = RecordShown(show(passes_ns=(2,)), is_over=False)
    assert race.refusal(early) == "run_malformed"
    race.at(1_006_000).ask(early)
    assert not score_heat(race.state, SHOW).passes
    over = replace(show(passes_ns=(2, 10)), sim_ns=10 * NS_PER_S)
    assert race.refusal(RecordShown(over, is_over=True)) == "run_malformed"


def test_a_run_that_was_shown_stays_the_same() -> None:
    """It should refuse another run than the one that people saw, and another worker's."""
    race = started()
    race.at(1_008_000).ask(RecordShown(show(passes_ns=(2,)), is_over=False))
    assert race.refusal(RecordShown(show(passes_ns=(1,)), is_over=False)) == "run_malformed"
    stranger = replace(show(passes_ns=(2,)), boot_id=BootId("other"))
    assert race.refusal(RecordShown(stranger, is_over=False)) == "boot_exists"


def test_a_beam_sees_nothing_of_a_show() -> None:
    """It should start no show by a hand in the beam, and take no pass of the venue's gates."""
    race = on_stage()
    race.append(race.node.relation())
    race.ask(ArmHeat(SHOW, READY))
    race.append(race.node.crossing(1_001_000))
    assert heat_of(race.at(1_002_000)).phase is HeatPhase.ARMED
    race.ask(StartHeat(SHOW, 0, READY))
    race.at(1_008_000).append(race.node.crossing(1_008_000))
    race.ask(RecordShown(show(passes_ns=(0.5,)), is_over=False))
    race.append(race.node.crossing(1_009_000))
    assert [each.pass_ref for each in score_heat(race.state, SHOW).passes] == [
        "worker-1:show-one:1"
    ]


def test_a_show_gives_real_cars_nothing() -> None:
    """It should keep a boot's passes out of a heat of real cars that is on at their instants."""
    race = started()
    race.at(1_008_000).ask(RecordShown(show(passes_ns=(2,)), is_over=False))
    race.ask(StopHeat(SHOW))
    race.ask(PlanStage(StageId("real"), "Final", "time_trial", HeatOptions()))
    race.ask(PlanHeat(HeatId("real-1"), StageId("real"), (EntryId("entry-1"),)))
    race.ask(CallNextHeat())
    race.ask(StartHeat(HeatId("real-1")))
    node = ScriptedNode()
    race.append(node.relation())
    race.at(1_012_000).append(node.crossing(1_011_000))
    (only,) = score_heat(race.state, HeatId("real-1")).passes
    assert only.pass_ref.startswith("node-1:")


def test_a_show_that_is_stopped_counts_nothing() -> None:
    """It should let the submission wait again, and mark anew what is driven anew."""
    race = started()
    race.at(1_012_000).ask(RecordShown(show(passes_ns=(2,), resets_ns=(3,)), is_over=False))
    race.ask(StopHeat(SHOW))
    assert (heat_of(race).phase, heat_of(race).end_reason) == ("abandoned", "show_stopped")
    assert (submission(race).status, played_heat(race.state, submission(race))) == ("waiting", None)
    again = HeatId("show-two")
    race.ask(PlaySubmission(SubmissionId("one"), again))
    race.ask(StartHeat(again, 0, READY))
    told = show(heat_id=again, passes_ns=(2, 10), resets_ns=(3,))
    race.at(1_040_000).ask(RecordShown(replace(told, sim_ns=s(10)[0]), is_over=True))
    (scored,) = score_heat(race.state, again).runs
    assert [lap.penalty_ns for lap in scored.laps] == [2 * NS_PER_S]
    assert race.refusal(AbandonHeat(SHOW, "again", HeatId("r"))) == "heat_virtual"


def test_a_show_that_is_sent_back_has_never_been() -> None:
    """It should leave no heat at the line nor in the queue, also behind the lights."""
    race = on_stage()
    race.ask(StopHeat(SHOW))
    assert (race.state.active_heat_id, race.state.heats, race.state.queue) == (None, {}, ())
    race.ask(PlaySubmission(SubmissionId("one"), SHOW))
    race.ask(StartHeat(SHOW, 0, READY))
    race.ask(StopHeat(SHOW))
    assert (race.state.active_heat_id, race.state.heats) == (None, {})
    assert (race.state.simulated, race.state.newest_played_id) == ((), None)
    assert submission(race).status == "waiting"


@pytest.mark.parametrize("reason", ["worker_lost", "worker_failed"])
def test_a_lost_worker_ends_its_show(reason: str) -> None:
    """It should say why, and count the submission as before."""
    race = started()
    race.ask(BreakOffShow(SHOW, reason))
    assert (heat_of(race).end_reason, submission(race).status) == (reason, "waiting")
    assert race.refusal(BreakOffShow(SHOW, reason)) == "unknown_heat"


def test_a_model_ends_its_own_show() -> None:
    """It should end the heat with its submission, which counts."""
    race = started()
    race.ask(RefuseSubmission(SubmissionId("one"), "model", "Its answer is no number."))
    assert (heat_of(race).end_reason, submission(race).status) == ("model_failed", "refused")


def test_who_is_shown_is_nobody_elses_business() -> None:
    """It should neither pause, nor be taken back, nor be driven by another or beside another."""
    race = started()
    assert race.refusal(PauseHeat(SHOW, "pause")) == "heat_unpausable"
    assert race.refusal(WithdrawSubmission(SubmissionId("one"))) == "submission_shown"
    assert race.refusal(race.record("one", 1, 9)) == "submission_shown"
    race.ask(race.submit("two"))
    assert race.refusal(PlaySubmission(SubmissionId("two"), HeatId("h"))) == "heat_running"


def test_who_has_left_is_not_played() -> None:
    """It should stand down with its entry, and play it no more."""
    race = on_stage(2)
    race.ask(WithdrawEntry(EntryId("entry-1")))
    assert race.state.active_heat_id is None
    assert race.refusal(PlaySubmission(SubmissionId("one"), HeatId("h"))) == "entry_withdrawn"


def test_a_show_needs_the_gates() -> None:
    """It should play in the open event alone, whose boards people look at."""
    race = virtual_race(is_open=False)
    race.ask(race.submit("one"))
    assert race.refusal(PlaySubmission(SubmissionId("one"), SHOW)) == "event_not_open"


def test_a_stage_may_be_for_shows_alone() -> None:
    """It should still be told so after submissions were made: nothing is driven otherwise."""
    race = virtual_race()
    race.ask(race.submit("one"))
    race.ask(PlanVirtualStage(STAGE, replace(RULES, is_played=True), 2 * NS_PER_S))
    rules = race.state.stages[STAGE].virtual
    assert rules is not None
    assert rules.is_played


def test_one_of_a_race_of_two_is_not_played_alone() -> None:
    """It should refuse to play a submission alone where two race each other."""
    race = virtual_race(2, replace(RULES, race_kind="head_to_head"), "points")
    race.ask(race.submit("one"))
    assert race.refusal(PlaySubmission(SubmissionId("one"), SHOW)) == "run_malformed"
