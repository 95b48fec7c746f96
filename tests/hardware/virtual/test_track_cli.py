import json
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from hardware.virtual.track_cli import track_app
from hardware.virtual.world.track import Track
from hardware.virtual.world.track_checks import check_track


def test_the_list_begins_with_the_demo_track() -> None:
    """It should tell each track's name, length and width."""
    told = json.loads(CliRunner().invoke(track_app, ["list", "--json"]).stdout)
    assert told[0]["name"] == "demo"
    assert all(each["length_m"] > 10 and each["width_m"] > 0.7 for each in told)
    lines = CliRunner().invoke(track_app, ["list"]).stdout.splitlines()
    assert len(lines) == len(told) >= 5


def test_a_good_track_passes_its_check() -> None:
    """It should say how tight it is, and end well."""
    answer = CliRunner().invoke(track_app, ["check", "esses"])
    assert answer.exit_code == 0
    assert "It can be driven." in answer.stdout


def test_a_track_that_crosses_itself_doesnt(tmp_path: Path) -> None:
    """It should name the trouble and end with 1."""
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    eight = np.stack([3 * np.sin(turn), 2 * np.sin(2 * turn)], axis=1)
    aside = np.array([0.0, 0.4])
    path = tmp_path / "eight.npy"
    np.save(path, np.hstack([eight, eight + aside, eight - aside]))
    answer = CliRunner().invoke(track_app, ["check", str(path), "--json"])
    assert answer.exit_code == 1
    assert any("crosses itself" in each for each in json.loads(answer.stdout)["troubles"])


def test_a_corner_that_is_too_tight_is_named() -> None:
    """It should tell a corner that folds the border from one that is merely hard."""
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    assert "folds over" in check_track(Track("ring", 0.4 * circle, 0.9)).troubles[0]
    assert "few models" in check_track(Track("ring", 0.4 * circle, 0.6)).troubles[0]
    assert check_track(Track("ring", circle, 0.9)).troubles == ()
