from dataclasses import replace

import pytest

from tests.timing_server.rules.scoring.made_heats import (
    ENTRY,
    OTHER,
    crossing,
    heat,
    incident,
    invalids,
    laps_ms,
    pause,
    ref,
    ruled,
    run_of,
    verdicts,
)
from tests.timing_server.rules.scripted_race import OPTIONS, ms
from timing_server.rules.scoring.laps import compute_score
from timing_server.rules.state.heat import (
    Credit,
    Extension,
    Penalty,
    Restart,
    RuledStatus,
    RunStatus,
)
from timing_server.rules.units import RulingId

R = RulingId("ruling-1")


@pytest.mark.parametrize("gone", [{"void_ruling_id": R}, {"is_taken_back": True}])
def test_rulings_stay_with_the_lap_around_a_pass_that_is_gone(gone: dict[str, object]) -> None:
    """A penalty, a strike and a restoring hold on the lap that contains the pass's instant."""
    given = ruled(penalties=(Penalty(R, ENTRY, ref(20_000), ms(3_000)),))
    before = heat(12_000, 20_000, 28_000, 36_000, rulings=given)
    merged = heat(12_000, crossing(20_000, **gone), 28_000, 36_000, rulings=given)
    assert [lap.penalty_ns for lap in run_of(before).laps] == [ms(3_000), 0, 0]
    assert [lap.penalty_ns for lap in run_of(merged).laps] == [ms(3_000), 0]
    struck = crossing(20_000, lap_void_ruling_id=RulingId("2"), **gone)
    laps = run_of(heat(12_000, struck, 28_000, 36_000)).laps
    assert [lap.void_ruling_id for lap in laps] == ["2", None]
    restored = crossing(20_000, lap_restore_ruling_id=R, **gone)
    pauses = (pause(14_000, 15_000), pause(30_000, 31_000))
    assert invalids(heat(12_000, restored, 28_000, 36_000, pauses=pauses)) == [None, "paused"]


def test_the_laps_own_ruling_is_the_one_it_names() -> None:
    """A merged lap that was struck twice names the ruling on the pass that closes it now."""
    gone = crossing(20_000, lap_void_ruling_id=RulingId("2"), void_ruling_id=R)
    closing = crossing(28_000, lap_void_ruling_id=RulingId("3"))
    assert run_of(heat(12_000, gone, closing)).laps[0].void_ruling_id == "3"


def test_a_ruling_behind_the_last_lap_waits_for_the_next() -> None:
    """A ruling on the lap under way has no effect until a pass closes that lap."""
    given = ruled(penalties=(Penalty(R, ENTRY, ref(28_000), ms(3_000)),))
    gone = crossing(28_000, void_ruling_id=R)
    assert [lap.penalty_ns for lap in run_of(heat(12_000, 20_000, gone, rulings=given)).laps] == [0]
    closed = heat(12_000, 20_000, gone, 36_000, rulings=given)
    assert [lap.penalty_ns for lap in run_of(closed).laps] == [0, ms(3_000)]


def test_a_ruling_before_a_new_beginning_is_forgotten() -> None:
    """A run that begins anew starts without what was ruled on the laps before."""
    anew = ruled(
        restarts=(Restart(R, ENTRY, ms(22_000)),),
        penalties=(Penalty(R, ENTRY, ref(20_000), ms(3_000)),),
    )
    gone = crossing(20_000, lap_void_ruling_id=R)
    (lap,) = run_of(heat(12_000, gone, 24_000, 31_000, rulings=anew)).laps
    assert (lap.penalty_ns, lap.invalid) == (0, None)


def test_a_run_that_begins_anew_forgets_what_was() -> None:
    """Passes, incidents and the window before a restart don't count; the newest restart does."""
    anew = ruled(
        restarts=(Restart(R, ENTRY, ms(22_000)), Restart(RulingId("2"), ENTRY, ms(18_000))),
        incidents=(incident(13_000), incident(26_000)),
    )
    restarted = heat(12_000, 20_000, 24_000, 31_000, rulings=anew)
    assert verdicts(restarted) == ["before_restart", "before_restart", "counted", "counted"]
    run = run_of(restarted)
    assert (run.window_opens_ns, run.off_tracks) == (ms(24_000), 1)
    assert laps_ms(restarted) == [7_000]


def test_a_restart_is_a_go() -> None:
    """Where the go opens the window, a run that begins anew has its window from the restart on."""
    anew = ruled(restarts=(Restart(R, ENTRY, ms(22_000)),))
    restarted = heat(24_000, rulings=anew, options=replace(OPTIONS, start_mode="hand"))
    assert run_of(restarted).window_opens_ns == ms(22_000)


def test_a_restart_is_a_sign_of_life() -> None:
    """A heat in which a run began anew isn't idle from before that."""
    anew = ruled(restarts=(Restart(R, ENTRY, ms(22_000)),))
    assert compute_score(heat(12_000, rulings=anew)).last_sign_ns == ms(22_000)


def test_time_given_back_makes_the_window_longer() -> None:
    """A run's window lasts longer by all that was given back, and nobody else's does."""
    given = ruled(
        extensions=(
            Extension(R, ENTRY, ms(8_000)),
            Extension(RulingId("2"), ENTRY, ms(2_000)),
            Extension(RulingId("3"), OTHER, ms(50_000)),
        )
    )
    assert run_of(heat(12_000, rulings=given)).window_closes_ns == ms(12_000 + 30_000 + 10_000)


def test_a_credited_lap_stands_behind_the_driven_ones() -> None:
    """A lap that a marshal gave counts, says so, carries its bound and names its ruling."""
    given = ruled(credits=(Credit(R, ENTRY, ms(7_500), 200_000, ms(30_000)),))
    driven, credited = run_of(heat(12_000, 20_000, rulings=given)).laps
    assert (driven.is_credited, credited.is_credited) == (False, True)
    assert (credited.number, credited.duration_ns, credited.bound_ns) == (2, ms(7_500), 200_000)
    assert (credited.pass_ref, credited.closed_race_ns) == (f"credit:{R}", ms(20_000))


def test_a_credited_lap_stands_where_the_run_was_when_it_was_given() -> None:
    """A lap that was given while the heat ran stands among the driven ones, in its place."""
    at_ms = (30_000, 21_000, 22_000, 11_000)
    given = tuple(
        Credit(RulingId(f"c{each}"), ENTRY, ms(7_000 + number), 0, ms(each))
        for number, each in enumerate(at_ms)
    )
    made = heat(12_000, 20_000, 28_000, 36_000, rulings=ruled(credits=given))
    assert laps_ms(made) == [7_003, 8_000, 7_001, 7_002, 8_000, 7_000, 8_000]
    run = run_of(made)
    assert [lap.number for lap in run.laps] == list(range(1, 8))
    closed_ns = [lap.closed_race_ns for lap in run.laps]
    assert closed_ns == sorted(closed_ns)


def test_a_lap_credited_after_the_heat_stands_behind() -> None:
    """A lap that was given once the heat was over stands behind all that were driven."""
    given = ruled(credits=(Credit(R, ENTRY, ms(7_500), 0, ms(36_000)),))
    over = heat(12_000, 20_000, 36_000, ended_race_ns=ms(36_000), rulings=given)
    assert laps_ms(over) == [8_000, 16_000, 7_500]


def status(word: RunStatus, entry_id: str = "entry-1") -> RuledStatus:
    return RuledStatus(RulingId(f"{word}-{entry_id}"), type(ENTRY)(entry_id), word)


def test_laps_of_a_run_that_was_not_finished_stand() -> None:
    """DNF: the laps that were driven count, and no further one is awaited."""
    run = run_of(heat(12_000, 20_000, rulings=ruled(statuses=(status("dnf"),))))
    assert (run.status, len(run.valid_laps), run.is_awaited, run.lap_opened_ns) == (
        *("dnf", 1, False, None),
    )


def test_laps_of_a_disqualified_run_are_shown_but_do_not_count() -> None:
    """DSQ: laps are shown, and none counts; nor does one that a marshal gave."""
    made = ruled(statuses=(status("dsq"),), credits=(Credit(R, ENTRY, ms(7_500), 0, ms(30_000)),))
    assert invalids(heat(12_000, 20_000, rulings=made)) == ["disqualified", "disqualified"]


def test_who_did_not_start_has_no_laps() -> None:
    """DNS: no lap counts, and whatever crossed the line was somebody else."""
    absent = heat(12_000, 20_000, rulings=ruled(statuses=(status("dns"),)))
    assert (run_of(absent).laps, run_of(absent).window_opens_ns) == ((), None)
    assert verdicts(absent) == ["unknown_entry", "unknown_entry"]


def test_the_last_word_on_a_run_holds() -> None:
    """Of several words on how a run ended the last one holds."""
    words = ruled(statuses=(status("dsq"), status("dnf")))
    assert run_of(heat(12_000, 20_000, rulings=words)).status == "dnf"


def test_a_disqualified_entry_takes_its_runs_along() -> None:
    """A run of an entry that is out of the event is disqualified, unless it didn't start."""
    (run,) = compute_score(heat(12_000, 20_000), frozenset({ENTRY})).runs
    assert (run.status, [lap.invalid for lap in run.laps]) == ("dsq", ["disqualified"])
    absent = heat(12_000, rulings=ruled(statuses=(status("dns"),)))
    assert compute_score(absent, frozenset({ENTRY})).runs[0].status == "dns"
