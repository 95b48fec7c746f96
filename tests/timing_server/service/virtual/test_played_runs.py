"""Runs that were played before an audience, told from a log as they can be driven again."""

from dataclasses import replace

from tests.timing_server.rules.scripted_race import ScriptedRace
from tests.timing_server.rules.virtual.test_shows import READY, SHOW, show, started
from timing_server.contract.machines.workers import DrivenRun
from timing_server.rules.commands.heats import StartHeat, StopHeat
from timing_server.rules.commands.rulings import MarkReset
from timing_server.rules.commands.virtual import PlaySubmission, RecordShown
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.units import EntryId, HeatId, RulingId, SubmissionId
from timing_server.service.virtual.proving import difference, simulated_runs

WHOLE = show(passes_ns=(2, 10, 18, 27), resets_ns=(4,), collisions_ns=(5,))


def driven(**changes: tuple[int, ...]) -> DrivenRun:
    """Return what a model drives again."""
    told = {
        "passes_ns": WHOLE.passes_ns,
        "resets_ns": WHOLE.resets_ns,
        "collisions_ns": WHOLE.collisions_ns,
        "beginnings_ns": (),
    } | changes
    return DrivenRun(
        model_sha256="5f" * 32,
        track_sha256="7b" * 32,
        seed=7,
        laps_tried=WHOLE.laps_tried,
        sim_ns=WHOLE.sim_ns,
        **told,
    )


def played() -> ScriptedRace:
    """Return a race with a run that was told in parts, while sensors and a marshal spoke, too."""
    race = started()
    race.append(race.node.relation())
    for until_s in (3, 11, 19):
        race.at(1_005_000 + until_s * 1_000)
        so_far = replace(
            WHOLE,
            passes_ns=tuple(each for each in WHOLE.passes_ns if each <= until_s * 10**9),
            laps_tried=0,
        )
        race.ask(RecordShown(so_far, is_over=False))
        race.append(race.node.crossing(race.now_ms))
    race.ask(MarkReset(RulingId("by-hand"), SHOW, EntryId("entry-1"), None))
    race.at(1_033_000).ask(RecordShown(WHOLE, is_over=True))
    return race


def test_a_played_run_is_driven_again_like_any_other() -> None:
    """It should find its facts among those of its time, and all of them the same."""
    (run,) = simulated_runs(played().log)
    assert run.is_played
    assert difference(run, driven()) is None


def test_another_run_is_found_out() -> None:
    """It should name the first fact that isn't what is driven now."""
    race = played()
    (run,) = simulated_runs(race.log)
    found = difference(run, driven(passes_ns=(*WHOLE.passes_ns[:2], 17_999_999_999, 27 * 10**9)))
    assert found is not None
    assert (found.kind, found.recorded) == ("PassDetected", "mono_ns=18000000000")
    third = [each for each in race.log if is_pass(each, 3)]
    assert [each.seq for each in third] == [found.seq]
    fewer = difference(run, driven(resets_ns=()))
    assert fewer is not None
    assert fewer.kind == "ResetMarked"


def is_pass(recorded: Recorded, seq: int) -> bool:
    fact = recorded.fact
    return isinstance(fact, PassDetected) and (fact.node_id, fact.seq) == ("worker-1", seq)


def test_a_pass_that_is_added_behind_the_end_is_found_out() -> None:
    """It should know of everything that the run's boot says, whenever it says so."""
    race = played()
    (last,) = [each.fact for each in race.log if is_pass(each, 4)]
    assert isinstance(last, PassDetected)
    race.append(replace(last, seq=5, mono_ns=last.mono_ns - 1_000_000_000))
    (run,) = simulated_runs(race.log)
    assert difference(run, driven()) is not None


def test_a_show_that_broke_off_is_no_run() -> None:
    """It should leave it out, and tell of the one in which it was played again."""
    race = started()
    race.at(1_008_000).ask(RecordShown(show(passes_ns=(2,)), is_over=False))
    race.ask(StopHeat(SHOW))
    assert list(simulated_runs(race.log)) == []
    again = HeatId("show-two")
    race.ask(PlaySubmission(SubmissionId("one"), again))
    race.ask(StartHeat(again, 0, READY))
    whole = replace(show(again, passes_ns=(2, 10, 18, 27)), sim_ns=WHOLE.sim_ns)
    race.at(1_060_000).ask(RecordShown(whole, is_over=True))
    (run,) = simulated_runs(race.log)
    assert (run.proof.heat_id, run.number) == (again, 2)
    assert difference(run, driven(resets_ns=(), collisions_ns=())) is None
