"""Tracks on paper: measured in what the PDF itself draws, and as a property of any track."""

import io
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from hardware.virtual.errors import TrackPaperError
from hardware.virtual.tracks.paper.pdf import track_pdf
from hardware.virtual.tracks.paper.tiles import OVERLAP_MM, PAPERS_MM, SIDE_MM, TOP_MM, Tile, cut
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.track import Points, Track
from timing_server.contract.server.tracks import Paper, Printed

PT_PER_MM = 72 / 25.4
TRACK = track_named("oval")


def content(page: Any) -> str:
    return str(page.get_contents().get_data().decode("latin-1"))


def places(drawn: str) -> Points:
    """Return the ends of all lines of a page's content, in mm from its lower left corner."""
    found = re.findall(r"(-?[\d.]+) (-?[\d.]+) [ml]\b", drawn)
    return np.array(found, dtype=np.float64) / PT_PER_MM


@pytest.mark.parametrize("paper", list(PAPERS_MM))
def test_a_millimetre_of_ground_is_a_millimetre_of_paper(paper: Paper) -> None:
    """It should draw every point of a border's template at its real distance, on every sheet."""
    sheets = cut(TRACK, paper, "borders")
    reader = PdfReader(io.BytesIO(track_pdf(TRACK, paper, "borders")))
    assert len(reader.pages) == len(sheets.tiles) + 1
    offsets = [side * (0.45 - within) for side in (-1, 1) for within in (0.0, 0.05)]
    drawn_m = np.vstack([TRACK.line(offset) for offset in offsets])
    ends_m = np.array([TRACK.finish.left, TRACK.finish.right])
    known_mm = np.vstack([drawn_m, ends_m]) * 1000
    seen = 0
    for tile, page in zip(sheets.tiles, list(reader.pages)[1:], strict=True):
        width_mm, height_mm = (float(side) / PT_PER_MM for side in page.mediabox[2:])
        assert (width_mm, height_mm) == pytest.approx(sheets.page_mm, abs=0.02)
        [clipped] = re.findall(r"re W n(.*?)\nQ", content(page), re.DOTALL)
        at_mm = places(clipped)
        bottom_mm = height_mm - TOP_MM - sheets.height_mm
        ground_mm = at_mm - (SIDE_MM, bottom_mm) + (tile.left_mm, tile.bottom_mm)
        apart_mm = np.hypot(*(ground_mm[:, None, :] - known_mm[None, :, :]).transpose(2, 0, 1))
        assert apart_mm.min(axis=1).max() < 0.05
        seen += len(at_mm)
    assert seen > len(drawn_m), "all of it, and overlaps twice"


def test_each_sheet_has_its_name_and_a_ruler_of_100_mm() -> None:
    """It should let the eye check what the printer did to it."""
    sheets = cut(TRACK, "a4", "centre")
    reader = PdfReader(io.BytesIO(track_pdf(TRACK, "a4", "centre")))
    for tile, page in zip(sheets.tiles, list(reader.pages)[1:], strict=True):
        words = page.extract_text()
        assert tile.name in words.split()
        assert "100 mm" in words
        lines = re.findall(r"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S", content(page))
        lengths_mm = [
            abs(float(x2) - float(x1)) / PT_PER_MM for x1, y1, x2, y2 in lines if y1 == y2
        ]
        assert min(abs(each - 100.0) for each in lengths_mm) < 0.01
    plan = reader.pages[0].extract_text()
    assert f"{len(sheets.tiles)} x A4" in plan
    assert {tile.name for tile in sheets.tiles} <= set(plan.split())


@st.composite
def ellipses(draw: st.DrawFn) -> Track:
    across_m, down_m = draw(st.floats(1.2, 4.0)), draw(st.floats(1.2, 3.0))
    angles = np.linspace(0, 2 * np.pi, 300, endpoint=False) + draw(st.floats(0, 6))
    centre = np.stack([across_m * np.cos(angles), down_m * np.sin(angles)], axis=1)
    return Track("ring", centre + draw(st.floats(-5, 5)), draw(st.floats(0.4, 1.0)))


@settings(max_examples=30, deadline=None)
@given(ellipses(), st.sampled_from(list(PAPERS_MM)), st.sampled_from(["road", "borders", "centre"]))
def test_everything_lies_on_a_sheet_and_no_sheet_is_empty(
    track: Track, paper: Paper, printed: Printed
) -> None:
    """It should show each place of what is printed, each neighbour 10 mm over the next."""
    sheets = cut(track, paper, printed)
    half_m = track.width_m / 2
    offsets = {
        "road": np.linspace(-half_m, half_m, 9),
        "borders": np.array([-half_m, half_m]),
        "centre": np.array([0.0]),
    }[printed]
    ground_mm = np.vstack([track.line(float(offset)) for offset in offsets]) * 1000
    shown = np.zeros(len(ground_mm), dtype=bool)
    corner = {(tile.column, tile.row): tile for tile in sheets.tiles}
    for tile in sheets.tiles:
        x, y = (ground_mm - (tile.left_mm, tile.bottom_mm)).T
        shown |= (x >= 0) & (x <= sheets.width_mm) & (y >= 0) & (y <= sheets.height_mm)
        right, below = (
            corner.get((tile.column + 1, tile.row)),
            corner.get((tile.column, tile.row + 1)),
        )
        if right is not None:
            assert tile.left_mm + sheets.width_mm - right.left_mm == pytest.approx(OVERLAP_MM)
        if below is not None:
            assert below.bottom_mm + sheets.height_mm - tile.bottom_mm == pytest.approx(OVERLAP_MM)
    assert shown.all()
    assert len(corner) == len(sheets.tiles)
    assert min(tile.column for tile in sheets.tiles) == min(tile.row for tile in sheets.tiles) == 0


@pytest.mark.parametrize(
    ("column", "row", "name"), [(0, 0, "A1"), (25, 9, "Z10"), (26, 0, "AA1"), (701, 1, "ZZ2")]
)
def test_sheets_are_named_as_in_a_table(column: int, row: int, name: str) -> None:
    """It should go on with two letters after Z."""
    assert Tile(column, row, 0.0, 0.0).name == name


def test_a_track_for_a_stadium_is_refused() -> None:
    """It should say how many sheets it would be, before it draws any."""
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    large = Track("ring", 25 * np.stack([np.cos(angles), np.sin(angles)], axis=1), 1.0)
    with pytest.raises(TrackPaperError, match="sheets of A4"):
        cut(large, "a4", "road")
