"""Judges' buttons: marked where one car can be meant, else asked; once for each press."""

from dataclasses import replace

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    STAGE,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules import judges as subject
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.judging import AnswerJudge, HearJudge
from timing_server.rules.commands.plan import PlanHeat
from timing_server.rules.commands.rulings import ReverseRuling
from timing_server.rules.facts.judging import JudgePressed, MarshalAnswered, MarshalAsked
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.rulings import OffTrackMarked, ResetMarked
from timing_server.rules.passes.clocks import race_instant
from timing_server.rules.units import (
    BootId,
    CallId,
    EntryId,
    HeatId,
    JournalId,
    NodeId,
    RulingId,
)

HEAT, BOTH = HeatId("heat-1"), HeatId("heat-both")
ONE, TWO = EntryId("entry-1"), EntryId("entry-2")


def press(
    race: ScriptedRace, at_ms: int, call: str = "off_track", lane: int | None = None
) -> tuple[Fact, ...]:
    """Store a press as the server does; return what followed."""
    node = race.node
    node.seq += 1
    fact = JudgePressed(
        NodeId(node.name),
        BootId(node.boot),
        JournalId(node.journal),
        node.seq,
        "judge-left",
        call,
        lane,
        ms(at_ms - node.offset_ms),
    )
    race.append(fact, actor="node:node-1")
    return race.ask(hearing(race, fact), actor="node:node-1/judge-left")


def hearing(race: ScriptedRace, fact: JudgePressed) -> HearJudge:
    instant = race_instant(race.state.relations, fact)
    called_ns = None if instant is None else instant[0]
    return HearJudge(
        subject.call_id_of(fact), fact.node_id, fact.button, fact.call, fact.lane, called_ns
    )


def shared_race(*, has_lanes: bool = False) -> ScriptedRace:
    """Return a race whose heat with two cars started at 10 s."""
    race = planned_race(2, replace(OPTIONS, cars_max=2)).at(10_000)
    race.ask(PlanHeat(BOTH, STAGE, (ONE, TWO), (1, 2) if has_lanes else ()))
    race.ask(CallNextHeat(BOTH))
    race.ask(StartHeat(BOTH))
    return race


def test_the_only_car_is_marked() -> None:
    """It should mark the car that was on track at the press's instant, by node and button."""
    race = running_race().at(15_000)
    (marked,) = press(race, 14_200)
    assert marked == OffTrackMarked(RulingId("judge-journal-1-2"), HEAT, ONE, ms(14_200))
    (reset,) = press(race, 15_300, "reset") if race.at(16_000) else ()
    assert isinstance(reset, ResetMarked)
    assert race.log[-1].actor == "node:node-1/judge-left"
    assert [each.kind for each in race.state.heats[HEAT].rulings.incidents] == [
        "off_track",
        "reset",
    ]
    race.ask(ReverseRuling(RulingId("r-1"), marked.ruling_id, ""))
    assert [each.kind for each in race.state.heats[HEAT].rulings.incidents] == ["reset"]


def test_a_nervous_thumb_and_a_second_delivery() -> None:
    """It should hear presses within a second as one, and the same press once."""
    race = running_race().at(20_000)
    assert len(press(race, 14_000)) == 1
    assert press(race, 14_999) == ()
    assert len(press(race, 15_000)) == 1
    fact = race.log[-2].fact
    assert isinstance(fact, JudgePressed)
    race.append(fact)
    assert race.ask(hearing(race, fact)) == ()


def test_a_press_that_comes_late_counts_in_its_own_heat() -> None:
    """It should mark the heat that ran at the press, though it is over by now."""
    race = running_race().at(20_000)
    race.ask(StopHeat(HEAT))
    race.at(50_000)
    (marked,) = press(race, 19_000)
    assert isinstance(marked, OffTrackMarked)
    assert marked.heat_id == HEAT


def test_two_cars_are_a_question() -> None:
    """It should ask a marshal, mark whom they name, and ask again where that is taken back."""
    race = shared_race().at(15_000)
    (asked,) = press(race, 14_000)
    assert isinstance(asked, MarshalAsked)
    assert asked.heat_id == BOTH
    meant = subject.may_be_meant(race.state, race.state.heats[BOTH], None, ms(14_000))
    assert list(meant) == [ONE, TWO]
    race.at(30_000)
    answer = AnswerJudge(RulingId("r-1"), asked.call_id, TWO)
    assert race.ask(answer) == (
        OffTrackMarked(RulingId("r-1"), BOTH, TWO, ms(14_000)),
        MarshalAnswered(asked.call_id, RulingId("r-1")),
    )
    assert subject.open_questions(race.state) == []
    assert race.refusal(replace(answer, ruling_id=RulingId("r-2"))) == "call_not_open"
    race.ask(ReverseRuling(RulingId("r-3"), RulingId("r-1"), ""))
    assert len(subject.open_questions(race.state)) == 1
    race.ask(AnswerJudge(RulingId("r-4"), asked.call_id, None))
    assert subject.open_questions(race.state) == []


def test_a_lane_names_the_car() -> None:
    """It should mark the car of the button's lane, and ask where nobody drives in it."""
    race = shared_race(has_lanes=True).at(20_000)
    (marked,) = press(race, 14_000, lane=2)
    assert isinstance(marked, OffTrackMarked)
    assert marked.entry_id == TWO
    (asked,) = press(race, 16_000, lane=3)
    assert isinstance(asked, MarshalAsked)


def test_no_heat_or_no_clock_is_a_question() -> None:
    """It should mark nothing where no heat ran, or where nobody knows when the press was."""
    race = running_race().at(20_000)
    (early,) = press(race, 9_000)
    assert isinstance(early, MarshalAsked)
    assert early.heat_id is None
    answer = AnswerJudge(RulingId("r-1"), early.call_id, ONE)
    assert race.refusal(answer) == "call_without_heat"
    race.node.boot = "boot-2"
    (unrelated,) = press(race, 12_000)
    assert isinstance(unrelated, MarshalAsked)
    assert (unrelated.heat_id, unrelated.called_race_ns) == (HEAT, ms(20_000))
    assert race.refusal(AnswerJudge(RulingId("r-2"), CallId("x"), None)) == "call_not_open"
