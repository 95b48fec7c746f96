"""A camera is found from the record of a real car process that drove in an unusual venue."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import radians
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from car_agent.matching.cli import camera_app
from car_agent.simulation.cli import evaluate_app
from hardware.virtual.measured import MeasuredCar, read_measured
from tests.car_agent.race_server import TOKEN, RaceServer
from tests.waiting import PATIENCE_S
from timing_server.contract.blackbox.rows import RunFigures
from timing_server.contract.machines.measured import MeasuredCamera, MeasuredGround, MeasuredLatency

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "car_agent" / "models" / "library" / "cautious.onnx"
#: Another hand's mount, over another hall's floor.
TRUE = MeasuredCar(
    camera=MeasuredCamera(
        field_of_view_rad=1.02, pitch_rad=radians(19), height_m=0.148, ahead_m=0.145
    ),
    ground=MeasuredGround(road=62, border=214, centre=150, field=96, noise=2.0),
)
ENVIRONMENT = {key: value for key, value in os.environ.items() if "PADDOCK" not in key} | {
    "PYTHONPATH": str(ROOT)
}


@contextmanager
def process(folder: Path, *words: str) -> Iterator[None]:
    with (folder / f"{words[0]}.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "timing_server", *words],
            env=ENVIRONMENT,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        child.terminate()
        child.wait(PATIENCE_S)


def wait_for(server: RaceServer, is_met: Callable[[RunFigures], bool]) -> None:
    """Wait until the car reports such a run."""
    while True:
        report = server.reports.get(timeout=PATIENCE_S)
        if report.run is not None and is_met(report.run):
            return


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A car drives for some seconds in a venue of that kind, after a while on the grid."""
    # Short, for the socket's sake.
    folder = Path(tempfile.mkdtemp(prefix="v", dir=tmp_path_factory.getbasetemp().parent.parent))
    (folder / "true.json").write_text(TRUE.model_dump_json())
    (folder / "red.token").write_text(TOKEN, encoding="ascii")
    (folder / "paddock.toml").write_text(
        f'[car]\ncar_id = "red"\ntoken_file = "{folder}/red.token"\nactuators = "virtual"\n'
        f'camera = "virtual"\nvenue_socket = "{folder}/v.sock"\nmodel = "{MODEL}"\n'
        f'record = {{ folder = "{folder}/records" }}\n',
        encoding="utf-8",
    )
    venue = ("venue", "--socket", f"{folder}/v.sock", "--no-server", "--as-measured", "true.json")
    car = ("car", "--config", f"{folder}/paddock.toml")
    with (
        RaceServer() as server,
        process(folder, *venue),
        process(folder, *car, "--server", server.url),
    ):
        server.order("armed")
        wait_for(server, lambda run: run.frames >= 12)
        server.order("running")
        wait_for(server, lambda run: run.commands >= 60)
    [found] = (folder / "records").glob("*.mcap*")
    yield found
    shutil.rmtree(folder)


def say(app: object, *words: str) -> str:
    done = CliRunner().invoke(app, words)  # type: ignore[arg-type] # a Typer
    assert done.exit_code == 0, f"{done.output} {done.exception}"
    return done.stdout


def check_pictures(folder: Path) -> None:
    """The real picture should look more like the virtual one as measured than as drawn."""
    names = ("real.png", "drawn.png", "measured.png")
    real, drawn, measured = (
        np.asarray(cv2.imread(str(folder / name), cv2.IMREAD_GRAYSCALE), dtype=float)
        for name in names
    )
    assert real.shape == drawn.shape == measured.shape
    road = slice(real.shape[0] // 2, None)
    off = [abs(real - other)[road].mean() for other in (drawn, measured)]
    assert off[1] < off[0] / 2


def test_the_mount_is_found_within_a_degree_and_some_millimetres(
    record: Path, tmp_path: Path
) -> None:
    """It should find pitch, height, field of view and brightness as the venue had them."""
    out = tmp_path / "car.json"
    shown = tmp_path / "shown"
    told = say(
        *(camera_app, "match", "--record", str(record), "--out", str(out)),
        *("--pictures", str(shown)),
    )
    assert "pitch" in told
    check_pictures(shown)
    car = read_measured(out)
    assert car.camera.pitch_rad == pytest.approx(TRUE.camera.pitch_rad, abs=radians(1))
    assert car.camera.height_m == pytest.approx(TRUE.camera.height_m, abs=0.006)
    assert car.camera.field_of_view_rad == pytest.approx(1.02, rel=0.03)
    assert car.fit is not None
    assert car.fit.after_levels < car.fit.before_levels / 2
    # The venue's light isn't at its middle, so that all materials are off by one factor.
    gain = car.ground.border / TRUE.ground.border
    assert 0.8 < gain < 1.15
    for name in ("road", "field", "centre"):
        assert getattr(car.ground, name) == pytest.approx(
            gain * getattr(TRUE.ground, name), rel=0.2
        )


def test_the_latency_is_the_records(record: Path, tmp_path: Path) -> None:
    """It should be what the guard reported of each command, and go into an evaluation."""
    out = tmp_path / "car.json"
    told = json.loads(
        say(camera_app, "match", "--record", str(record), "--out", str(out), "--json")
    )
    late = MeasuredLatency.model_validate(told["latency"])
    assert late.commands >= 60
    assert 0.0 < late.latency_s < 1.0
    assert 0.0 <= late.loss_frac < 0.9
    options = ("--model", str(MODEL), "--laps", "1", "--json", "--as-measured", str(out))
    measured = json.loads(say(evaluate_app, *options))
    usual = json.loads(say(evaluate_app, *options[:5]))
    assert measured["laps_completed"] == 1
    assert measured["lap_us"] != usual["lap_us"]
