"""A sheet to draw wiring on, as SVG: wires with rounded corners, labels, boxes, text.

Lengths are the picture's own units: 640 across, so that text of 15 and more can be read on a phone.
Wires differ by more than colour, since a picture may be printed in black and white: each carries
its name, ground is thin and black, a signal has a white core, a supply of 5 V and more is dashed.
"""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH = 640
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
INK = "#1b1f24"
SOFT = "#5a6572"
PAPER = "#ffffff"
PANEL = "#f1f4f7"

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class WireKind:
    """How a kind of wire looks."""

    colour: str
    width: float = 5
    dashes: str = ""
    has_core: bool = False


WIRES = {
    "3v3": WireKind("#c62828", 6),
    "5v": WireKind("#d35400", 6, dashes="16 5"),
    "12v": WireKind("#7b1fa2", 6, dashes="8 5"),
    "gnd": WireKind("#111111", 4),
    "signal": WireKind("#1257b0", 7, has_core=True),
    "second": WireKind("#1b7a3d", 7, has_core=True),
    "lamp": WireKind("#8d6e00", 4),
}


class Sheet:
    """One picture under way."""

    def __init__(self, title: str, subtitle: str, height: int) -> None:
        """Begin a picture ``height`` units high, with its title at the top."""
        self._root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {WIDTH} {height}",
                "font-family": FONT,
                "role": "img",
            },
        )
        ET.SubElement(self._root, "title").text = f"{title}: {subtitle}"
        self.box((0, 0), (WIDTH, height), fill=PAPER)
        self.text((24, 38), title, size=26, weight="bold")
        self.text((24, 64), subtitle, size=16, fill=SOFT)

    def add(self, tag: str, **attributes: str | float) -> ET.Element:
        """Add any element; an underscore in an attribute's name stands for a hyphen."""
        named = {name.replace("_", "-"): _written(value) for name, value in attributes.items()}
        return ET.SubElement(self._root, tag, named)

    def box(self, at: Point, size: Point, **attributes: str | float) -> None:
        """Add a rectangle whose upper left corner is ``at``."""
        self.add("rect", x=at[0], y=at[1], width=size[0], height=size[1], **attributes)

    def panel(self, at: Point, size: Point, title: str = "") -> None:
        """Add a soft box with a title in its upper left corner."""
        self.box(at, size, rx=10, fill=PANEL, stroke="#c9d1d9", stroke_width=1.5)
        if title:
            self.text((at[0] + 14, at[1] + 25), title, size=16, weight="bold")

    def dot(self, at: Point, radius: float = 5, fill: str = INK) -> None:
        """Add a joint of two wires."""
        self.add("circle", cx=at[0], cy=at[1], r=radius, fill=fill)

    def line(self, points: Sequence[Point], **attributes: str | float) -> None:
        """Add a plain line through the points."""
        where = " ".join(f"{_written(x)},{_written(y)}" for x, y in points)
        given = {"stroke": INK, "stroke_width": 2.5, **attributes}
        self.add("polyline", points=where, fill="none", **given)

    def text(self, at: Point, words: str, **attributes: str | float) -> None:
        """Add a line of text; ``size``, ``anchor``, ``fill``, ``weight`` as attributes."""
        size = attributes.pop("size", 15)
        weight = attributes.pop("weight", "normal")
        anchor = attributes.pop("anchor", "start")
        given = {"fill": INK, "font_size": size, "font_weight": weight, "text_anchor": anchor}
        self.add("text", x=at[0], y=at[1], **{**given, **attributes}).text = words

    def lines(self, at: Point, words: Sequence[str], **attributes: str | float) -> None:
        """Add several lines of text, the first of them at ``at``."""
        size = float(attributes.get("size", 15))
        for n, each in enumerate(words):
            self.text((at[0], at[1] + n * size * 1.35), each, **attributes)

    def wire(self, kind: str, points: Sequence[Point], label: str = "", at: Point = (0, 0)) -> None:
        """Add a wire through the points; its label stands at ``at``, else on its longest part."""
        look = WIRES[kind]
        path = _rounded(points)
        common: dict[str, str | float] = {"d": path, "fill": "none", "stroke_linejoin": "round"}
        self.add("path", **common, stroke=PAPER, stroke_width=look.width + 6)
        dashes: dict[str, str | float] = {"stroke_dasharray": look.dashes} if look.dashes else {}
        self.add("path", **common, stroke=look.colour, stroke_width=look.width, **dashes)
        if look.has_core:
            self.add("path", **common, stroke=PAPER, stroke_width=look.width - 5)
        if label:
            self.label(kind, label, at if at != (0, 0) else _middle(points))

    def label(self, kind: str, words: str, at: Point) -> None:
        """Add a wire's name in a box around ``at``."""
        width = 0.58 * 15 * len(words) + 14
        self.box(
            (at[0] - width / 2, at[1] - 13),
            (width, 26),
            rx=13,
            fill=PAPER,
            stroke=WIRES[kind].colour,
            stroke_width=2.5,
        )
        self.text((at[0], at[1] + 5), words, size=15, weight="bold", anchor="middle")

    def svg(self) -> str:
        """Return the picture as text, one element a line."""
        ET.indent(self._root, " ")
        return ET.tostring(self._root, encoding="unicode") + "\n"


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _middle(points: Sequence[Point]) -> Point:
    parts = list(itertools.pairwise(points))
    start, end = max(parts, key=lambda part: _length(*part))
    return ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)


def _length(start: Point, end: Point) -> float:
    return abs(start[0] - end[0]) + abs(start[1] - end[1])


def _rounded(points: Sequence[Point], radius: float = 10) -> str:
    """Return a path's description; corners are cut round, also where the parts are short."""
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (x1, y1), (x2, y2) = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"L{x1:g} {y1:g}Q{corner[0]:g} {corner[1]:g} {x2:g} {y2:g}")
    return " ".join([*parts, f"L{points[-1][0]:g} {points[-1][1]:g}"])


def _towards(corner: Point, other: Point, radius: float) -> Point:
    length = _length(corner, other) or 1.0
    share = min(radius, length / 2) / length
    return (
        corner[0] + (other[0] - corner[0]) * share,
        corner[1] + (other[1] - corner[1]) * share,
    )
