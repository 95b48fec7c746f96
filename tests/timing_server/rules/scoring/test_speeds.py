from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import ScriptedRace, ms, planned_race, running_race
from timing_server.rules.commands.rulings import VoidPass
from timing_server.rules.facts.sensors import SpeedMeasured
from timing_server.rules.reduce import reduce_all
from timing_server.rules.scoring.speeds import TrapSpeed, heat_speeds, top_speed
from timing_server.rules.state.event import empty_state
from timing_server.rules.units import (
    BootId,
    EntryId,
    HeatId,
    JournalId,
    NodeId,
    PassRef,
    RulingId,
)

ENTRY = EntryId("entry-1")


def speed(race: ScriptedRace, from_ref: PassRef, to_ref: PassRef, mmps: int) -> SpeedMeasured:
    """Return what the node measures between two passes of its journal."""
    race.node.seq += 1
    return SpeedMeasured(
        node_id=NodeId(race.node.name),
        boot_id=BootId(race.node.boot),
        journal_id=JournalId(race.node.journal),
        seq=race.node.seq,
        from_gate="trap-a",
        to_gate="trap-b",
        from_seq=int(from_ref.rsplit(":", 1)[1]),
        to_seq=int(to_ref.rsplit(":", 1)[1]),
        duration_ns=ms(100),
        distance_mm=300,
        distance_bound_mm=1,
        speed_mmps=mmps,
        bound_mmps=12,
    )


def trapped(race: ScriptedRace, at_ms: int, mmps: int) -> tuple[PassRef, PassRef]:
    """Drive through the trap; return both passes."""
    refs = (race.crossing(at_ms, "trap-a"), race.crossing(at_ms + 100, "trap-b"))
    race.append(speed(race, *refs, mmps), actor="node")
    return refs


def found(race: ScriptedRace) -> list[tuple[int, PassRef | None]]:
    """Return the first heat's speeds with the passes that closed their laps."""
    own = heat_speeds(race.state, race.state.heats[HeatId("heat-1")]).get(ENTRY, ())
    return [(each.speed_mmps, each.lap_ref) for each in own]


def test_a_speed_belongs_to_its_lap() -> None:
    """It should bind each speed to the lap that was under way, the newest to none yet."""
    race = running_race()
    race.crossing(11_000)
    trapped(race, 14_000, 3_000)
    first = race.crossing(20_000)
    trapped(race, 23_000, 3_400)
    second = race.crossing(29_000)
    trapped(race, 32_000, 3_100)
    assert found(race) == [(3_000, first), (3_400, second), (3_100, None)]
    own = heat_speeds(race.state, race.state.heats[HeatId("heat-1")])[ENTRY]
    assert top_speed(own) == own[1]
    assert top_speed(()) is None


def test_a_trap_that_ends_at_the_line() -> None:
    """It should give the speed to the lap that the very pass closes."""
    race = running_race()
    race.crossing(11_000)
    before = race.crossing(19_900, "trap-a")
    closing = race.crossing(20_000)
    race.append(speed(race, before, closing, 3_000), actor="node")
    assert found(race) == [(3_000, closing)]


def test_a_speed_alters_nothing() -> None:
    """It should leave the score the very same object."""
    race = running_race()
    race.crossing(11_000)
    refs = race.crossing(14_000, "trap-a"), race.crossing(14_100, "trap-b")
    race.crossing(20_000)
    before = race.score()
    race.append(speed(race, *refs, 3_000), actor="node")
    assert race.score() is before
    assert found(race)


def test_a_struck_pass_measured_nothing() -> None:
    """It should leave out a speed whose second pass a marshal struck."""
    race = running_race()
    race.crossing(11_000)
    _, ended = trapped(race, 14_000, 3_000)
    race.ask(VoidPass(RulingId("r-1"), ended, "a hand"))
    assert found(race) == []


def test_nobody_is_guessed() -> None:
    """It should leave out a speed outside any heat."""
    race = planned_race().at(1_000)
    trapped(race, 2_000, 3_000)
    assert found(race) == []
    assert heat_speeds(race.state, race.state.heats[HeatId("heat-1")]) == {}


@given(st.randoms(use_true_random=False))
def test_in_any_order(chance: object) -> None:
    """It should find the same whatever came first, the speed or its passes, and however often."""
    race = running_race()
    race.crossing(11_000)
    trapped(race, 14_000, 3_000)
    race.crossing(20_000)
    trapped(race, 23_000, 3_400)
    expected: list[TrapSpeed] = list(
        heat_speeds(race.state, race.state.heats[HeatId("heat-1")])[ENTRY]
    )
    sensed = [each for each in race.log if each.actor == "node"]
    others = [each for each in race.log if each.actor != "node"]
    mixed = [*sensed, *sensed]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    state = reduce_all(empty_state(race.state.stream), [*others, *mixed])
    assert list(heat_speeds(state, state.heats[HeatId("heat-1")])[ENTRY]) == expected
