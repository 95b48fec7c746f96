from tests.timing_server.formats.knockouts import KNOCKOUT, draw, entry, qualified
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace
from timing_server.contract.race.progression import CutView
from timing_server.formats.progression.field import contest_of
from timing_server.rules.commands.plan import WithdrawEntry
from timing_server.rules.commands.progression import (
    DrawField,
    NameFinalist,
    PlanProgression,
    ReplaceFinalist,
)
from timing_server.rules.facts.options import ProgressionRule
from timing_server.service.progression.cut_view import cut_view

FIVE: tuple[list[int], ...] = ([8_400], [8_000], [8_200], [8_300], [])


def shown(race: ScriptedRace) -> CutView:
    stage = race.state.stages[KNOCKOUT]
    return cut_view(stage, contest_of(race.state, stage))


def test_the_line_lies_where_all_above_go_on() -> None:
    """It should draw the line behind the last who goes on, in the order of the standings."""
    race = qualified(*FIVE, top_n=3)
    cut = shown(race)
    assert (cut.title, cut.from_stage_id, cut.is_drawn) == ("Knock-out", STAGE, False)
    assert cut.line_after == entry(4)
    assert list(cut.entries) == [entry(2), entry(3), entry(4), entry(1), entry(5)]
    outsider, last = cut.entries[entry(1)], cut.entries[entry(5)]
    assert (outsider.distance_us, outsider.rival_entry_id) == (100_000, entry(4))
    assert (last.way, last.distance_us, last.rival_entry_id) == (None, None, entry(4))
    assert cut.entries[entry(2)].distance_us == -400_000


def test_no_line_where_it_would_lie() -> None:
    """It should draw no line where somebody below it goes on, or nobody does."""
    race = qualified(*FIVE, top_n=2)
    race.ask(NameFinalist(KNOCKOUT, entry(1), is_in=True, reason="hosts the meetup"))
    cut = shown(race)
    assert cut.line_after is None
    assert (cut.entries[entry(1)].way, cut.entries[entry(1)].reason) == (
        "named",
        "hosts the meetup",
    )
    race.ask(PlanProgression(KNOCKOUT, ProgressionRule(STAGE)))
    race.ask(NameFinalist(KNOCKOUT, entry(1), is_in=False, reason="left"))
    assert shown(race).line_after is None


def test_a_drawn_field_stands() -> None:
    """It should show a drawn field with its seeds and replacements, and no more distances."""
    race = qualified(*FIVE, top_n=2)
    draw(race)
    race.ask(WithdrawEntry(entry(2)))
    race.ask(ReplaceFinalist(KNOCKOUT, entry(2), entry(4)))
    cut = shown(race)
    assert cut.is_drawn
    rows = cut.entries
    assert (rows[entry(4)].seed, rows[entry(4)].replaces) == (1, entry(2))
    assert (rows[entry(2)].way, rows[entry(2)].replaced_by) == (None, entry(4))
    assert (rows[entry(3)].way, rows[entry(3)].seed) == ("top", 2)
    assert all(each.distance_us is None for each in rows.values())


def test_a_field_without_a_rule_is_shown_too() -> None:
    """It should show whom the organiser drew where no rule says how to come in."""
    race = qualified(*FIVE)
    stage = race.state.stages[STAGE]
    assert cut_view(stage, contest_of(race.state, stage)).entries == {}
    race.ask(DrawField(KNOCKOUT, (entry(5), entry(1))))
    cut = cut_view(race.state.stages[KNOCKOUT], None)
    assert [(each.entry_id, each.way, each.seed) for each in cut.entries.values()] == [
        (entry(5), "named", 1),
        (entry(1), "named", 2),
    ]
