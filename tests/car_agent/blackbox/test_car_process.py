"""A real car's process is killed in the middle of a heat; its record is read all the same."""

import json
import os
import subprocess
import sys
from itertools import repeat
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner

from car_agent.cli import car_app
from tests.car_agent.onnx_models import light_seeker
from tests.car_agent.race_server import TOKEN, RaceServer
from tests.hardware.cameras.videos import light_on_the_left, record_video
from tests.waiting import PATIENCE_S
from timing_server.contract.machines.devices import CarTelemetry

ROOT = Path(__file__).parents[3]


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """Return the options of a car that sees a video and records."""
    record_video(tmp_path / "left.avi", repeat(light_on_the_left(), 30))
    (tmp_path / "red.token").write_text(TOKEN, encoding="ascii")
    (tmp_path / "paddock.toml").write_text(
        f'[car]\ncar_id = "red"\ntoken_file = "{tmp_path}/red.token"\nactuators = "none"\n'
        f'camera = "file:{tmp_path}/left.avi"\nrecord = {{ folder = "{tmp_path}/records" }}\n'
        f'model = "{light_seeker(tmp_path / "seeker.onnx")}"\n',
        encoding="utf-8",
    )
    return ["--config", str(tmp_path / "paddock.toml")]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "timing_server", "car", *words]


ENVIRONMENT = {key: value for key, value in os.environ.items() if "PADDOCK" not in key} | {
    "PYTHONPATH": str(ROOT)
}


def say(*words: str) -> str:
    done = CliRunner().invoke(car_app, words)
    assert done.exit_code == 0, done.output
    return done.stdout


def wait_for_run(server: RaceServer, commands: int) -> CarTelemetry:
    """Wait for a report of a run with so many commands."""
    while True:
        report = server.reports.get(timeout=PATIENCE_S)
        if report.run is not None and report.run.commands >= commands:
            return report


def test_a_killed_car_leaves_what_it_drove(options: list[str], tmp_path: Path) -> None:
    """It should record a heat, tell its figures, and lose a second at most to SIGKILL."""
    with RaceServer() as server:
        process = subprocess.Popen(
            command("--server", server.url, *options), env=ENVIRONMENT, stderr=subprocess.DEVNULL
        )
        try:
            server.order("running")
            report = wait_for_run(server, 30)
        finally:
            process.kill()
            process.wait(PATIENCE_S)
    assert report.run is not None
    assert report.run.heat_id == "h1"
    assert report.run.latency_p95_us is not None
    assert report.run.lost_rows == 0
    [row] = json.loads(say(*options, "record", "list", "--json"))
    assert (row["heat_id"], row["is_finished"]) == ("h1", False)
    shown = json.loads(say(*options, "record", "show", "last", "--json"))
    assert not shown["is_whole"]
    assert shown["rows"]["/drive"] > 0
    assert shown["rows"]["/wheels"] > 0
    out = tmp_path / "heat.mcap"
    assert "rows written" in say(*options, "record", "export", "last", "-o", str(out))
    assert json.loads(say(*options, "record", "show", str(out), "--json"))["is_whole"]
    pictures = tmp_path / "sheets"
    say(*options, "record", "export", str(out), "-o", str(pictures), "--csv")
    assert (pictures / "drive.csv").read_text(encoding="utf-8").startswith("mono_ns,frame_seq")
    picture = cv2.imread(str(next((pictures / "camera").iterdir())))
    assert picture is not None
    assert picture.shape[:2] == (240, 320)
