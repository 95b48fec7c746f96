"""A model on ground that was photographed: what it sees is the mat, not a drawing of it."""

import json
import subprocess
import sys
from pathlib import Path

from hardware.virtual.tracks.photo.proposal import propose
from hardware.virtual.world.designs import track_named
from tests.hardware.virtual.tracks.photo.taken import photo_of

MODEL = Path(__file__).parents[3] / "car_agent" / "models" / "library" / "balanced.onnx"


def test_a_model_laps_on_a_photographed_mat(tmp_path: Path) -> None:
    """It should drive the road that was found, by the picture that was straightened."""
    photo = photo_of(track_named("demo"))
    file = tmp_path / "mat.track"
    file.write_text(propose(photo.jpeg(), photo.taps, "mat").document.model_dump_json())
    command = [sys.executable, "-m", "timing_server", "evaluate", "--model", str(MODEL)]
    ended = subprocess.run(
        [*command, "--track", str(file), "--laps", "3", "--seed", "1", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert (told["track"], told["laps_completed"], told["resets"]) == ("mat", 3, 0)
