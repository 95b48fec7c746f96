from dataclasses import replace

import pytest

from tests.timing_server.rules.answers.rulings.ruled_race import ENTRY, HEAT, R1, R2, R3, R4, R5
from tests.timing_server.rules.scripted_race import OPTIONS, ScriptedRace, running_race
from timing_server.rules.commands.heats import StopHeat
from timing_server.rules.commands.rulings import (
    DecideProtest,
    LodgeProtest,
    MarkOffTrack,
    ReverseRuling,
)
from timing_server.rules.facts.rulings import ProtestDecided, ProtestLodged, RulingReversed
from timing_server.rules.protests import decision_on, open_protests, protest_closes_ns
from timing_server.rules.units import NS_PER_S, EntryId, HeatId

RIVAL = EntryId("entry-2")


@pytest.fixture
def race() -> ScriptedRace:
    """A heat that was stopped at 20 s; protests are heard for another 60 s."""
    race = running_race(2, replace(OPTIONS, protest_limit_ns=60 * NS_PER_S))
    race.at(20_000).ask(StopHeat(HEAT))
    return race


def test_a_protest_is_heard_until_the_limit(race: ScriptedRace) -> None:
    """It should take a protest up to the stage's limit after the heat's end, and none later."""
    race.at(80_000)
    assert race.ask(LodgeProtest(R1, HEAT, RIVAL, "pushed")) == (
        ProtestLodged(R1, HEAT, RIVAL, "pushed"),
    )
    race.at(80_001)
    assert race.refusal(LodgeProtest(R2, HEAT, ENTRY, "no")) == "protest_too_late"
    assert protest_closes_ns(race.state.heats[HEAT]) == 80 * NS_PER_S


def test_without_a_limit_protests_are_always_heard() -> None:
    """It should hear a protest at any time where the stage sets no limit, and in mid-heat."""
    race = running_race(1, replace(OPTIONS, protest_limit_ns=0))
    race.at(11_000).ask(LodgeProtest(R1, HEAT, ENTRY, "he blocked the line"))
    race.ask(StopHeat(HEAT))
    assert race.refusal(LodgeProtest(R2, HEAT, ENTRY, "again")) == "protest_pending"
    race.at(9_000_000).ask(DecideProtest(R2, R1, is_upheld=False, reason="fair"))
    race.ask(LodgeProtest(R3, HEAT, ENTRY, "again"))


def test_a_protest_names_what_there_is(race: ScriptedRace) -> None:
    """It should refuse a heat or entry that isn't there, and a heat that hasn't begun."""
    assert race.refusal(LodgeProtest(R1, HeatId("x"), ENTRY, "")) == "unknown_heat"
    assert race.refusal(LodgeProtest(R1, HEAT, EntryId("x"), "")) == "unknown_entry"
    assert race.refusal(LodgeProtest(R1, HeatId("heat-2"), ENTRY, "")) == "heat_not_started"


def test_a_protest_is_decided_once(race: ScriptedRace) -> None:
    """It should uphold or reject a protest; another decision needs the first to be taken back."""
    race.ask(LodgeProtest(R1, HEAT, ENTRY, "pushed"))
    assert [each.ruling_id for each in open_protests(race.state)] == [R1]
    assert race.ask(DecideProtest(R2, R1, is_upheld=True, reason="video")) == (
        ProtestDecided(R2, R1, is_upheld=True, reason="video"),
    )
    assert list(open_protests(race.state)) == []
    again = DecideProtest(R3, R1, is_upheld=False, reason="other angle")
    assert race.refusal(again) == "protest_already_decided"
    race.ask(ReverseRuling(R4, R2, "other angle"))
    race.ask(again)
    decided = decision_on(race.state, R1)
    assert decided is not None
    assert not decided[1].is_upheld


def test_only_a_standing_protest_is_decided(race: ScriptedRace) -> None:
    """It should not decide what is no protest, or was withdrawn."""
    race.ask(MarkOffTrack(R1, HEAT, ENTRY, 15 * NS_PER_S))
    for unknown in (R1, R5):
        command = DecideProtest(R2, unknown, is_upheld=True, reason="")
        assert race.refusal(command) == "unknown_protest"
    race.ask(LodgeProtest(R2, HEAT, ENTRY, "pushed"))
    race.ask(ReverseRuling(R3, R2, "shook hands"))
    assert race.refusal(DecideProtest(R4, R2, is_upheld=True, reason="")) == "protest_withdrawn"


def test_undo_leaves_protests_alone(race: ScriptedRace) -> None:
    """It should undo the newest ruling of a marshal, never a protest that somebody lodged."""
    race.ask(MarkOffTrack(R1, HEAT, ENTRY, 15 * NS_PER_S))
    race.ask(LodgeProtest(R2, HEAT, ENTRY, "pushed"))
    assert race.ask(ReverseRuling(R3, None, "")) == (RulingReversed(R3, R1, ""),)
    assert race.refusal(ReverseRuling(R4, None, "")) == "nothing_to_undo"
