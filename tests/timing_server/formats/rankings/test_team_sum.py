from dataclasses import replace

from tests.timing_server.formats.driving import WIDE, decided, drive_again, drive_next, values_ms
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, ms, planned_race
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.plan import GroupEntry, PlanHeat
from timing_server.rules.facts.plan import GateBound
from timing_server.rules.units import EntryId, HeatId, NodeId, TeamId

FORMAT = "team_sum"


def teams(*runs: tuple[str | None, list[int]]) -> ScriptedRace:
    """Return a race of entries with a team each, which drove these laps (ms)."""
    race = planned_race(len(runs), WIDE, FORMAT).at(1_000)
    for number, (team, laps_ms) in enumerate(runs, 1):
        if team is not None:
            race.ask(GroupEntry(EntryId(f"entry-{number}"), None, None, TeamId(team)))
        drive_next(race, laps_ms)
    return race


def rows(race: ScriptedRace) -> list[tuple[int, str | None, int | None]]:
    return [(each.rank, each.team_id, each.value_laps) for each in race.standings()]


def test_the_best_laps_of_a_team_add_up() -> None:
    """The best lap of each member adds up; the smaller sum of as many laps stands higher."""
    race = teams(
        ("red", [6_000, 9_000]), ("blue", [7_000]), ("red", [8_000]), ("blue", [6_500, 6_900])
    )
    assert rows(race) == [(1, "blue", 2), (2, "red", 2)]
    assert values_ms(race) == [13_500, 14_000]
    blue, red = race.standings()
    assert (red.gap_ns, blue.entry_id, red.entry_id) == (ms(500), "entry-4", "entry-1")
    assert red.member_entry_ids == ("entry-1", "entry-3")


def test_members_who_share_a_heat_stand_in_its_order() -> None:
    """What a team drove in one heat comes in the order of its places, and in no other."""
    race = planned_race(6, replace(WIDE, cars_max=6), FORMAT).at(1_000)
    entry_ids = tuple(EntryId(f"entry-{number}") for number in range(1, 7))
    for lane, entry_id in enumerate(entry_ids, 1):
        race.ask(GroupEntry(entry_id, None, None, TeamId("red")))
        race.append(GateBound(NodeId("node-1"), f"lane-{lane}", "finish", lane))
    race.ask(PlanHeat(HeatId("shared"), STAGE, entry_ids, lanes=(1, 2, 3, 4, 5, 6)))
    race.ask(CallNextHeat(HeatId("shared")))
    race.ask(StartHeat(HeatId("shared")))
    for lane in range(1, 7):
        race.crossing(2_000 + lane, f"lane-{lane}")
    for lane in range(6, 0, -1):
        race.crossing(10_000 - lane, f"lane-{lane}")
    (red,) = race.standings()
    assert [each // ms(1) for each in red.laps_ns] == [7_998, 7_996, 7_994, 7_992, 7_990, 7_988]
    assert red.member_entry_ids == tuple(reversed(entry_ids))


def test_a_team_with_fewer_laps_stands_behind() -> None:
    """A team short of members stands behind every larger one, up to the number that counts."""
    race = teams(("red", [5_000]), ("blue", [9_000]), ("blue", [9_000]), (None, [4_000]))
    assert rows(race) == [(1, "blue", 2), (2, None, 1), (3, "red", 1)]


def test_only_as_many_as_count_are_added() -> None:
    """Of a larger team the best members count, three here."""
    race = teams(*[("red", [lap_ms]) for lap_ms in (9_000, 6_000, 7_000, 8_000)])
    assert (rows(race), values_ms(race)) == ([(1, "red", 3)], [21_000])


def test_equal_sums_are_told_apart_by_the_best_laps() -> None:
    """Equal sums are told apart by the best lap of any member, then the second-best, and so on."""
    race = teams(("red", [6_000]), ("blue", [5_000]), ("red", [6_000]), ("blue", [7_000]))
    assert rows(race) == [(1, "blue", 2), (2, "red", 2)]
    assert decided(race) == ["best_lap", "best_lap"]


def test_a_member_brings_the_best_of_all_runs() -> None:
    """A member that runs again brings the best lap of all its runs."""
    race = teams(("red", [8_000]), ("blue", [7_500]))
    drive_again(race, 1, [7_000])
    assert values_ms(race) == [7_000, 7_500]


def test_a_member_changes_teams_at_once() -> None:
    """An entry counts for the team that it belongs to now, for all that it drove."""
    race = teams(("red", [6_000]), ("red", [6_000]), ("blue", [7_000]))
    race.ask(GroupEntry(EntryId("entry-2"), None, None, TeamId("blue")))
    assert rows(race) == [(1, "blue", 2), (2, "red", 1)]
