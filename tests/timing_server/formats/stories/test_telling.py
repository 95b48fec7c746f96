from collections.abc import Sequence
from dataclasses import replace
from functools import reduce as fold

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.golden.record_first_race import LOG_PATH
from tests.timing_server.formats.driving import WIDE, drive_again, driven
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace
from timing_server.formats.stories.story import Story
from timing_server.formats.stories.telling import stories_of as subject
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.plan import PlanHeat, PlanStage
from timing_server.rules.commands.progression import PlanProgression
from timing_server.rules.commands.rulings import InsertPass, MarkOffTrack, VoidLap
from timing_server.rules.facts.options import ProgressionRule
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import empty_state
from timing_server.rules.stored.codec import decode_chain
from timing_server.rules.units import NS_PER_MS, EntryId, HeatId, RulingId, StageId, StreamId


def told(race: ScriptedRace, code: str) -> list[Story]:
    """Return the stories of a code, the oldest first."""
    return [each for each in reversed(subject(race.state, STAGE)) if each.code == code]


def test_a_new_best_of_the_day_says_by_how_much() -> None:
    """It should tell each improvement of the best lap, and none that only equals it."""
    race = driven("time_trial", [9_000, 8_500], [8_500, 8_287, 8_900])
    first, second = told(race, "best_of_day")
    assert (first.entry_ids, first.by_ns) == (("entry-1",), 500 * NS_PER_MS)
    assert (second.entry_ids, second.by_ns) == (("entry-2",), 213 * NS_PER_MS)
    assert second.time_ns == 8_287 * NS_PER_MS


@pytest.mark.parametrize(
    ("laps_ms", "seconds"), [([10_200, 8_999], [9]), ([9_500, 9_000], []), ([9_000, 8_999], [9])]
)
def test_the_first_lap_below_a_second(laps_ms: list[int], seconds: list[int]) -> None:
    """It should name the whole second that a lap was the first to beat; 9.000 isn't below 9."""
    assert [each.seconds for each in told(driven("time_trial", laps_ms), "first_under")] == seconds


def test_the_own_best_compares_runs() -> None:
    """It should tell when a run beat all earlier ones of its entry, not each lap of one."""
    race = driven("time_trial", [9_000, 8_800])
    assert told(race, "own_best") == []
    drive_again(race, 1, [8_700, 8_600])
    (story,) = told(race, "own_best")
    assert (story.by_ns, story.heat_id) == (200 * NS_PER_MS, "heat-2")


def test_rows_of_laps() -> None:
    """It should tell the longest row of ever quicker laps, and a run of steady ones."""
    race = driven("time_trial", [9_000, 8_900, 8_800, 9_100, 8_000], [8_050, 8_000, 8_060, 8_090])
    (row,) = told(race, "ever_quicker")
    assert (row.entry_ids, row.count) == (("entry-1",), 3)
    (steady,) = told(race, "steady")
    assert (steady.entry_ids, steady.count) == (("entry-2",), 4)
    assert steady.by_ns == 90 * NS_PER_MS


def test_places_that_change_hands() -> None:
    """It should count how often a place changed, and tell who took the lead from whom."""
    race = driven("time_trial", [9_000], [8_800], [8_600], [8_400])
    first, *_, last = told(race, "new_leader")
    assert first.entry_ids == ("entry-2", "entry-1")
    assert last.entry_ids == ("entry-4", "entry-3")
    counts = {each.place: each.count for each in told(race, "place_changed")}
    assert counts == {1: 3, 2: 2}
    drive_again(race, 1, [8_300])
    (climbed,) = told(race, "climbed")
    assert (climbed.entry_ids, climbed.from_place, climbed.place) == (("entry-1",), 4, 1)


def test_it_is_close_at_the_top() -> None:
    """It should tell when the first two are within 0.05 s."""
    assert told(driven("time_trial", [9_000], [9_051]), "close_at_top") == []
    (story,) = told(driven("time_trial", [9_000], [9_050]), "close_at_top")
    assert (story.entry_ids, story.by_ns) == (("entry-1", "entry-2"), 50 * NS_PER_MS)


def with_cut(race: ScriptedRace, top_n: int) -> ScriptedRace:
    race.ask(PlanStage(StageId("final"), "Final", "time_trial", WIDE))
    race.ask(PlanProgression(StageId("final"), ProgressionRule(STAGE, top_n)))
    return race


def test_the_cut() -> None:
    """It should tell who came in for whom, and how many are near the line."""
    race = with_cut(driven("time_trial", [9_000], [8_800], [8_960], [8_900]), 2)
    assert [each.entry_ids for each in told(race, "into_cut")] == [
        ("entry-3", "entry-1"),
        ("entry-4", "entry-3"),
    ]
    assert told(race, "close_at_cut") == []
    drive_again(race, 3, [8_940])
    (near,) = told(race, "close_at_cut")
    assert (set(near.entry_ids), near.count) == ({"entry-3", "entry-4"}, 2)


def test_clean_heats_in_a_row() -> None:
    """It should count the newest heats without an off-track, from the third on."""
    race = driven("time_trial", [9_000], [9_000])
    assert told(race, "clean_heats") == []
    drive_again(race, 1, [9_000])
    (story,) = told(race, "clean_heats")
    assert (story.count, story.heat_id) == (3, "heat-3")
    heat_id = HeatId("heat-2")
    left_ns = race.state.heats[heat_id].started_race_ns
    race.ask(MarkOffTrack(RulingId("off"), heat_id, EntryId("entry-2"), left_ns))
    assert told(race, "clean_heats") == []


def test_a_running_heat_is_told_too() -> None:
    """It should tell of a lap as it closes, and no more once a marshal struck it."""
    race = driven("time_trial", [9_000])
    heat_id = HeatId("heat-2")
    race.ask(PlanHeat(heat_id, STAGE, (EntryId("entry-1"),)))
    race.ask(CallNextHeat())
    race.ask(StartHeat(heat_id))
    race.crossing(race.now_ms + 1_000)
    ref = race.crossing(race.now_ms + 8_000)
    assert race.state.active_heat_id == heat_id
    assert [each.by_ns for each in told(race, "best_of_day")] == [1_000 * NS_PER_MS]
    race.ask(VoidLap(RulingId("strike"), ref, "cut"))
    assert told(race, "best_of_day") == []


def test_what_hands_timed_shows_nothing_fine() -> None:
    """It should tell no difference that is smaller than the timing's own uncertainty."""
    race = driven("time_trial", [9_000], base=replace(WIDE, dead_time_ns=0))
    heat_id, entry_id = HeatId("heat-2"), EntryId("entry-1")
    race.ask(PlanHeat(heat_id, STAGE, (entry_id,)))
    race.ask(CallNextHeat())
    race.ask(StartHeat(heat_id))
    for number, after_ms in enumerate((1_000, 8_900, 2_000)):
        race.at(race.now_ms + after_ms)
        by_hand = InsertPass(RulingId(f"hand-{number}"), heat_id, None, 200 * NS_PER_MS, "seen")
        race.ask(by_hand)
    (under,) = told(race, "best_of_day")
    assert under.time_ns == 2_000 * NS_PER_MS
    assert told(race, "close_at_top") == []


def test_the_golden_race() -> None:
    """It should tell the recorded day as it went."""
    log = list(decode_chain(LOG_PATH.read_bytes().splitlines()))
    state = fold(reduce, log, empty_state(StreamId(log[0].stream)))
    stories = subject(state, STAGE)
    assert [(each.code, *each.entry_ids) for each in stories] == [
        ("new_leader", "entry-4", "entry-2"),
        ("place_changed", "entry-2"),
        ("place_changed", "entry-4"),
        ("best_of_day", "entry-4"),
        ("ever_quicker", "entry-3"),
        ("new_leader", "entry-2", "entry-1"),
        ("best_of_day", "entry-2"),
        ("first_under", "entry-2"),
        ("best_of_day", "entry-2"),
        ("first_under", "entry-2"),
        ("ever_quicker", "entry-1"),
        ("best_of_day", "entry-1"),
    ]
    newest = next(each for each in stories if each.code == "best_of_day")
    assert (newest.time_ns, newest.by_ns) == (7_310 * NS_PER_MS, 674 * NS_PER_MS)


LAPS_MS = st.lists(st.sampled_from(range(8_000, 9_300, 61)), max_size=5)


@given(runs=st.lists(LAPS_MS, min_size=1, max_size=4), again=LAPS_MS)
def test_what_holds_for_every_race(runs: Sequence[list[int]], again: list[int]) -> None:
    """It should tell the same at once and after a replay, with improvements that add up, and
    nothing of an instant that hasn't come.
    """
    race = driven("time_trial", *runs)
    subject(race.state, STAGE)
    drive_again(race, 1, again)
    stories = subject(race.state, STAGE)
    replayed = fold(reduce, decode_chain(race.stored), empty_state(race.state.stream))
    assert subject(replayed, STAGE) == stories
    laps = [lap for run in (*runs, again) for lap in run]
    won_ns = sum(each.by_ns or 0 for each in stories if each.code == "best_of_day")
    assert won_ns == ((laps[0] - min(laps)) * NS_PER_MS if laps else 0)
    assert all(0 < each.at_race_ns <= race.state.race_ns for each in stories)
    instants = [each.at_race_ns for each in stories]
    assert instants == sorted(instants, reverse=True)
