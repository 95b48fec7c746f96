from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scoring.made_heats import (
    ENTRY,
    OTHER,
    crossing,
    heat,
    run_of,
    verdicts,
)
from tests.timing_server.rules.scripted_race import ms
from timing_server.rules.scoring.laps import compute_score
from timing_server.rules.scoring.sectors import LINE, best_parts, ideal_ns
from timing_server.rules.state.heat import HeatPass, Run
from timing_server.rules.state.plan import SECTOR_GATES_MAX
from timing_server.rules.units import NodeId, RulingId


def at_gate(number: int, at_ms: int, **fields: object) -> HeatPass:
    """Return a pass of a sector gate."""
    return crossing(at_ms, role=f"sector-{number}", **fields)


def parts(*passes: HeatPass | int) -> list[tuple[int, int, int, int]]:
    """Return the newest lap's parts: from, to, milliseconds, bound in milliseconds."""
    lap = run_of(heat(*passes)).laps[-1]
    return [
        (each.from_gate, each.to_gate, each.duration_ns // ms(1), each.bound_ns // ms(1))
        for each in lap.sectors
    ]


def test_a_lap_in_three() -> None:
    """It should part a lap at its gates, exactly within one node and boot."""
    assert parts(11_000, at_gate(1, 14_000), at_gate(2, 18_500), 20_000) == [
        (LINE, 1, 3_000, 0),
        (1, 2, 4_500, 0),
        (2, LINE, 1_500, 0),
    ]


def test_a_gate_that_missed_the_car() -> None:
    """It should make one part of two, rather than a wrong one."""
    assert parts(11_000, at_gate(1, 14_000), 20_000) == [(LINE, 1, 3_000, 0), (1, LINE, 6_000, 0)]
    assert parts(11_000, at_gate(2, 14_000), 20_000) == [(LINE, 2, 3_000, 0), (2, LINE, 6_000, 0)]
    assert parts(11_000, 20_000) == []


def test_the_first_pass_ends_the_sector() -> None:
    """It should keep a sector's end where a car rolled back into the beam."""
    assert parts(11_000, at_gate(1, 14_000), at_gate(1, 15_000), 20_000)[0][2] == 3_000


def test_gates_out_of_order_say_nothing() -> None:
    """It should leave both gates out where the earlier one saw something after the later one."""
    passes = (at_gate(2, 13_000), at_gate(1, 14_000), at_gate(2, 15_000), at_gate(3, 17_000))
    assert parts(11_000, *passes, 20_000) == [(LINE, 3, 6_000, 0), (3, LINE, 3_000, 0)]


def test_another_node_carries_the_bound() -> None:
    """It should say how far off a sector may be that two clocks measured."""
    far = at_gate(1, 14_000, node_id=NodeId("node-2"), bound_ns=ms(3))
    near = (crossing(11_000, bound_ns=ms(2)), crossing(20_000, bound_ns=ms(2)))
    assert parts(near[0], far, near[1]) == [(LINE, 1, 3_000, 5), (1, LINE, 6_000, 5)]


def test_a_bound_that_swallows_the_order() -> None:
    """It should leave a gate out where nobody knows whether it was passed within the lap."""
    far = at_gate(1, 11_004, node_id=NodeId("node-2"), bound_ns=ms(3))
    assert parts(crossing(11_000, bound_ns=ms(2)), far, 20_000) == []


def test_the_lap_under_way() -> None:
    """It should tell the parts that have ended, and none once the lap is closed."""
    run = run_of(heat(11_000, at_gate(1, 14_000)))
    assert [each.duration_ns for each in run.sectors] == [ms(3_000)]
    assert run_of(heat(11_000, at_gate(1, 14_000), 20_000)).sectors == ()


def test_a_struck_pass_parts_nothing() -> None:
    """It should make one part of two where a marshal struck the pass between them."""
    struck = at_gate(1, 14_000, void_ruling_id=RulingId("r-1"))
    assert parts(11_000, struck, at_gate(2, 15_000), 20_000)[0][:2] == (LINE, 2)
    assert verdicts(heat(11_000, struck, 20_000)) == ["counted", "voided", "counted"]


def test_nobody_knows_whose() -> None:
    """It should part no lap where several cars could have passed, and ask no marshal."""
    score = compute_score(heat(11_000, at_gate(1, 14_000), entries=2))
    assert score.passes[-1].verdict == "sector"
    assert score.passes[-1].entry_id is None


def test_lanes_tell_sectors_apart() -> None:
    """It should give a lane's sector pass to that lane's run."""
    runs = {ENTRY: Run(ENTRY, lane=1), OTHER: Run(OTHER, lane=2)}
    made = heat(
        *(crossing(11_000, lane=1), crossing(11_100, lane=2)),
        *(at_gate(1, 14_000, lane=1), at_gate(1, 14_500, lane=2)),
        *(crossing(20_000, lane=1), crossing(21_000, lane=2)),
        entries=2,
        runs=runs,
    )
    assert run_of(made, ENTRY).laps[0].sectors[0].duration_ns == ms(3_000)
    assert run_of(made, OTHER).laps[0].sectors[0].duration_ns == ms(3_400)


def test_a_backup_at_a_sector_gate() -> None:
    """It should take the primary's time where both saw the car, the backup's where it alone did."""
    backup = {"node_id": NodeId("node-2"), "priority": 1, "pass_ref": "node-2:journal-2:1"}
    both = (at_gate(1, 13_999, **backup), at_gate(1, 14_000))
    assert parts(11_000, *both, 20_000)[0] == (LINE, 1, 3_000, 0)
    assert parts(11_000, both[0], 20_000)[0][2] == 2_999


gates_of_a_lap = st.dictionaries(
    st.integers(1, SECTOR_GATES_MAX),
    st.lists(st.integers(1, 9_999), min_size=1, max_size=4, unique=True),
)


@given(gates_of_a_lap, st.randoms(use_true_random=False))
def test_parts_make_up_the_lap(passes: dict[int, list[int]], chance: object) -> None:
    """It should give parts that follow one another and add up to the lap, in any order of arrival.

    A part ends with its gate's first pass, and no gate was passed behind a later one.
    """
    seen = [at_gate(gate, 20_000 + at) for gate, ats in passes.items() for at in ats]
    walked = [crossing(20_000), *seen, crossing(30_000)]
    named = [each if at == 0 else crossing_named(each, at) for at, each in enumerate(walked)]
    chance.shuffle(named)  # type: ignore[attr-defined]
    (lap,) = run_of(heat(*named)).laps
    if not lap.sectors:
        return
    assert sum(each.duration_ns for each in lap.sectors) == lap.duration_ns
    assert all(each.duration_ns > 0 and each.bound_ns == 0 for each in lap.sectors)
    assert (lap.sectors[0].from_gate, lap.sectors[-1].to_gate) == (LINE, LINE)
    assert all(one.to_gate == other.from_gate for one, other in pairwise(lap.sectors))
    at_ns = 0
    for each in lap.sectors[:-1]:
        at_ns += each.duration_ns
        assert at_ns == ms(min(passes[each.to_gate]))
        later = (min(ats) for gate, ats in passes.items() if gate > each.to_gate)
        assert all(max(passes[each.to_gate]) <= other for other in later)


def crossing_named(each: HeatPass, number: int) -> HeatPass:
    """Return the pass under an address of its own."""
    at_ms = each.race_ns // ms(1)
    return crossing(at_ms, role=each.role, pass_ref=f"node-1:journal-1:{number}")


@given(
    st.lists(
        st.dictionaries(st.integers(1, 4), st.integers(1, 999)).map(
            lambda by_gate: dict(zip(sorted(by_gate), sorted(set(by_gate.values())), strict=False))
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_ideal_lap(laps: list[dict[int, int]]) -> None:
    """It should never be longer than any lap, nor shorter than the best parts allow."""
    passes: list[HeatPass] = [crossing(20_000)]
    for number, gates in enumerate(laps):
        began_ms = 20_000 + 10_000 * number
        passes += [at_gate(gate, began_ms + at) for gate, at in gates.items()]
        passes.append(crossing(began_ms + 10_000))
    run = run_of(heat(*passes))
    best = best_parts(lap.sectors for lap in run.laps)
    best_lap_ns = min(lap.duration_ns for lap in run.laps)
    ideal = ideal_ns(best, best_lap_ns)
    if not any(lap.sectors for lap in run.laps):
        assert ideal is None
        return
    assert ideal is not None
    assert 0 < ideal <= best_lap_ns


@pytest.mark.parametrize(
    ("best", "best_lap_ns", "expected"),
    [
        ({}, 9, None),
        ({(0, 1): 3, (1, 0): 5}, 9, 8),
        ({(0, 1): 3, (1, 2): 2, (2, 0): 2, (1, 0): 5}, 9, 7),
        ({(0, 2): 4, (0, 1): 3, (1, 2): 2, (2, 0): 2}, None, 6),
        ({(0, 1): 3}, 9, 9),
        ({(0, 1): 3}, None, None),
    ],
)
def test_best_parts_that_fit_together(
    best: dict[tuple[int, int], int], best_lap_ns: int | None, expected: int | None
) -> None:
    """It should find the quickest way round, over parts of two sectors as well."""
    assert ideal_ns(best, best_lap_ns) == expected
