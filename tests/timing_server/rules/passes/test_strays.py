from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, ms, planned_race
from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted
from timing_server.rules.facts.plan import HeatPlanned
from timing_server.rules.facts.rulings import PassReassigned, PassVoided, RulingReversed
from timing_server.rules.passes import strays as subject
from timing_server.rules.units import EntryId, HeatId, RulingId

BOTH = HeatId("both")
ONE, OTHER = EntryId("entry-1"), EntryId("entry-2")


def shared_race() -> ScriptedRace:
    """Return a running heat of two entries whose passes nothing tells apart."""
    race = planned_race(2)
    race.append(HeatPlanned(BOTH, STAGE, (ONE, OTHER)))
    race.at(10_000).append(HeatCalled(BOTH), HeatStarted(BOTH, ms(10_000)))
    return race


def tray(race: ScriptedRace) -> list[tuple[str, str]]:
    return [(each.pass_ref, each.verdict) for each in subject.unassigned_passes(race.state)]


def test_what_nobody_owns_waits_in_the_tray() -> None:
    """It should hold the passes of the running heat that nobody owns, in their order."""
    race = shared_race()
    first, second = race.crossing(12_000), race.crossing(13_000)
    race.crossing(14_000, gate="sector-1")
    assert tray(race) == [(first, "unknown_entry"), (second, "unknown_entry")]


def test_a_pass_leaves_the_tray_once_somebody_owns_it_or_nobody_made_it() -> None:
    """It should let go what was reassigned or struck, and have it back once that is undone."""
    race = shared_race()
    given, struck = race.crossing(12_000), race.crossing(13_000)
    race.append(PassReassigned(RulingId("r1"), given, BOTH, ONE, "seen"))
    race.append(PassVoided(RulingId("r2"), struck, "a leaf"))
    assert tray(race) == []
    assert [run.window_opens_ns for run in race.score("both").runs] == [ms(12_000), None]
    race.append(RulingReversed(RulingId("r3"), RulingId("r1"), "not seen"))
    assert tray(race) == [(given, "unknown_entry")]


def test_the_tray_is_empty_without_a_heat() -> None:
    """It should hold nothing of heats that are over, and nothing from outside heats."""
    race = shared_race()
    race.crossing(12_000)
    race.at(20_000).append(HeatFinished(BOTH, ms(20_000), "stopped"))
    outside = race.crossing(25_000)
    assert tray(race) == []
    assert [each.pass_ref for each in subject.stray_passes(race.state)] == [outside]
