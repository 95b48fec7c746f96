"""Pulses and their file, as the DeepRacer car has them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.actuators.errors import CalibrationError
from hardware.calibration.file import (
    DEFAULT,
    LEAST_NS,
    MOST_NS,
    Calibration,
    Pulses,
    parse_calibration,
    read_calibration,
    save_calibration,
)

#: As the car's own servo_pkg writes it.
CAR_FILE = """{
   "Calibration" : {
      "Motor" : { "max" : 1603500, "mid" : 1446000, "min" : 1311000, "polarity" : -1 },
      "Servo" : { "max" : 1700000, "mid" : 1450000, "min" : 1200000, "polarity" : 1 },
      "version" : 1
   }
}"""


def test_the_cars_own_file_is_read() -> None:
    """It should take what a stock car has until it is calibrated."""
    assert parse_calibration(CAR_FILE) == DEFAULT


@pytest.mark.parametrize(
    ("frac", "pulse_ns"),
    [(0.0, 1_446_000), (1.0, 1_311_000), (0.5, 1_378_500), (-1.0, 1_603_500), (-0.5, 1_524_750)],
)
def test_a_fraction_is_a_line_on_each_side_of_the_middle(frac: float, pulse_ns: int) -> None:
    """It should be as the car computes it, with the polarity of its motor."""
    assert DEFAULT.motor.pulse_ns(frac) == pulse_ns


@st.composite
def calibrations(draw: st.DrawFn) -> Calibration:
    """Make any calibration that can be."""

    def pulses() -> Pulses:
        low, mid, high = sorted(
            draw(st.lists(st.integers(LEAST_NS, MOST_NS), min_size=3, max_size=3, unique=True))
        )
        return Pulses(low, mid, high, draw(st.sampled_from([-1, 1])))

    return Calibration(pulses(), pulses())


@given(calibrations(), st.floats(allow_nan=False))
def test_no_fraction_leaves_the_calibrated_range(subject: Calibration, frac: float) -> None:
    """It should never send a pulse that nobody has found to be good."""
    assert subject.motor.min_ns <= subject.motor.pulse_ns(frac) <= subject.motor.max_ns


@given(calibrations())
def test_what_is_written_is_read(subject: Calibration) -> None:
    """It should come back as it was."""
    assert parse_calibration(subject.to_json()) == subject


def test_saving_leaves_no_half_file(tmp_path: Path) -> None:
    """It should make the folder, and replace the old file as a whole."""
    path = tmp_path / "new" / "calibration.json"
    save_calibration(DEFAULT, path)
    other = DEFAULT.with_servo(polarity=-1).with_motor(mid_ns=1_450_000)
    save_calibration(other, path)
    assert read_calibration(path) == other
    assert list(path.parent.iterdir()) == [path]


def _changed(table: str, key: str, value: object) -> str:
    content = json.loads(CAR_FILE)
    content["Calibration"][table][key] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A calibration is JSON"),
        ("[]", "table 'Calibration'"),
        ('{"Calibration": {}}', "table 'Servo'"),
        (_changed("Motor", "mid", "middle"), "Motor: 'mid' is a whole number, not 'middle'"),
        (_changed("Motor", "mid", True), "'mid' is a whole number"),
        (_changed("Motor", "polarity", 0), "'polarity' is 1 or -1, not 0"),
        (_changed("Servo", "max", 1_300_000), "Servo: Pulses of 1200000, 1450000 and 1300000"),
        (_changed("Servo", "min", 20_000), "they must rise, from 500000 to 2500000"),
        (_changed("Servo", "max", 10**30), "they must rise"),
    ],
)
def test_what_is_no_calibration_is_one_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    """It should say what is wrong, and in which file."""
    path = tmp_path / "calibration.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationError, match=sentence) as caught:
        read_calibration(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    """It should name the command."""
    with pytest.raises(CalibrationError, match="paddock car calibrate"):
        read_calibration(tmp_path / "none.json")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """It should not look saved where it isn't."""
    (tmp_path / "file").touch()
    with pytest.raises(CalibrationError, match="can't be saved"):
        save_calibration(DEFAULT, tmp_path / "file" / "calibration.json")
