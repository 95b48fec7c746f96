from dataclasses import replace

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules.commands.heats import PauseHeat, ResumeHeat
from timing_server.rules.commands.plan import BindGate
from timing_server.rules.units import NS_PER_S, HeatId, NodeId
from timing_server.service.devices.silence import silent_gates

NODE = NodeId("node-1")
FINISH, SECTOR = (NODE, "finish"), (NODE, "sector-1")
#: Half of the idle limit is 60 s, so that what a test expects is what the laps say.
LONG = replace(OPTIONS, window_ns=300 * NS_PER_S, idle_limit_ns=120 * NS_PER_S)


def silent(race: ScriptedRace, now_ms: int, *gates: tuple[NodeId, str]) -> list[tuple[str, int]]:
    """Return the silent gates at an instant, with how long they have been so in milliseconds."""
    found = silent_gates(race.at(now_ms).state, gates or (FINISH,), ms(now_ms))
    return [(each.gate, each.quiet_ns // ms(1)) for each in found]


def test_three_median_laps() -> None:
    """It should call a gate silent after three of the heat's median laps without a pass."""
    race = running_race(options=LONG)
    for at_ms in (11_000, 20_000, 29_000, 39_000):
        race.crossing(at_ms)
    assert silent(race, 66_000) == []
    assert silent(race, 66_001) == [("finish", 27_001)]


def test_well_again_with_the_next_pass() -> None:
    """It should take the word back as soon as the gate sees something."""
    race = running_race(options=LONG)
    for at_ms in (11_000, 20_000):
        race.crossing(at_ms)
    assert silent(race, 50_000) == [("finish", 30_000)]
    race.crossing(50_500)
    assert silent(race, 51_000) == []


def test_before_any_lap() -> None:
    """It should wait as long as the stage's longest lap, or a minute."""
    assert silent(running_race(options=LONG), 70_000) == []
    assert silent(running_race(options=LONG), 70_001) == [("finish", 60_001)]
    short = replace(LONG, lap_max_ns=20 * NS_PER_S)
    assert silent(running_race(options=short), 30_001) == [("finish", 20_001)]


def test_before_the_heat_would_end() -> None:
    """It should speak at half of the time after which the heat ends for want of passes."""
    race = running_race()
    assert silent(race, 25_000) == []
    assert silent(race, 25_001) == [("finish", 15_001)]


def test_each_gate_for_itself() -> None:
    """It should name the sector gate alone where the line still sees cars."""
    race = running_race(options=LONG)
    for at_ms in (11_000, 20_000, 29_000, 38_000, 47_000):
        race.crossing(at_ms)
    assert silent(race, 48_000, FINISH, SECTOR) == [("sector-1", 38_000)]


def test_a_pause_is_no_silence() -> None:
    """It should neither speak during a pause nor count it."""
    race = running_race(options=LONG)
    for at_ms in (11_000, 20_000):
        race.crossing(at_ms)
    race.at(25_000).ask(PauseHeat(HeatId("heat-1"), "pause"))
    assert silent(race, 90_000) == []
    race.ask(ResumeHeat(HeatId("heat-1")))
    assert silent(race, 111_000) == []
    assert silent(race, 113_000) == [("finish", 28_000)]


def test_nobody_races() -> None:
    """It should say nothing of gates before a heat, or where no event is open."""
    assert silent(planned_race(), 900_000) == []
    assert silent_gates(None, (FINISH,), ms(1)) == ()


def test_gates_that_no_lap_passes() -> None:
    """It should leave out a gate with another job, and one of a lane in which nobody drives."""
    race = running_race(options=LONG)
    race.ask(BindGate(NODE, "finish", "pit-lane"))
    assert silent(race, 80_000) == []
