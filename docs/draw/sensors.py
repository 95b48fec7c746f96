"""One wiring picture for each sensor profile."""

from docs.draw.header import Header, pin_name
from docs.draw.parts import (
    Board,
    arrow,
    car,
    diode,
    lane,
    levels,
    resistor,
    road,
)
from docs.draw.sheet import INK, SOFT, Sheet
from hardware.gates.profiles import PROFILES

#: The header's pins that every picture of a single sensor uses: supply, ground, signal.
VCC, GND, SIGNAL = 1, 9, 11
_SIGNAL_NAME = f"{pin_name(SIGNAL)} (pin {SIGNAL})"


def _three_wires(sheet: Sheet, header: Header, board: Board) -> None:
    for pin, kind, terminal, y in (
        (SIGNAL, "signal", "OUT", 204),
        (GND, "gnd", "GND", 238),
        (VCC, "3v3", "VCC", 272),
    ):
        start, end = header.at(pin), board.at(terminal)
        label = f"pin {pin} · {pin_name(pin)}"
        sheet.wire(kind, lane(start, y, end), label, at=((start[0] + end[0]) / 2, y))


def beam_break() -> Sheet:
    """Return the picture of a transmitter and a receiver across the road."""
    sheet = Sheet("Beam break", "transmitter and receiver on opposite sides of the line", 848)
    used = {VCC: "3v3", GND: "gnd", SIGNAL: "signal", 2: "5v", 39: "gnd"}
    header = Header(sheet, used)
    supply = [header.at(2), (28, header.at(2)[1]), (28, 625), (330, 625)]
    sheet.wire("5v", supply, "pin 2 · 5 V", at=(190, 625))
    ground = [header.at(39), (586, 205), (612, 205), (612, 625), (582, 625)]
    sheet.wire("gnd", ground, "pin 39 · GND", at=(560, 268))
    words = ["Receiver", "output: open collector, low = broken"]
    board = Board(sheet, (110, 312), (440, 98), words, {"VCC": 196, "GND": 330, "OUT": 470})
    _three_wires(sheet, header, board)
    road(sheet, 430, 130)
    sheet.line([(480, 412), (480, 590)], stroke="#c62828", stroke_width=3, stroke_dasharray="7 6")
    car(sheet, (470, 495))
    sheet.text((60, 452), "road from above", fill=SOFT)
    sheet.text((500, 500), "infrared", fill=SOFT)
    for y in (410, 578):
        sheet.box((468, y - 4), (24, 12), rx=5, fill=INK)
    words = ["Transmitter", "needs a supply, no pin"]
    Board(sheet, (332, 582), (250, 76), words, {})
    levels(sheet, 690, PROFILES["beam_break"], _SIGNAL_NAME, "broken")
    return sheet


def ir_reflective() -> Sheet:
    """Return the picture of a reflective module with a comparator."""
    sheet = Sheet("IR reflective", "light and eye side by side, the car throws it back", 748)
    header = Header(sheet, {VCC: "3v3", GND: "gnd", SIGNAL: "signal"})
    words = [
        "TCRT5000 module with LM393",
        "DO is OUT here, AO stays free; the screw sets the threshold",
    ]
    board = Board(sheet, (80, 312), (500, 100), words, {"VCC": 196, "GND": 330, "OUT": 480})
    _three_wires(sheet, header, board)
    road(sheet, 446, 122)
    sheet.box((312, 412), (22, 16), rx=2, fill="#2b3a67")
    sheet.box((350, 412), (22, 16), rx=2, fill=INK)
    car(sheet, (392, 516))
    arrow(sheet, (323, 430), (339, 486), "#c62828")
    arrow(sheet, (345, 486), (361, 430), "#c62828")
    sheet.text((60, 470), "road from above", fill=SOFT)
    sheet.lines((412, 512), ["beside the road, or", "in it and looking up"], fill=SOFT)
    levels(sheet, 590, PROFILES["ir_reflective"], _SIGNAL_NAME, "near")
    return sheet


def reed() -> Sheet:
    """Return the picture of a reed contact below the road."""
    sheet = Sheet("Reed contact", "a magnet in the car closes a contact to ground", 698)
    header = Header(sheet, {GND: "gnd", SIGNAL: "signal"})
    left, right = (190.0, 330.0), (450.0, 330.0)
    sheet.wire("signal", lane(header.at(SIGNAL), 210, right), f"pin {SIGNAL} · {pin_name(SIGNAL)}")
    sheet.wire("gnd", lane(header.at(GND), 252, left), f"pin {GND} · GND", at=(190, 285))
    sheet.wire("gnd", [left, (190, 352), (252, 352)])
    sheet.wire("signal", [right, (450, 352), (388, 352)])
    sheet.box((250, 332), (140, 40), rx=20, fill="#e4f0f4", stroke=INK, stroke_width=2)
    sheet.line([(252, 352), (312, 352), (330, 344)], stroke_width=4)
    sheet.line([(388, 352), (318, 352)], stroke_width=4)
    sheet.text((320, 324), "reed contact", weight="bold", anchor="middle")
    sheet.text((320, 394), "the Pi's pull-up holds the pin high", anchor="middle", fill=SOFT)
    road(sheet, 412, 108)
    car(sheet, (376, 466))
    sheet.box((310, 456), (20, 20), fill="#c62828", stroke=INK)
    sheet.lines((400, 460), ["magnet under the car,", "contact under the road"], fill=SOFT)
    levels(sheet, 540, PROFILES["reed"], _SIGNAL_NAME, "closed")
    return sheet


def hall() -> Sheet:
    """Return the picture of a Hall switch with an open drain."""
    sheet = Sheet("Hall switch", "a magnet in the car, no contact that bounces", 754)
    header = Header(sheet, {VCC: "3v3", GND: "gnd", SIGNAL: "signal", 2: "5v"})
    words = ["DRV5023 (2.5 to 38 V), unipolar", "output: open drain, low = magnet"]
    board = Board(sheet, (80, 312), (500, 100), words, {"VCC": 196, "GND": 330, "OUT": 480})
    _three_wires(sheet, header, board)
    spare = [header.at(2), (30, header.at(2)[1]), (30, 430), (62, 430)]
    sheet.wire("5v", spare)
    sheet.lines(
        (72, 435), ["A3144: VCC to pin 2 (5 V) instead; OUT and GND stay as they are"], fill=INK
    )
    road(sheet, 452, 120)
    car(sheet, (376, 512))
    sheet.box((310, 502), (20, 20), fill="#c62828", stroke=INK)
    sheet.lines((400, 506), ["magnet: its south pole", "towards the printed face"], fill=SOFT)
    levels(sheet, 596, PROFILES["hall"], _SIGNAL_NAME, "magnet")
    return sheet


def pressure_strip() -> Sheet:
    """Return the picture of a piezo disc behind a comparator."""
    sheet = Sheet("Pressure or piezo strip", "a comparator turns the push into a level", 798)
    header = Header(sheet, {VCC: "3v3", GND: "gnd", SIGNAL: "signal"})
    out_label = f"pin {SIGNAL} · {pin_name(SIGNAL)}"
    sheet.wire("signal", lane(header.at(SIGNAL), 204, (596, 425)), out_label)
    sheet.wire("signal", [(596, 415), (596, 430), (520, 430)])
    sheet.wire("3v3", [header.at(VCC), (54, 238), (320, 238), (320, 262)])
    sheet.wire("3v3", [(310, 238), (470, 238), (470, 405)])
    sheet.label("3v3", "pin 1 · 3.3 V", (396, 238))
    sheet.dot((320, 238), 6, "#c62828")
    # The threshold: 22 kΩ, trimmer, ground.
    sheet.wire("3v3", [(320, 262), (320, 296)])
    resistor(sheet, (320, 290), "22 kΩ", is_upright=True)
    sheet.wire("gnd", [(320, 321), (320, 590)])
    resistor(sheet, (320, 372), "10 kΩ", is_upright=True)
    arrow(sheet, (372, 372), (337, 372))
    sheet.wire("lamp", [(372, 372), (372, 412), (444, 412)])
    sheet.lines((346, 322), ["threshold", "0 to 1 V"], fill=SOFT)
    # The comparator.
    sheet.add("path", d="M440 388L440 472L522 430Z", fill="#fff8e6", stroke=INK, stroke_width=2.5)
    sheet.text((447, 418), "+", size=20, weight="bold")
    sheet.text((447, 455), "−", size=20, weight="bold")
    for at, pin in (((424, 405), "3"), ((424, 466), "2"), ((528, 420), "1")):
        sheet.text(at, pin, size=14, fill=SOFT)
    sheet.text((478, 388), "8", size=14, fill=SOFT)
    sheet.text((478, 478), "4", size=14, fill=SOFT)
    sheet.text((530, 462), "LM393", weight="bold")
    sheet.wire("gnd", [(470, 458), (470, 590)])
    # The disc, its load and its clamps.
    sheet.wire("lamp", [(72, 448), (444, 448)])
    sheet.wire("gnd", [header.at(GND), (166, 300), (24, 300), (24, 590), (470, 590)])
    sheet.label("gnd", "pin 9 · GND", (110, 300))
    sheet.add("circle", cx=72, cy=508, r=34, fill="#d9b650", stroke=INK, stroke_width=2)
    sheet.add("circle", cx=72, cy=508, r=21, fill="#f3f3f3", stroke=INK, stroke_width=1.5)
    sheet.line([(72, 450), (72, 500)], stroke="#8d6e00", stroke_width=4)
    sheet.dot((72, 500), 5, "#8d6e00")
    sheet.wire("gnd", [(72, 540), (72, 590)])
    sheet.lines((30, 614), ["piezo disc under the road"], weight="bold")
    sheet.wire("lamp", [(148, 448), (148, 590)])
    resistor(sheet, (148, 520), "1 MΩ", is_upright=True)
    resistor(sheet, (206, 448), "10 kΩ")
    sheet.wire("lamp", [(268, 448), (268, 590)])
    sheet.wire("lamp", [(268, 448), (268, 242)])
    for y in (350, 520):
        diode(sheet, (268, y))
        sheet.text((250, y + 5), "BAT85", anchor="end", weight="bold")
    for joint in (
        (268, 238),
        (148, 448),
        (268, 448),
        (72, 590),
        (148, 590),
        (268, 590),
        (320, 590),
        (470, 590),
    ):
        sheet.dot(joint)
    sheet.lines((300, 614), ["diodes: −0.3 to 3.6 V at pin 2"], fill=SOFT)
    levels(sheet, 640, PROFILES["pressure_strip"], _SIGNAL_NAME, "pressed")
    return sheet


def trip_switch() -> Sheet:
    """Return the picture of a microswitch with a lever."""
    sheet = Sheet("Trip switch", "the car pushes a lever", 698)
    header = Header(sheet, {GND: "gnd", SIGNAL: "signal"})
    terminals = {"COM": 300.0, "NO": 430.0, "NC": 500.0}
    words = ["Microswitch with a lever", "NC stays free"]
    board = Board(sheet, (210, 292), (340, 98), words, terminals)
    signal = lane(header.at(SIGNAL), 208, board.at("NO"))
    sheet.wire("signal", signal, f"pin {SIGNAL} · {pin_name(SIGNAL)}")
    ground = lane(header.at(GND), 248, board.at("COM"))
    sheet.wire("gnd", ground, f"pin {GND} · GND", at=(233, 248))
    road(sheet, 412, 108)
    sheet.line([(440, 390), (470, 440)], stroke_width=6)
    sheet.add("circle", cx=472, cy=444, r=8, fill="#d9dee3", stroke=INK, stroke_width=2)
    car(sheet, (440, 470))
    sheet.lines((60, 440), ["road from above"], fill=SOFT)
    levels(sheet, 540, PROFILES["trip_switch"], _SIGNAL_NAME, "pushed")
    return sheet
