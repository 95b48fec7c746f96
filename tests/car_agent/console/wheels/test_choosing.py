"""Another model from the page: only what is offered, only while the car stands."""

from pathlib import Path

import pytest

from tests.car_agent.console.desk import Desk
from tests.car_agent.doubles import FakeClock, GuardInPlace, RecordingActuators

PRESS = "0a" * 8
KEY = "folder/lap.onnx"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "lap.onnx").touch()
    clock = FakeClock()
    return Desk(GuardInPlace(RecordingActuators, clock), tmp_path / "calibration.json", clock)


def test_loads_what_is_offered(desk: Desk, tmp_path: Path) -> None:
    """It should have the file loaded, and know which one that is."""
    assert desk.choice.load(KEY) is None
    assert desk.yard.asked == [tmp_path / "models" / "lap.onnx"]
    desk.yard.loaded_path = desk.yard.asked[0]
    assert desk.choice.loaded_key() == KEY


@pytest.mark.parametrize(
    "key", ["folder/../calibration.json", "folder/gone.onnx", "/etc/passwd", "started", "sent/"]
)
def test_loads_nothing_else(desk: Desk, key: str) -> None:
    """It should refuse a key that isn't offered, whatever lies there."""
    assert desk.choice.load(key) == "car_no_such_model"
    assert desk.yard.asked == []


def test_only_while_the_car_stands(desk: Desk) -> None:
    """It should refuse while anybody drives, and from a heat's call to its end."""
    desk.seat.take("model", PRESS, 10**9, 10**9)
    assert desk.choice.load(KEY) == "car_model_drives"
    desk.seat.leave(PRESS)
    desk.control.is_own_heat = True
    assert desk.choice.load(KEY) == "car_race_control_drives"
    assert desk.yard.asked == []


def test_race_controls_choice_stays(desk: Desk) -> None:
    """It should refuse where race control says which model is loaded."""
    desk.yard.is_ordered = True
    assert desk.choice.load(KEY) == "car_race_control_loads"


def test_one_at_a_time(desk: Desk) -> None:
    """It should neither load a second model nor start one meanwhile."""
    desk.yard.is_loading = True
    assert desk.choice.load(KEY) == desk.choice.why_not_drive() == "car_model_loading"
    desk.yard.is_loading = False
    assert desk.choice.why_not_drive() is None
