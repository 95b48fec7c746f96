"""The pictures of the documentation, taken by the command that takes them all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[3]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run what 'make screenshots' runs."""
    return subprocess.run(
        [sys.executable, "-m", "docs.screenshots.cli", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_takes_pictures_of_a_real_server(tmp_path: Path) -> None:
    """It should bring an event to its moment, take what was asked for alone, and say so."""
    names = ("board-start-list", "control-people", "phone-join")
    ended = command("--out", str(tmp_path), *(word for name in names for word in ("--only", name)))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert {file.stem for file in tmp_path.iterdir()} == set(names)
    for name in names:
        assert f"{name}.png, " in ended.stdout
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert picture.size in {(1920, 1080), (1280, 800), (390, 844)}
            # A page that stayed empty has its ground and next to nothing else.
            assert len(picture.getcolors(1 << 24) or ()) > 60


def test_names_what_there_is(tmp_path: Path) -> None:
    """It should take nothing, and say which pictures there are, where the name is none of them."""
    ended = command("--out", str(tmp_path), "--only", "boards")
    assert ended.returncode == 2
    assert "board-podium" in " ".join(ended.stderr.split())
    assert not list(tmp_path.iterdir())
