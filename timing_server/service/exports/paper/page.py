"""Sheets of A4 in Paddock's hand: fonts that travel with the file, tables, head and foot."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTLibError
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.errors import FPDFException
from fpdf.fonts import FontFace, TTFFont

from timing_server.service.exports.shown import Table

_FONTS = Path(__file__).parent / "fonts"
#: Where common systems keep fonts for scripts that DejaVu lacks; the first that has a letter is
#: taken. ``apt install fonts-noto-cjk`` brings one.
FALLBACK_FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/System/Library/Fonts/Supplemental/Arial Unicode.ttf"),
)
#: How TrueType and OpenType files begin, alone and in collections.
_FONT_STARTS = (b"\x00\x01\x00\x00", b"true", b"OTTO", b"ttcf")
#: Stands for a letter that no font here has, so that nobody's name is a blank.
MISSING = "\u25a1"
#: Characters that join or vary others and have no shape of their own.
_SHAPELESS = frozenset("\u200c\u200d\ufe0e\ufe0f")
FONT = "DejaVu"
INK = (24, 24, 27)
DIM = (82, 82, 91)
LINE = (212, 212, 216)
HEAD_FILL = (244, 244, 245)
MARGIN_MM = 14
_BODY_PT = 8.5
_CELL_PADDING_MM = 1.2
#: The library wraps a text that fits to the last hair.
_SLACK_MM = 0.8
#: No column of text gets narrower: a word or two a line can still be read.
_LEAST_MM = 18


class Paper(FPDF):
    """A document whose pages say at the foot what they are of, and which page of how many."""

    def __init__(
        self,
        title: str,
        language: str,
        made_utc: str,
        page_words: Callable[[int, str], str],
        orientation: Literal["portrait", "landscape"] = "portrait",
    ) -> None:
        super().__init__(orientation=orientation, unit="mm", format="A4")
        self.foot_title = title
        self._page_words = page_words
        self.add_font(FONT, "", _FONTS / "DejaVuSans.ttf")
        self.add_font(FONT, "B", _FONTS / "DejaVuSans-Bold.ttf")
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM + 4)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Paddock")
        # The moment of the export, so that the same export is the same file.
        self.set_creation_date(datetime.fromisoformat(made_utc))
        self.has_foot = True
        self._waiting_fallbacks = [path for path in FALLBACK_FONTS if path.is_file()]
        self._fallbacks: list[str] = []
        self._glyphs: set[int] = set(self._cmap(FONT))

    def footer(self) -> None:
        """Draw the foot of a page; called by the library."""
        if not self.has_foot:
            return
        self.set_y(-MARGIN_MM)
        self.write_in(DIM, 7)
        self.cell(0, 4, self.drawable(self.foot_title))
        self.set_y(-MARGIN_MM)
        self.cell(0, 4, self._page_words(self.page_no(), "{nb}"), align="R")

    def drawable(self, text: str) -> str:
        """Return a text with a square for each letter that no font at hand can draw."""
        shown = "".join(char for char in text if char not in _SHAPELESS)
        missing = {char for char in shown if not self._has(char)}
        while missing and self._waiting_fallbacks:
            self._load_fallback(self._waiting_fallbacks.pop(0))
            missing = {char for char in missing if not self._has(char)}
        return "".join(MISSING if char in missing else char for char in shown)

    def _has(self, char: str) -> bool:
        return char.isspace() or ord(char) in self._glyphs

    def _load_fallback(self, path: Path) -> None:
        """Add one of this system's fonts; one that can't be read is left out."""
        with path.open("rb") as file:
            if file.read(4) not in _FONT_STARTS:
                return
        name = f"Fallback{len(self._fallbacks)}"
        try:
            for style in ("", "B"):
                self.add_font(name, style, path)
        except (OSError, ValueError, RuntimeError, FPDFException, TTLibError):
            return
        self._fallbacks.append(name)
        self._glyphs |= set(self._cmap(name.lower()))
        self.set_fallback_fonts(self._fallbacks, exact_match=False)

    def _cmap(self, name: str) -> Iterable[int]:
        """Return the code points that a loaded font has letters for."""
        font = self.fonts[name.lower()]
        return font.cmap if isinstance(font, TTFFont) else ()

    def write_in(
        self, colour: tuple[int, int, int], size_pt: float, *, is_bold: bool = False
    ) -> None:
        """Write from here on in this colour and size."""
        self.set_font(FONT, "B" if is_bold else "", size_pt)
        self.set_text_color(*colour)

    def heading(self, text: str, size_pt: float) -> None:
        """Write a heading; near the foot of a page it goes over to the next."""
        if self.will_page_break(26):
            self.add_page()
        self.write_in(INK, size_pt, is_bold=True)
        self.multi_cell(
            0, size_pt * 0.5, self.drawable(text), align="L", new_x="LMARGIN", new_y="NEXT"
        )

    def paragraph(self, text: str, size_pt: float = 8, colour: tuple[int, int, int] = DIM) -> None:
        """Write a paragraph."""
        self.write_in(colour, size_pt)
        self.multi_cell(
            0, size_pt * 0.5, self.drawable(text), align="L", new_x="LMARGIN", new_y="NEXT"
        )

    def results_table(self, table: Table) -> None:
        """Draw a table as wide as its texts; its heading is repeated on each page."""
        rows = tuple(tuple(map(self.drawable, row)) for row in table.rows)
        table = replace(table, rows=rows)
        widths = self._widths_mm(table)
        self.write_in(INK, _BODY_PT)
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        heading = FontFace(emphasis="B", color=DIM, fill_color=HEAD_FILL, size_pt=7)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=tuple(widths),
            width=sum(widths),
            align="LEFT",
            headings_style=heading,
            line_height=4,
            padding=_CELL_PADDING_MM,
            text_align=tuple("RIGHT" if figure else "LEFT" for _, figure in table.columns),
        ) as drawn:
            drawn.row([title for title, _ in table.columns])
            for at, cells in enumerate(table.rows):
                style = FontFace(emphasis="B") if at in table.strong else None
                drawn.row(cells, style=style)
        self.ln(3)

    def _widths_mm(self, table: Table) -> list[float]:
        """Return what each column needs; where that is too much, texts give way and are wrapped."""
        self.write_in(INK, _BODY_PT, is_bold=True)
        needed = [
            max(self.get_string_width(text) for text in (title, *(row[at] for row in table.rows)))
            + 2 * _CELL_PADDING_MM
            + _SLACK_MM
            for at, (title, _) in enumerate(table.columns)
        ]
        room_mm = self.epw - _SLACK_MM
        while sum(needed) > room_mm:
            widest = max(range(len(needed)), key=lambda at: (not table.columns[at][1], needed[at]))
            if needed[widest] <= _LEAST_MM:
                return [width * room_mm / sum(needed) for width in needed]
            needed[widest] = max(_LEAST_MM, needed[widest] - 1)
        return needed

    def finished(self) -> bytes:
        """Return the document; nothing can be drawn after that."""
        content = bytes(self.output())
        self.close()
        return content

    def close(self) -> None:
        """Give the font files back, which the library leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()
