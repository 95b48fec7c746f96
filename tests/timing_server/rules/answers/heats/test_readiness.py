"""A heat arms only when each entered car says that it has loaded what was entered."""

from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import OPTIONS, ScriptedRace, loaded, planned_race
from timing_server.rules.commands.driving import CarWord, ConfirmRun, StopCar
from timing_server.rules.commands.heats import ArmHeat, CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import DeclareCar, EquipRun
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.units import CarId, EntryId, HeatId

HEAT, ENTRY, RED = HeatId("heat-1"), EntryId("entry-1"), CarId("red")
MODEL, OTHER = "ab" * 32, "cd" * 32


def called(
    car: CarId | None = RED, model: str | None = MODEL, *, needs_agent: bool = False
) -> ScriptedRace:
    race = planned_race(1, replace(OPTIONS, needs_agent=needs_agent)).at(1_000)
    if car is not None:
        race.ask(EquipRun(HEAT, ENTRY, car, model))
    race.ask(CallNextHeat())
    return race.at(2_000)


def refused(race: ScriptedRace, *words: CarWord) -> RuleViolation:
    answer = decide(race.state, ArmHeat(HEAT, words), race.now_ms * 10**6)
    assert isinstance(answer, RuleViolation)
    return answer


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (None, "car_not_heard"),
        (CarWord(RED, MODEL, is_warm=True, is_heard=False), "car_not_heard"),
        (CarWord(CarId("blue"), MODEL, is_warm=True, is_heard=True), "car_not_heard"),
        (CarWord(RED, OTHER, is_warm=True, is_heard=True), "car_has_other_model"),
        (CarWord(RED, None, is_warm=False, is_heard=True), "car_has_no_model"),
        (CarWord(RED, None, is_warm=False, is_heard=True, is_stock=True), "car_unproven"),
        (CarWord(RED, MODEL, is_warm=False, is_heard=True), "car_not_warm"),
    ],
)
def test_an_entered_model_must_be_the_loaded_one(word: CarWord | None, code: str) -> None:
    """It should refuse to arm, and to start unarmed, and name the car and what it has loaded."""
    race = called()
    words = () if word is None else (word,)
    refusal = refused(race, *words)
    assert refusal.code == code
    assert refusal.params["car_id"] == RED
    if code in {"car_has_other_model", "car_not_warm"}:
        assert word is not None
        assert word.model_sha256 is not None
        assert refusal.params["loaded"] == word.model_sha256[:12]
        assert word.model_sha256[:12] in refusal.sentence
    assert race.refusal(StartHeat(HEAT, cars=words)) == code


def test_a_car_that_has_it_arms() -> None:
    """It should arm with the word of the very car and model, and not ask again at the start."""
    race = called()
    race.ask(ArmHeat(HEAT, (loaded(RED, MODEL),)))
    race.ask(StartHeat(HEAT))


def test_timing_alone_asks_for_nothing() -> None:
    """It should arm runs without a car, or with one that never spoke and has no model."""
    called(car=None).ask(ArmHeat(HEAT))
    called(model=None).ask(ArmHeat(HEAT))


def test_a_car_that_speaks_must_be_ready_even_without_a_model_put_on_it() -> None:
    """It should take any model that such a car has loaded and tried, and nothing less."""
    assert refused(called(model=None), CarWord(RED, None, False, True)).code == "car_has_no_model"
    assert refused(called(model=None), CarWord(RED, OTHER, False, True)).code == "car_not_warm"
    called(model=None).ask(ArmHeat(HEAT, (loaded(RED, OTHER),)))


def test_a_stage_may_want_cars_that_speak() -> None:
    """It should then refuse runs that would only be timed."""
    assert refused(called(car=None, needs_agent=True)).code == "car_missing"
    assert refused(called(model=None, needs_agent=True)).code == "car_not_heard"
    called(needs_agent=True).ask(ArmHeat(HEAT, (loaded(RED, MODEL),)))


@pytest.mark.parametrize("car", [None, RED])
def test_a_marshal_may_vouch_for_a_run(car: CarId | None) -> None:
    """It should arm by a marshal's word, once given, also after the heat was sent back."""
    race = called(car, needs_agent=True)
    race.ask(ConfirmRun(HEAT, ENTRY, "a guest's car"), actor="marshal-1")
    assert race.refusal(ConfirmRun(HEAT, ENTRY, "")) == "run_confirmed"
    race.ask(ArmHeat(HEAT))
    race.ask(StopHeat(HEAT))
    race.ask(CallNextHeat())
    race.ask(ArmHeat(HEAT))


def test_a_guest_asks_for_a_marshals_word() -> None:
    """A car that was declared as timed only waits for it in each heat, also where it speaks."""
    race = called(None)
    race.ask(DeclareCar(ENTRY, is_timed_only=True))
    refusal = refused(race, loaded(RED, MODEL))
    assert (refusal.code, refusal.params) == ("car_timed_only", {"entry_id": ENTRY, "number": 1})
    race.ask(ConfirmRun(HEAT, ENTRY, ""), actor="marshal-1")
    race.ask(ArmHeat(HEAT))


def test_a_guest_that_is_none_any_more_asks_for_nothing() -> None:
    """Whoever was declared by mistake races as before."""
    race = called(None)
    race.ask(DeclareCar(ENTRY, is_timed_only=True))
    race.ask(DeclareCar(ENTRY, is_timed_only=False))
    race.ask(ArmHeat(HEAT))


def test_a_word_is_for_the_car_that_was_there() -> None:
    """It should ask again once another car, or model, is put on the run."""
    race = called()
    race.ask(ConfirmRun(HEAT, ENTRY, ""))
    race.at(3_000).ask(EquipRun(HEAT, ENTRY, CarId("blue"), MODEL))
    assert refused(race).code == "car_not_heard"
    race.ask(ConfirmRun(HEAT, ENTRY, ""))
    race.ask(ArmHeat(HEAT))


def test_a_stopped_car_arms_nothing() -> None:
    """It should want the car's own emergency stop lifted first, whoever vouches for it."""
    race = called()
    race.ask(ConfirmRun(HEAT, ENTRY, ""))
    race.ask(StopCar(RED, "s1", "car"))
    assert refused(race, loaded(RED, MODEL)).code == "car_stopped"


def test_words_that_make_no_sense_are_refused() -> None:
    """It should vouch for runs of heats that are still to come or under way."""
    race = called(car=None)
    assert race.refusal(ConfirmRun(HEAT, EntryId("nobody"), "")) == "unknown_entry"
    race.ask(StartHeat(HEAT))
    race.ask(StopHeat(HEAT))
    assert race.refusal(ConfirmRun(HEAT, ENTRY, "")) == "heat_finished"
