from tests.timing_server.rules.answers.rulings.ruled_race import (
    ENTRY,
    HEAT,
    R1,
    R2,
    R3,
    R4,
    R5,
    ref_at,
)
from tests.timing_server.rules.scripted_race import EVENT, ScriptedRace, ms
from timing_server.rules.commands.heats import StopHeat
from timing_server.rules.commands.plan import CloseEvent
from timing_server.rules.commands.rulings import MarkOffTrack, ReverseRuling, VoidPass
from timing_server.rules.facts.rulings import RulingReversed


def test_undo_takes_back_the_newest_ruling_then_the_one_before(race: ScriptedRace) -> None:
    """It should take back the newest standing ruling; undoing isn't itself undone by undo."""
    race.ask(VoidPass(R1, ref_at(race, 20_000), ""))
    race.ask(MarkOffTrack(R2, HEAT, ENTRY, None))
    assert race.ask(ReverseRuling(R3, None, "")) == (RulingReversed(R3, R2, ""),)
    assert race.run().off_tracks == 0
    assert race.ask(ReverseRuling(R4, None, "")) == (RulingReversed(R4, R1, ""),)
    assert race.laps_ms() == [8_000, 8_000]
    assert race.refusal(ReverseRuling(R5, None, "")) == "nothing_to_undo"


def test_reversing_a_reversal_restores_the_ruling(race: ScriptedRace) -> None:
    """It should reverse a reversal that is named, so that what it took back stands again."""
    race.ask(VoidPass(R1, ref_at(race, 20_000), ""))
    struck = race.standings()
    race.ask(ReverseRuling(R2, R1, ""))
    assert race.refusal(ReverseRuling(R3, R1, "")) == "ruling_already_reversed"
    race.ask(ReverseRuling(R3, R2, ""))
    assert race.standings() == struck
    assert race.state.rulings[R1].is_standing
    assert not race.state.rulings[R2].is_standing


def test_unknown_rulings_are_not_reversed(race: ScriptedRace) -> None:
    """It should only take back a ruling that was made."""
    assert race.refusal(ReverseRuling(R1, R2, "")) == "unknown_ruling"


def test_rulings_are_possible_when_all_is_over(race: ScriptedRace) -> None:
    """It should put right a heat and an event that are over."""
    race.ask(StopHeat(HEAT))
    race.ask(CloseEvent())
    assert race.state.event_id == EVENT
    race.ask(VoidPass(R1, ref_at(race, 20_000), "protest upheld"))
    assert race.laps_ms() == [16_000]
    race.ask(ReverseRuling(R2, None, "protest withdrawn"))
    assert race.laps_ms() == [8_000, 8_000]


def test_every_ruling_says_who_and_when(race: ScriptedRace) -> None:
    """It should keep who made a ruling and when, for the audit."""
    race.at(29_500).ask(MarkOffTrack(R1, HEAT, ENTRY, None), actor="marshal-ana")
    entry = race.state.rulings[R1]
    assert (entry.actor, entry.race_ns, entry.seq) == ("marshal-ana", ms(29_500), race.state.seq)
    assert entry.wall_utc.startswith("2026-11-21T10:00:29")
