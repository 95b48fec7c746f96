import numpy as np
import pytest

from car_agent.training.lab.comparison import compare
from car_agent.training.lab.ground import Drive
from car_agent.training.lab.maps import (
    BESIDE_M,
    MOST_CELLS,
    HeatMap,
    grid_over,
    grid_poses,
    heat_map,
)
from car_agent.training.rewards.errors import RewardError
from hardware.virtual.world.designs import DESIGNS, track_named
from tests.car_agent.training.lab.functions import BORDER, CENTRE, GROUND, asker
from tests.car_agent.training.rewards.sandboxed import needs_sandbox

GRID = grid_over(GROUND.track)


def shown(source: str, turn_deg: float = 0.0) -> HeatMap:
    with asker(source) as subject:
        return heat_map(subject, GRID, grid_poses(GROUND, GRID, Drive(), turn_deg))


@pytest.mark.parametrize("name", sorted(DESIGNS))
def test_the_grid_covers_the_road_and_little_else(name: str) -> None:
    """It should have a cell wherever a car can be, each cell's middle near the road."""
    track = track_named(name)
    grid = grid_over(track)
    reach_m = track.width_m / 2 + BESIDE_M
    assert MOST_CELLS / 4 < len(grid.cells) < MOST_CELLS * 1.1
    cells = set(grid.cells)
    for cell, is_road in zip(grid.cells[::7], grid.is_road[::7], strict=True):
        away_m = float(np.hypot(*(track.centre - grid.centre(cell)).T).min())
        assert away_m <= reach_m + 1e-9
        assert is_road == (away_m <= track.width_m / 2)
    for x_m, y_m in track.centre[::25]:
        column, row = (
            int((x_m - grid.left_m) / grid.cell_m),
            int((y_m - grid.bottom_m) / grid.cell_m),
        )
        assert row * grid.columns + column in cells


@needs_sandbox
def test_a_map_shows_what_each_place_pays() -> None:
    """It should pay most along the centre line, for ghosts that are turned as is wished."""
    found = shown(CENTRE)
    rewards = found.rewards()
    for pose, reward in list(zip(found.poses, rewards, strict=True))[::97]:
        told = GROUND.parameters(pose)
        assert reward == pytest.approx(1 - told["distance_from_center"] / 0.9)
    assert (min(found.on_road()), max(found.on_road())) == pytest.approx((0.5, 1.0), abs=0.05)
    turned = shown("def reward_function(p):\n    return p['heading']\n", turn_deg=90.0)
    straight = shown("def reward_function(p):\n    return p['heading']\n")
    pairs = zip(turned.rewards(), straight.rewards(), strict=True)
    differences = {round((a or 0.0) - (b or 0.0)) % 360 for a, b in pairs}
    assert differences == {90}


@needs_sandbox
def test_places_with_a_fault_are_told_and_the_rest_is_shown() -> None:
    """It should leave no reward there, and keep the fault."""
    source = """
    def reward_function(params):
        return 1 / params["all_wheels_on_track"]
    """
    found = shown(source)
    faults = found.faults()
    assert 0 < len(faults) < len(found.answers)
    assert found.rewards().count(None) == len(faults)
    assert {each.line for each in faults} == {3}
    assert set(found.on_road()) == {1.0}


@needs_sandbox
def test_what_hangs_gives_no_map() -> None:
    """It should say what hung, and not draw a map with holes."""
    with pytest.raises(RewardError, match="line 2, did not return within"):
        shown("def reward_function(params):\n    while params['x'] > 1: pass\n    return 1.0\n")


@needs_sandbox
def test_opposites_and_equals_are_told_by_their_figures() -> None:
    """It should look at shares of each one's own range, and name places that lie apart."""
    centre, border = shown(CENTRE), shown(BORDER)
    alike = compare(centre, centre)
    assert (alike.correlation, alike.rank_correlation) == pytest.approx((1.0, 1.0))
    assert alike.most == ()
    assert set(alike.differences) == {0.0}
    opposite = compare(centre, border)
    assert (opposite.correlation, opposite.rank_correlation) == pytest.approx((-1.0, -1.0))
    assert len(opposite.most) == 5
    assert max(abs(each or 0.0) for each in opposite.differences) == pytest.approx(1.0)
    places = [(each.pose.x_m, each.pose.y_m) for each in opposite.most]
    apart_m = [np.hypot(a[0] - b[0], a[1] - b[1]) for a in places for b in places if a != b]
    assert min(apart_m) >= 0.6
    for each in opposite.most:
        assert each.shares[0] + each.shares[1] == pytest.approx(1.0)
    flat = compare(centre, shown("def reward_function(params):\n    return 2\n"))
    assert (flat.correlation, flat.rank_correlation) == (None, None)


@needs_sandbox
def test_ranks_are_alike_where_only_the_scale_is_bent() -> None:
    """It should tell a reward from its square by the correlation, not by that of the ranks."""
    bent = "def reward_function(p):\n    return (1 - p['distance_from_center'] / 0.9) ** 9\n"
    found = compare(shown(CENTRE), shown(bent))
    assert found.rank_correlation == pytest.approx(1.0)
    assert found.correlation is not None
    assert found.correlation < 0.95
