"""What holds for every heat of several runs, whoever marks, pauses, rules and undoes in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.delivery import delivered_anyhow, replayed
from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, ScriptedRace, ms, planned_race
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import PauseHeat, ResumeHeat
from timing_server.rules.commands.rulings import (
    CreditLap,
    DisqualifyEntry,
    ExtendWindow,
    GivePenalty,
    InsertPass,
    MarkOffTrack,
    MarkReset,
    ReassignPass,
    RestartRun,
    RestoreLap,
    RestorePass,
    ReverseRuling,
    RuleRun,
    VoidLap,
    VoidPass,
)
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatCalled, HeatStarted
from timing_server.rules.facts.plan import GateBound, HeatPlanned, MarkBound, RunEquipped
from timing_server.rules.facts.sensors import ClockRelated, PassDetected, PassIdentified
from timing_server.rules.passes.strays import stray_passes, unassigned_passes
from timing_server.rules.reduce import reduce, reduce_all
from timing_server.rules.scoring.laps import compute_score, score_heat
from timing_server.rules.scoring.offers import window_offers
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.state.heat import Heat
from timing_server.rules.stored.codec import decode_chain
from timing_server.rules.units import CarId, EntryId, HeatId, MarkId, NodeId, PassRef, RulingId

SHARED = HeatId("shared")
ENTRIES = tuple(EntryId(f"entry-{number}") for number in (1, 2, 3))
GATES = ("lane-1", "lane-2", "finish")
LIMITS = (
    OPTIONS,
    replace(OPTIONS, max_laps=3, incidents_max=0, lap_max_ns=ms(7_500)),
    replace(OPTIONS, start_mode="hand", warmup_laps=1, off_track_penalty_ns=ms(2_000)),
)

#: What a person may do, once it is known when, about which run and about which pass.
Act = Callable[[RulingId, EntryId, PassRef, int], Command]
ACTS: dict[str, Act] = {
    "insert": lambda key, who, _, at: InsertPass(key, SHARED, at - ms(1_000), 10**8, "", who),
    "void": lambda key, _, ref, __: VoidPass(key, ref, ""),
    "restore": lambda key, _, ref, __: RestorePass(key, ref, ""),
    "reassign": lambda key, who, ref, _: ReassignPass(key, ref, SHARED, who, ""),
    "void_lap": lambda key, _, ref, __: VoidLap(key, ref, ""),
    "restore_lap": lambda key, _, ref, __: RestoreLap(key, ref, ""),
    "credit": lambda key, who, _, __: CreditLap(key, SHARED, who, ms(7_000), 0, ""),
    "off_track": lambda key, who, _, __: MarkOffTrack(key, SHARED, who, None),
    "reset": lambda key, who, _, __: MarkReset(key, SHARED, who, None),
    "penalty": lambda key, who, ref, _: GivePenalty(key, SHARED, who, ms(3_000), ref, ""),
    "run_penalty": lambda key, who, _, __: GivePenalty(key, SHARED, who, ms(3_000), None, ""),
    "dnf": lambda key, who, _, __: RuleRun(key, SHARED, who, "dnf", ""),
    "dns": lambda key, who, _, __: RuleRun(key, SHARED, who, "dns", ""),
    "dsq": lambda key, who, _, __: RuleRun(key, SHARED, who, "dsq", ""),
    "out": lambda key, who, _, __: DisqualifyEntry(key, who, ""),
    "extend": lambda key, who, _, __: ExtendWindow(key, SHARED, who, ms(5_000), ""),
    "restart": lambda key, who, _, __: RestartRun(key, SHARED, who, None, ""),
    "undo": lambda key, _, __, ___: ReverseRuling(key, None, ""),
    "pause": lambda _, __, ___, ____: PauseHeat(SHARED, "pause"),
    "resume": lambda _, __, ___, ____: ResumeHeat(SHARED),
}


@dataclass(frozen=True)
class Step:
    after_ms: int
    gate: str
    seen: tuple[str, ...]
    act: str | None
    who: EntryId
    which: int


STEPS = st.builds(
    Step,
    # Few different values, so that ties and doubles inside the dead time are common.
    after_ms=st.sampled_from([0, 300, 1_999, 2_000, 6_000, 7_000, 8_000]),
    gate=st.sampled_from(GATES),
    seen=st.sampled_from([(), (), ("tag-1",), ("tag-2",), ("tag-3",), ("tag-1", "tag-2")]),
    act=st.sampled_from([None, None, None, *ACTS]),
    who=st.sampled_from(ENTRIES),
    which=st.integers(0, 30),
)


@st.composite
def shared_races(draw: st.DrawFn) -> ScriptedRace:
    """Draw a race with a heat of three runs, two of them with a lane, each with a marked car."""
    race = planned_race(3, draw(st.sampled_from(LIMITS)))
    has_lanes = draw(st.booleans())
    race.append(HeatPlanned(SHARED, STAGE, ENTRIES, lanes=(1, 2, 3) if has_lanes else ()))
    for number, entry_id in enumerate(ENTRIES, 1):
        car_id = CarId(f"car-{number}")
        race.append(RunEquipped(SHARED, entry_id, car_id, None))
        race.append(MarkBound(MarkId(f"tag-{number}"), car_id))
    for lane in (1, 2):
        race.append(GateBound(NodeId("node-1"), f"lane-{lane}", "finish", lane))
    race.at(10_000).append(HeatCalled(SHARED), HeatStarted(SHARED, ms(10_000)))
    for number, step in enumerate(draw(st.lists(STEPS, max_size=14))):
        take(race, step, RulingId(f"ruling-{number}"))
    return race


def take(race: ScriptedRace, step: Step, ruling_id: RulingId) -> None:
    crossed = race.crossing(race.now_ms + step.after_ms, step.gate)
    for mark in step.seen:
        race.append(PassIdentified(crossed, MarkId(mark), "camera", 80), actor="node")
    if step.act is not None:
        known = sorted(race.state.heats[SHARED].passes) or [crossed]
        ref = known[step.which % len(known)]
        attempt(race, ACTS[step.act](ruling_id, step.who, ref, ms(race.now_ms)))


def attempt(race: ScriptedRace, command: Command) -> bool:
    """Give a command that may be refused; say whether it was accepted."""
    answer = decide(race.state, command, ms(race.now_ms))
    if isinstance(answer, RuleViolation):
        return False
    race.append(*answer, actor="marshal")
    return True


def shared_heat(race: ScriptedRace) -> Heat:
    return race.state.heats[SHARED]


def disqualified(state: EventState) -> frozenset[EntryId]:
    entries = state.entries.values()
    return frozenset(each.entry_id for each in entries if each.disqualified_by is not None)


def outcome(state: EventState) -> object:
    scores = [score_heat(state, heat_id) for heat_id in state.heats]
    offers = [window_offers(state.heats[each.heat_id], each) for each in scores]
    return scores, offers, stray_passes(state), unassigned_passes(state)


@given(shared_races(), st.randoms(use_true_random=False))
def test_delivery_leaves_no_trace(race: ScriptedRace, random: Random) -> None:
    """Sensors' facts, in any order and some of them twice, give the same laps to the same runs."""
    sensed = (PassDetected, ClockRelated, PassIdentified)
    assert outcome(delivered_anyhow(race, sensed, random)) == outcome(race.state)


@given(shared_races(), st.integers(1, 40))
def test_replay_is_the_race(race: ScriptedRace, size: int) -> None:
    """The stored bytes alone, read again one by one or many at once, give the same race."""
    log = list(decode_chain(race.stored))
    at_once = empty_state(race.state.stream)
    for start in range(0, len(log), size):
        at_once = reduce_all(at_once, log[start : start + size])
    assert replayed(race, log) == at_once == race.state
    assert outcome(at_once) == outcome(race.state)


@given(shared_races(), st.sampled_from(sorted(ACTS)), st.sampled_from(ENTRIES), st.integers(0, 30))
def test_a_reversed_ruling_leaves_no_trace(
    race: ScriptedRace, act: str, who: EntryId, which: int
) -> None:
    """Any ruling that is reversed restores every run exactly; so does its return."""
    known = sorted(shared_heat(race).passes) or [PassRef("none:none:1")]
    ruling_id = RulingId("last")
    before = outcome(race.state)
    command = ACTS[act](ruling_id, who, known[which % len(known)], ms(race.now_ms))
    if not attempt(race, command) or ruling_id not in race.state.rulings:
        return
    ruled = outcome(race.state)
    race.ask(ReverseRuling(RulingId("back"), ruling_id, ""))
    assert outcome(race.state) == before
    race.ask(ReverseRuling(RulingId("again"), RulingId("back"), ""))
    assert outcome(race.state) == ruled


@given(shared_races())
def test_every_pass_has_one_owner_at_most(race: ScriptedRace) -> None:
    """A counted pass belongs to exactly one run, and laps lie between passes of their own run."""
    score = race.score(SHARED)
    owner = {each.pass_ref: each.entry_id for each in score.passes if each.verdict == "counted"}
    assert None not in owner.values()
    for run in score.runs:
        driven = [lap for lap in run.laps if not lap.is_credited]
        assert {owner[ref] for lap in driven for ref in (lap.opening_ref, lap.pass_ref)} <= {
            run.entry_id
        }
        assert [each.opening_ref for each in driven[1:]] == [each.pass_ref for each in driven[:-1]]
        assert [lap.number for lap in run.laps] == list(range(1, len(run.laps) + 1))
        counted = list(owner.values()).count(run.entry_id)
        assert run.status == "dns" or len(driven) == max(0, counted - 1)


@given(shared_races())
def test_runs_do_not_disturb_each_other(race: ScriptedRace) -> None:
    """Each run is worth what it would be worth if nobody else had been on track."""
    heat, score = shared_heat(race), race.score(SHARED)
    owner = {each.pass_ref: each.entry_id for each in score.passes}
    for run in score.runs:
        own = {key: each for key, each in heat.passes.items() if owner.get(key) == run.entry_id}
        alone = replace(heat, entry_ids=(run.entry_id,), passes=own)
        assert compute_score(alone, disqualified(race.state)).runs == (run,)


@given(shared_races())
def test_scores_on_the_way_are_those_from_scratch(race: ScriptedRace) -> None:
    """After each fact a heat is worth the same, whether it was scored on the way or all at once."""
    state = empty_state(race.state.stream)
    for recorded in race.log:
        state = reduce(state, recorded)
        for heat_id, heat in state.heats.items():
            assert score_heat(state, heat_id) == compute_score(heat, disqualified(state))
