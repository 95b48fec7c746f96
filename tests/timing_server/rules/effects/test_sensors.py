from collections.abc import Iterable
from functools import reduce as fold
from itertools import permutations

from tests.timing_server.rules.scripted_race import ScriptedRace, planned_race
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.facts.plan import GateBound, MarkBound, RunEquipped
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.sensors import PassIdentified
from timing_server.rules.passes.placing import pass_ref_of
from timing_server.rules.reduce import reduce, reduce_all
from timing_server.rules.state.event import empty_state
from timing_server.rules.state.heat import HeatPass
from timing_server.rules.units import CarId, EntryId, HeatId, MarkId, NodeId, PassRef

HEAT = HeatId("heat-1")
ENTRY = EntryId("entry-1")
RED, BLUE = MarkId("tag-red"), MarkId("tag-blue")
CAR, OTHER_CAR = CarId("car-1"), CarId("car-2")


def seen(pass_ref: PassRef, mark: MarkId, source: str = "camera") -> PassIdentified:
    return PassIdentified(pass_ref, mark, source, 90)


def marked_race() -> ScriptedRace:
    """Return a running heat of car-1, which wears the red tag; car-2 wears the blue one."""
    race = planned_race()
    race.append(RunEquipped(HEAT, ENTRY, CAR, None), MarkBound(RED, CAR))
    race.append(MarkBound(BLUE, OTHER_CAR))
    race.at(10_000).ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    return race


def placed(race: ScriptedRace, pass_ref: PassRef) -> HeatPass:
    return race.state.heats[HEAT].passes[pass_ref]


def test_an_identified_pass_knows_its_car() -> None:
    """It should say of a pass which car wore the mark that was seen in it."""
    race = marked_race()
    crossed = race.crossing(12_000)
    race.append(seen(crossed, RED))
    assert (placed(race, crossed).marks, placed(race, crossed).marked_car_ids) == ((RED,), (CAR,))
    assert race.verdicts() == ["counted"]


def test_a_pass_of_another_car_does_not_count() -> None:
    """It should doubt a pass in which the mark of a car was seen that isn't in the heat."""
    race = marked_race()
    race.append(seen(race.crossing(12_000), BLUE))
    assert race.verdicts() == ["unknown_entry"]


def test_two_marks_in_one_pass_are_a_question() -> None:
    """It should name nobody where two cars were seen, and the one where it was seen twice."""
    race = marked_race()
    crossed = race.crossing(12_000)
    race.append(seen(crossed, RED), seen(crossed, RED, "decoder"))
    assert race.verdicts() == ["counted"]
    race.append(seen(crossed, BLUE, "decoder"))
    assert race.verdicts() == ["double_identity"]


def test_a_mark_is_the_cars_from_then_on() -> None:
    """It should read a mark as it was worn at the pass's instant, before and after a change."""
    race = marked_race()
    first = race.crossing(12_000)
    race.at(15_000).append(MarkBound(RED, OTHER_CAR))
    second = race.crossing(20_000)
    race.append(seen(first, RED), seen(second, RED))
    assert placed(race, first).marked_car_ids == (CAR,)
    assert placed(race, second).marked_car_ids == (OTHER_CAR,)


def test_identifications_in_any_order_leave_no_trace() -> None:
    """It should know the same of a pass, whether it was identified before or after it was told."""
    race = marked_race()
    crossing = race.node.crossing(12_000)
    crossed = pass_ref_of(crossing)
    facts = (crossing, seen(crossed, RED), seen(crossed, BLUE), seen(crossed, RED, "decoder"))
    outcomes = []
    orders: Iterable[tuple[Fact, ...]] = permutations(facts)
    for order in orders:
        told = ScriptedRace(fold(reduce, race.log, empty_state(race.state.stream)), [*race.log])
        told.now_ms = 13_000
        told.append(*order)
        outcomes.append((told.score(), told.state.seen_marks, placed(told, crossed)))
    assert all(each == outcomes[0] for each in outcomes)
    assert placed(told, crossed).marks == (BLUE, RED)


def test_a_gate_may_have_one_lane() -> None:
    """It should say of a pass in which lane it was, from the binding on, however late it comes."""
    race = marked_race()
    early = race.crossing(12_000, gate="finish")
    late = race.node.crossing(20_500)
    race.at(20_000).append(GateBound(NodeId("node-1"), "finish", "finish", 2))
    race.at(21_000).append(late)
    assert (placed(race, early).lane, placed(race, pass_ref_of(late)).lane) == (None, 2)


def test_the_same_binding_twice_changes_nothing() -> None:
    """It should keep the state as it is where a binding or an identification comes again."""
    race = marked_race()
    crossed = race.crossing(12_000)
    facts = (MarkBound(RED, CAR), GateBound(NodeId("node-1"), "finish", "finish", 1))
    race.append(*facts, seen(crossed, RED))
    marks, gates, heats = race.state.marks, race.state.gates, race.state.heats
    race.append(*facts, seen(crossed, RED))
    assert (race.state.marks, race.state.gates, race.state.heats) == (marks, gates, heats)
    assert race.state.heats is heats


def test_many_passes_at_once_are_the_same_as_one_by_one() -> None:
    """It should place passes that come together as if each had come alone, doubles too."""
    race, other = marked_race(), marked_race()
    race.now_ms = other.now_ms = 40_000
    passes = [race.node.crossing(at) for at in (12_000, 20_000, 28_000)]
    doubled = [*passes, passes[1], race.node.crossing(21_000), passes[0]]
    other.append(*doubled)
    log = other.log[len(race.log) :]
    assert reduce_all(race.state, log) == other.state
    assert reduce_all(other.state, log) == other.state
    assert reduce_all(race.state, []) is race.state
