"""What is said of laps: only what was recorded, from the thresholds on."""

from dataclasses import replace
from typing import Any

import pytest

from tests.timing_server.service.analysis.laps import changed, lap_of, run_of, samples_of
from timing_server.service.analysis import findings as subject
from timing_server.service.analysis.causes import Finding
from timing_server.service.analysis.laps import Exit, LapTrace, Position, Run
from timing_server.service.analysis.measures import measure

BEST = lap_of(1, 2_000_000, 2_000_000)


def said(run: Run) -> dict[str, Finding]:
    """Return the findings of a run by their codes."""
    return {each.code: each for each in subject.find(run, measure(run))}


def causes(lap: LapTrace) -> dict[str, Finding]:
    """Return why a lap's second part was slower than the best one's."""
    finding = said(run_of(BEST, lap))["part_loss"]
    assert finding.values == {"lap": 2, "loss_us": 300_000, "first": 2, "last": 2}
    return {each.code: each for each in finding.causes}


SLOW = lap_of(2, 2_000_000, 2_300_000)


@pytest.mark.parametrize(
    ("lap", "code", "values"),
    [
        (SLOW, "no_cause", {}),
        (
            changed(SLOW, 3_000_000, 3_400_000, throttle=0.1),
            "lifted",
            {"time_us": 400_000},
        ),
        (changed(SLOW, 3_000_000, 3_200_000, is_taken=False), "idle", {"time_us": 200_000}),
        (
            changed(SLOW, 3_000_000, 3_150_000, latency_us=140_000),
            "late_pictures",
            {"count": 3, "most_us": 140_000},
        ),
        (replace(SLOW, exits=(Exit(2_500_000, 0.6),)), "left_track", {"count": 1}),
        (replace(SLOW, samples=()), "not_recorded", {}),
        (
            replace(
                SLOW,
                frames_at_us=tuple(x for x in SLOW.frames_at_us if not 3e6 < x < 3.2e6),
            ),
            "missing",
            {"time_us": 150_000},
        ),
    ],
)
def test_why_a_part_was_lost(lap: LapTrace, code: str, values: dict[str, Any]) -> None:
    """It should name what the record shows in that part, and nothing beside it."""
    assert causes(lap) == {code: Finding(code, values)}


@pytest.mark.parametrize(
    "lap",
    [
        # All of it happened in the first part, in which nothing was lost.
        changed(SLOW, 500_000, 1_500_000, throttle=0.1),
        changed(SLOW, 500_000, 700_000, latency_us=140_000),
        replace(SLOW, exits=(Exit(500_000, 0.1),)),
        # Below what is worth a word.
        changed(SLOW, 3_000_000, 3_100_000, throttle=0.1),
        changed(SLOW, 3_000_000, 3_400_000, throttle=0.45),
        changed(SLOW, 3_000_000, 3_400_000, latency_us=55_000),
    ],
)
def test_what_did_not_cost_it_is_not_blamed(lap: LapTrace) -> None:
    """It should say that the record doesn't tell why, rather than name something."""
    assert causes(lap) == {"no_cause": Finding("no_cause")}


def test_a_small_loss_is_no_finding() -> None:
    """It should leave out what any two laps differ by."""
    assert "part_loss" not in said(run_of(BEST, lap_of(2, 2_000_000, 2_049_000)))
    assert "part_loss" in said(run_of(BEST, lap_of(2, 2_000_000, 2_050_000)))


def test_a_lap_without_sectors_is_lost_as_a_whole() -> None:
    """It should not make up where in the lap it was."""
    run = run_of(lap_of(1, 4_000_000), lap_of(2, 4_300_000))
    assert said(run)["lap_loss"].values == {"lap": 2, "loss_us": 300_000}


def driven(number: int, radius_m: float, speed_mps: float, **fields: Any) -> LapTrace:
    """Return a lap along a straight of so many metres, at a speed that was measured."""
    lap = lap_of(number, 2_000_000, 2_000_000 + 300_000 * (number - 1), **fields)
    samples = tuple(
        replace(
            each,
            position=Position(radius_m * each.at_us / lap.duration_us, 0.0, 0.0),
            speed_mps=speed_mps,
        )
        for each in lap.samples
    )
    return replace(lap, samples=samples)


def test_positions_tell_of_ways_and_speeds() -> None:
    """It should say by how much a way was longer, and how fast a part was entered."""
    run = run_of(driven(1, 10.0, 2.5), driven(2, 12.0, 2.0))
    found = {each.code: each.values for each in said(run)["part_loss"].causes}
    assert found["slow_entry"] == {"mine_cms": 200, "theirs_cms": 250}
    # 12 m × 2.3/4.3 s against 10 m × 2/4 s, less the step at which each was last seen.
    assert found["longer_way"]["more_cm"] == pytest.approx(142, abs=15)


def test_steering_more_is_told() -> None:
    """It should say by how much the wheels were turned more."""
    best = replace(BEST, samples=samples_of(4_000_000, steering=0.2))
    lap = replace(SLOW, samples=samples_of(4_300_000, steering=-0.4))
    [cause] = said(run_of(best, lap))["part_loss"].causes
    assert cause == Finding("steered_more", {"more_pct": 100})


LAPS = tuple(lap_of(number, 2_000_000, 2_000_000) for number in range(1, 6))


def late(lap: LapTrace, latency_us: int = 90_000) -> LapTrace:
    return changed(lap, 0, 10_000_000, latency_us=latency_us)


def test_slow_because_late() -> None:
    """It should name the laps that were slow while the car was late."""
    found = said(run_of(*LAPS, late(lap_of(6, 2_000_000, 2_500_000))))
    assert found["slow_and_late"].laps == (6,)
    assert found["slow_and_late"].values == {"late_us": 90_000, "usual_us": 40_000}


def test_late_is_not_always_slow() -> None:
    """It should say so where lateness cost nothing, and where slowness had another reason."""
    assert said(run_of(*LAPS, late(lap_of(6, 2_000_000, 2_000_000))))["late_not_slow"].laps == (6,)
    assert said(run_of(*LAPS, lap_of(6, 2_000_000, 2_500_000)))["slow_not_late"].laps == (6,)
    alike = said(run_of(*LAPS))
    assert not {"slow_and_late", "late_not_slow", "slow_not_late"} & alike.keys()


def test_one_lap_is_never_slow() -> None:
    """It should compare only where there are three laps to have a middle."""
    two = run_of(lap_of(1, 4_000_000), late(lap_of(2, 5_000_000)))
    assert "slow_and_late" not in said(two)


def test_the_spread_and_where_it_is() -> None:
    """It should name the part in which most of the spread lies."""
    run = run_of(
        *(lap_of(n, 1_000_000, 2_000_000 + 100_000 * n, 1_000_000 + 10_000 * n) for n in range(4))
    )
    found = said(run)["spread"]
    assert found.values == {"count": 4, "range_us": 330_000}
    assert found.causes == (Finding("spread_part", {"first": 2, "last": 2, "range_us": 300_000}),)


def test_ideal_and_actions_and_gaps() -> None:
    """It should tell of the ideal lap, of one-sided choices, and of what wasn't recorded."""
    one = lap_of(1, 1_000_000, 3_000_000)
    two = lap_of(2, 2_000_000, 2_000_000)
    chosen = [replace(lap, samples=samples_of(4_000_000, action=1)) for lap in (one, two)]
    empty = lap_of(3, 2_000_000, 2_000_000, samples=())
    cut = lap_of(4, 2_000_000, 2_000_000, is_cut=True)
    run = run_of(*chosen, empty, cut, actions=((0.0, 1.0), (10.0, 1.0), (-10.0, 1.0)))
    found = said(run)
    assert found["ideal"].values == {"ideal_us": 3_000_000, "gain_us": 1_000_000}
    assert found["one_action"].values == {"action": 1, "share_pct": 100}
    assert found["unused_actions"].values == {"count": 2, "of": 3}
    assert found["laps_not_recorded"].laps == (3,)
    assert found["laps_cut"].laps == (4,)


def test_exits_are_counted() -> None:
    """It should say how often the track was left and on which laps."""
    off = replace(LAPS[1], exits=(Exit(1, 0.1), Exit(2, 0.2)))
    found = said(run_of(LAPS[0], off))["exits"]
    assert (found.values, found.laps) == ({"count": 2}, (2,))


def test_two_laps_are_compared_alone() -> None:
    """It should tell where one lap lost against another one, the greatest loss first."""
    one, other = lap_of(3, 2_100_000, 2_400_000), lap_of(1, 2_000_000, 2_000_000)
    run = run_of(one, other)
    found = subject.compare(one, other, run, measure(run))
    assert [each.values["loss_us"] for each in found] == [400_000, 100_000]
    assert subject.compare(other, one, run, measure(run)) == ()


def test_a_log_without_latency_says_so() -> None:
    """It should say of a car that nothing tells how late it was, and not of a simulation."""
    lap = lap_of(1, 2_000_000, samples=samples_of(2_000_000, latency_us=None))
    assert "no_latency" in said(run_of(lap))
    assert "no_latency" not in said(run_of(lap, throttle_unit="mps"))
