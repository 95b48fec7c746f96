from dataclasses import replace

import pytest

from tests.timing_server.rules.scoring.made_heats import (
    ENTRY,
    GO_MS,
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
from timing_server.rules.state.heat import (
    Credit,
    Penalty,
    Restart,
)
from timing_server.rules.units import BootId, NodeId, RulingId

R = RulingId("ruling-1")


def test_passes_during_a_pause_do_not_count() -> None:
    """A pass during a pause doesn't count, and a marshal sees why."""
    paused = heat(12_000, 20_000, 24_000, 28_000, pauses=(pause(23_000, 26_000),))
    assert verdicts(paused) == ["counted", "counted", "heat_paused", "counted"]


def test_the_lap_over_a_pause_is_shown_but_does_not_count() -> None:
    """The first pass after the resume opens a new lap; the one it closes is invalid."""
    paused = heat(12_000, 20_000, 28_000, 36_000, pauses=(pause(23_000, 26_000),))
    assert invalids(paused) == [None, "paused", None]
    assert laps_ms(paused) == [8_000, 8_000]


def test_a_window_lasts_longer_by_its_pauses() -> None:
    """The window and the grace behind it last longer by every pause that is over."""
    paused = heat(12_000, pauses=(pause(5_000, 11_000), pause(20_000, 27_000), pause(30_000, None)))
    run = run_of(paused)
    assert run.window_closes_ns == ms(12_000 + 30_000 + 7_000)
    assert run.grace_ends_ns == ms(12_000 + 30_000 + 7_000 + 20_000)


def test_a_pause_in_the_grace_lengthens_the_grace_alone() -> None:
    """A pause after the window's end leaves the window, and gives the lap under way its time."""
    run = run_of(heat(12_000, 40_000, pauses=(pause(45_000, 50_000),)))
    assert (run.window_closes_ns, run.grace_ends_ns) == (ms(42_000), ms(67_000))


def test_a_restored_pass_counts_in_a_pause() -> None:
    """A pass of a pause counts where a marshal says so; laps that touch the pause stay invalid."""
    restored = crossing(24_000, restore_ruling_id=R)
    paused = heat(12_000, 20_000, restored, 28_000, 36_000, pauses=(pause(23_000, 26_000),))
    assert verdicts(paused).count("counted") == 5
    assert invalids(paused) == [None, "paused", "paused", None]


def test_a_restored_lap_counts_though_it_was_paused() -> None:
    """A marshal can let a lap over a pause count."""
    closing = crossing(28_000, lap_restore_ruling_id=R)
    assert invalids(heat(12_000, 20_000, closing, pauses=(pause(23_000, 26_000),))) == [None, None]


def test_timeouts_are_counted_by_who_took_them() -> None:
    """A run's timeouts are the pauses that its own entry took since it began."""
    pauses = (pause(13_000, 14_000, ENTRY), pause(15_000, 16_000, OTHER), pause(17_000, 18_000))
    assert run_of(heat(12_000, pauses=pauses)).timeouts == 1
    anew = ruled(restarts=(Restart(R, ENTRY, ms(20_000)),))
    assert run_of(heat(12_000, pauses=pauses, rulings=anew)).timeouts == 0


@pytest.mark.parametrize("start_mode", ["hand", "lights"])
def test_the_go_opens_the_window(start_mode: str) -> None:
    """Started by hand or by lights, the window opens with the go and the first pass opens lap 1."""
    run = run_of(heat(14_000, 22_000, options=replace(OPTIONS, start_mode=start_mode)))
    assert (run.window_opens_ns, run.window_closes_ns) == (ms(GO_MS), ms(GO_MS + 30_000))
    assert [lap.duration_ns for lap in run.laps] == [ms(8_000)]


def test_who_crosses_first_after_the_window_is_too_late() -> None:
    """Where the go opened the window, nobody opens a first lap once it is closed."""
    late = heat(40_000, 48_000, options=replace(OPTIONS, start_mode="hand"))
    assert verdicts(late) == ["no_heat_running", "no_heat_running"]
    just = heat(39_999, 48_000, options=replace(OPTIONS, start_mode="hand"))
    assert laps_ms(just) == [8_001]


def test_a_pass_before_the_go_is_for_a_marshal() -> None:
    """A pass after the lights came on and before the go doesn't count: a false start, perhaps."""
    assert verdicts(heat(9_000, 12_000, lights_race_ns=ms(5_000))) == ["false_start", "counted"]


def test_a_pass_that_may_be_the_go_is_one() -> None:
    """A pass that may have happened at the go, within its bound, isn't one before it."""
    near = crossing(12_000, race_ns=ms(GO_MS) - 40_000)
    far = crossing(12_000, race_ns=ms(GO_MS) - 40_001)
    assert verdicts(heat(near)) == ["counted"]
    assert verdicts(heat(far)) == ["before_start"]


def test_nothing_counts_before_an_armed_heat_starts() -> None:
    """As long as a heat is armed no pass counts; its first one starts it."""
    armed = heat(12_000, started_race_ns=None, armed_race_ns=ms(11_000))
    assert verdicts(armed) == ["before_start"]
    assert run_of(armed).window_opens_ns is None
    assert laps_ms(replace(armed, started_race_ns=ms(12_000))) == []


def test_a_false_start_may_be_forgiven() -> None:
    """A pass before the go counts where a marshal says so, or gives it to the run."""
    restored = crossing(9_000, restore_ruling_id=R)
    given = crossing(9_000, ruled_entry_id=ENTRY)
    assert laps_ms(heat(restored, 17_000)) == laps_ms(heat(given, 17_000)) == [8_000]


def test_warm_up_laps_do_not_count_and_open_the_window() -> None:
    """The first laps of a run don't count; the window opens with the pass that ends them."""
    warm = heat(12_000, 20_000, 29_000, 37_000, options=replace(OPTIONS, warmup_laps=2))
    assert invalids(warm) == ["warmup", "warmup", None]
    assert run_of(warm).window_opens_ns == ms(29_000)


def test_warm_up_behind_a_go_leaves_the_window() -> None:
    """Where the go opens the window, warm-up laps take their time from it."""
    options = replace(OPTIONS, warmup_laps=1, start_mode="lights")
    warm = heat(12_000, 20_000, 29_000, options=options)
    assert invalids(warm) == ["warmup", None]
    assert run_of(warm).window_opens_ns == ms(GO_MS)


def test_so_many_laps_that_count_end_the_run() -> None:
    """A run is over with ``max_laps`` laps that count; what follows doesn't count."""
    limited = heat(12_000, 15_000, 18_000, 21_000, options=replace(OPTIONS, max_laps=2))
    assert laps_ms(limited) == [3_000, 3_000]
    assert verdicts(limited)[-1] == "no_heat_running"
    assert run_of(limited).last_lap_closed_ns == ms(18_000)


def test_a_struck_lap_leaves_room_for_another() -> None:
    """Laps that don't count aren't counted against ``max_laps``."""
    struck = crossing(15_000, lap_void_ruling_id=R)
    limited = heat(12_000, struck, 18_000, 21_000, 24_000, options=replace(OPTIONS, max_laps=2))
    assert invalids(limited) == ["ruling", None, None]


def test_a_credited_lap_takes_the_place_of_a_driven_one() -> None:
    """A lap that a marshal gave counts towards ``max_laps``."""
    given = ruled(credits=(Credit(R, ENTRY, ms(9_000), 0, ms(30_000)),))
    limited = heat(12_000, 15_000, 18_000, options=replace(OPTIONS, max_laps=2), rulings=given)
    assert laps_ms(limited) == [3_000, 9_000]


def test_a_lap_over_two_boots_was_never_timed() -> None:
    """A lap whose passes are of one node but two boots doesn't count, and nobody restores it."""
    anew = crossing(20_000, boot_id=BootId("boot-2"), lap_restore_ruling_id=R)
    last = crossing(28_000, boot_id=BootId("boot-2"))
    assert invalids(heat(12_000, anew, last)) == ["two_boots", None]


def test_a_lap_over_two_nodes_is_timed_with_its_bound() -> None:
    """A lap between two nodes is timed by the race clock, whatever their boots."""
    backup = crossing(20_000, node_id=NodeId("node-2"), boot_id=BootId("boot-9"))
    (lap,) = run_of(heat(12_000, backup)).laps
    assert (lap.invalid, lap.duration_ns, lap.bound_ns) == (None, ms(8_000), 80_000)


def test_incidents_make_a_lap_invalid_beyond_the_limit() -> None:
    """A lap with more off-tracks and resets than the stage allows doesn't count."""
    marks = ruled(incidents=(incident(13_000), incident(14_000, "reset"), incident(21_000)))
    limited = heat(12_000, 20_000, 28_000, rulings=marks, options=replace(OPTIONS, incidents_max=1))
    assert invalids(limited) == ["incidents", None]
    closing = crossing(20_000, lap_restore_ruling_id=R)
    restored = replace(limited, passes={**limited.passes, closing.pass_ref: closing})
    assert invalids(restored) == [None, None]


def test_no_incident_is_allowed_where_none_is() -> None:
    """A limit of 0 makes a lap with one incident invalid; no limit allows any number."""
    marks = ruled(incidents=(incident(13_000),))
    strict = replace(OPTIONS, incidents_max=0)
    assert invalids(heat(12_000, 20_000, rulings=marks, options=strict)) == ["incidents"]
    assert invalids(heat(12_000, 20_000, rulings=marks)) == [None]


def test_off_tracks_and_resets_cost_time() -> None:
    """Each off-track and each reset adds its penalty to the lap in which it happened."""
    options = replace(OPTIONS, off_track_penalty_ns=ms(2_000), reset_penalty_ns=ms(5_000))
    marks = ruled(incidents=(incident(13_000), incident(20_000), incident(21_000, "reset")))
    one, two = run_of(heat(12_000, 20_000, 28_000, rulings=marks, options=options)).laps
    assert (one.off_tracks, one.resets, one.ranked_ns) == (2, 0, ms(8_000 + 4_000))
    assert (two.off_tracks, two.resets, two.ranked_ns) == (0, 1, ms(8_000 + 5_000))


def test_penalties_are_added_to_the_lap_or_to_the_run() -> None:
    """A penalty is added to the lap that its pass closed or, without one, to the run."""
    given = ruled(
        penalties=(
            Penalty(R, ENTRY, ref(20_000), ms(3_000)),
            Penalty(RulingId("2"), ENTRY, ref(20_000), ms(500)),
            Penalty(RulingId("3"), ENTRY, None, ms(7_000)),
            Penalty(RulingId("4"), OTHER, None, ms(9_000)),
        )
    )
    run = run_of(heat(12_000, 20_000, 28_000, rulings=given))
    assert [lap.penalty_ns for lap in run.laps] == [ms(3_500), 0]
    assert run.penalty_ns == ms(7_000)


def test_laps_that_nobody_expects_are_flagged() -> None:
    """A lap quicker or slower than the stage expects is flagged, and counts all the same."""
    options = replace(OPTIONS, lap_min_ns=ms(3_000), lap_max_ns=ms(9_000))
    run = run_of(heat(12_000, 14_999, 17_999, 26_999, 36_000, options=options))
    assert [lap.is_suspect for lap in run.laps] == [True, False, False, True]
    assert len(run.valid_laps) == 4
    struck = crossing(36_000, lap_void_ruling_id=R)
    (lap,) = run_of(heat(12_000, struck, options=options)).laps
    assert not lap.is_suspect


def test_a_struck_pass_stays_struck() -> None:
    """A void pass doesn't count, though somebody had restored it before."""
    both = crossing(13_000, void_ruling_id=R, restore_ruling_id=RulingId("2"))
    assert verdicts(heat(12_000, both, 20_000)) == ["counted", "voided", "counted"]


def test_a_restored_pass_counts_inside_the_dead_time() -> None:
    """A pass inside the dead time counts where a marshal says that it was a crossing."""
    assert laps_ms(heat(12_000, crossing(13_000, restore_ruling_id=R), 20_000)) == [1_000, 7_000]


def test_nobody_restores_a_pass_of_a_run_that_is_over() -> None:
    """A pass after the last lap doesn't count, whatever is restored: time is given back instead."""
    late = crossing(52_000, restore_ruling_id=R)
    assert verdicts(heat(12_000, 43_000, late))[-1] == "no_heat_running"
