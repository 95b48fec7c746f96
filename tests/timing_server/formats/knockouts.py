"""Events with a knock-out behind qualifying, for tests of progression and brackets."""

from collections.abc import Sequence
from dataclasses import replace

from tests.timing_server.formats.driving import WIDE, drive_next, driven
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace
from timing_server.formats.brackets.due import needed
from timing_server.formats.progression.field import field_now
from timing_server.rules.commands.plan import PlanStage
from timing_server.rules.commands.progression import (
    DrawField,
    MatchHeat,
    PlanMatches,
    PlanProgression,
)
from timing_server.rules.facts.options import HeatOptions, ProgressionRule
from timing_server.rules.units import EntryId, HeatId, StageId

KNOCKOUT = StageId("knockout")


def entry(number: int) -> EntryId:
    """Return an entry by its number."""
    return EntryId(f"entry-{number}")


def qualified(
    *runs: Sequence[int],
    top_n: int = 4,
    format_name: str = "single_elimination",
    options: HeatOptions = WIDE,
) -> ScriptedRace:
    """Return a race in which entries qualified by these laps (ms) for a stage to come."""
    race = driven("time_trial", *runs)
    race.ask(
        PlanStage(KNOCKOUT, "Knock-out", format_name, replace(options, match_format="time_trial"))
    )
    race.ask(PlanProgression(KNOCKOUT, ProgressionRule(STAGE, top_n=top_n)))
    return race


def draw(race: ScriptedRace) -> tuple[EntryId, ...]:
    """Draw the field as the cut says; return it."""
    field = field_now(race.state, race.state.stages[KNOCKOUT])
    race.ask(DrawField(KNOCKOUT, field))
    return field


def plan_matches(race: ScriptedRace) -> list[tuple[str, tuple[EntryId, ...]]]:
    """Plan the heats that are needed; return the match and the entries of each."""
    need = needed(race.state, race.state.stages[KNOCKOUT])
    first = race.state.seq
    heats = [
        MatchHeat(
            HeatId(f"match-heat-{first}-{at}"),
            each.match_name,
            each.entry_ids,
            each.round_number,
            each.lanes,
        )
        for at, each in enumerate(need.heats)
    ]
    race.ask(PlanMatches(KNOCKOUT, tuple(heats), need.removed_heat_ids))
    return [(each.match_name, each.entry_ids) for each in need.heats]


def race_matches(race: ScriptedRace, lap_ms: dict[int, int]) -> list[str]:
    """Plan what is due and let everybody drive one lap, each always the same; return the matches.

    An entry without a lap comes to the line and drives none.
    """
    planned = plan_matches(race)
    for _, (entry_id,) in planned:
        laps = [lap_ms[number] for number in lap_ms if entry(number) == entry_id]
        drive_next(race, laps)
    return [name for name, _ in planned]


def numbers(entry_ids: Sequence[EntryId]) -> list[int]:
    """Return entries by their numbers."""
    return [int(each.removeprefix("entry-")) for each in entry_ids]
