"""How a track at its real size is cut into sheets of paper: which there are, where each lies."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from hardware.virtual.errors import TrackPaperError
from hardware.virtual.world.markings import BORDER_WIDTH_M
from hardware.virtual.world.track import Points, Track
from timing_server.contract.server.tracks import Paper, Printed

PAPERS_MM: dict[Paper, tuple[float, float]] = {
    "a4": (210.0, 297.0),
    "a3": (297.0, 420.0),
    "letter": (215.9, 279.4),
}
#: Printed printers can't reach; below are the sheet's name and the ruler.
SIDE_MM, TOP_MM, FOOT_MM = 8.0, 8.0, 16.0
#: So much of a sheet is printed on the next one too.
OVERLAP_MM = 10.0
MOST_SHEETS = 900
#: The grid is tried in so many places along each side.
_PLACES = 5
_SAMPLE_M = 0.02
_MOST_SAMPLES = 150_000
_MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Tile:
    """One sheet: its place in the grid, and the ground's lower left corner that it shows, in mm."""

    column: int
    row: int
    left_mm: float
    bottom_mm: float

    @property
    def name(self) -> str:
        """Letters for the column, a number for the row, which count from the upper left: B3."""
        letters, rest = "", self.column
        while True:
            letters = chr(ord("A") + rest % 26) + letters
            rest = rest // 26 - 1
            if rest < 0:
                return f"{letters}{self.row + 1}"


@dataclass(frozen=True, slots=True)
class Sheets:
    """All sheets of a track; each shows ``width_mm`` × ``height_mm`` of ground at its real size."""

    paper: Paper
    is_landscape: bool
    width_mm: float
    height_mm: float
    columns: int
    rows: int
    tiles: tuple[Tile, ...]

    @property
    def page_mm(self) -> tuple[float, float]:
        """The page's width and height."""
        width_mm, height_mm = PAPERS_MM[self.paper]
        return (height_mm, width_mm) if self.is_landscape else (width_mm, height_mm)


def cut(track: Track, paper: Paper, what: Printed) -> Sheets:
    """Return the fewest sheets on which everything lies that is to be printed.

    Raises TrackPaperError where there would be too many.
    """
    samples_mm = _samples(track, what) * 1000
    best: Sheets | None = None
    for is_landscape, across, down in product((False, True), range(_PLACES), range(_PLACES)):
        shares = (across / _PLACES, down / _PLACES)
        found = _sheets(samples_mm, paper, shares, is_landscape=is_landscape)
        if best is None or len(found.tiles) < len(best.tiles):
            best = found
    if best is None or len(best.tiles) > MOST_SHEETS:
        count = 0 if best is None else len(best.tiles)
        raise TrackPaperError(
            f"That would be {count} sheets of {paper.upper()}; {MOST_SHEETS} are printed at most."
        )
    return best


def _samples(track: Track, what: Printed) -> Points:
    """Return places, near to each other, of all that is to be printed, in metres."""
    half_m = track.width_m / 2
    offsets = {
        "road": np.linspace(-half_m, half_m, max(3, round(track.width_m / _SAMPLE_M))),
        "borders": np.array(
            [side * (half_m - within) for side in (-1, 1) for within in (0.0, BORDER_WIDTH_M)]
        ),
        "centre": np.array([0.0]),
    }[what]
    stride = max(1, len(track.centre) * len(offsets) // _MOST_SAMPLES)
    lines = [track.line(float(offset))[::stride] for offset in offsets]
    left, right = np.array(track.finish.left), np.array(track.finish.right)
    finish = left + np.linspace(0, 1, 60)[:, None] * (right - left)
    return np.vstack([*lines, finish])


def _sheets(
    samples_mm: Points, paper: Paper, shares: tuple[float, float], *, is_landscape: bool
) -> Sheets:
    page_mm = PAPERS_MM[paper][::-1] if is_landscape else PAPERS_MM[paper]
    shown_mm = np.array([page_mm[0] - 2 * SIDE_MM, page_mm[1] - TOP_MM - FOOT_MM])
    step_mm = shown_mm - OVERLAP_MM
    low_mm = samples_mm.min(axis=0) - OVERLAP_MM - np.array(shares) * step_mm
    column_of, row_of = np.floor((samples_mm - low_mm) / step_mm).astype(np.int64).T
    # One number for both: a million of them are sorted much sooner than as many pairs.
    codes = np.unique(column_of * _MOST_ROWS + row_of)
    places = np.stack([codes // _MOST_ROWS, codes % _MOST_ROWS], axis=1)
    columns, rows = (int(count) for count in places.max(axis=0) + 1)
    first = places.min(axis=0)
    tiles = [
        Tile(
            int(column - first[0]),
            int(rows - 1 - row),
            float(low_mm[0] + column * step_mm[0]),
            float(low_mm[1] + row * step_mm[1]),
        )
        for column, row in places
    ]
    tiles.sort(key=lambda tile: (tile.row, tile.column))
    return Sheets(
        paper=paper,
        is_landscape=is_landscape,
        width_mm=float(shown_mm[0]),
        height_mm=float(shown_mm[1]),
        columns=columns - int(first[0]),
        rows=rows - int(first[1]),
        tiles=tuple(tiles),
    )
