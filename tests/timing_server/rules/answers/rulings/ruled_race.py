"""A race to rule on: one heat with three passes at 12, 20 and 28 s, so two laps of 8 s."""

from tests.timing_server.rules.scripted_race import ScriptedRace, ms, running_race
from timing_server.rules.units import EntryId, HeatId, PassRef, RulingId

HEAT = HeatId("heat-1")
ENTRY = EntryId("entry-1")
R1, R2, R3, R4, R5 = (RulingId(f"r{number}") for number in range(1, 6))


def ruled_race() -> ScriptedRace:
    """Return the race at 28 s, its heat still running."""
    race = running_race()
    for at_ms in (12_000, 20_000, 28_000):
        race.crossing(at_ms)
    return race


def ref_at(race: ScriptedRace, at_ms: int, heat: str = "heat-1") -> PassRef:
    """Return the pass of a heat at an instant."""
    passes = race.score(heat).passes
    return next(each.pass_ref for each in passes if each.crossed_race_ns == ms(at_ms))
