"""The wiring picture of start lights, buzzer, emergency stop and judge's button."""

from docs.draw.header import Header, pin_of_gpio
from docs.draw.parts import lane
from docs.draw.sheet import INK, SOFT, Sheet

#: GPIO 9 to 27 are pulled down while a Pi boots, so that nothing glows or sounds by then.
LAMP_GPIOS = (22, 10, 9, 11, 13)
BUZZER_GPIO, STOP_GPIO, JUDGE_GPIO = 19, 26, 21

_CHIP_TOP, _CHIP_BOTTOM = 340.0, 428.0
_FIRST_X, _STEP_X = 66.0, 64.0
_GROUND_X, _RAIL_Y = 586.0, 540.0


def lights() -> Sheet:
    """Return the picture."""
    subtitle = "a driver chip carries the lamps' current, the Pi only commands"
    sheet = Sheet("Lights, buzzer, buttons", subtitle, 760)
    outputs = [pin_of_gpio(gpio) for gpio in (*LAMP_GPIOS, BUZZER_GPIO)]
    kinds = dict.fromkeys(outputs, "signal") | {39: "gnd"}
    kinds |= {pin_of_gpio(STOP_GPIO): "second", pin_of_gpio(JUDGE_GPIO): "second"}
    header = Header(sheet, kinds)
    _buttons(sheet, header)
    _chip(sheet, header, outputs)
    _lamps(sheet)
    lamps = ", ".join(str(gpio) for gpio in LAMP_GPIOS)
    sheet.panel((16, 620), (608, 124))
    sheet.lines(
        (30, 648),
        [
            f"Lamps 1 to 5: GPIO {lamps}. Buzzer: GPIO {BUZZER_GPIO}.",
            f"Emergency stop: GPIO {STOP_GPIO}, its contact opens when pressed.",
            f"Judge's button: GPIO {JUDGE_GPIO}, its contact closes when pressed.",
            "The grounds of the Pi and of the 12 V supply are one.",
            "COM (10) goes to +12 V where a relay or a magnetic buzzer hangs on it.",
        ],
    )
    return sheet


def _chip(sheet: Sheet, header: Header, outputs: list[int]) -> None:
    sheet.box((28, _CHIP_TOP), (394, 88), rx=8, fill="#fff8e6", stroke=INK, stroke_width=2)
    sheet.text((225, 396), "driver ULN2803A", size=16, weight="bold", anchor="middle")
    for n, (pin, gpio) in enumerate(zip(outputs, (*LAMP_GPIOS, BUZZER_GPIO), strict=True)):
        x = _FIRST_X + n * _STEP_X
        sheet.wire("signal", lane(header.at(pin), 196 + 22 * n, (x, _CHIP_TOP)))
        sheet.text((x, 358), f"GPIO {gpio}", size=13, weight="bold", anchor="middle")
        sheet.text((x, 375), f"{n + 1}", size=13, anchor="middle", fill=SOFT)
        sheet.text((x, 421), f"{18 - n}", size=13, anchor="middle", fill=SOFT)
    sheet.wire("gnd", [(422, 392), (_GROUND_X, 392)], "GND", at=(466, 392))
    sheet.text((430, 384), "9", size=13, fill=SOFT)
    sheet.dot((_GROUND_X, 392))


def _lamps(sheet: Sheet) -> None:
    for n in range(len(LAMP_GPIOS) + 1):
        x = _FIRST_X + n * _STEP_X
        sheet.wire("lamp", [(x, _CHIP_BOTTOM), (x, 470)])
        sheet.wire("12v", [(x, 500), (x, _RAIL_Y)])
        if n < len(LAMP_GPIOS):
            sheet.add("circle", cx=x, cy=486, r=22, fill="#d32f2f", stroke=INK, stroke_width=2)
            sheet.text((x, 492), str(n + 1), weight="bold", anchor="middle", fill="#ffffff")
        else:
            sheet.box((x - 24, 466), (48, 40), rx=4, fill="#d9dee3", stroke=INK, stroke_width=2)
            sheet.text((x, 491), "buzz", weight="bold", anchor="middle")
    last_x = _FIRST_X + len(LAMP_GPIOS) * _STEP_X
    sheet.wire("12v", [(last_x + 2, _RAIL_Y), (60, _RAIL_Y), (60, 572)])
    sheet.label("12v", "+12 V", (226, _RAIL_Y))
    sheet.wire("gnd", [(150, 590), (_GROUND_X, 590), (_GROUND_X, _RAIL_Y)], "0 V", at=(330, 590))
    sheet.box((28, 570), (132, 40), rx=8, fill="#fff8e6", stroke=INK, stroke_width=2)
    sheet.text((94, 596), "12 V supply", weight="bold", anchor="middle")


def _buttons(sheet: Sheet, header: Header) -> None:
    x, y = header.at(pin_of_gpio(JUDGE_GPIO))
    sheet.wire("second", [(x + 24, y), (612, y), (612, 460)])
    sheet.wire("gnd", [header.at(39), (_GROUND_X, _RAIL_Y)])
    sheet.wire("second", lane(header.at(pin_of_gpio(STOP_GPIO)), 336, (500, 448)))
    sheet.wire("gnd", [(500, 500), (500, _RAIL_Y), (612, _RAIL_Y), (612, 490)])
    sheet.dot((_GROUND_X, _RAIL_Y))
    sheet.add("circle", cx=500, cy=476, r=30, fill="#f6c945", stroke=INK, stroke_width=2)
    sheet.add("circle", cx=500, cy=476, r=20, fill="#d32f2f", stroke=INK, stroke_width=2)
    sheet.text((464, 448), "stop", weight="bold", anchor="end")
    sheet.add("circle", cx=612, cy=476, r=17, fill="#1257b0", stroke=INK, stroke_width=2)
    sheet.text((606, 446), "judge", weight="bold", anchor="end")
