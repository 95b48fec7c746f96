from dataclasses import replace
from functools import reduce as fold
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import STAGE, ScriptedNode
from tests.timing_server.rules.virtual.league import RULES, VirtualRace, s, virtual_race
from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing
from timing_server.rules.commands.heats import AbandonHeat, CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import EquipRun, PlanHeat, PlanStage
from timing_server.rules.commands.rulings import MarkReset, VoidLap
from timing_server.rules.commands.virtual import RecordRun
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import ClockRelated, PassDetected
from timing_server.rules.facts.virtual import BootBound
from timing_server.rules.reduce import reduce, reduce_all
from timing_server.rules.scoring.laps import compute_score, score_heat
from timing_server.rules.scoring.scores import HeatScore
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.units import (
    NS_PER_MS,
    NS_PER_S,
    CarId,
    EntryId,
    HeatId,
    RulingId,
    StageId,
    SubmissionId,
)


def laps_ms(state: EventState, name: str) -> list[int]:
    (run,) = score_heat(state, HeatId(f"heat-{name}")).runs
    return [(lap.duration_ns + lap.penalty_ns) // NS_PER_MS for lap in run.valid_laps]


def ranked(race: VirtualRace) -> list[tuple[str, int | None]]:
    return [(each.entry_id, each.value_ns) for each in rank_stage(race.state, STAGE)]


def test_a_run_is_a_heat_like_any_other() -> None:
    """It should make laps exact to the nanosecond, with their model, and rank them."""
    race = virtual_race()
    race.ask(race.submit("one"))
    run = replace(race.record("one"), passes_ns=(1_000_000_001, 9_250_000_002), laps_tried=1)
    race.ask(replace(run, sim_ns=9_250_000_002))
    (scored,) = score_heat(race.state, HeatId("heat-one")).runs
    (lap,) = scored.laps
    assert (lap.duration_ns, lap.bound_ns, lap.model_sha256) == (8_250_000_001, 0, "m" * 64)
    assert ranked(race) == [("entry-1", 8_250_000_000)]
    heat = race.state.heats[HeatId("heat-one")]
    assert heat.ended_race_ns == race.now_ms * NS_PER_MS
    assert (race.state.active_heat_id, race.state.queue) == (None, ())


def test_a_submission_is_driven_once() -> None:
    """It should refuse a second run, and change nothing by facts that come twice."""
    race = virtual_race()
    race.ask(race.submit("one"))
    race.ask(race.record("one", 1, 9, 17))
    again = replace(race.record("one", 1, 2, 3), heat_id=HeatId("heat-again"))
    assert race.refusal(again) == "submission_driven"
    before, log = race.state, list(race.log)
    # The same facts once more, as a log that was put together twice would hold them.
    twice = fold(reduce, [*log, *log], empty_state(before.stream))
    assert outcome(twice) == outcome(before)


def test_a_reset_costs_what_the_stage_says() -> None:
    """It should add each reset to its lap, and none before the first crossing."""
    race = virtual_race(reset_penalty_s=3)
    race.ask(race.submit("one"))
    race.ask(replace(race.record("one", 2, 10, 18), resets_ns=s(1, 11, 12)))
    assert laps_ms(race.state, "one") == [8_000, 14_000]


def test_a_collision_costs_what_the_rules_say() -> None:
    """It should add each collision within a lap to it, beside the resets."""
    rules = replace(RULES, collision_penalty_ns=5 * NS_PER_S)
    race = virtual_race(rules=rules)
    race.ask(race.submit("one"))
    run = replace(race.record("one", 2, 10, 18), collisions_ns=s(1, 3, 11), resets_ns=s(4))
    race.ask(replace(run, sim_ns=s(20)[0]))
    assert laps_ms(race.state, "one") == [15_000, 13_000]
    ahead = virtual_race(rules=replace(rules, collision_penalty_ns=0))
    ahead.ask(ahead.submit("one"))
    ahead.ask(run)
    assert laps_ms(ahead.state, "one") == [10_000, 8_000]


def test_a_lap_that_was_not_completed_is_none() -> None:
    """It should make no lap of the time between a crossing and one after a start from the grid."""
    race = virtual_race(format_name="total_time")
    race.ask(race.submit("one"))
    run = replace(race.record("one", 1, 9, 60, 68), beginnings_ns=s(55), resets_ns=s(20, 30, 40))
    race.ask(run)
    assert laps_ms(race.state, "one") == [8_000, 8_000]
    (standing,) = rank_stage(race.state, STAGE)
    assert (standing.value_laps, len(standing.laps_ns)) == (2, 2)


def test_a_run_without_a_lap_is_listed_behind_all() -> None:
    """It should record a model that never came round, so that its driver sees what it did."""
    race = virtual_race(entries=2)
    race.ask(race.submit("one", entry=2))
    race.ask(replace(race.record("one"), beginnings_ns=s(60, 120), sim_ns=s(180)[0], laps_tried=3))
    race.ask(race.submit("two"))
    race.ask(race.record("two", 1, 9))
    assert ranked(race) == [("entry-1", 8 * NS_PER_S), ("entry-2", None)]


def test_a_young_race_clock_goes_not_below_zero() -> None:
    """It should begin a run at 0 where it took longer than the race clock has run."""
    race = virtual_race()
    race.ask(race.submit("one"))
    race.ask(race.record("one", 1, 4_000))
    heat = race.state.heats[HeatId("heat-one")]
    assert (heat.started_race_ns, heat.ended_race_ns) == (0, 4_000 * NS_PER_S)


@pytest.mark.parametrize(
    "changes",
    [
        {"passes_ns": (5, 4)},
        {"passes_ns": (-1,)},
        {"resets_ns": s(99)},
        {"laps_tried": 4},
        {"sim_ns": -1},
    ],
)
def test_what_is_no_run_is_refused(changes: dict[str, object]) -> None:
    """It should refuse instants in no order, beyond the run, and more laps than it may have."""
    race = virtual_race()
    race.ask(race.submit("one"))
    run: RecordRun = replace(race.record("one", 1, 9), **changes)  # type: ignore[arg-type]
    assert race.refusal(run) == "run_malformed"


def test_marshals_rule_on_a_virtual_run() -> None:
    """It should let a lap be struck, and nothing of an abandoned heat count."""
    race = virtual_race()
    race.ask(race.submit("one"))
    race.ask(race.record("one", 1, 9, 16))
    best = score_heat(race.state, HeatId("heat-one")).passes[-1].pass_ref
    race.ask(VoidLap(RulingId("r1"), best, "cut"))
    assert ranked(race) == [("entry-1", 8 * NS_PER_S)]
    abandon = AbandonHeat(HeatId("heat-one"), "wrong track", HeatId("again"))
    assert race.refusal(abandon) == "heat_virtual"
    race.ask(replace(abandon, rerun_heat_id=None))
    assert ranked(race) == []


# --- beside each other -------------------------------------------------------------------------


def outcome(state: EventState) -> tuple[dict[HeatId, HeatScore], tuple[Standing, ...]]:
    scores = {heat_id: compute_score(heat) for heat_id, heat in state.heats.items()}
    return scores, rank_stage(state, STAGE)


LAPS_S = st.lists(st.sampled_from([4.0, 7.0, 7.5, 12.25]), max_size=4)


@st.composite
def leagues(draw: st.DrawFn) -> tuple[VirtualRace, dict[str, list[int]]]:
    """Draw runs of several workers whose instants overlap, around and within a real heat."""
    race = virtual_race(entries=3)
    race.ask(PlanStage(StageId("real"), "Final", "time_trial", HeatOptions()))
    race.ask(PlanHeat(HeatId("real"), StageId("real"), (EntryId("entry-1"),)))
    race.append(race.node.relation(), actor="node")
    wanted: dict[str, list[int]] = {}
    begins = draw(st.integers(0, 3))
    for number in range(draw(st.integers(1, 5))):
        if number == begins:
            race.ask(CallNextHeat())
            race.ask(StartHeat(HeatId("real")))
        if number >= begins:
            race.crossing(race.now_ms + draw(st.sampled_from([1, 3_000, 9_000])))
        name = f"run-{number}"
        laps_s = draw(LAPS_S)
        instants_s = [sum(laps_s[:at]) + 1.0 for at in range(len(laps_s) + 1)]
        race.ask(race.submit(name, entry=draw(st.integers(1, 3))))
        worker = draw(st.sampled_from(["worker-1", "worker-2", "node-1"]))
        run = race.record(name, *instants_s, worker=worker)
        race.ask(replace(run, laps_tried=0))
        wanted[name] = [round(each * 1000) for each in laps_s]
    if race.state.active_heat_id is not None:
        race.ask(StopHeat(HeatId("real")))
    return race, wanted


@given(leagues())
def test_runs_beside_each_other_never_mix(drawn: tuple[VirtualRace, dict[str, list[int]]]) -> None:
    """It should give each run its own passes and no other's, whatever happened at the instants."""
    race, wanted = drawn
    for name, laps in wanted.items():
        heat = race.state.heats[HeatId(f"heat-{name}")]
        assert laps_ms(race.state, name) == laps
        assert {each.boot_id for each in heat.passes.values()} <= {name}
    real = race.state.heats[HeatId("real")]
    assert all(each.boot_id == "boot-1" for each in real.passes.values())


@given(leagues(), st.randoms(use_true_random=False))
def test_the_order_of_what_was_sensed_leaves_no_trace(
    drawn: tuple[VirtualRace, dict[str, list[int]]], random: Random
) -> None:
    """It should give the same race where passes come before their boot is bound, or twice."""
    race, _ = drawn
    sensed = [each for each in race.log if isinstance(each.fact, PassDetected | ClockRelated)]
    decided = [each for each in race.log if each not in sensed]
    doubled = [*sensed, *sensed[::2]]
    random.shuffle(doubled)
    places = [True] * len(doubled) + [False] * len(decided)
    random.shuffle(places)
    sensors, people = iter(doubled), iter(decided)
    log: list[Recorded] = [next(sensors) if is_sensor else next(people) for is_sensor in places]
    assert outcome(fold(reduce, log, empty_state(race.state.stream))) == outcome(race.state)


@given(leagues())
def test_a_replay_all_at_once_is_the_same(
    drawn: tuple[VirtualRace, dict[str, list[int]]],
) -> None:
    """It should compute the same from the whole log at once, and hold each heat alike."""
    race, _ = drawn
    replayed = reduce_all(empty_state(race.state.stream), race.log)
    assert replayed.heats == race.state.heats
    assert outcome(replayed) == outcome(race.state)


def test_a_clock_related_for_a_run_changes_nothing() -> None:
    """It should keep simulated time as it was bound, whatever is measured of that boot."""
    race = virtual_race()
    race.ask(race.submit("one"))
    race.ask(race.record("one", 1, 9))
    before = outcome(race.state)
    race.append(ScriptedNode(name="worker-1", boot="one", offset_ms=99_000).relation())
    (key,) = race.state.boots
    race.append(BootBound(*key, HeatId("heat-one"), EntryId("entry-1"), 5), actor="worker")
    assert outcome(race.state) == before


def test_a_real_heat_is_raced_meanwhile() -> None:
    """It should record a run while a real heat is on track, and touch nothing of it."""
    race = virtual_race(entries=2)
    race.ask(PlanStage(StageId("real"), "Final", "time_trial", HeatOptions()))
    race.ask(PlanHeat(HeatId("real"), StageId("real"), (EntryId("entry-1"),)))
    race.append(race.node.relation(), actor="node")
    race.ask(EquipRun(HeatId("real"), EntryId("entry-1"), CarId("car-1"), None))
    race.ask(CallNextHeat())
    race.ask(StartHeat(HeatId("real")))
    race.crossing(race.now_ms + 1_000)
    race.ask(race.submit("one", entry=2))
    race.ask(race.record("one", 1, 9))
    assert race.state.active_heat_id == "real"
    race.crossing(race.now_ms + 6_000)
    race.ask(MarkReset(RulingId("r"), HeatId("real"), EntryId("entry-1"), None))
    race.ask(StopHeat(HeatId("real")))
    assert race.laps_ms("real") == [6_000]
    assert race.state.submissions[SubmissionId("one")].heat_id == "heat-one"
