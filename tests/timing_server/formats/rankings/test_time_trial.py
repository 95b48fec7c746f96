from collections.abc import Sequence

from tests.timing_server.formats.driving import drive_next, table
from tests.timing_server.formats.driving import driven as driven_under
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, ms, planned_race
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.plan import EquipRun, PlanHeat, WithdrawEntry
from timing_server.rules.commands.rulings import ReverseRuling, VoidLap
from timing_server.rules.units import CarId, EntryId, HeatId, RulingId, StageId


def driven(*runs: Sequence[int]) -> ScriptedRace:
    return driven_under("time_trial", *runs)


def test_the_best_lap_ranks() -> None:
    """The best valid lap ranks, whatever the others were."""
    race = driven([9_000, 8_001], [8_500, 8_500], [12_000, 7_999])
    assert table(race) == [(1, "3"), (2, "1"), (3, "2")]
    first, second, third = race.standings()
    assert (first.best_lap_ns, first.gap_ns, first.interval_ns) == (ms(7_999), 0, 0)
    assert (second.gap_ns, second.interval_ns) == (ms(2), ms(2))
    assert (third.gap_ns, third.interval_ns) == (ms(501), ms(499))
    assert [each.decided_by for each in (first, second, third)] == [None] * 3
    assert first.laps_ns == (ms(12_000), ms(7_999))
    assert (first.best_lap_number, first.best_heat_id) == (2, "heat-3")


def test_equal_best_laps_are_told_apart_by_the_next_best() -> None:
    """Equal best laps are told apart by the second-best, then the third, and so on."""
    race = driven([8_000, 9_000], [8_900, 8_000], [8_000, 8_900, 9_500], [7_000])
    assert table(race) == [(1, "4"), (2, "3"), (3, "2"), (4, "1")]
    assert [each.decided_by for each in race.standings()] == [
        None,
        "third_best_lap",
        "third_best_lap",
        "second_best_lap",
    ]


def test_a_further_lap_beats_none() -> None:
    """Where one has no next-best lap, the one who has stands higher."""
    assert table(driven([8_000], [8_000, 20_000])) == [(1, "2"), (2, "1")]


def test_a_late_difference_is_named_too() -> None:
    """It should name a tie-break beyond the third-best lap."""
    race = driven([4_000, 4_000, 4_000, 5_000], [4_000, 4_000, 4_000, 4_900])
    assert {each.decided_by for each in race.standings()} == {"later_best_lap"}


def test_only_equal_values_tie() -> None:
    """Entries whose laps are all equal share a rank, in the order they ran; the next is skipped."""
    race = driven([8_000, 9_000], [9_000, 8_000], [8_500])
    assert table(race) == [(1, "1"), (1, "2"), (3, "3")]
    assert [each.decided_by for each in race.standings()] == [None] * 3
    assert [each.interval_ns for each in race.standings()] == [0, 0, ms(500)]


def test_who_has_no_lap_stands_last_and_who_has_not_run_not_at_all() -> None:
    """Who ran without a valid lap stands last; who hasn't run isn't listed."""
    race = planned_race(3).at(1_000)
    drive_next(race, [])
    drive_next(race, [8_000])
    assert table(race) == [(1, "2"), (2, "1")]
    last = race.standings()[1]
    assert (last.best_lap_ns, last.gap_ns, last.interval_ns, last.laps_ns) == (None, None, None, ())
    assert last.best_lap_ref is None


def test_two_without_a_lap_share_the_last_rank() -> None:
    """Entries without a lap are equal."""
    race = driven([], [8_000], [])
    assert table(race) == [(1, "2"), (2, "1"), (2, "3")]


def test_the_best_of_all_runs_ranks() -> None:
    """An entry may run again; the best of all its runs ranks, and all its laps break ties."""
    race = driven([8_000], [7_500])
    race.ask(PlanHeat(HeatId("heat-9"), STAGE, (EntryId("entry-1"),)))
    drive_next(race, [7_400, 9_000])
    best, _ = race.standings()
    assert (best.entry_id, best.heats_run) == ("entry-1", 2)
    assert best.laps_ns == (ms(8_000), ms(7_400), ms(9_000))
    assert (best.best_heat_id, best.best_lap_number) == ("heat-9", 1)


def test_the_first_of_equal_laps_is_the_best() -> None:
    """Where an entry drove its best lap twice, the first one is it."""
    race = driven([9_000, 8_000, 8_000])
    assert race.standings()[0].best_lap_number == 2


def test_void_laps_do_not_rank() -> None:
    """A void lap doesn't rank, and ranks again when the ruling is reversed."""
    race = driven([9_000, 8_000], [8_500])
    before = race.standings()
    ref = before[0].best_lap_ref
    assert ref is not None
    race.ask(VoidLap(RulingId("r1"), ref, "cut"))
    assert table(race) == [(1, "2"), (2, "1")]
    race.ask(ReverseRuling(RulingId("r2"), None, "no cut"))
    assert race.standings() == before


def test_the_standings_name_what_drove_the_best_lap() -> None:
    """Car and model are those of the best lap, or of the last run where there is none."""
    race = planned_race(2).at(1_000)
    for number, car in ((1, "car-a"), (2, "car-b")):
        entry_id = EntryId(f"entry-{number}")
        race.ask(EquipRun(HeatId(f"heat-{number}"), entry_id, CarId(car), str(number) * 64))
    drive_next(race, [8_000])
    drive_next(race, [])
    assert [(each.best_car_id, each.best_model_sha256) for each in race.standings()] == [
        ("car-a", "1" * 64),
        ("car-b", "2" * 64),
    ]


def test_a_running_heat_ranks_already() -> None:
    """A lap ranks as soon as it is closed, while its heat still runs."""
    race = planned_race().at(1_000)
    race.ask(CallNextHeat())
    assert race.standings() == ()
    race.ask(StartHeat(HeatId("heat-1")))
    race.crossing(2_000)
    race.crossing(10_000)
    assert race.standings()[0].best_lap_ns == ms(8_000)


def test_what_a_withdrawn_entry_drove_stands() -> None:
    """Who withdraws after a run keeps the place it drove."""
    race = driven([8_000], [9_000])
    race.ask(WithdrawEntry(EntryId("entry-1")))
    assert table(race) == [(1, "1"), (2, "2")]


def test_stages_rank_apart() -> None:
    """A stage ranks its own heats only, and an unknown one nobody."""
    race = driven([8_000])
    assert rank_stage(race.state, StageId("nowhere")) == ()
