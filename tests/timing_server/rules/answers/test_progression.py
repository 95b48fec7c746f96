from dataclasses import replace

from tests.timing_server.formats.driving import WIDE, drive_next
from tests.timing_server.formats.knockouts import (
    KNOCKOUT,
    draw,
    entry,
    numbers,
    plan_matches,
    qualified,
)
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, planned_race
from timing_server.rules.commands.heats import AbandonHeat, CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import PlanHeat, PlanStage, WithdrawEntry
from timing_server.rules.commands.progression import (
    DrawField,
    MatchHeat,
    NameFinalist,
    PlanMatches,
    PlanProgression,
    ReplaceFinalist,
    ReplaceHeatEntry,
)
from timing_server.rules.commands.rulings import DisqualifyEntry, RuleRun
from timing_server.rules.facts.options import ProgressionRule
from timing_server.rules.facts.plan import (
    FieldDrawn,
    FinalistReplaced,
    GateBound,
    HeatEntryReplaced,
    HeatRemoved,
)
from timing_server.rules.state.plan import NamedFinalist
from timing_server.rules.units import EntryId, HeatId, NodeId, RulingId, StageId

FOUR = ([8_000], [8_100], [8_200], [8_300])


def race_of_four() -> ScriptedRace:
    return qualified(*FOUR, top_n=3)


def test_entries_come_from_an_earlier_stage() -> None:
    """It should take a rule that names an earlier stage, with places in range."""
    race = race_of_four()
    rule = ProgressionRule(STAGE, top_n=2, wildcards_n=1)
    race.ask(PlanProgression(KNOCKOUT, rule))
    assert race.state.stages[KNOCKOUT].progression == rule
    assert race.refusal(PlanProgression(STAGE, replace(rule, from_stage_id=KNOCKOUT))) == (
        "stage_not_before"
    )
    assert race.refusal(PlanProgression(STAGE, rule)) == "stage_not_before"
    assert race.refusal(PlanProgression(StageId("no"), rule)) == "unknown_stage"
    assert race.refusal(PlanProgression(KNOCKOUT, ProgressionRule("no"))) == "unknown_stage"
    for bad in (-1, 1_001):
        given = replace(rule, top_per_region_n=bad)
        assert race.refusal(PlanProgression(KNOCKOUT, given)) == "option_out_of_range"
    draw(race)
    assert race.refusal(PlanProgression(KNOCKOUT, rule)) == "field_drawn"


def test_the_organisers_word_needs_a_reason() -> None:
    """It should keep the newest word on each entry, and who may race can be put in."""
    race = race_of_four()
    word = NameFinalist(KNOCKOUT, entry(4), is_in=True, reason="wildcard")
    race.ask(word)
    race.ask(replace(word, is_in=False, reason="car broke"))
    assert race.state.stages[KNOCKOUT].named == (NamedFinalist(entry(4), False, "car broke"),)
    assert race.refusal(replace(word, reason="  ")) == "no_reason"
    assert race.refusal(replace(word, entry_id=EntryId("no"))) == "unknown_entry"
    assert race.refusal(replace(word, entry_id=EntryId("no"), is_in=False)) == "unknown_entry"
    assert race.refusal(replace(word, stage_id=StageId("no"))) == "unknown_stage"
    race.ask(WithdrawEntry(entry(4)))
    assert race.refusal(word) == "entry_withdrawn"


def test_who_is_put_in_late_is_the_last_seed() -> None:
    """It should add a late finalist at the end of a drawn field, until the stage has begun."""
    race = race_of_four()
    assert numbers(draw(race)) == [1, 2, 3]
    race.ask(NameFinalist(KNOCKOUT, entry(4), is_in=True, reason="wildcard"))
    assert numbers(race.state.stages[KNOCKOUT].field or ()) == [1, 2, 3, 4]
    plan_matches(race)
    drive_next(race, [9_000])
    (raced,) = [each for each in race.state.heats.values() if each.match_name and each.passes]
    out = NameFinalist(KNOCKOUT, raced.entry_ids[0], is_in=False, reason="late")
    assert race.refusal(out) == "finalist_has_raced"
    assert race.refusal(DrawField(KNOCKOUT, (entry(1), entry(2)))) == "stage_begun"


def test_a_field_is_drawn_anew() -> None:
    """It should take back the heats of the last draw's matches, and refuse odd fields."""
    race = race_of_four()
    draw(race)
    plan_matches(race)
    facts = race.ask(DrawField(KNOCKOUT, (entry(4), entry(1))))
    assert [type(each) for each in facts] == [HeatRemoved, HeatRemoved, FieldDrawn]
    stage = race.state.stages[KNOCKOUT]
    assert numbers(stage.field or ()) == [4, 1]
    assert not any(each.match_name for each in race.state.heats.values())
    assert race.refusal(DrawField(KNOCKOUT, ())) == "field_empty"
    assert race.refusal(DrawField(KNOCKOUT, (entry(1), entry(1)))) == "entry_repeated"
    assert race.refusal(DrawField(KNOCKOUT, (EntryId("no"),))) == "unknown_entry"
    race.ask(DisqualifyEntry(RulingId("r1"), entry(2), "ballast"))
    assert race.refusal(DrawField(KNOCKOUT, (entry(2),))) == "entry_disqualified"


def test_heats_of_who_is_not_drawn_again_go() -> None:
    """It should take back planned heats of others, and leave who shared one their place in it."""
    race = qualified(*FOUR, format_name="time_trial", options=replace(WIDE, cars_max=2))
    draw(race)
    pairs = {"a": (entry(1), entry(2)), "b": (entry(3), entry(4)), "c": (entry(4), entry(1))}
    for name, pair in pairs.items():
        race.ask(PlanHeat(HeatId(name), KNOCKOUT, pair, lanes=(1, 2)))
    race.ask(DrawField(KNOCKOUT, (entry(1), entry(2))))
    assert race.state.queue == ("a", "c")
    kept = race.state.heats[HeatId("c")]
    assert kept.entry_ids == (entry(1),)
    assert kept.runs[entry(1)].lane == 2
    assert race.state.heats[HeatId("a")].entry_ids == pairs["a"]


def test_a_finalist_is_replaced_once() -> None:
    """It should give the place to one who may race and isn't in the field yet."""
    race = race_of_four()
    swap = ReplaceFinalist(KNOCKOUT, entry(1), entry(4))
    assert race.refusal(swap) == "not_in_field"
    draw(race)
    assert race.refusal(replace(swap, in_entry_id=entry(2))) == "in_field_already"
    assert race.refusal(replace(swap, in_entry_id=EntryId("no"))) == "unknown_entry"
    assert race.ask(swap) == (FinalistReplaced(KNOCKOUT, entry(1), entry(4)),)
    assert race.refusal(swap) == "not_in_field"
    after = race.state
    race.append(FinalistReplaced(KNOCKOUT, entry(1), entry(4)))
    assert race.state.stages == after.stages


def test_another_takes_over_a_run() -> None:
    """It should let another take over a run with its lane in a heat that hasn't started."""
    race = planned_race(3).at(1_000)
    swap = ReplaceHeatEntry(HeatId("heat-1"), entry(1), entry(2))
    assert race.ask(swap) == (HeatEntryReplaced(HeatId("heat-1"), entry(1), entry(2)),)
    assert race.state.heats[HeatId("heat-1")].entry_ids == (entry(2),)
    assert race.refusal(swap) == "unknown_entry"
    assert race.refusal(replace(swap, out_entry_id=entry(2))) == "entry_repeated"
    assert race.refusal(replace(swap, heat_id=HeatId("no"))) == "unknown_heat"
    drive_next(race, [8_000])
    assert race.refusal(replace(swap, out_entry_id=entry(2))) == "heat_started"
    race.ask(CallNextHeat())
    race.ask(ReplaceHeatEntry(HeatId("heat-2"), entry(2), entry(3)))
    assert race.state.heats[HeatId("heat-2")].entry_ids == (entry(3),)


def test_who_races_a_match_follows_from_the_bracket() -> None:
    """It should refuse to put others into the heat of a match, and outsiders into a drawn stage."""
    race = race_of_four()
    draw(race)
    plan_matches(race)
    (heat, *_) = [each for each in race.state.heats.values() if each.match_name]
    swap = ReplaceHeatEntry(heat.heat_id, heat.entry_ids[0], entry(4))
    assert race.refusal(swap) == "heat_of_match"


def test_matches_are_planned_once() -> None:
    """It should plan the heats of matches for the field alone, each entry once a match."""
    race = race_of_four()
    heat = MatchHeat(HeatId("m1"), "r1m2", (entry(2),), 1)
    plan = PlanMatches(KNOCKOUT, (heat,))
    assert race.refusal(plan) == "not_in_field"
    draw(race)
    race.ask(plan)
    planned = race.state.heats[HeatId("m1")]
    assert (planned.match_name, planned.round_number) == ("r1m2", 1)
    assert race.refusal(plan) == "heat_exists"
    assert race.refusal(replace(plan, heats=(replace(heat, heat_id=HeatId("m2")),))) == (
        "match_planned"
    )
    both = replace(heat, heat_id=HeatId("m2"), entry_ids=(entry(2), entry(3)))
    assert race.refusal(replace(plan, heats=(both,))) == "too_many_cars"
    assert race.refusal(PlanMatches(KNOCKOUT, ())) == "no_match_due"
    assert race.refusal(PlanMatches(KNOCKOUT, (), (HeatId("heat-1"),))) == "unknown_heat"
    race.ask(PlanMatches(KNOCKOUT, (replace(heat, heat_id=HeatId("m3")),), (HeatId("m1"),)))
    assert HeatId("m1") not in race.state.heats
    race.ask(WithdrawEntry(entry(3)))
    late = replace(heat, heat_id=HeatId("m4"), entry_ids=(entry(3),))
    assert race.refusal(replace(plan, heats=(late,))) == "entry_withdrawn"


def test_a_stage_that_nobody_planned_changes_nothing() -> None:
    """It should leave no trace of facts about stages and entries that aren't there."""
    race = race_of_four()
    race.ask(PlanStage(StageId("other"), "Other", "time_trial", WIDE))
    before = race.state
    for stage_id in (StageId("no"), KNOCKOUT):
        race.append(
            FinalistReplaced(stage_id, entry(1), entry(2)),
            HeatEntryReplaced(HeatId("no"), entry(1), entry(2)),
        )
    race.append(FieldDrawn(StageId("no"), (entry(1),)))
    assert (race.state.stages, race.state.heats) == (before.stages, before.heats)


def test_an_abandoned_match_can_be_planned_again() -> None:
    """It should plan a match anew whose heat was abandoned, and hold up no other match by it."""
    race = qualified(*FOUR[:2], top_n=2)
    draw(race)
    assert plan_matches(race) == [("final", (entry(2),)), ("final", (entry(1),))]
    race.ask(CallNextHeat())
    heat_id = race.state.active_heat_id
    assert heat_id is not None
    race.ask(StartHeat(heat_id))
    race.ask(AbandonHeat(heat_id, "the light failed"))
    assert plan_matches(race) == [("final", (entry(2),))]


def test_a_match_between_others_is_planned_where_a_ruling_turned_one_round() -> None:
    """It should let a finalist meet whom a ruling has put into the final, with one heat for two."""
    race = qualified(*FOUR, top_n=3, options=replace(WIDE, cars_max=2))
    for lane in (1, 2):
        race.append(GateBound(NodeId("node-1"), f"lane-{lane}", "finish", lane))
    draw(race)
    semi_id = HeatId("")
    for match, pair in (("r1m2", (2, 3)), ("final", (1, 2))):
        assert [(name, numbers(who)) for name, who in plan_matches(race)] == [(match, [*pair])]
        race.ask(CallNextHeat())
        heat_id = race.state.active_heat_id
        assert heat_id is not None
        race.ask(StartHeat(heat_id))
        for at_ms in (1_000, 9_000):
            for lane in (1, 2):
                race.crossing(race.now_ms + at_ms, f"lane-{lane}")
        race.ask(StopHeat(heat_id))
        semi_id = heat_id if match == "r1m2" else semi_id
    race.ask(RuleRun(RulingId("out"), semi_id, entry(2), "dsq", "another motor"))
    assert [(name, numbers(who)) for name, who in plan_matches(race)] == [("final", [1, 3])]
