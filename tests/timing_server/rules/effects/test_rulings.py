from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, planned_race, running_race
from tests.timing_server.rules.test_shared_heats import shared_races
from timing_server.rules.commands.rulings import GivePenalty, ReverseRuling
from timing_server.rules.decide import decide
from timing_server.rules.effects.rulings import effects_of, rulings_on, standing
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import HeatPlanned, HeatRemoved
from timing_server.rules.facts.rulings import RunRuled
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, RulingId

HEAT = HeatId("heat-1")
ENTRY = EntryId("entry-1")


def agrees_with_all_rulings(state: EventState) -> bool:
    """Say whether a state says what all its rulings say, gone over from the first to the last."""
    said = standing(state.rulings)
    heats = state.heats.values()
    return (
        said == state.rulings
        and effects_of(said) == state.effects
        and all(rulings_on(said, each.heat_id) == each.rulings for each in heats)
    )


@given(shared_races(), st.lists(st.integers(0, 20), max_size=4))
def test_rulings_one_by_one_are_all_of_them_at_once(race: ScriptedRace, back: list[int]) -> None:
    """It should say after each ruling what going over all rulings says, reversed ones included."""
    for number, which in enumerate(back):
        ruling_ids = list(race.state.rulings)
        if ruling_ids:
            reversal = ReverseRuling(
                RulingId(f"back-{number}"), ruling_ids[which % len(ruling_ids)], "seen again"
            )
            if not isinstance(decide(race.state, reversal, race.state.race_ns), RuleViolation):
                race.ask(reversal)
    state = empty_state(race.state.stream)
    for recorded in race.log:
        state = reduce(state, recorded)
        assert agrees_with_all_rulings(state)


def test_a_new_ruling_leaves_the_others_as_they_were() -> None:
    """It should add a new ruling to what its heat has, and make none of the others again."""
    race = running_race()
    for number in range(3):
        before = race.state.heats[HEAT].rulings.penalties
        ruling_id = RulingId(f"r{number}")
        race.ask(GivePenalty(ruling_id, HEAT, ENTRY, NS_PER_S, None, "cut"))
        after = race.state.heats[HEAT].rulings.penalties
        assert len(after) == number + 1
        assert all(old is new for old, new in zip(before, after, strict=False))


def test_a_heat_that_is_planned_anew_keeps_its_rulings() -> None:
    """It should find the rulings on a heat's runs again where it is planned under its id again."""
    race = planned_race()
    race.append(RunRuled(RulingId("r"), HEAT, ENTRY, "dns", "absent"))
    race.append(HeatRemoved(HEAT), HeatPlanned(HEAT, STAGE, (ENTRY,)))
    assert [each.status for each in race.state.heats[HEAT].rulings.statuses] == ["dns"]
    assert agrees_with_all_rulings(race.state)
