from dataclasses import replace

from tests.timing_server.formats.driving import WIDE, drive_next
from tests.timing_server.formats.knockouts import (
    KNOCKOUT,
    draw,
    entry,
    numbers,
    plan_matches,
    qualified,
    race_matches,
)
from tests.timing_server.rules.scripted_race import ScriptedRace, ms
from timing_server.formats.brackets.due import Need, needed
from timing_server.formats.brackets.tables import matches_of
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.plan import MarkNoShow, WithdrawEntry
from timing_server.rules.commands.rulings import ReverseRuling, VoidLap
from timing_server.rules.facts.plan import GateBound, HeatPlanned
from timing_server.rules.units import HeatId, NodeId, RulingId

FOUR = ([8_000], [8_100], [8_200], [8_300])


def table(race: ScriptedRace) -> list[tuple[int, str | None]]:
    rows = rank_stage(race.state, KNOCKOUT)
    assert [each.rank for each in rows] == list(range(1, len(rows) + 1))
    return [(int(each.entry_id[-1]), each.decided_by) for each in rows]


def states(race: ScriptedRace) -> dict[str, str]:
    stage = race.state.stages[KNOCKOUT]
    return {each.plan.name: each.state for each in matches_of(race.state, stage)}


def test_a_knock_out_from_the_draw_to_the_podium() -> None:
    """The best seed meets the last; winners go on, and the bronze final says who is third."""
    race = qualified(*FOUR)
    assert rank_stage(race.state, KNOCKOUT) == ()
    assert numbers(draw(race)) == [1, 2, 3, 4]
    laps = {1: 9_000, 2: 9_500, 3: 9_100, 4: 9_200}
    assert plan_matches(race) == [
        ("r1m1", (entry(4),)),
        ("r1m1", (entry(1),)),
        ("r1m2", (entry(3),)),
        ("r1m2", (entry(2),)),
    ]
    for number in (4, 1, 3, 2):
        drive_next(race, [laps[number]])
    assert states(race) == {"r1m1": "raced", "r1m2": "raced", "bronze": "due", "final": "due"}
    # Who is still in, and who went out in the same round, stand by seed until they have raced.
    assert table(race) == [(each, "better_seed") for each in (1, 3, 2, 4)]
    assert race_matches(race, laps) == ["bronze", "bronze", "final", "final"]
    assert table(race) == [(1, None), (3, None), (4, None), (2, None)]
    assert rank_stage(race.state, KNOCKOUT)[0].value_ns == ms(9_000)
    assert needed(race.state, race.state.stages[KNOCKOUT]).heats == ()


def test_a_heat_that_is_no_match_counts_for_nothing() -> None:
    """It should show the laps of matches alone, though an older log holds other heats as well."""
    race = qualified(*FOUR[:2], top_n=2)
    draw(race)
    race.append(HeatPlanned(HeatId("stray"), KNOCKOUT, (entry(2),)))
    drive_next(race, [5_000])
    assert table(race) == []
    race_matches(race, {1: 9_000, 2: 9_500})
    assert table(race) == [(1, None), (2, None)]
    assert [each.best_lap_ns for each in rank_stage(race.state, KNOCKOUT)] == [ms(9_000), ms(9_500)]


def test_a_ruling_changes_who_meets_whom() -> None:
    """Where a ruling turns a match round, the heats planned for the other are taken back."""
    race = qualified(*FOUR)
    draw(race)
    assert race_matches(race, {1: 9_000, 2: 9_500, 3: 9_100, 4: 9_200})[:1] == ["r1m1"]
    plan_matches(race)
    before = set(race.state.heats)
    (best,) = [each for each in rank_stage(race.state, KNOCKOUT) if each.entry_id == entry(1)]
    assert best.best_lap_ref is not None
    race.ask(VoidLap(RulingId("r1"), best.best_lap_ref, "cut"))
    need = needed(race.state, race.state.stages[KNOCKOUT])
    assert len(need.removed_heat_ids) == 2
    assert ("final", (entry(4),)) in plan_matches(race)
    assert not set(need.removed_heat_ids) & set(race.state.heats)
    race.ask(ReverseRuling(RulingId("r2"), None, "no cut"))
    assert ("final", (entry(1),)) in plan_matches(race)
    assert len(race.state.heats) == len(before)


def test_a_no_show_never_goes_on() -> None:
    """Who drives no lap loses to whoever does; where neither does, nobody goes on."""
    race = qualified(*FOUR)
    draw(race)
    race_matches(race, {1: 9_000})
    assert states(race)["r1m2"] == "void"
    assert states(race)["final"] == "bye"
    assert table(race)[0] == (1, None)
    assert [each.has_value for each in rank_stage(race.state, KNOCKOUT)] == [True] + [False] * 3


def test_who_does_not_come_loses_to_whoever_drives() -> None:
    """A no-show's heat of the match needn't be raced, and stays: taken back, it is due again."""
    race = qualified(*FOUR[:2], top_n=2)
    draw(race)
    assert plan_matches(race) == [("final", (entry(2),)), ("final", (entry(1),))]
    race.ask(MarkNoShow(RulingId("away"), entry(2), None, "not at the line"))
    assert states(race) == {"final": "due"}
    drive_next(race, [9_000])
    assert states(race) == {"final": "raced"}
    assert table(race)[0] == (1, None)
    assert needed(race.state, race.state.stages[KNOCKOUT]) == Need((), ())
    race.ask(ReverseRuling(RulingId("here"), RulingId("away"), "was in the pit"))
    drive_next(race, [8_000])
    assert table(race) == [(2, None), (1, None)]


def test_who_withdraws_loses_by_walkover() -> None:
    """Who withdraws after having raced leaves the other a walkover, and keeps what was driven."""
    race = qualified(*FOUR)
    draw(race)
    race_matches(race, {1: 9_000, 2: 9_500, 3: 9_100, 4: 9_200})
    race.ask(WithdrawEntry(entry(1)))
    assert states(race)["final"] == "walkover"
    assert table(race)[:2] == [(3, None), (1, None)]


def test_equal_matches_send_the_better_seed_on() -> None:
    """A match that ends equal to the last tie-break sends the better seed on."""
    race = qualified(*FOUR[:2], top_n=2)
    draw(race)
    assert race_matches(race, {1: 9_000, 2: 9_000}) == ["final", "final"]
    assert states(race) == {"final": "equal"}
    assert table(race) == [(1, None), (2, None)]


def test_both_race_together_where_several_cars_may() -> None:
    """With two cars on track a match is one heat, on lanes where the line tells lanes apart."""
    race = qualified(*FOUR, options=replace(WIDE, cars_max=2))
    draw(race)
    need = needed(race.state, race.state.stages[KNOCKOUT])
    assert [(each.entry_ids, each.lanes) for each in need.heats] == [
        ((entry(1), entry(4)), ()),
        ((entry(2), entry(3)), ()),
    ]
    for lane in (2, 1):
        race.append(GateBound(NodeId("node-1"), f"lane-{lane}", "finish", lane))
    need = needed(race.state, race.state.stages[KNOCKOUT])
    assert [each.lanes for each in need.heats] == [(1, 2), (1, 2)]


def test_a_round_robin_counts_points() -> None:
    """Two points for a match won; who wins all stands first, and equal points meet each other."""
    race = qualified(*FOUR[:3], top_n=3, format_name="round_robin")
    draw(race)
    names = race_matches(race, {1: 9_200, 2: 9_000, 3: 9_100})
    assert names == ["r1m1"] * 2 + ["r2m1"] * 2 + ["r3m1"] * 2
    assert table(race) == [(2, None), (3, None), (1, None)]
    rows = rank_stage(race.state, KNOCKOUT)
    assert [each.value_points for each in rows] == [4, 2, 0]
    assert [each.gap_points for each in rows] == [0, 2, 4]
    assert [each.interval_points for each in rows] == [0, 2, 2]


def test_a_double_elimination_to_its_end() -> None:
    """Who loses once has a second chance; the final is raced again where the unbeaten one loses."""
    race = qualified(*FOUR[:3], top_n=3, format_name="double_elimination")
    draw(race)
    laps = {1: 9_000, 2: 9_100, 3: 9_200}
    played = []
    while states(race)["decider"] in ("waiting", "due"):
        played += race_matches(race, laps)
        laps = {1: 9_400, 2: 9_100, 3: 9_200} if "w2m1" in played else laps
    assert table(race) == [(2, None), (1, None), (3, None)]
    assert played[-2:] == ["decider"] * 2


def test_points_without_a_lap_are_no_result() -> None:
    """A walkover's points rank in a round robin; who has nothing but them goes on nowhere."""
    race = qualified(*FOUR[:3], format_name="round_robin", top_n=3)
    draw(race)
    race.ask(WithdrawEntry(entry(3)))
    rows = rank_stage(race.state, KNOCKOUT)
    assert [(int(each.entry_id[-1]), each.has_value) for each in rows] == [
        (1, False),
        (2, False),
        (3, False),
    ]
    race_matches(race, {1: 9_000, 2: 8_500})
    rows = rank_stage(race.state, KNOCKOUT)
    assert [(int(each.entry_id[-1]), each.value_points) for each in rows] == [
        (2, 4),
        (1, 2),
        (3, None),
    ]
