"""What stands on a picture beside the header: boards, resistors, the road, the pin's level."""

from collections.abc import Mapping, Sequence

from docs.draw.sheet import INK, PAPER, SOFT, WIDTH, Point, Sheet
from hardware.gates.profiles import SensorProfile

BOARD_FILL = "#fff8e6"
_NS_PER_MS = 1_000_000


class Board:
    """A sensor's board or a module, with its terminals along the upper edge."""

    def __init__(
        self,
        sheet: Sheet,
        at: Point,
        size: Point,
        words: Sequence[str],
        terminals: dict[str, float],
    ) -> None:
        """``terminals`` says where (x) each one is; ``words`` are a bold line and plain ones."""
        self._y = at[1]
        self._terminals: Mapping[str, float] = terminals
        sheet.box(at, size, rx=8, fill=BOARD_FILL, stroke=INK, stroke_width=2)
        for name, x in terminals.items():
            sheet.box((x - 11, at[1] - 5), (22, 16), rx=3, fill="#d9dee3", stroke=INK)
            sheet.text((x, at[1] + 29), name, size=15, weight="bold", anchor="middle")
        top = at[1] + (54 if terminals else 26)
        sheet.text((at[0] + 14, top), words[0], size=16, weight="bold")
        sheet.lines((at[0] + 14, top + 21), words[1:])

    def at(self, name: str) -> Point:
        """Return where a wire to the terminal ends."""
        return (self._terminals[name], self._y - 1)


def lane(start: Point, y: float, end: Point) -> list[Point]:
    """Return the corners of a wire that goes down to ``y``, across, and down to its end."""
    return [start, (start[0], y), (end[0], y), end]


def resistor(sheet: Sheet, at: Point, value: str, *, is_upright: bool = False) -> None:
    """Draw a resistor around ``at``, over the wire that it sits in."""
    width, height = (30.0, 62.0) if is_upright else (74.0, 28.0)
    sheet.box(
        (at[0] - width / 2, at[1] - height / 2),
        (width, height),
        rx=5,
        fill="#f3dfb8",
        stroke=INK,
        stroke_width=2,
    )
    turned: dict[str, str] = {"transform": f"rotate(-90 {at[0]:g} {at[1]:g})"} if is_upright else {}
    sheet.text((at[0], at[1] + 5), value, weight="bold", anchor="middle", **turned)


def diode(sheet: Sheet, at: Point) -> None:
    """Draw a diode that conducts upwards, around ``at``."""
    x, y = at
    corners = f"M{x - 11:g} {y + 10:g}L{x + 11:g} {y + 10:g}L{x:g} {y - 9:g}Z"
    sheet.add("path", d=corners, fill=PAPER, stroke=INK, stroke_width=2)
    sheet.line([(x - 11, y - 10), (x + 11, y - 10)], stroke_width=3)


def arrow(sheet: Sheet, start: Point, end: Point, colour: str = INK) -> None:
    """Draw a thin arrow."""
    sheet.line([start, end], stroke=colour, stroke_width=2)
    length = max(1.0, ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5)
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    left = (end[0] - 9 * ux + 5 * uy, end[1] - 9 * uy - 5 * ux)
    right = (end[0] - 9 * ux - 5 * uy, end[1] - 9 * uy + 5 * ux)
    points = " ".join(f"{x:.4g},{y:.4g}" for x, y in (end, left, right))
    sheet.add("polygon", points=points, fill=colour)


def road(sheet: Sheet, top: float, height: float, left: float = 44, right: float = 590) -> None:
    """Draw a piece of road from above; cars drive to the right."""
    sheet.box((left, top), (right - left, height), fill="#d4d9de")
    for y in (top + 5, top + height - 5):
        sheet.line([(left, y), (right, y)], stroke="#ffffff", stroke_width=6)


def car(sheet: Sheet, nose: Point, length: float = 120) -> None:
    """Draw a car from above whose nose is at ``nose``."""
    x, y = nose
    for dx in (length - 16, 34):
        for dy in (-31, 21):
            sheet.box((x - dx - 12, y + dy), (26, 10), rx=3, fill=INK)
    sheet.box((x - length, y - 24), (length, 48), rx=14, fill="#f7f9fb", stroke=INK, stroke_width=2)
    arrow(sheet, (x - length + 22, y), (x - 22, y))


def levels(sheet: Sheet, top: float, profile: SensorProfile, pin: str, words: str) -> None:
    """Draw what the pin does while a car passes, as the sensor's profile has it."""
    sheet.panel((16, top), (WIDTH - 32, 142), f"At {pin}")
    high, low = top + 56, top + 104
    rest, broken = (high, low) if profile.broken_pin_level == 0 else (low, high)
    sheet.box((290, top + 40), (150, 78), fill="#dbe7f5")
    for y, name in ((high, "high, 3.3 V"), (low, "low, 0 V")):
        sheet.text((30, y + 5), name)
        sheet.line([(120, y), (600, y)], stroke="#b4bcc5", stroke_width=1, stroke_dasharray="3 4")
    trace = [(120.0, rest), (290.0, rest), (290.0, broken), (440.0, broken), (440.0, rest)]
    sheet.line([*trace, (600.0, rest)], stroke_width=4)
    middle = (high + low) / 2 + 5
    sheet.text((365, middle), words, weight="bold", anchor="middle")
    sheet.text((205, middle), "clear", anchor="middle")
    sheet.text((520, middle), "clear", anchor="middle")
    sheet.text((283, top + 132), "↑ this edge is the pass's time")
    words = f"a car's pulse: {_span(profile)}"
    sheet.text((610, top + 25), words, anchor="end", fill=SOFT)


def _span(profile: SensorProfile) -> str:
    least, most = profile.pulse_min_ns / _NS_PER_MS, profile.pulse_max_ns / _NS_PER_MS
    return f"{least:g} to {most:g} ms"
