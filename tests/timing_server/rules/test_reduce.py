from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    STAGE,
    ScriptedNode,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules import reduce as subject
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import CloseEvent, OpenEvent
from timing_server.rules.facts.entries import EntryAdded, EntryWithdrawn
from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted, HeatStoodDown
from timing_server.rules.facts.plan import (
    EventClosed,
    EventCreated,
    EventOpened,
    GateBound,
    HeatPlanned,
    RunEquipped,
    StagePlanned,
)
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.rulings import (
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassVoided,
    RulingReversed,
)
from timing_server.rules.facts.sensors import ServerStarted
from timing_server.rules.passes.strays import stray_passes
from timing_server.rules.state.event import empty_state
from timing_server.rules.units import (
    BootId,
    CarId,
    DriverId,
    EntryId,
    EventId,
    HeatId,
    NodeId,
    PassRef,
    RulingId,
    StageId,
    StreamId,
)

HEAT = HeatId("heat-1")
NOWHERE = HeatId("nowhere")
ENTRY = EntryId("entry-1")

ODD_FACTS: list[Fact] = [
    ServerStarted(BootId("b"), 0, "1.0"),
    EventOpened(EventId("e")),
    EventClosed(EventId("e")),
    EntryWithdrawn(EntryId("nobody")),
    HeatPlanned(NOWHERE, StageId("nowhere"), (ENTRY,)),
    RunEquipped(NOWHERE, ENTRY, CarId("c"), None),
    HeatCalled(NOWHERE),
    HeatStoodDown(NOWHERE),
    HeatStarted(NOWHERE, 0),
    HeatFinished(NOWHERE, 0, "stopped"),
    PassInserted(RulingId("r1"), NOWHERE, 0, 0, ""),
    PassVoided(RulingId("r2"), PassRef("manual:nobody"), ""),
    LapVoided(RulingId("r3"), PassRef("::"), ""),
    OffTrackMarked(RulingId("r4"), NOWHERE, ENTRY, 0),
    RulingReversed(RulingId("r5"), RulingId("r5"), ""),
    RulingReversed(RulingId("r6"), RulingId("r-later"), ""),
    PassVoided(RulingId("r7"), PassRef("manual:r1"), ""),
]


@pytest.mark.parametrize("fact", ODD_FACTS, ids=lambda each: type(each).__name__)
def test_odd_facts_change_no_race(fact: Fact) -> None:
    """It should take any fact where it makes no sense, and go on unimpressed."""
    recorded = Recorded(StreamId("e"), 1, 0, "now", "x", None, fact)
    assert subject.reduce(empty_state(StreamId("e")), recorded).seq == 1
    race = running_race()
    race.crossing(12_000)
    race.crossing(20_000)
    before = race.score(), race.standings()
    race.append(fact)
    assert (race.score(), race.standings()) == before


def test_facts_said_twice_count_once() -> None:
    """It should not plan, add or create anything a second time."""
    race = planned_race()
    before = replace(race.state, seq=0)
    race.append(
        EventCreated(EventId("other"), "UTC", is_demo=True),
        StagePlanned(STAGE, "Other", "time_trial", replace(OPTIONS, window_ns=1)),
        EntryAdded(ENTRY, (DriverId("other"),), 99),
        HeatPlanned(HEAT, STAGE, ()),
    )
    assert replace(race.state, seq=0) == before


def test_an_old_state_stays_as_it_was() -> None:
    """It should never change the state it is given: who holds an old one may go on from it."""
    race = running_race()
    race.crossing(12_000)
    old, old_score = race.state, race.score()
    fact = race.node.crossing(20_000)
    recorded = Recorded(old.stream, old.seq + 1, ms(20_000), "now", "node", None, fact)
    first = subject.reduce(old, recorded)
    second = subject.reduce(old, recorded)
    assert first == second
    assert first != old
    assert race.score() is old_score
    assert old.entries is first.entries  # what a fact doesn't touch is shared


def test_a_fact_that_changes_nothing_keeps_the_heats() -> None:
    """It should leave every heat the very same object where a pass comes twice."""
    race = running_race()
    fact = race.node.crossing(12_000)
    race.append(fact)
    heats = race.state.heats
    race.append(fact)
    assert race.state.heats is heats


def test_an_event_opens_and_closes() -> None:
    """It should follow the event from its plan to its end, and open again."""
    race = ScriptedRace()
    phases = [race.state.phase]
    race.append(EventCreated(EventId("e"), "Europe/Paris", is_demo=True))
    phases.append(race.state.phase)
    assert (race.state.time_zone, race.state.is_demo) == ("Europe/Paris", True)
    for command, is_open in ((OpenEvent(), True), (CloseEvent(), False), (OpenEvent(), True)):
        race.ask(command)
        phases.append(race.state.phase)
        assert race.state.is_open == is_open
    assert phases == ["unknown", "planned", "open", "closed", "open"]


def test_every_heat_gets_its_own_passes() -> None:
    """It should give each heat the passes of its own time, even those that come much later."""
    race = planned_race(2).at(10_000)
    for heat in ("heat-1", "heat-2"):
        race.ask(CallNextHeat())
        race.ask(StartHeat(HeatId(heat)))
        for _ in range(3):
            race.crossing(race.now_ms + 7_000)
        race.ask(StopHeat(HeatId(heat)))
    assert race.laps_ms("heat-1") == race.laps_ms("heat-2") == [7_000, 7_000]
    between = replace(race.node.crossing(20_500), seq=500)
    race.append(between)
    assert race.laps_ms("heat-1") == [3_500, 3_500, 7_000]
    assert race.laps_ms("heat-2") == [7_000, 7_000]


def test_a_better_relation_moves_a_pass_to_its_heat() -> None:
    """It should sort passes anew when the relation that they are read with comes after them."""
    race = planned_race()
    race.node = ScriptedNode(name="node-2", journal="journal-2", offset_ms=100_000)
    late = race.node.relation()
    wrong = replace(late, seq=50, race_offset_ns=0)
    race.append(wrong)
    race.at(10_000).ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    race.append(race.node.crossing(112_000), race.node.crossing(120_000))
    assert race.run().window_opens_ns == ms(12_000)
    race.append(late)
    assert race.run().window_opens_ns == ms(112_000)
    assert [each.crossed_race_ns for each in race.score().passes] == [ms(112_000), ms(120_000)]
    race.ask(StopHeat(HEAT))
    assert race.score().passes == ()
    assert len(stray_passes(race.state)) == 2


def test_passes_that_came_before_the_start_join() -> None:
    """It should take in passes that are in the log before the start that they belong to."""
    race = planned_race().at(10_000)
    race.ask(CallNextHeat())
    race.append(race.node.crossing(12_000), race.node.crossing(20_000))
    race.append(HeatStarted(HEAT, ms(11_000)))
    assert race.laps_ms() == [8_000]


def test_a_binding_that_comes_late_still_applies() -> None:
    """It should read passes after a binding's instant by it, though they were logged before."""
    race = running_race()
    race.crossing(12_000)
    race.crossing(20_000)
    race.now_ms = 15_000
    race.append(GateBound(NodeId("node-1"), "finish", "pit-lane"))
    assert race.verdicts() == ["counted", "other_gate"]


def test_many_passes_of_one_journal_are_found() -> None:
    """It should keep every pass in reach on however many shelves."""
    race = running_race(options=replace(OPTIONS, window_ns=ms(10_000_000)))
    for number in range(200):
        race.crossing(12_000 + 5_000 * number)
    assert race.laps_ms() == [5_000] * 199
    race.append(replace(race.node.relation(), race_offset_ns=ms(5_001)))
    race.crossing(race.now_ms + 5_000)
    assert race.laps_ms()[-1] == 5_000


def test_a_first_relation_may_come_late_and_far() -> None:
    """It should read a pass before any relation by the first after it, however far that lies."""
    race = running_race()
    race.node = ScriptedNode(name="node-2", journal="journal-2")
    race.append(race.node.crossing(12_000), replace(race.node.relation(), seq=300))
    first = race.run().window_opens_ns
    race.append(replace(race.node.relation(), seq=200, race_offset_ns=ms(5_001)))
    assert (first, race.run().window_opens_ns) == (ms(12_000), ms(12_001))


def test_a_reversal_takes_back_only_what_came_before_it() -> None:
    """It should let a ruling stand that was made after somebody had reversed its id."""
    race = running_race()
    race.crossing(12_000)
    ref = race.crossing(20_000)
    early, later = RulingId("early"), RulingId("later")
    race.append(RulingReversed(early, later, ""), PassVoided(later, ref, ""))
    assert race.verdicts() == ["counted", "voided"]
