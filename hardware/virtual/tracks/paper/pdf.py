"""A track as a PDF at its real size: a page that shows how the sheets lie, then a page for each.

Nothing is scaled: a millimetre of ground is a millimetre of paper.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from fpdf import FPDF

from hardware.virtual.tracks.paper.tiles import (
    FOOT_MM,
    OVERLAP_MM,
    SIDE_MM,
    TOP_MM,
    Sheets,
    Tile,
    cut,
)
from hardware.virtual.world.markings import (
    BORDER_WIDTH_M,
    DASH_M,
    DASH_WIDTH_M,
    FINISH_WIDTH_M,
    GAP_M,
)
from hardware.virtual.world.track import Points, Track
from timing_server.contract.server.tracks import Paper, Printed

RULER_MM = 100.0
_ROAD_GREY, _BORDER_GREY, _CENTRE_RGB = 60, 255, (232, 120, 30)
_MARK_GREY = 150
_HAIR_MM, _LINE_MM = 0.1, 0.4
_CUT_MM = 5.0
_TITLES: dict[Printed, str] = {
    "road": "road / pista",
    "borders": "borders / bordes",
    "centre": "centre line / línea central",
}


def track_pdf(track: Track, paper: Paper, what: Printed) -> bytes:
    """Return the PDF. Raises TrackPaperError where there would be too many sheets."""
    sheets = cut(track, paper, what)
    pdf = FPDF(unit="mm", format=sheets.page_mm)
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(f"{track.name} 1:1")
    _overview(pdf, track, sheets, what)
    for tile in sheets.tiles:
        pdf.add_page()
        _ground(pdf, track, sheets, tile, what)
        _frame(pdf, sheets, tile)
        _foot(pdf, sheets, tile, _plain(track.name))
    return bytes(pdf.output())


def _plain(text: str) -> str:
    """Return text in the letters that every PDF reader has."""
    return text.encode("latin-1", "replace").decode("latin-1")


def _overview(pdf: FPDF, track: Track, sheets: Sheets, what: Printed) -> None:
    """Draw the plan: which sheet lies where, and what to watch when printing."""
    pdf.add_page()
    width_mm, height_mm = sheets.page_mm
    pdf.set_font("helvetica", "B", 16)
    pdf.text(SIDE_MM + 4, 18, _plain(track.name))
    pdf.set_font("helvetica", size=10)
    size = f"{track.length_m:.2f} m, {track.width_m:.2f} m"
    lines = (
        f"{size} - {_TITLES[what]} - {len(sheets.tiles)} x {sheets.paper.upper()}",
        f"Print at 100 %, 'actual size'; each sheet's ruler must be {RULER_MM:.0f} mm long.",
        f"Imprime al 100 %, «tamaño real»; la regla de cada hoja debe medir {RULER_MM:.0f} mm.",
        f"Cut along the marks; lay each sheet {OVERLAP_MM:.0f} mm over the next, to its dashes.",
        f"Corta por las marcas; pon cada hoja {OVERLAP_MM:.0f} mm sobre su vecina, hasta la raya.",
    )
    for number, line in enumerate(lines):
        pdf.text(SIDE_MM + 4, 26 + 5.5 * number, line)
    top_mm = 26 + 5.5 * len(lines)
    low = np.array([min(t.left_mm for t in sheets.tiles), min(t.bottom_mm for t in sheets.tiles)])
    high = np.array([max(t.left_mm for t in sheets.tiles), max(t.bottom_mm for t in sheets.tiles)])
    high += np.array([sheets.width_mm, sheets.height_mm])
    room = np.array([width_mm - 2 * SIDE_MM - 8, height_mm - top_mm - FOOT_MM])
    scale = float(np.min(room / (high - low)))

    def placed(points_mm: Points) -> list[tuple[float, float]]:
        moved = (points_mm - (low[0], high[1])) * (scale, -scale) + (SIDE_MM + 4, top_mm)
        return [(float(x), float(y)) for x, y in moved]

    pdf.set_fill_color(225)
    pdf.set_draw_color(120)
    pdf.set_line_width(_HAIR_MM)
    stride = max(1, len(track.centre) // 400)
    for border in (track.outer, track.inner):
        pdf.polygon(placed(border[::stride] * 1000), style="DF")
        pdf.set_fill_color(255)
    pdf.polyline(placed(np.array([track.finish.left, track.finish.right]) * 1000))
    size_mm = min(10.0, scale * min(sheets.width_mm, sheets.height_mm) * 0.4)
    pdf.set_font("helvetica", "B", max(3.0, size_mm / 0.3528))
    for tile in sheets.tiles:
        corner = np.array([[tile.left_mm, tile.bottom_mm + sheets.height_mm]])
        [(x_mm, y_mm)] = placed(corner)
        pdf.rect(x_mm, y_mm, sheets.width_mm * scale, sheets.height_mm * scale)
        pdf.text(x_mm + size_mm * 0.25, y_mm + size_mm, tile.name)


def _ground(pdf: FPDF, track: Track, sheets: Sheets, tile: Tile, what: Printed) -> None:
    """Draw what lies on one sheet, cut off at its edges."""
    half_m, inner_m = track.width_m / 2, track.width_m / 2 - BORDER_WIDTH_M
    with pdf.rect_clip(SIDE_MM, TOP_MM, sheets.width_mm, sheets.height_mm):
        if what == "road":
            _band(pdf, track, sheets, tile, (-half_m, half_m), _ROAD_GREY)
            for side in (-1, 1):
                _band(pdf, track, sheets, tile, (side * inner_m, side * half_m), _BORDER_GREY)
        pdf.set_draw_color(0)
        pdf.set_line_width(_LINE_MM)
        if what in {"road", "borders"}:
            for offset_m in (-half_m, -inner_m, inner_m, half_m):
                _line(pdf, sheets, tile, track.line(offset_m))
        if what == "road":
            _dashes(pdf, track, sheets, tile)
        if what == "centre":
            _line(pdf, sheets, tile, track.centre)
            _ticks(pdf, track, sheets, tile)
        _finish(pdf, track, sheets, tile, what)


def _on_page(sheets: Sheets, tile: Tile, points_m: Points) -> Points:
    """Return where on the sheet's page places of the ground lie, in mm; its y runs downwards."""
    mm = points_m * 1000 - (tile.left_mm, tile.bottom_mm)
    return np.asarray(mm * (1, -1) + (SIDE_MM, TOP_MM + sheets.height_mm))


def _runs(sheets: Sheets, tile: Tile, line_m: Points, reach_m: float) -> Iterator[Points]:
    """Yield the indices of a closed line's parts that come near a sheet, each in order."""
    middle = np.array([tile.left_mm + sheets.width_mm / 2, tile.bottom_mm + sheets.height_mm / 2])
    half = np.array([sheets.width_mm, sheets.height_mm]) / 2 + reach_m * 1000
    near = (np.abs(line_m * 1000 - middle) <= half).all(axis=1)
    if near.all():
        yield np.append(np.arange(len(line_m)), 0)
        return
    shift = int(np.flatnonzero(~near)[0])
    turned = np.roll(near, -shift).astype(int)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], turned, [0]])))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        # One point more on either side, so that the line leaves the sheet.
        yield (np.arange(begin - 1, end + 1) + shift) % len(line_m)


def _band(
    pdf: FPDF, track: Track, sheets: Sheets, tile: Tile, sides_m: tuple[float, float], grey: int
) -> None:
    left, right = (track.line(side_m) for side_m in sides_m)
    middle, reach_m = (left + right) / 2, abs(sides_m[1] - sides_m[0]) / 2
    pdf.set_fill_color(grey)
    for run in _runs(sheets, tile, middle, reach_m):
        around = np.vstack([left[run], right[run][::-1]])
        pdf.polygon(_pairs(_on_page(sheets, tile, around)), style="F")


def _line(pdf: FPDF, sheets: Sheets, tile: Tile, line_m: Points) -> None:
    for run in _runs(sheets, tile, line_m, 0.1):
        pdf.polyline(_pairs(_on_page(sheets, tile, line_m[run])))


def _dashes(pdf: FPDF, track: Track, sheets: Sheets, tile: Tile) -> None:
    pdf.set_draw_color(*_CENTRE_RGB)
    pdf.set_line_width(DASH_WIDTH_M * 1000)
    points = max(2, round(DASH_M / track.spacing_m))
    stride = max(1, round((DASH_M + GAP_M) / track.spacing_m))
    centre = _on_page(sheets, tile, track.centre)
    starts = np.arange(0, len(centre) - points, stride)
    for start in starts[_is_near(sheets, centre[starts])]:
        pdf.polyline(_pairs(centre[start : start + points]))


def _ticks(pdf: FPDF, track: Track, sheets: Sheets, tile: Tile) -> None:
    """Draw a tick every ten centimetres of the centre line, and write each metre."""
    pdf.set_font("helvetica", size=9)
    numbers = np.arange(int(track.length_m * 10))
    at = np.round(numbers / 10 / track.spacing_m).astype(int) % len(track.centre)
    for number in numbers[_is_near(sheets, _on_page(sheets, tile, track.centre[at]))]:
        reach_m = 0.03 if number % 10 == 0 else 0.01
        ends = [track.at(float(number) / 10, side * reach_m)[:2] for side in (-1, 1)]
        tick = _on_page(sheets, tile, np.array(ends))
        pdf.polyline(_pairs(tick))
        if number % 10 == 0:
            pdf.text(float(tick[1, 0]) + 1, float(tick[1, 1]) - 1, f"{number // 10} m")


def _finish(pdf: FPDF, track: Track, sheets: Sheets, tile: Tile, what: Printed) -> None:
    ends = _on_page(sheets, tile, np.array([track.finish.left, track.finish.right]))
    if not _is_near(sheets, ends[0] + np.linspace(0, 1, 40)[:, None] * (ends[1] - ends[0])).any():
        return
    pdf.set_draw_color(_BORDER_GREY if what == "road" else 0)
    pdf.set_line_width(FINISH_WIDTH_M * 1000 if what == "road" else _LINE_MM)
    pdf.polyline(_pairs(ends))


def _is_near(sheets: Sheets, on_page: Points) -> npt.NDArray[np.bool_]:
    """Say of each place whether what is drawn around it may reach the sheet."""
    far_mm = 1000 * (DASH_M + DASH_WIDTH_M)
    low, high = on_page > -far_mm, on_page < np.array(sheets.page_mm) + far_mm
    return np.asarray((low & high).all(axis=1))


def _pairs(points: Points) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points]


def _frame(pdf: FPDF, sheets: Sheets, tile: Tile) -> None:
    """Draw marks to cut along at the corners, and dashes to which the next sheets reach."""
    left, top = SIDE_MM, TOP_MM
    right, bottom = left + sheets.width_mm, top + sheets.height_mm
    pdf.set_draw_color(_MARK_GREY)
    pdf.set_line_width(_HAIR_MM)
    for x, outwards in ((left, -1), (right, 1)):
        for y, downwards in ((top, -1), (bottom, 1)):
            pdf.line(x, y, x + outwards * _CUT_MM, y)
            pdf.line(x, y, x, y + downwards * _CUT_MM)
    names = {(each.column, each.row) for each in sheets.tiles}
    pdf.set_dash_pattern(dash=2, gap=2)
    if (tile.column + 1, tile.row) in names:
        pdf.line(right - OVERLAP_MM, top, right - OVERLAP_MM, bottom)
    if (tile.column, tile.row - 1) in names:
        pdf.line(left, top + OVERLAP_MM, right, top + OVERLAP_MM)
    pdf.set_dash_pattern()


def _foot(pdf: FPDF, sheets: Sheets, tile: Tile, title: str) -> None:
    """Write the sheet's name, and draw the ruler that says whether the printer scaled."""
    y_mm = sheets.page_mm[1] - FOOT_MM + 6
    pdf.set_font("helvetica", "B", 14)
    pdf.set_text_color(0)
    pdf.text(SIDE_MM + 6, y_mm + 3, tile.name)
    pdf.set_font("helvetica", size=7)
    pdf.text(SIDE_MM + 24, y_mm + 3, title)
    pdf.set_draw_color(0)
    pdf.set_line_width(0.2)
    left_mm = sheets.page_mm[0] - SIDE_MM - 6 - RULER_MM
    pdf.line(left_mm, y_mm, left_mm + RULER_MM, y_mm)
    for number in range(11):
        x_mm = left_mm + number * RULER_MM / 10
        pdf.line(x_mm, y_mm, x_mm, y_mm + (3 if number % 5 == 0 else 1.5))
    pdf.text(left_mm + RULER_MM / 2 - 6, y_mm - 0.8, f"{RULER_MM:.0f} mm")
