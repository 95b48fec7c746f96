"""A heat map: the reward of ghosts that all drive alike, on a grid of places over a track."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from car_agent.training.lab.asking import Answer, Asker, Fault
from car_agent.training.lab.ground import Drive, Ground, Pose
from car_agent.training.rewards.errors import RewardError
from hardware.virtual.world.track import Points, Track

#: So far beside the road there are places too: what a reward pays there, drivers want to know.
BESIDE_M = 0.3
_LEAST_CELL_M = 0.05
MOST_CELLS = 4000
#: Nobody looks longer at an empty map.
MAP_S = 15.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells of ``cell_m`` from the corner ``left_m``, ``bottom_m``, row by row upwards.

    ``cells`` are the numbers of those that lie on the road or just beside it, ``is_road`` which of
    these lie on it.
    """

    left_m: float
    bottom_m: float
    cell_m: float
    columns: int
    rows: int
    cells: tuple[int, ...]
    is_road: tuple[bool, ...]

    def centre(self, cell: int) -> tuple[float, float]:
        """Return the middle of a cell."""
        row, column = divmod(cell, self.columns)
        return (
            self.left_m + (column + 0.5) * self.cell_m,
            self.bottom_m + (row + 0.5) * self.cell_m,
        )


@dataclass(frozen=True, slots=True)
class HeatMap:
    """An answer for each of the grid's cells, and the pose that each is of."""

    grid: Grid
    poses: tuple[Pose, ...]
    answers: tuple[Answer, ...]

    def rewards(self) -> list[float | None]:
        """Return the rewards of the cells, None where there was a fault."""
        return [None if isinstance(each, Fault) else each for each in self.answers]

    def faults(self) -> list[Fault]:
        """Return what went wrong, in the order of the cells."""
        return [each for each in self.answers if isinstance(each, Fault)]

    def on_road(self) -> list[float]:
        """Return the rewards on the road alone."""
        pairs = zip(self.rewards(), self.grid.is_road, strict=True)
        return [reward for reward, is_road in pairs if is_road and reward is not None]


def grid_over(track: Track) -> Grid:
    """Return cells as fine as their number allows."""
    area_m2 = track.length_m * (track.width_m + 2 * BESIDE_M)
    cell_m = max(_LEAST_CELL_M, sqrt(area_m2 / MOST_CELLS))
    margin_m = track.width_m / 2 + BESIDE_M
    left_m, bottom_m = (float(each) for each in track.centre.min(axis=0) - margin_m)
    right_m, top_m = (float(each) for each in track.centre.max(axis=0) + margin_m)
    columns, rows = ceil((right_m - left_m) / cell_m), ceil((top_m - bottom_m) / cell_m)
    xs: Points = left_m + (np.arange(columns, dtype=np.float64) + 0.5) * cell_m
    ys: Points = bottom_m + (np.arange(rows, dtype=np.float64) + 0.5) * cell_m
    away_m = np.concatenate([_away_m(track, xs, y_m) for y_m in ys])
    cells = np.flatnonzero(away_m <= margin_m)
    is_road = away_m[cells] <= track.width_m / 2
    return Grid(
        left_m, bottom_m, cell_m, columns, rows, tuple(cells.tolist()), tuple(is_road.tolist())
    )


def _away_m(track: Track, xs_m: Points, y_m: float) -> Points:
    """Return how far from the centre line the places of one row are."""
    dx, dy = xs_m[:, None] - track.centre[None, :, 0], y_m - track.centre[None, :, 1]
    return np.asarray(np.sqrt((dx * dx + dy * dy).min(axis=1)), dtype=np.float64)


def grid_poses(ground: Ground, grid: Grid, drive: Drive, turn_deg: float) -> list[Pose]:
    """Return a ghost in each cell, turned by that much from the road's direction there."""
    poses = []
    for cell in grid.cells:
        x_m, y_m = grid.centre(cell)
        heading_deg = float(np.degrees(ground.track.project(x_m, y_m).heading_rad)) + turn_deg
        poses.append(Pose(x_m, y_m, (heading_deg + 180) % 360 - 180, drive))
    return poses


def heat_map(asker: Asker, grid: Grid, poses: Sequence[Pose]) -> HeatMap:
    """Ask at every pose of a grid. Raises RewardError where that takes too long."""
    answers = list(asker.answers(poses, MAP_S))
    if len(answers) < len(poses):
        raise too_slow(asker, answers, len(poses))
    return HeatMap(grid, tuple(poses), tuple(answers))


def too_slow(asker: Asker, answers: Sequence[Answer], wanted: int) -> RewardError:
    """Say why there is no map: what hung or ended again and again, or too many places in all."""
    last = next((each for each in reversed(answers) if isinstance(each, Fault)), None)
    if last is not None and last.kind in {"hang", "ended", "unreadable"}:
        return RewardError(last.sentence, last.line, last.words)
    words = f"is too slow for a map: {len(answers)} of {wanted} places took {MAP_S:g} s"
    return RewardError(f"{asker.file.name} {words}.", None, words)
