from hypothesis import given, settings

from tests.thoroughness import share_of_examples
from tests.timing_server.rules.answers.rulings.test_restoring import ruled_races
from tests.timing_server.rules.scripted_race import ScriptedRace
from timing_server.rules.commands.rulings import (
    GivePenalty,
    RestoreLap,
    RestorePass,
    RulingCommand,
    SplitLap,
    VoidLap,
    VoidPass,
)
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.units import EntryId, PassRef, RulingId
from timing_server.service.marshal.sheets import heat_sheet

NEXT = RulingId("next")


def is_taken(race: ScriptedRace, command: RulingCommand) -> bool:
    return not isinstance(decide(race.state, command, race.state.race_ns), RuleViolation)


@settings(max_examples=share_of_examples(0.5))
@given(ruled_races())
def test_a_sheet_offers_what_would_be_taken(race: ScriptedRace) -> None:
    """It should offer, for each pass and lap, exactly the rulings that the rules would take."""
    for heat in race.state.heats.values():
        sheet = heat_sheet(race.state, heat)
        for each in sheet.passes:
            ref = PassRef(each.pass_ref)
            assert ("void" in each.offers) == is_taken(race, VoidPass(NEXT, ref, ""))
            assert ("restore" in each.offers) == is_taken(race, RestorePass(NEXT, ref, ""))
        durations = {
            lap.pass_ref: lap.duration_ns
            for run in score_heat(race.state, heat.heat_id).runs
            for lap in run.laps
        }
        for run in sheet.runs:
            for lap in run.laps:
                ref = PassRef(lap.pass_ref)
                half_ns = durations[ref] // 2
                entry = EntryId(run.entry_id)
                commands: dict[str, RulingCommand] = {
                    "void": VoidLap(NEXT, ref, ""),
                    "restore": RestoreLap(NEXT, ref, ""),
                    "split": SplitLap(NEXT, ref, half_ns, 0, ""),
                    "penalise": GivePenalty(NEXT, heat.heat_id, entry, 1, ref, ""),
                }
                taken = [name for name, command in commands.items() if is_taken(race, command)]
                assert list(lap.offers) == taken
