"""Races of two before an audience in the log: called, told as they happen, begun anew, stopped."""

from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import STAGE
from tests.timing_server.rules.virtual.league import VirtualRace, s
from tests.timing_server.rules.virtual.test_duels import (
    DUEL,
    bracket,
    broken,
    challenge,
    duel,
    plan_due,
    side,
)
from timing_server.formats.brackets.tables import matches_of
from timing_server.formats.registry import rank_stage
from timing_server.rules.answers.virtual.shows import shown
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.commands.driving import CarWord
from timing_server.rules.commands.heats import ArmHeat, CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import MarkNoShow
from timing_server.rules.commands.virtual import (
    BreakOffShow,
    DuelSide,
    PlanVirtualStage,
    PlayDuel,
    RecordDuelShown,
    RetrySubmission,
    WithdrawSubmission,
)
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.reduce import reduce_all
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import empty_state
from timing_server.rules.units import NS_PER_S, CarId, EntryId, HeatId, RulingId, SubmissionId

SHOW = HeatId("show")
FINAL = HeatId("match-final")
CARS = (CarId("virtual"), CarId("virtual-2"))
READY = tuple(CarWord(each, "m" * 64, is_warm=True, is_heard=True) for each in CARS)
BOTH = (SubmissionId("one"), SubmissionId("two"))


def on_stage(heat: HeatId = SHOW) -> VirtualRace:
    """Return an open challenge, or a final, whose two are at the line."""
    race = challenge() if heat == SHOW else bracket()
    ids = BOTH if heat == SHOW else (SubmissionId("s1"), SubmissionId("s2"))
    race.ask(PlayDuel(heat, ids))
    return race


def started(heat: HeatId = SHOW) -> VirtualRace:
    """Return a race of two whose lights go out at 1,005 s."""
    race = on_stage(heat)
    race.ask(StartHeat(heat, 0, READY))
    return race


def told(
    *sides: DuelSide, heat: HeatId = SHOW, anew_s: float = 0, is_over: bool = False
) -> RecordDuelShown:
    whole = replace(duel(*sides, heat=heat), anew_ns=s(anew_s)[0])
    return RecordDuelShown(whole, is_over=is_over)


def laps_of(race: VirtualRace, heat: HeatId = SHOW) -> dict[str, list[int]]:
    runs = score_heat(race.state, heat).runs
    return {run.entry_id: [lap.duration_ns for lap in run.valid_laps] for run in runs}


def statuses(race: VirtualRace, heat: HeatId = SHOW) -> dict[str, str | None]:
    return {run.entry_id: run.status for run in score_heat(race.state, heat).runs}


def test_two_are_called_like_any_heat() -> None:
    """It should be one heat with both cars, start by lights once both are loaded, and be theirs."""
    race = on_stage()
    heat = race.state.heats[SHOW]
    assert (race.state.active_heat_id, heat.phase, heat.is_played) == (SHOW, "called", True)
    cars = [run.equipment[-1].car_id for run in heat.runs.values()]
    assert tuple(cars) == CARS
    assert race.refusal(StartHeat(SHOW, 0, READY[:1])) == "worker_not_ready"
    assert race.refusal(WithdrawSubmission(BOTH[1])) == "submission_shown"
    assert race.refusal(duel(side(1, "one", 8), side(2, "two", 9))) == "run_malformed"
    race.ask(StartHeat(SHOW, NS_PER_S, READY))
    assert race.state.heats[SHOW].phase is HeatPhase.RUNNING


def test_it_makes_the_facts_of_a_race_that_nobody_looks_on_at() -> None:
    """It should make each as it happens, once, and rank both by the same laps in the end."""
    sides = side(1, "one", 8, 16.5), replace(side(2, "two", 8.5, 16), resets_ns=s(3))
    race = started()
    race.at(1_010_000).ask(told(*sides))
    assert laps_of(race) == {"entry-1": [], "entry-2": []}
    race.at(1_014_000).ask(told(*sides))
    assert race.ask(told(*sides)) == ()
    assert laps_of(race) == {"entry-1": [*s(8)], "entry-2": [*s(8.5)]}
    race.at(1_022_000).ask(told(*sides, is_over=True))
    alone = challenge()
    alone.ask(duel(*sides, heat=SHOW))
    assert laps_of(race) == laps_of(alone) == {"entry-1": [*s(8, 8.5)], "entry-2": [*s(8.5, 7.5)]}
    assert rank_stage(race.state, STAGE) == rank_stage(alone.state, STAGE)
    heat = race.state.heats[SHOW]
    assert (heat.phase, heat.ended_race_ns) == (HeatPhase.FINISHED, s(1_021.5)[0])
    # The go is a pass of both: nobody is quicker off the line.
    assert {run.reaction for run in score_heat(race.state, SHOW).runs} == {None}
    assert {each.status for each in race.state.submissions.values()} == {"driven"}


def test_what_lies_ahead_is_no_fact() -> None:
    """It should refuse an end that hasn't come, and another race than was shown."""
    race = started()
    sides = side(1, "one", 8, 16), side(2, "two", 9, 17)
    assert race.at(1_010_000).refusal(told(*sides, is_over=True)) == "run_malformed"
    race.at(1_014_500).ask(told(*sides))
    other = side(1, "one", 8.1, 16), side(2, "two", 9, 17)
    assert race.refusal(told(*other)) == "run_malformed"


def test_who_is_out_is_told_at_once() -> None:
    """It should say so while the other drives on."""
    race = started()
    out = replace(side(1, "one"), out="resets", laps_tried=1)
    race.at(1_009_000).ask(told(out, side(2, "two", 8.5)))
    assert statuses(race) == {"entry-1": "dnf", "entry-2": None}
    assert race.state.heats[SHOW].phase is HeatPhase.RUNNING


def test_without_a_model_that_breaks_off_the_other_begins_anew() -> None:
    """It should count nothing of before for either, refuse the model, and let the other win."""
    race = started()
    race.at(1_014_000).ask(told(side(1, "one", 8), side(2, "two", 8.5)))
    gone, fresh = broken(1, "one"), replace(side(2, "two"), passes_ns=())
    race.at(1_015_000).ask(told(gone, fresh, anew_s=14))
    assert (laps_of(race), statuses(race)["entry-1"]) == ({"entry-1": [], "entry-2": []}, "dnf")
    assert race.state.submissions[BOTH[0]].status == "refused"
    # Its worker tells of both to the end; then it may be tried again.
    assert race.refusal(RetrySubmission(BOTH[0])) == "submission_shown"
    whole = side(2, "two", 8.25, 16.5)
    race.at(1_028_000).ask(told(gone, whole, anew_s=14))
    assert laps_of(race)["entry-2"] == [*s(8.25)]
    race.at(1_036_000).ask(told(gone, whole, anew_s=14, is_over=True))
    assert laps_of(race) == {"entry-1": [], "entry-2": [*s(8.25, 8.25)]}
    heat = race.state.heats[SHOW]
    assert (heat.phase, heat.ended_race_ns) == (HeatPhase.FINISHED, s(1_035.5)[0])
    assert rank_stage(race.state, STAGE)[0].entry_id == "entry-2"
    marks = [each.fact for each in race.log if isinstance(each.fact, PassDetected)]
    assert len({(each.journal_id, each.seq) for each in marks}) == len(marks)
    assert reduce_all(empty_state(race.state.stream), race.log) == race.state


@pytest.mark.parametrize("at_s", [1_004, 1_015])
def test_where_both_break_off_nobody_wins(at_s: int) -> None:
    """It should settle the match, before the go as behind it, whatever was driven until then."""
    race = started(FINAL)
    if at_s > 1_005:
        race.at(1_014_000).ask(told(side(1, "s1", 8), side(2, "s2", 8.5), heat=FINAL))
    gone = broken(1, "s1"), broken(2, "s2")
    race.at(at_s * 1000).ask(told(*gone, heat=FINAL, is_over=True))
    assert race.state.active_heat is None
    (final,) = matches_of(race.state, race.state.stages[STAGE])
    assert (final.state, final.winner) == ("void", None)
    assert {each.status for each in race.state.submissions.values()} == {"refused"}


def test_an_open_challenge_whose_models_break_off_is_none() -> None:
    """It should abandon the heat, and say why."""
    race = started()
    race.at(1_010_000).ask(told(broken(1, "one"), broken(2, "two"), is_over=True))
    heat = race.state.heats[SHOW]
    assert (heat.phase, heat.end_reason) == (HeatPhase.ABANDONED, "model_failed")


def test_a_match_that_is_sent_back_waits_again() -> None:
    """It should be the same heat, as if it had never been called, and race another model."""
    race = on_stage(FINAL)
    race.ask(ArmHeat(FINAL, READY))
    race.ask(StartHeat(FINAL, 0, READY))
    race.at(1_003_000).ask(StopHeat(FINAL))
    heat = race.state.heats[FINAL]
    assert (heat.phase, heat.is_played) == ("scheduled", False)
    assert (heat.armed_race_ns, heat.started_race_ns) == (None, None)
    assert [run.equipment for run in heat.runs.values()] == [(), ()]
    assert not any(played_heat(race.state, each) for each in race.state.submissions.values())
    race.ask(race.submit("newer", entry=1))
    race.ask(PlayDuel(FINAL, (SubmissionId("newer"), SubmissionId("s2"))))
    assert {each.submission_id for each in shown(race.state)} == {"newer", "s2"}


def test_nobody_calls_a_match_as_a_heat_of_real_cars() -> None:
    """It should be refused: nothing would ever drive it, and sent back it would wait in between."""
    race = bracket()
    assert race.refusal(CallNextHeat(FINAL)) == "stage_virtual"
    assert race.refusal(CallNextHeat()) == "no_heat_scheduled"


def test_a_match_that_breaks_off_is_due_again() -> None:
    """It should be another heat of the same two, with models that may have driven."""
    race = started(FINAL)
    race.at(1_010_000).ask(told(side(1, "s1", 3), side(2, "s2", 4), heat=FINAL))
    race.ask(BreakOffShow(FINAL, "worker_lost"))
    heat = race.state.heats[FINAL]
    assert (heat.phase, heat.end_reason) == (HeatPhase.ABANDONED, "worker_lost")
    (due,) = matches_of(race.state, race.state.stages[STAGE])
    assert due.state == "due"
    assert {each.status for each in race.state.submissions.values()} == {"waiting"}


def test_a_rival_that_stays_away_leaves_one_alone() -> None:
    """It should call the other by itself, on its own place, and be ready with it."""
    race = bracket()
    race.ask(MarkNoShow(RulingId("away"), EntryId("entry-1"), FINAL, "Never came."))
    both = (SubmissionId("s1"), SubmissionId("s2"))
    assert race.refusal(PlayDuel(FINAL, both)) == "run_malformed"
    race.ask(PlayDuel(FINAL, both[1:]))
    race.ask(StartHeat(FINAL, 0, READY[1:]))
    race.at(1_022_000).ask(told(side(2, "s2", 8, 16), heat=FINAL, is_over=True))
    assert matches_of(race.state, race.state.stages[STAGE])[0].winner == "entry-2"


def test_the_next_round_is_played_with_models_that_have_driven() -> None:
    """It should call the winners of two matches to a final, though nothing of them waits."""
    race = bracket(4)
    for heat in list(race.state.heats.values()):
        one, other = (f"s{each[-1]}" for each in heat.entry_ids)
        sides = side(1, one, 8, 16), side(2, other, 9, 18)
        race.ask(duel(*sides, heat=heat.heat_id))
    plan_due(race)
    final = race.state.heats[FINAL]
    ids = tuple(SubmissionId(f"s{each[-1]}") for each in final.entry_ids)
    race.ask(PlayDuel(FINAL, ids))
    assert {each.status for each in shown(race.state)} == {"driven"}
    race.ask(StartHeat(FINAL, 0, READY))
    racing = [side(n, each, 8, 16, boot=f"final-{n}") for n, each in enumerate(ids, 1)]
    race.at(1_022_000).ask(told(*racing, heat=FINAL, is_over=True))
    assert race.state.heats[FINAL].phase is HeatPhase.FINISHED


def test_a_stage_of_duels_may_be_for_shows_alone() -> None:
    """It should take that as a time trial does, also once models were submitted."""
    race = challenge()
    race.ask(PlanVirtualStage(STAGE, replace(DUEL, is_played=True), 2 * NS_PER_S))
    rules = race.state.stages[STAGE].virtual
    assert rules is not None
    assert rules.is_played
