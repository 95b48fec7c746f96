from tests.timing_server.rules.answers.heats.test_ends import practice_race
from tests.timing_server.rules.scripted_race import ms, running_race
from timing_server.rules.answers.heats.practice import entries_on_track
from timing_server.rules.commands.heats import BringIn, SendOut, StopHeat
from timing_server.rules.commands.plan import WithdrawEntry
from timing_server.rules.facts.heats import EntryBroughtIn, EntrySentOut
from timing_server.rules.units import EntryId, HeatId

PRACTICE, FIRST, SECOND = HeatId("practice"), EntryId("entry-1"), EntryId("entry-2")


def test_who_is_sent_out_joins_the_practice() -> None:
    """Each entry joins by going out, may come and go, and its laps are its own."""
    race = practice_race()
    assert race.at(2_000).ask(SendOut(PRACTICE, FIRST)) == (
        EntrySentOut(PRACTICE, FIRST, ms(2_000)),
    )
    race.crossing(5_000)
    race.crossing(12_000)
    race.at(13_000)
    assert race.ask(BringIn(PRACTICE, FIRST)) == (EntryBroughtIn(PRACTICE, FIRST, ms(13_000)),)
    race.at(14_000).ask(SendOut(PRACTICE, SECOND))
    race.crossing(16_000)
    race.crossing(25_000)
    laps = {
        run.entry_id: [lap.duration_ns for lap in run.valid_laps]
        for run in race.score("practice").runs
    }
    assert laps == {FIRST: [ms(7_000)], SECOND: [ms(9_000)]}


def test_the_track_holds_as_many_as_the_stage_says() -> None:
    """Nobody goes out twice, or onto a full track, or after leaving the event."""
    race = practice_race()
    race.ask(SendOut(PRACTICE, FIRST))
    assert race.refusal(SendOut(PRACTICE, FIRST)) == "entry_on_track"
    assert race.refusal(SendOut(PRACTICE, SECOND)) == "track_full"
    assert race.refusal(BringIn(PRACTICE, SECOND)) == "entry_not_on_track"
    assert race.refusal(SendOut(PRACTICE, EntryId("nobody"))) == "unknown_entry"
    race.ask(WithdrawEntry(SECOND))
    assert race.refusal(SendOut(PRACTICE, SECOND)) == "entry_out"


def test_who_was_brought_in_may_withdraw() -> None:
    """A practice keeps nobody in the event but who is on its track."""
    race = practice_race()
    race.ask(SendOut(PRACTICE, FIRST))
    assert race.refusal(WithdrawEntry(FIRST)) == "heat_running"
    race.at(3_000).ask(BringIn(PRACTICE, FIRST))
    race.ask(WithdrawEntry(FIRST))
    assert race.refusal(SendOut(PRACTICE, FIRST)) == "entry_out"


def test_only_in_a_running_practice() -> None:
    """Entries come and go in practice alone, and while it runs."""
    race = running_race()
    assert race.refusal(SendOut(HeatId("heat-1"), FIRST)) == "not_practice"
    race = practice_race()
    race.ask(SendOut(PRACTICE, FIRST))
    race.at(3_000).ask(StopHeat(PRACTICE))
    assert entries_on_track(race.state.heats[PRACTICE]) == ()
    assert race.refusal(SendOut(PRACTICE, SECOND)) == "heat_finished"
