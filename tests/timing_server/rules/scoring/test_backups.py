"""Primary and backups of one line: each crossing counts once, whoever saw it and came first."""

from dataclasses import replace
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scoring.made_heats import crossing, heat
from timing_server.rules.scoring import walk as walking
from timing_server.rules.scoring.backups import backed_up
from timing_server.rules.scoring.laps import compute_score
from timing_server.rules.state.heat import HeatPass, Run
from timing_server.rules.units import BootId, EntryId, NodeId, PassRef, RulingId


def backup(at_ms: int, priority: int = 1, **fields: Any) -> HeatPass:
    """Return what a backup on a node of its own saw; its clock is known to 1 ms."""
    ref = PassRef(f"node-{priority + 1}:journal-1:{at_ms}")
    node = {"node_id": NodeId(f"node-{priority + 1}"), "boot_id": BootId(f"boot-{priority + 1}")}
    return crossing(
        at_ms, pass_ref=ref, bound_ns=1_000_000, priority=priority, **{**node, **fields}
    )


def verdicts(*passes: HeatPass) -> dict[str, str]:
    score = compute_score(heat(*passes))
    return {str(each.pass_ref): each.verdict for each in score.passes}


def test_a_primary_has_the_word() -> None:
    """It should count the primary's passes alone, though the backup was first by its clock."""
    passes = (crossing(12_000), backup(11_998), crossing(20_000), backup(20_003))
    score = compute_score(heat(*passes))
    assert [(lap.duration_ns, lap.bound_ns) for lap in score.runs[0].laps] == [(8_000_000_000, 0)]
    assert [each.verdict for each in score.passes].count("backed_up") == 2


def test_a_backup_takes_over_by_itself_and_gives_back() -> None:
    """It should count the backup's pass where the primary missed one, with the clocks' bound."""
    passes = (
        *(crossing(12_000), backup(12_001)),
        backup(20_001),
        *(crossing(28_000), backup(28_001)),
    )
    (run,) = compute_score(heat(*passes)).runs
    assert [lap.duration_ns for lap in run.laps] == [8_001_000_000, 7_999_000_000]
    assert all(lap.bound_ns == 1_040_000 for lap in run.laps)


def test_a_dead_primary_costs_no_lap() -> None:
    """It should time by the backup alone, exactly, since all is of one node."""
    (run,) = compute_score(heat(backup(12_000), backup(20_000))).runs
    assert [(lap.duration_ns, lap.bound_ns) for lap in run.laps] == [(8_000_000_000, 0)]


def test_two_cars_close_together() -> None:
    """It should let a primary's pass answer for one of the backup's, the nearest."""
    found = backed_up((crossing(12_300), backup(12_000), backup(12_301)))
    assert found == {backup(12_301).pass_ref}


def test_a_backup_of_the_backup() -> None:
    """It should let each be answered for by any gate before it."""
    both = (backup(12_000), backup(12_002, priority=2))
    assert backed_up(both) == {both[1].pass_ref}
    three = (crossing(12_000), backup(12_001), backup(12_002, priority=2))
    assert backed_up(three) == {three[1].pass_ref, three[2].pass_ref}


def test_other_lanes_and_gates_answer_for_nobody() -> None:
    """It should match within the line and the lane alone."""
    assert backed_up((crossing(12_000, lane=1), backup(12_001, lane=2))) == frozenset()
    assert backed_up((crossing(12_000, role="sector-1"), backup(12_001))) == frozenset()


def test_rulings() -> None:
    """It should strike a struck crossing whoever saw it, and count what a marshal restored."""
    ruling = RulingId("ruling-1")
    struck = verdicts(crossing(12_000, void_ruling_id=ruling), backup(12_001))
    assert sorted(struck.values()) == ["backed_up", "voided"]
    restored = verdicts(crossing(12_000), backup(12_400, restore_ruling_id=ruling))
    assert sorted(restored.values()) == ["counted", "counted"]


def assert_same_in_any_order(passes: tuple[HeatPass, ...]) -> None:
    """Let the passes arrive one by one, in every order."""
    expected = compute_score(heat(*passes))
    for order in permutations(passes):
        walked = walking.walk_of(heat(), frozenset())
        for n in range(1, len(order) + 1):
            made = heat(*order[:n])
            walked = walking.walk_on(walked, made, frozenset()) or walking.walk_of(
                made, frozenset()
            )
        assert walked.score() == expected


def test_whatever_comes_first() -> None:
    """It should judge the same in whichever order passes arrive, one by one."""
    passes = (crossing(12_000), backup(12_001), backup(20_001), crossing(28_000), backup(27_999))
    assert_same_in_any_order(passes)


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(-3, 3)), max_size=7),
)
def test_each_crossing_counts_once(seen: list[tuple[bool, bool, int]]) -> None:
    """It should count every crossing that any gate saw, exactly once."""
    passes: list[HeatPass] = []
    for n, (by_primary, by_backup, apart_ms) in enumerate(seen):
        at_ms = 12_000 + 2_500 * n
        passes += [crossing(at_ms)] if by_primary else []
        passes += [backup(at_ms + apart_ms)] if by_backup else []
    found = list(verdicts(*passes).values())
    assert found.count("counted") == sum(primary or spare for primary, spare, _ in seen)
    assert found.count("backed_up") == sum(primary and spare for primary, spare, _ in seen)


def phone(at_ms: int, entry: int | None = None, **fields: Any) -> HeatPass:
    """Return a press of a helper's phone, which is known to 0.2 s."""
    made = HeatPass(
        pass_ref=PassRef(f"manual:{at_ms}"),
        source="manual",
        race_ns=at_ms * 10**6,
        bound_ns=200_000_000,
        role="finish",
        priority=1,
        ruled_entry_id=None if entry is None else EntryId(f"entry-{entry}"),
    )
    return replace(made, **fields)


def test_a_phone_never_doubles_what_a_beam_saw() -> None:
    """It should count the beam's pass alone, whether the hand was early or late."""
    passes = (crossing(12_000), phone(11_700), phone(20_400), crossing(20_000))
    score = compute_score(heat(*passes))
    assert [(lap.duration_ns, lap.bound_ns) for lap in score.runs[0].laps] == [(8_000_000_000, 0)]
    assert [each.verdict for each in score.passes].count("backed_up") == 2


def test_a_phone_counts_what_no_beam_saw() -> None:
    """It should close the laps that the beam missed, with the hand's precision."""
    (run,) = compute_score(heat(crossing(12_000), phone(12_200), phone(20_000))).runs
    assert [lap.duration_ns for lap in run.laps] == [8_000_000_000]
    assert all(lap.bound_ns > 200_000_000 for lap in run.laps)
    apart = verdicts(crossing(12_000), phone(14_500))
    assert set(apart.values()) == {"counted"}


def test_a_phone_answers_for_the_entry_that_it_names() -> None:
    """It should be spare only where a sensor saw that entry, by its lane."""
    runs = {EntryId(f"entry-{lane}"): Run(EntryId(f"entry-{lane}"), lane=lane) for lane in (1, 2)}
    passes = (crossing(12_000, lane=1), phone(12_100, 1), phone(12_101, 2))
    score = compute_score(heat(*passes, entries=2, runs=runs))
    found = {str(each.pass_ref): (each.verdict, each.entry_id) for each in score.passes}
    assert found["manual:12100"] == ("backed_up", None)
    assert found["manual:12101"] == ("counted", "entry-2")


def test_rulings_on_a_phone() -> None:
    """It should count what a marshal restored, and strike what a marshal struck."""
    ruling = RulingId("ruling-1")
    restored = verdicts(crossing(12_000), phone(12_400, restore_ruling_id=ruling))
    assert restored["manual:12400"] == "counted"
    voided = verdicts(crossing(12_000), phone(12_400, void_ruling_id=ruling))
    assert voided["manual:12400"] == "voided"


def test_a_phone_before_and_after_its_beam() -> None:
    """It should judge the same in whichever order the beam's passes and the phone's arrive."""
    passes = (crossing(12_000), phone(11_900), phone(20_001), crossing(28_000), phone(28_600))
    assert_same_in_any_order(passes)
