"""The car's whole process: real camera file, real model, real HTTP on loopback."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np
import pytest

from car_agent.models.load import read_model
from tests.car_agent.onnx_models import card, light_seeker, linear_model, save
from tests.car_agent.race_server import TOKEN, RaceServer
from tests.hardware.cameras.videos import light_on_the_left, record_video
from tests.waiting import PATIENCE_S
from timing_server.contract.machines.devices import CarTelemetry

FRAME_RATE_HZ = 30.0


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Record two seconds of light on the left."""
    path = tmp_path_factory.mktemp("video") / "left.avi"
    return record_video(path, repeat(light_on_the_left(), 60), FRAME_RATE_HZ)


@pytest.fixture
def car_files(tmp_path: Path, video: Path) -> dict[str, str]:
    """Return the options of a car that works."""
    token = tmp_path / "red.token"
    token.write_text(TOKEN, encoding="ascii")
    return {
        "--car-id": "red",
        "--token-file": str(token),
        "--model": str(light_seeker(tmp_path / "seeker.onnx")),
        "--camera": f"file:{video}",
        "--frame-rate-hz": str(FRAME_RATE_HZ),
        "--actuators": "none",
    }


def start_car(server_url: str, options: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    arguments = [word for option in options.items() for word in option]
    environment = {key: value for key, value in os.environ.items() if "PADDOCK" not in key}
    return subprocess.Popen(
        [sys.executable, "-m", "timing_server", "car", "--server", server_url, *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=folder,
    )


@contextmanager
def running_car(
    server: RaceServer, options: dict[str, str], folder: Path
) -> Iterator[subprocess.Popen[str]]:
    with start_car(server.url, options, folder) as process:
        try:
            yield process
        finally:
            process.kill()


def report_where(server: RaceServer, holds: Callable[[CarTelemetry], bool]) -> CarTelemetry:
    """Wait for a report of which that is true."""
    while True:
        report = server.reports.get(timeout=PATIENCE_S)
        if holds(report):
            return report


def test_drives_with_the_heat_and_ends_cleanly(car_files: dict[str, str], tmp_path: Path) -> None:
    """It should stand, drive by its camera and model, show the picture, stand, and end with 0."""
    sha256 = read_model(Path(car_files["--model"])).sha256
    with RaceServer() as server, running_car(server, car_files, tmp_path) as process:
        server.order("called", model_sha256=sha256)
        standing = report_where(server, lambda report: report.frames > 0)
        assert standing.model_sha256 == sha256
        assert not standing.is_driving
        server.order("running", model_sha256=sha256)
        driving = report_where(server, lambda report: report.is_driving)
        assert (driving.steering_frac, driving.throttle_frac) == (1.0, 0.25)
        assert 0 < driving.inference_p50_ms <= driving.inference_p95_ms
        picture = cv2.imdecode(
            np.frombuffer(server.views.get(timeout=PATIENCE_S), np.uint8), cv2.IMREAD_UNCHANGED
        )
        assert picture is not None
        assert picture.shape == (120, 160)
        server.order("finished", model_sha256=sha256)
        stopped = report_where(server, lambda report: not report.is_driving)
        assert stopped.throttle_frac == 0.0
        assert stopped.frame_rate_hz == pytest.approx(FRAME_RATE_HZ, rel=0.5)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, said
    assert "car_ends" in said
    assert "Traceback" not in said


def test_a_camera_that_is_unplugged_stops_the_car(
    car_files: dict[str, str], tmp_path: Path
) -> None:
    """It should stand and say why while its camera is away, and drive by itself when it is back."""
    plugged = tmp_path / "camera.avi"
    # Grainy, so that the file is larger than what a reader holds in memory.
    grain = np.random.default_rng(1).integers(0, 100, (480, 640, 3), dtype=np.uint8)
    grain[:, :320] += 150
    record_video(plugged, repeat(grain, 60), FRAME_RATE_HZ)
    pictures = plugged.read_bytes()
    options = car_files | {"--camera": f"file:{plugged}"}
    with RaceServer() as server, running_car(server, options, tmp_path) as process:
        server.order("running")
        driving = report_where(server, lambda report: report.is_driving)
        assert "camera_gone" not in driving.troubles
        os.truncate(plugged, 0)
        gone = report_where(server, lambda report: "camera_gone" in report.troubles)
        assert not gone.is_driving
        assert gone.throttle_frac == 0.0
        plugged.write_bytes(pictures)
        back = report_where(server, lambda report: report.is_driving)
        assert "camera_gone" not in back.troubles
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE_S)
    assert "camera_failed" in said
    assert "camera_back" in said


def test_a_model_of_two_cameras_sees_with_both(
    car_files: dict[str, str], video: Path, tmp_path: Path
) -> None:
    """It should hand the left and the right picture to the model as its two planes."""
    weights = np.zeros((120, 160, 2, 3), dtype=np.float32)
    # Bright in the left camera's left half means left; in the right camera's, right.
    weights[:, :80, 0, 2] = 1e-5
    weights[:, :80, 1, 0] = 3e-5
    two = linear_model(
        [0.0, 0.0, 0.0],
        weights=weights.reshape(-1, 3),
        input_dims=(1, 120, 160, 2),
        is_softmax=True,
    )
    model = save(two, tmp_path / "two.onnx", card(channels="stereo"))
    options = car_files | {"--model": str(model), "--camera-right": f"file:{video}"}
    with RaceServer() as server, running_car(server, options, tmp_path):
        server.order("running")
        driving = report_where(server, lambda report: report.is_driving)
    assert driving.steering_frac == -1.0


def test_survives_a_server_that_goes_away(car_files: dict[str, str], tmp_path: Path) -> None:
    """It should come back by itself to a server that was restarted on the same port."""
    with RaceServer() as first, running_car(first, car_files, tmp_path) as process:
        port = first.port
        first.order("running")
        report_where(first, lambda report: report.is_driving)
        first.close()
        with RaceServer(port, is_first=False) as second:
            second.order("running")
            report_where(second, lambda report: report.is_driving)
            second.order("idle", car_id=None)
            report_where(second, lambda report: not report.is_driving)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0


def test_drives_in_the_virtual_venue(car_files: dict[str, str], tmp_path: Path) -> None:
    """It should see what the venue renders, move the car there, and tell the speed it measures."""
    with tempfile.TemporaryDirectory() as short, RaceServer() as server:
        venue_socket = str(Path(short) / "v")
        venue = subprocess.Popen(
            [
                *(sys.executable, "-m", "timing_server", "venue", "--no-server"),
                *("--socket", venue_socket),
                *("--tally-file", str(tmp_path / "tally.json")),
            ],
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
        )
        options = car_files | {"--camera": "virtual", "--venue": venue_socket}
        del options["--actuators"]
        server.order("running")
        try:
            with running_car(server, options, tmp_path) as process:
                moving = report_where(
                    server, lambda report: report.is_driving and (report.speed_mps or 0) > 0
                )
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=PATIENCE_S)
        finally:
            venue.terminate()
            venue.wait(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert moving.frames > 0
    assert moving.throttle_frac > 0


def refused(server: RaceServer, options: dict[str, str], folder: Path) -> tuple[int, str]:
    """Run a car that can't drive; return its exit code and its last line."""
    with start_car(server.url, options, folder) as process:
        _, said = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in said
    last = said.strip().rsplit("\n", 1)[-1]
    assert last.startswith("paddock: ")
    return process.returncode, last


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--model", "missing.onnx", "There is no model file missing.onnx."),
        ("--model", "wrong.onnx", "wrong.onnx takes 1×3×64×64 float32"),
        ("--model", "text.onnx", "text.onnx is not an ONNX model, or is cut off."),
        ("--token-file", ".", "can't be read"),
        ("--token-file", "other.token", "doesn't accept this token for 'red'"),
        ("--camera", "webcam", "There is no camera 'webcam'"),
        ("--camera", "file:missing.avi", "There is no video file missing.avi."),
        ("--camera", "virtual", "--venue"),
        ("--actuators", "wings", "There are no actuators 'wings'"),
        ("--car-id", "no spaces please", "car_id"),
        ("--throttle-curve", "steep", "throttle_curve"),
        ("--server", "nowhere", "'nowhere' is no address such as http://"),
        ("--config", "paddock.toml", "has no setting 'modle'"),
    ],
)
def test_what_cannot_work_is_one_sentence(
    car_files: dict[str, str], tmp_path: Path, option: str, value: str, sentence: str
) -> None:
    """It should end with a code other than 0 and say what to do."""
    folder = tmp_path / "here"
    folder.mkdir()
    save(linear_model([0, 0, 0], input_dims=(1, 3, 64, 64)), folder / "wrong.onnx")
    (folder / "model_metadata.json").write_text(
        '{"action_space": [{"steering_angle": 0, "speed": 1}]}', encoding="utf-8"
    )
    (folder / "text.onnx").write_text("no model", encoding="utf-8")
    (folder / "other.token").write_text("another-token", encoding="ascii")
    config = '[car]\nmodle = "a.onnx"\n' if option == "--config" else ""
    (folder / "paddock.toml").write_text(config, encoding="utf-8")
    with RaceServer() as server:
        code, last = refused(server, car_files | {option: value}, folder)
    assert code != 0
    assert sentence in last
