from tests.timing_server.rules.scripted_race import planned_race
from timing_server.rules.commands.heats import CallNextHeat
from timing_server.rules.commands.plan import BindModel, EquipRun
from timing_server.rules.facts.entries import ModelBound
from timing_server.rules.facts.plan import RunEquipped
from timing_server.rules.units import CarId, EntryId, HeatId

HEAT, ENTRY, CAR = HeatId("heat-1"), EntryId("entry-1"), CarId("red")
FAST, SLOW = "f" * 64, "5" * 64


def test_a_bound_model_is_put_on_the_runs_that_wait() -> None:
    """It should equip those that have a car with it, and later ones when they get their car."""
    race = planned_race(2)
    assert race.ask(BindModel(ENTRY, FAST)) == (ModelBound(ENTRY, FAST),)
    assert race.ask(EquipRun(HEAT, ENTRY, CAR, None)) == (RunEquipped(HEAT, ENTRY, CAR, FAST),)
    assert race.ask(BindModel(ENTRY, SLOW)) == (
        ModelBound(ENTRY, SLOW),
        RunEquipped(HEAT, ENTRY, CAR, SLOW),
    )
    assert race.state.entries[ENTRY].model_sha256 == SLOW
    assert race.state.heats[HEAT].runs[ENTRY].equipment[-1].model_sha256 == SLOW


def test_a_hand_puts_any_other_model_on_one_run() -> None:
    """It should leave what the entry is bound to as it is."""
    race = planned_race(1)
    race.ask(BindModel(ENTRY, FAST))
    assert race.ask(EquipRun(HEAT, ENTRY, CAR, SLOW)) == (RunEquipped(HEAT, ENTRY, CAR, SLOW),)
    assert race.state.entries[ENTRY].model_sha256 == FAST


def test_a_heat_that_was_called_keeps_its_models() -> None:
    """It should bind the entry for what is still to come, and touch nothing at the line."""
    race = planned_race(1)
    race.ask(EquipRun(HEAT, ENTRY, CAR, SLOW))
    race.ask(CallNextHeat())
    assert race.ask(BindModel(ENTRY, FAST)) == (ModelBound(ENTRY, FAST),)
    assert race.state.heats[HEAT].runs[ENTRY].equipment[-1].model_sha256 == SLOW


def test_what_cannot_be_bound_is_refused() -> None:
    """It should name an unknown entry, and a model that is bound already, none being one too."""
    race = planned_race(1)
    assert race.refusal(BindModel(EntryId("nobody"), FAST)) == "unknown_entry"
    assert race.refusal(BindModel(ENTRY, None)) == "model_bound_already"
    race.ask(BindModel(ENTRY, FAST))
    assert race.refusal(BindModel(ENTRY, FAST)) == "model_bound_already"
    assert race.ask(BindModel(ENTRY, None)) == (ModelBound(ENTRY, None),)
