from tests.timing_server.formats.driving import WIDE
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, ms, planned_race
from timing_server.formats.sectors import stage_bests
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.rulings import VoidLap
from timing_server.rules.facts.plan import GateBound
from timing_server.rules.units import EntryId, NodeId, PassRef, RulingId

ONE, TWO = EntryId("entry-1"), EntryId("entry-2")


def drive(race: ScriptedRace, *laps: tuple[int | None, int]) -> list[PassRef]:
    """Let the next heat drive laps of (milliseconds to gate 1, to the line), each in two parts."""
    race.ask(CallNextHeat())
    heat_id = race.state.active_heat_id
    assert heat_id is not None
    race.ask(StartHeat(heat_id))
    race.crossing(race.now_ms + 1_000)
    refs = []
    for to_gate, to_line in laps:
        began_ms = race.now_ms
        if to_gate is not None:
            race.crossing(began_ms + to_gate, "sector-1")
        refs.append(race.crossing(began_ms + (to_gate or 0) + to_line))
    race.ask(StopHeat(heat_id))
    return refs


def test_bests_of_a_stage() -> None:
    """It should keep each entry's best parts and the best of all, over all runs."""
    race = planned_race(2, WIDE).at(1_000)
    drive(race, (3_000, 6_000), (3_200, 5_000))
    drive(race, (2_900, 6_500))
    bests = stage_bests(race.state, STAGE)
    assert bests.gates_n == 1
    assert bests.own[ONE][0, 1] == ms(3_000)
    assert (bests.overall[0, 1], bests.overall[1, 0]) == (ms(2_900), ms(5_000))
    assert bests.ideal_of(ONE) == ms(8_000)
    assert bests.ideal_of(TWO) == ms(9_400)
    assert bests.ideal_of(EntryId("nobody")) is None


def test_a_lap_that_does_not_count() -> None:
    """It should leave out the sectors of a lap that was struck."""
    race = planned_race(1, WIDE).at(1_000)
    first, _ = drive(race, (2_000, 6_000), (3_200, 5_000))
    race.ask(VoidLap(RulingId("r-1"), first, "cut"))
    assert stage_bests(race.state, STAGE).ideal_of(ONE) == ms(8_200)


def test_a_lap_without_sectors_may_be_the_ideal_one() -> None:
    """It should not call a lap ideal that is slower than one that was driven."""
    race = planned_race(1, WIDE).at(1_000)
    drive(race, (3_000, 6_000), (None, 8_500))
    assert stage_bests(race.state, STAGE).ideal_of(ONE) == ms(8_500)


def test_no_sector_gates() -> None:
    """It should know no ideal lap where no gate parts any."""
    race = planned_race(1, WIDE).at(1_000)
    drive(race, (None, 8_500))
    bests = stage_bests(race.state, STAGE)
    assert (bests.gates_n, bests.ideal_of(ONE)) == (0, None)


def test_sectors_are_counted_by_the_gates_there_are() -> None:
    """It should call a part two sectors long where a gate between them saw nobody all day."""
    race = planned_race(1, WIDE).at(1_000)
    race.append(GateBound(NodeId("node-1"), "far", "sector-2"))
    drive(race, (3_000, 6_000))
    bests = stage_bests(race.state, STAGE)
    assert bests.sectors_of((0, 1)) == (1, 1)
    assert bests.sectors_of((1, 0)) == (2, 3)
