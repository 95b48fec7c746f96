"""An event's classification: who came where over all of its stages."""

from dataclasses import replace

from tests.timing_server.formats.driving import WIDE, drive_next, driven
from tests.timing_server.formats.knockouts import draw, qualified, race_matches
from tests.timing_server.rules.scripted_race import ScriptedRace
from timing_server.formats.overall.classification import classify
from timing_server.rules.commands.plan import PlanHeat, PlanStage
from timing_server.rules.commands.rulings import DisqualifyEntry
from timing_server.rules.units import EntryId, HeatId, RulingId, StageId


def places(race: ScriptedRace) -> list[tuple[int, int]]:
    """Return place and number of who is classified."""
    return [(each.place, int(each.entry_id[-1])) for each in classify(race.state)]


def test_a_later_stage_stands_before_an_earlier_one() -> None:
    """It should list who raced the knock-out first, and behind them the others of qualifying."""
    race = qualified([8_000], [8_100], [8_200], [8_200], [], top_n=2)
    draw(race)
    race_matches(race, {1: 9_500, 2: 9_000})
    assert places(race) == [(1, 2), (2, 1), (3, 3), (3, 4)]


def test_points_are_a_result() -> None:
    """It should classify who raced a final for points; who has none is looked for before it."""
    race = driven("time_trial", [8_000], [8_100], [8_200])
    final = StageId("final")
    race.ask(PlanStage(final, "Final", "points", replace(WIDE), kind="final"))
    for number, laps_ms in ((3, [7_000]), (2, [7_500]), (1, [])):
        race.ask(PlanHeat(HeatId(f"final-{number}"), final, (EntryId(f"entry-{number}"),)))
        drive_next(race, laps_ms)
    assert places(race) == [(1, 3), (2, 2), (3, 1)]


def test_the_disqualified_have_no_place() -> None:
    """It should let everybody behind a disqualified entry move up."""
    race = driven("time_trial", [8_000], [8_100], [8_200])
    race.ask(DisqualifyEntry(RulingId("out"), EntryId("entry-2"), "another motor"))
    assert places(race) == [(1, 1), (2, 3)]
