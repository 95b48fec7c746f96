"""Table [car] of paddock.toml."""

from pathlib import Path
from typing import Any

import pytest

from car_agent.settings import CarSettings
from timing_server.contract.config_file import load_settings
from timing_server.contract.errors import SettingsError

NEEDED: dict[str, Any] = {"car_id": "red", "token_file": "red.token", "model": "lap.onnx"}


def test_arguments_before_environment_before_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should let the nearer word win."""
    path = tmp_path / "paddock.toml"
    path.write_text(
        '[car]\ncar_id = "red"\ntoken_file = "t"\nmodel = "m"\n'
        'camera = "usb:1"\nmax_speed_mps = 3.0\nthrottle_scale = 0.5\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("PADDOCK_CAR_MAX_SPEED_MPS", "5")
    found = load_settings(CarSettings, "car", path=path, camera="usb:2")
    assert (found.camera, found.max_speed_mps, found.throttle_scale) == ("usb:2", 5.0, 0.5)
    assert found.command_ttl_ms == 300


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("command_ttl_ms", 0),
        ("max_speed_mps", 0),
        ("throttle_scale", 1.5),
        ("frame_rate_hz", float("nan")),
        ("frame_rate_hz", 14.9),
        ("frame_rate_hz", 61),
        ("camera_rate_hz", 0),
        ("exposure", "bright"),
        ("exposure", 10),
        ("white_balance", 100),
        ("choice", "best"),
        ("entropy_limit_frac", 1.01),
        ("throttle_curve", "steep"),
        ("car_id", "../red"),
    ],
)
def test_values_out_of_range_name_the_setting(
    tmp_path: Path, key: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should refuse what would make a car unsafe or nonsensical."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=key):
        load_settings(CarSettings, "car", **{**NEEDED, key: value})


def test_what_a_car_cannot_do_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should name the setting that is missing."""
    monkeypatch.chdir(tmp_path)
    given = {name: value for name, value in NEEDED.items() if name != "car_id"}
    with pytest.raises(SettingsError, match="car_id"):
        load_settings(CarSettings, "car", **given)


def test_a_car_without_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should need none, and look for some in folders of its own."""
    monkeypatch.chdir(tmp_path)
    found = load_settings(CarSettings, "car", car_id="red", data_dir=tmp_path)
    assert found.model is None
    assert found.model_folder_path.name == "models"
    assert found.sent_models_path == tmp_path / "models"
    own = found.model_copy(update={"model_folder": tmp_path / "mine"})
    assert own.model_folder_path == tmp_path / "mine"


def test_where_a_calibration_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should lie with what the car keeps, unless there is one in the user's own folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    own = tmp_path / "home/paddock/calibration.json"
    assert CarSettings(car_id="red").calibration_path == own
    kept = CarSettings(car_id="red", data_dir=tmp_path / "car")
    assert kept.calibration_path == tmp_path / "car/calibration.json"
    own.parent.mkdir(parents=True)
    own.touch()
    assert kept.calibration_path == own


def test_a_token_has_a_place_of_its_own() -> None:
    """It should be kept under the car's id where no file is named."""
    own = CarSettings(car_id="red", model=Path("lap.onnx"))
    assert own.token_path.name == "car-red.token"
    named = CarSettings(car_id="red", model=Path("lap.onnx"), token_file=Path("t"))
    assert named.token_path == Path("t")


def test_words_and_numbers_of_the_camera(tmp_path: Path) -> None:
    """It should take what the command line gives as text, and numbers of the file."""
    path = tmp_path / "paddock.toml"
    path.write_text(
        '[car]\ncar_id = "red"\nmodel = "m"\nwhite_balance = 5000\nchoice = "mean"\n',
        encoding="utf-8",
    )
    found = load_settings(CarSettings, "car", path=path, exposure="8000")
    assert (found.exposure, found.white_balance, found.choice) == (8000, 5000, "mean")
    assert load_settings(CarSettings, "car", path=path, exposure="lock").exposure == "lock"
