"""Wiring pictures beyond the single sensor: two at a line, other voltages, the loop-back test."""

from docs.draw.header import Header, pin_name
from docs.draw.parts import Board, arrow, car, lane, levels, resistor, road
from docs.draw.sheet import INK, SOFT, Sheet
from hardware.gates.profiles import BEAM_BREAK


def two_sensors() -> Sheet:
    """Return the picture of a primary and a backup sensor at one line."""
    sheet = Sheet("Two sensors at one line", "primary and backup: either of them is enough", 650)
    kinds = {1: "3v3", 9: "gnd", 11: "signal", 13: "second", 17: "3v3", 25: "gnd"}
    header = Header(sheet, kinds)
    first = {"VCC": 70.0, "GND": 152.0, "OUT": 264.0}
    second = {"OUT": 376.0, "VCC": 478.0, "GND": 584.0}
    words = ["Receiver 'primary'", "of gate 'finish'"]
    primary = Board(sheet, (24, 390), (290, 96), words, first)
    words = ["Receiver 'backup'", "of gate 'finish'"]
    backup = Board(sheet, (330, 390), (290, 96), words, second)
    for pin, board, terminal, y, label_at in (
        (25, backup, "GND", 204.0, (490.0, 204.0)),
        (17, backup, "VCC", 240.0, (400.0, 240.0)),
        (13, backup, "OUT", 276.0, (310.0, 276.0)),
        (9, primary, "GND", 360.0, (136.0, 348.0)),
        (11, primary, "OUT", 312.0, (250.0, 312.0)),
        (1, primary, "VCC", 270.0, (72.0, 270.0)),
    ):
        points = lane(header.at(pin), y, board.at(terminal))
        sheet.wire(kinds[pin], points, f"{pin} · {pin_name(pin)}", at=label_at)
    road(sheet, 510, 110)
    for x in (250, 330):
        sheet.line([(x, 488), (x, 634)], stroke="#c62828", stroke_width=3, stroke_dasharray="7 6")
    car(sheet, (238, 568))
    sheet.text((56, 534), "road from above", fill=SOFT)
    sheet.text((290, 572), "≤ 1 cm", anchor="middle", weight="bold")
    sheet.lines(
        (342, 558), ["both have the gate's name,", "each a sensor name of its own"], fill=SOFT
    )
    return sheet


def divider() -> Sheet:
    """Return the picture of a divider for an output of 5 V."""
    sheet = Sheet("A sensor with a 5 V output", "two resistors bring 5 V down to 3.2 V", 640)
    header = Header(sheet, {2: "5v", 9: "gnd", 11: "signal"})
    words = ["Sensor with 5 V output", "E18-D80NK with pull-up inside, old modules"]
    terminals = {"VCC": 130.0, "GND": 300.0, "OUT": 500.0}
    board = Board(sheet, (80, 470), (500, 100), words, terminals)
    supply = [header.at(2), (28, header.at(2)[1]), (28, 420), (130, 420), board.at("VCC")]
    sheet.wire("5v", supply, "pin 2 · 5 V", at=(84, 350))
    sheet.wire("gnd", lane(header.at(9), 252, board.at("GND")), "pin 9 · GND", at=(190, 252))
    signal = lane(header.at(11), 206, (500, 380))
    sheet.wire("signal", signal, "pin 11 · GPIO 17", at=(340, 206))
    sheet.wire("5v", [(500, 346), board.at("OUT")])
    resistor(sheet, (500, 400), "10 kΩ", is_upright=True)
    sheet.wire("gnd", [(500, 300), (300, 300)])
    resistor(sheet, (400, 300), "18 kΩ")
    sheet.dot((500, 300), 6)
    sheet.dot((300, 300), 6)
    sheet.text((526, 300), "3.2 V", weight="bold")
    sheet.text((526, 450), "5 V", weight="bold")
    sheet.lines(
        (24, 600),
        [
            "Never more than 3.3 V at a GPIO: 5 V × 18 / (10 + 18) = 3.2 V.",
            "3.3 kΩ and 5.6 kΩ do as well.",
        ],
    )
    return sheet


def barrier_npn() -> Sheet:
    """Return the picture of a light barrier of 12 or 24 V whose output pulls down."""
    return _barrier(is_pnp=False)


def barrier_pnp() -> Sheet:
    """Return the picture of a light barrier of 12 or 24 V whose output pulls up."""
    return _barrier(is_pnp=True)


def _barrier(*, is_pnp: bool) -> Sheet:
    kind = "PNP" if is_pnp else "NPN"
    subtitle = "an opto-coupler keeps the higher voltage off the Pi"
    sheet = Sheet(f"Light barrier of 12 V, {kind} output", subtitle, 866)
    header = Header(sheet, {9: "gnd", 11: "signal"})
    _opto_coupler(sheet, is_turned=is_pnp)
    sheet.wire("signal", lane(header.at(11), 206, (380, 292)), "pin 11 · GPIO 17", at=(290, 206))
    sheet.wire("gnd", lane(header.at(9), 246, (260, 292)), "pin 9 · GND", at=(206, 246))
    sheet.line([(20, 366), (196, 366)], stroke=SOFT, stroke_dasharray="6 6")
    sheet.line([(444, 366), (620, 366)], stroke=SOFT, stroke_dasharray="6 6")
    sheet.text((24, 356), "the Pi's side", fill=SOFT)
    sheet.text((24, 388), "no wire crosses", fill=SOFT)
    sheet.box((492, 396), (126, 66), rx=8, fill="#fff8e6", stroke=INK, stroke_width=2)
    sheet.text((555, 420), "12 V supply", weight="bold", anchor="middle")
    for x, sign in ((526, "+"), (590, "−")):
        sheet.text((x, 454), sign, size=20, weight="bold", anchor="middle")
    does = "gives 12 V" if is_pnp else "pulls down"
    words = [f"Receiver, {kind}, dark-on", f"black {does} while the beam is broken"]
    terminals = {"brown": 90.0, "black": 400.0, "blue": 590.0}
    board = Board(sheet, (24, 572), (592, 96), words, terminals)
    sheet.wire("12v", [(526, 462), (526, 500), (90, 500), board.at("brown")])
    sheet.label("12v", "+12 V", (150, 500))
    sheet.wire("gnd", [(590, 462), board.at("blue")], "0 V", at=(590, 516))
    if is_pnp:
        sheet.wire("gnd", [(240, 420), (240, 536), (590, 536)])
        sheet.dot((590, 536))
        sheet.wire("lamp", [(400, 420), board.at("black")])
        resistor(sheet, (400, 458), "1 kΩ", is_upright=True)
    else:
        sheet.wire("lamp", [(400, 420), board.at("black")])
        sheet.wire("12v", [(240, 420), (240, 500)])
        sheet.dot((240, 500), 6, "#7b1fa2")
        resistor(sheet, (240, 456), "1 kΩ", is_upright=True)
    sheet.text((24, 694), "24 V: 2.2 kΩ and ½ W instead of 1 kΩ")
    levels(sheet, 708, BEAM_BREAK, "GPIO 17 (pin 11)", "broken")
    return sheet


def _opto_coupler(sheet: Sheet, *, is_turned: bool) -> None:
    """Draw it with the transistor above and the LED below; turned, the anode is at the right."""
    sheet.box((200, 292), (240, 128), rx=8, fill="#fff8e6", stroke=INK, stroke_width=2)
    sheet.text((452, 326), "PC817", weight="bold")
    sheet.text((452, 346), "opto-coupler", fill=SOFT)
    sheet.line([(380, 294), (380, 318), (338, 338)])
    sheet.line([(260, 294), (260, 318)])
    arrow(sheet, (302, 338), (262, 319))
    sheet.line([(292, 340), (348, 340)], stroke_width=5)
    for x in (310, 330):
        arrow(sheet, (x, 376), (x, 348), "#c62828")
    sheet.line([(240, 420), (240, 394), (400, 394), (400, 420)])
    tip, back = (304, 334) if is_turned else (336, 306)
    sheet.add("path", d=f"M{back} 382L{back} 406L{tip} 394Z", fill=INK)
    sheet.line([(tip, 381), (tip, 407)], stroke_width=4)
    anode, cathode = (408, 222) if is_turned else (222, 408)
    for x, y, pin in ((388, 312, "4"), (242, 312, "3"), (anode, 412, "1"), (cathode, 412, "2")):
        sheet.text((x, y), pin, fill=SOFT)


def loopback() -> Sheet:
    """Return the picture of the loop-back self-test."""
    sheet = Sheet("Loop-back test", "a spare output pulses the sensor's own input", 494)
    header = Header(sheet, {11: "signal", 15: "second"})
    sheet.wire("signal", [header.at(11), (194, 262), (300, 262)], "pin 11 · GPIO 17", at=(160, 225))
    sheet.wire("second", [header.at(15), (250, 206), (460, 206), (460, 262), (300, 262)])
    sheet.label("second", "pin 15 · GPIO 22", (400, 206))
    resistor(sheet, (330, 262), "1 kΩ")
    sheet.box((70, 312), (500, 62), rx=8, fill="none", stroke=INK, stroke_dasharray="8 6")
    sheet.text((86, 338), "the sensor is unplugged", weight="bold")
    sheet.text((86, 360), "its OUT must not drive the pin during the test")
    sheet.panel((16, 394), (608, 82))
    sheet.text((30, 426), "paddock node test --loopback 22", weight="bold")
    sheet.text((30, 454), "says: this line (finish/beam): ±9 µs, n=200")
    return sheet
