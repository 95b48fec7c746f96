"""Marks to cut out, on A4 paper: each with its white rim, its name and a line to cut along."""

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF

from hardware.camera_gate.errors import CameraGateError
from hardware.camera_gate.reading.dictionaries import DEFAULT_SET, mark_name, mark_picture, mark_set
from hardware.cameras.frames import Pixels

_PAGE_MM = (210.0, 297.0)
_MARGIN_MM = 12.0
_LABEL_MM = 6.0
DEFAULT_SIDE_MM = 90.0


def print_marks(path: Path, set_name: str, first: int, count: int, side_mm: float) -> None:
    """Write a PDF of ``count`` marks from number ``first``, each black square ``side_mm`` wide.

    Raises CameraGateError where there aren't so many, or the file can't be written.
    """
    content = marks_pdf(range(first, first + count), set_name, side_mm)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CameraGateError(f"The file {path} can't be written: {error.strerror}.") from error


def marks_pdf(
    numbers: Sequence[int], set_name: str = DEFAULT_SET, side_mm: float = DEFAULT_SIDE_MM
) -> bytes:
    """Return a PDF of the marks of those numbers, each black square ``side_mm`` wide.

    Raises CameraGateError where the set hasn't them, or they don't fit on the paper.
    """
    marks = mark_set(set_name)
    if not all(0 <= number < marks.marks for number in numbers):
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
    for place, number in enumerate(numbers):
        row, column = divmod(place % (columns * rows), columns)
        if row == column == 0:
            pdf.add_page()
        left, top = _MARGIN_MM + column * tile_mm[0], _MARGIN_MM + row * tile_mm[1]
        pdf.set_draw_color(170)
        pdf.rect(left, top, *tile_mm)
        cells = mark_picture(marks, number, marks.cells)
        _draw(pdf, cells, (left + rim_mm, top + rim_mm), side_mm / marks.cells)
        words = f"{mark_name(number)} - nose this way ^"
        pdf.text(left + rim_mm, top + tile_mm[1] - 2, words)
    return bytes(pdf.output())


def _draw(pdf: FPDF, cells: Pixels, corner_mm: tuple[float, float], cell_mm: float) -> None:
    """Draw black cells as rectangles: sharp at any printer's resolution."""
    pdf.set_fill_color(0)
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            if not value:
                x_mm, y_mm = corner_mm[0] + column * cell_mm, corner_mm[1] + row * cell_mm
                # A hair wider than the cell: no white lines between neighbours.
                pdf.rect(x_mm, y_mm, cell_mm + 0.02, cell_mm + 0.02, style="F")
