from tests.timing_server.formats.driving import drive_next, driven
from tests.timing_server.formats.knockouts import (
    KNOCKOUT,
    draw,
    entry,
    numbers,
    plan_matches,
    qualified,
    race_matches,
)
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace
from timing_server.formats.progression.field import Succession, contest_of, field_now, succession
from timing_server.rules.commands.plan import CloseEvent, OpenEvent, WithdrawEntry
from timing_server.rules.commands.progression import NameFinalist, ReplaceFinalist
from timing_server.rules.commands.rulings import DisqualifyEntry
from timing_server.rules.units import RulingId

FIVE = ([8_400], [8_000], [8_200], [8_300], [8_100])


def now(race: ScriptedRace) -> list[int]:
    return numbers(field_now(race.state, race.state.stages[KNOCKOUT]))


def test_the_field_follows_the_standings() -> None:
    """The field is who goes on, the best of the earlier stage seeded first."""
    race = qualified(*FIVE, top_n=3)
    assert now(race) == [2, 5, 3]
    race.ask(NameFinalist(KNOCKOUT, entry(5), is_in=False, reason="holds the stopwatch"))
    race.ask(NameFinalist(KNOCKOUT, entry(1), is_in=True, reason="local hero"))
    assert now(race) == [2, 3, 4, 1]
    race.ask(NameFinalist(KNOCKOUT, entry(5), is_in=True, reason="may race after all"))
    assert now(race) == [2, 5, 3, 1]


def test_without_a_rule_everybody_may_race() -> None:
    """A stage that nothing leads to takes everybody who can race, in the order of numbers."""
    race = driven("time_trial", *FIVE)
    race.ask(WithdrawEntry(entry(2)))
    stage = race.state.stages[STAGE]
    assert contest_of(race.state, stage) is None
    assert numbers(field_now(race.state, stage)) == [1, 3, 4, 5]


def test_the_next_in_line_takes_the_place_of_one_who_withdraws() -> None:
    """A finalist who withdraws before racing is replaced by the next, seed and heats included."""
    race = qualified(*FIVE, top_n=4)
    assert numbers(draw(race)) == [2, 5, 3, 4]
    plan_matches(race)
    assert succession(race.state) is None
    race.ask(WithdrawEntry(entry(5)))
    due = succession(race.state)
    assert due == Succession(KNOCKOUT, entry(5), entry(1))
    race.ask(ReplaceFinalist(due.stage_id, due.out_entry_id, due.in_entry_id))
    assert succession(race.state) is None
    stage = race.state.stages[KNOCKOUT]
    assert numbers(stage.field or ()) == [2, 1, 3, 4]
    assert [(each.out_entry_id, each.in_entry_id) for each in stage.replacements] == [
        (entry(5), entry(1))
    ]
    semi = [each for each in race.state.heats.values() if each.match_name == "r1m2"]
    assert [each.entry_ids for each in semi] == [(entry(3),), (entry(1),)]


def test_a_closed_event_gives_no_place_away() -> None:
    """Who is disqualified once the event is closed leaves a place that waits till it opens."""
    race = qualified(*FIVE, top_n=4)
    draw(race)
    race.ask(CloseEvent())
    race.ask(DisqualifyEntry(RulingId("out"), entry(5), "another motor"))
    assert succession(race.state) is None
    race.ask(OpenEvent())
    assert succession(race.state) == Succession(KNOCKOUT, entry(5), entry(1))


def test_nobody_replaces_who_has_raced() -> None:
    """Who withdraws after having raced keeps the place: the other has a walkover."""
    race = qualified(*FIVE, top_n=4)
    draw(race)
    plan_matches(race)
    drive_next(race, [9_000])
    (raced,) = [each for each in race.state.heats.values() if each.match_name and each.passes]
    race.ask(WithdrawEntry(raced.entry_ids[0]))
    assert succession(race.state) is None
    race.ask(NameFinalist(KNOCKOUT, entry(5), is_in=False, reason="no car"))
    assert succession(race.state) == Succession(KNOCKOUT, entry(5), entry(1))


def test_nobody_is_replaced_once_the_second_round_has_begun() -> None:
    """Who leaves after the second round has begun, raced or not, leaves a walkover behind."""
    race = qualified(*FIVE, top_n=3)
    assert numbers(draw(race)) == [2, 5, 3]
    race_matches(race, {5: 9_000, 3: 9_100})
    plan_matches(race)
    drive_next(race, [9_000])
    (first,) = [
        each
        for each in race.state.heats.values()
        if each.match_name == "final" and each.started_race_ns is not None
    ]
    assert first.entry_ids == (entry(5),)
    race.ask(WithdrawEntry(entry(2)))
    assert succession(race.state) is None


def test_nobody_may_be_left() -> None:
    """Where nobody with a result is left, the place stays with who left it."""
    race = qualified(*FIVE[:2], [], top_n=2)
    draw(race)
    race.ask(WithdrawEntry(entry(1)))
    assert succession(race.state) is None
