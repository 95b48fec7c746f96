"""An event's places over all of its stages: the later stage first, nobody twice."""

from tests.timing_server.formats.driving import WIDE, drive_next, driven, rule
from tests.timing_server.rules.scripted_race import ScriptedRace
from timing_server.formats.overall import classification as subject
from timing_server.rules.commands.plan import PlanHeat, PlanStage
from timing_server.rules.commands.rulings import DisqualifyEntry
from timing_server.rules.units import EntryId, HeatId, RulingId, StageId

FINAL = StageId("final")


def with_final(race: ScriptedRace, *runs: tuple[int, list[int]]) -> ScriptedRace:
    """Add a final in which these entries drive."""
    race.ask(PlanStage(FINAL, "Final", "time_trial", WIDE, "final"))
    for entry, laps_ms in runs:
        heat_id = HeatId(f"final-{entry}")
        race.ask(PlanHeat(heat_id, FINAL, (EntryId(f"entry-{entry}"),)))
        drive_next(race, laps_ms)
    return race


def places(race: ScriptedRace) -> list[tuple[int, str]]:
    return [(each.place, str(each.entry_id)) for each in subject.classify(race.state)]


def test_finalists_stand_before_everybody_else() -> None:
    """It should rank the final's drivers first, by the final, and the rest by qualifying."""
    race = with_final(
        driven("time_trial", [9_000], [8_000], [7_000], [6_000]), (4, [9_900]), (2, [9_800])
    )
    assert places(race) == [(1, "entry-2"), (2, "entry-4"), (3, "entry-3"), (4, "entry-1")]


def test_whoever_has_no_result_in_the_final_is_placed_by_the_stage_before() -> None:
    """It should not lose a finalist who closed no lap, and share places only of one stage."""
    race = with_final(driven("time_trial", [9_000], [8_000], [8_000]), (2, []), (1, [9_500]))
    assert places(race) == [(1, "entry-1"), (2, "entry-2"), (2, "entry-3")]


def test_the_disqualified_have_no_place() -> None:
    """It should leave out whoever is disqualified, and whose only run is."""
    race = driven("time_trial", [9_000], [8_000], [7_000])
    rule(race, 3, "dsq")
    race.ask(DisqualifyEntry(RulingId("out"), EntryId("entry-2"), "an engine"))
    assert places(race) == [(1, "entry-1")]
