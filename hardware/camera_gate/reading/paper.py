"""Marks to cut out, on A4 paper: each with its white rim, its name and a line to cut along."""

from pathlib import Path

from fpdf import FPDF

from hardware.camera_gate.errors import CameraGateError
from hardware.camera_gate.reading.dictionaries import mark_name, mark_picture, mark_set
from hardware.cameras.frames import Pixels

_PAGE_MM = (210.0, 297.0)
_MARGIN_MM = 12.0
_LABEL_MM = 6.0


def print_marks(path: Path, set_name: str, first: int, count: int, side_mm: float) -> None:
    """Write a PDF of ``count`` marks from number ``first``, each black square ``side_mm`` wide.

    Raises CameraGateError where there aren't so many, or the file can't be written.
    """
    marks = mark_set(set_name)
    if first + count > marks.marks:
        raise CameraGateError(f"{set_name} has the marks 0 to {marks.marks - 1} only.")
    rim_mm = side_mm / marks.cells
    tile_mm = (side_mm + 2 * rim_mm, side_mm + 2 * rim_mm + _LABEL_MM)
    columns, rows = (
        int((page - 2 * _MARGIN_MM) // tile) for page, tile in zip(_PAGE_MM, tile_mm, strict=True)
    )
    if columns < 1 or rows < 1:
        raise CameraGateError(f"A mark of {side_mm:g} mm doesn't fit on A4; take 140 mm at most.")
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_font("helvetica", size=9)
    for place in range(count):
        row, column = divmod(place % (columns * rows), columns)
        if row == column == 0:
            pdf.add_page()
        left, top = _MARGIN_MM + column * tile_mm[0], _MARGIN_MM + row * tile_mm[1]
        pdf.set_draw_color(170)
        pdf.rect(left, top, *tile_mm)
        _draw(
            pdf,
            mark_picture(marks, first + place, marks.cells),
            (left + rim_mm, top + rim_mm),
            side_mm / marks.cells,
        )
        pdf.text(
            left + rim_mm, top + tile_mm[1] - 2, f"{mark_name(first + place)} - nose this way ^"
        )
    try:
        pdf.output(str(path))
    except OSError as error:
        raise CameraGateError(f"The file {path} can't be written: {error.strerror}.") from error


def _draw(pdf: FPDF, cells: Pixels, corner_mm: tuple[float, float], cell_mm: float) -> None:
    """Draw black cells as rectangles: sharp at any printer's resolution."""
    pdf.set_fill_color(0)
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            if not value:
                x_mm, y_mm = corner_mm[0] + column * cell_mm, corner_mm[1] + row * cell_mm
                # A hair wider than the cell: no white lines between neighbours.
                pdf.rect(x_mm, y_mm, cell_mm + 0.02, cell_mm + 0.02, style="F")
