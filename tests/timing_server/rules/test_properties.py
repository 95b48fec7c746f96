"""What holds for every race, however its facts are delivered."""

from dataclasses import dataclass
from functools import reduce as fold
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.delivery import delivered_anyhow
from tests.timing_server.rules.scripted_race import ScriptedNode, ScriptedRace, planned_race
from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.rulings import (
    InsertPass,
    MarkOffTrack,
    ReverseRuling,
    VoidLap,
    VoidPass,
)
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.sensors import ClockRelated, PassDetected
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.passes.strays import stray_passes, waiting_passes
from timing_server.rules.reduce import reduce
from timing_server.rules.scoring.laps import compute_score, score_heat
from timing_server.rules.scoring.scores import HeatScore
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.stored.codec import decode_chain
from timing_server.rules.units import EntryId, HeatId, RulingId

RULINGS = ("void_pass", "void_lap", "insert", "off_track", "reverse", "none", "none")


@dataclass(frozen=True)
class Crossing:
    after_ms: int
    ruling: str
    gate: str
    restarts: bool
    measures: bool


CROSSINGS = st.builds(
    Crossing,
    # Few different values, so that ties and doubles inside the dead time are common.
    after_ms=st.sampled_from([300, 1_999, 2_000, 6_000, 7_000, 7_000, 8_000, 29_000]),
    ruling=st.sampled_from(RULINGS),
    gate=st.sampled_from(["finish", "finish", "finish", "sector-1"]),
    restarts=st.sampled_from([False, False, False, True]),
    measures=st.booleans(),
)


@st.composite
def races(draw: st.DrawFn) -> ScriptedRace:
    """Draw a race of two or three heats with doubles, restarts, rulings and their reversal."""
    heats = draw(st.integers(2, 3))
    race = planned_race(heats).at(5_000)
    made = 0
    for number in range(1, heats + 1):
        heat_id = HeatId(f"heat-{number}")
        race.ask(CallNextHeat())
        race.ask(StartHeat(heat_id))
        for each in draw(st.lists(CROSSINGS, max_size=7)):
            drive(race, each)
            made += 1
            rule(race, each.ruling, number, RulingId(f"ruling-{made}"))
        if race.state.heats[heat_id].phase is HeatPhase.RUNNING:
            race.ask(StopHeat(heat_id))
    return race


def drive(race: ScriptedRace, each: Crossing) -> None:
    if each.restarts:
        old = race.node
        race.node = ScriptedNode(
            boot=old.boot + "x" if each.measures else old.boot,
            journal=old.journal + "x",
            offset_ms=old.offset_ms + 3 if each.measures else old.offset_ms,
        )
    if each.measures:
        race.append(race.node.relation(), actor="node")
    race.crossing(race.now_ms + each.after_ms, each.gate)


def rule(race: ScriptedRace, ruling: str, number: int, ruling_id: RulingId) -> None:
    heat_id, entry_id = HeatId(f"heat-{number}"), EntryId(f"entry-{number}")
    passes = race.score(heat_id).passes
    if ruling == "none" or not passes:
        return
    last = passes[-1].pass_ref
    commands: dict[str, Command] = {
        "void_pass": VoidPass(ruling_id, last, "not a car"),
        "void_lap": VoidLap(ruling_id, last, "cut"),
        "insert": InsertPass(ruling_id, heat_id, race.now_ms * 10**6 - 10**9, 10**8, "seen"),
        "off_track": MarkOffTrack(ruling_id, heat_id, entry_id, None),
        "reverse": ReverseRuling(ruling_id, None, "wrong"),
    }
    answer = decide(race.state, commands[ruling], race.now_ms * 10**6)
    if not isinstance(answer, RuleViolation):
        race.append(*answer, actor="marshal")


@dataclass(frozen=True)
class Outcome:
    scores: tuple[HeatScore, ...]
    standings: tuple[Standing, ...]
    strays: object


def outcome(state: EventState) -> Outcome:
    return Outcome(
        tuple(compute_score(heat) for heat in state.heats.values()),
        tuple(each for stage_id in state.stages for each in rank_stage(state, stage_id)),
        (stray_passes(state), waiting_passes(state)),
    )


@given(races(), st.randoms(use_true_random=False))
def test_delivery_leaves_no_trace(race: ScriptedRace, random: Random) -> None:
    """Sensors' facts, in any order and some of them twice, give the same race."""
    sensed = (PassDetected, ClockRelated)
    assert outcome(delivered_anyhow(race, sensed, random)) == outcome(race.state)


@given(races(), st.integers(1, 9))
def test_replay_in_any_batching_is_the_race(race: ScriptedRace, size: int) -> None:
    """Stored bytes, replayed in batches of any size with looks in between, give the same race."""
    log = list(decode_chain(race.stored))
    state = empty_state(race.state.stream)
    for start in range(0, len(log), size):
        state = fold(reduce, log[start : start + size], state)
        for heat_id, heat in state.heats.items():
            assert score_heat(state, heat_id) == compute_score(heat)
    assert state == race.state
    assert outcome(state) == outcome(race.state)


@given(races(), st.data())
def test_a_reversed_ruling_leaves_no_trace(race: ScriptedRace, data: st.DataObject) -> None:
    """A ruling that is reversed restores standings and scores exactly; so does its return."""
    refs = [each.pass_ref for heat in race.state.heats for each in race.score(heat).passes]
    before = outcome(race.state)
    ruling_id = RulingId("last")
    at_ns = race.now_ms * 10**6
    choices: list[Command] = [
        MarkOffTrack(ruling_id, HeatId("heat-1"), EntryId("entry-1"), 5_000 * 10**6),
        *(VoidPass(ruling_id, ref, "") for ref in refs),
        *(VoidLap(ruling_id, ref, "") for ref in refs),
        *(ReverseRuling(ruling_id, each, "") for each in race.state.rulings),
        InsertPass(ruling_id, HeatId("heat-1"), 5_001 * 10**6, 10**8, ""),
    ]
    answer = decide(race.state, data.draw(st.sampled_from(choices)), at_ns)
    if isinstance(answer, RuleViolation):
        return
    race.append(*answer)
    ruled = outcome(race.state)
    race.ask(ReverseRuling(RulingId("back"), ruling_id, ""))
    assert outcome(race.state) == before
    race.ask(ReverseRuling(RulingId("again"), RulingId("back"), ""))
    assert outcome(race.state) == ruled


@given(races())
def test_standings_are_a_total_order(race: ScriptedRace) -> None:
    """Everybody who ran stands once; better keys stand higher, and only equal ones tie."""
    standings = race.standings()
    ran = {
        entry_id
        for heat in race.state.heats.values()
        if heat.started_race_ns is not None
        for entry_id in heat.entry_ids
    }
    assert len(standings) == len(ran)
    assert {each.entry_id for each in standings} == ran
    for at, row in enumerate(standings):
        assert row.rank == 1 + sum(other.key < row.key for other in standings)
        assert row.rank <= at + 1
        for other in standings:
            assert (row.rank == other.rank) == (sorted(row.laps_ns) == sorted(other.laps_ns))
        assert row.best_lap_ns == min(row.laps_ns, default=None)
