"""The 40-pin header of a Raspberry Pi: what each pin is, and its picture.

The picture shows it as it lies on the board, seen from above with the USB sockets to the right:
odd pins are the inner row, which is the lower one here. Sensors use the odd row, so that their
wires leave downwards.
"""

from docs.draw.sheet import PAPER, WIDTH, WIRES, Point, Sheet

#: Pins that are no GPIO.
SUPPLIES = {
    **dict.fromkeys((1, 17), "3.3 V"),
    **dict.fromkeys((2, 4), "5 V"),
    **dict.fromkeys((6, 9, 14, 20, 25, 30, 34, 39), "GND"),
}
#: BCM number of each other pin of the header.
GPIOS = {
    3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10,
    21: 9, 22: 25, 23: 11, 24: 8, 26: 7, 27: 0, 28: 1, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19,
    36: 16, 37: 26, 38: 20, 40: 21,
}  # fmt: skip

_PITCH = 28
_LEFT = 54
_HEIGHT = 92
_RADIUS = 12


def pin_name(pin: int) -> str:
    """Return what pin 1 to 40 of the header is: 'GPIO 17', 'GND', '3.3 V'."""
    return SUPPLIES.get(pin) or f"GPIO {GPIOS[pin]}"


def pin_of_gpio(gpio: int) -> int:
    """Return the header's pin of a BCM number. Raises KeyError where it isn't on the header."""
    return {bcm: pin for pin, bcm in GPIOS.items()}[gpio]


class Header:
    """The header drawn on a sheet, with the used pins standing out."""

    def __init__(self, sheet: Sheet, used: dict[int, str], top: float = 82) -> None:
        """``used`` says which kind of wire each used pin has."""
        self._top = top
        sheet.box((16, top), (WIDTH - 32, _HEIGHT), rx=12, fill="#1f5d3a")
        caption = "Raspberry Pi from above · pin 1 at the left, USB to the right"
        sheet.text((30, top + 21), caption, size=15, fill="#ffffff")
        sheet.box((36, top + 30), (20 * _PITCH + 8, 54), rx=6, fill="#23272c")
        for pin in range(1, 41):
            _draw_pin(sheet, self._centre(pin), pin, used.get(pin))

    @property
    def bottom(self) -> float:
        """Return the y at which the board ends."""
        return self._top + _HEIGHT

    def _centre(self, pin: int) -> Point:
        column = (pin - 1) // 2
        return (_LEFT + column * _PITCH, self._top + (44 if pin % 2 == 0 else 70))

    def at(self, pin: int) -> Point:
        """Return where a wire to the pin begins: below an odd pin, to the left of pin 2."""
        x, y = self._centre(pin)
        return (x, y + _RADIUS) if pin % 2 else (x - _RADIUS, y)


def _draw_pin(sheet: Sheet, at: Point, pin: int, kind: str | None) -> None:
    if kind is None:
        sheet.add("circle", cx=at[0], cy=at[1], r=9, fill="#4b535c")
        sheet.text((at[0], at[1] + 4), str(pin), size=11, anchor="middle", fill="#d5dae0")
        return
    sheet.dot(at, _RADIUS + 1, PAPER)
    sheet.dot(at, _RADIUS - 1, WIRES[kind].colour)
    sheet.text(
        (at[0], at[1] + 5), str(pin), size=14, weight="bold", anchor="middle", fill="#ffffff"
    )
