"""SimTrace logs for tests: of real virtual laps, and of lines made by hand."""

import csv
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from typer.testing import CliRunner

from car_agent.simulation.cli import evaluate_app
from car_agent.simulation.simtrace import COLUMNS

LIBRARY = Path(__file__).parents[4] / "car_agent" / "models" / "library"


@cache
def driven_log(laps: int = 3) -> bytes:
    """Return the log of laps that a real model drove on the demo's track."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "laps.csv"
        options = ["--model", str(LIBRARY / "wild.onnx"), "--laps", str(laps), "--log", str(path)]
        outcome = CliRunner().invoke(evaluate_app, options)
        assert outcome.exit_code == 0, outcome.output
        return path.read_bytes()


def line(number: int, step: int, **fields: object) -> dict[str, object]:
    """Return a line of a log that goes round in ten steps of a tenth of a second."""
    return {
        "episode": number,
        "steps": step,
        "X": step / 10,
        "Y": 0.0,
        "yaw": 0.0,
        "steer": 10.0,
        "throttle": 2.0,
        "action": step % 2,
        "reward": 1.0,
        "done": step == 10,
        "all_wheels_on_track": True,
        "progress": 10.0 * step,
        "closest_waypoint": 0,
        "track_len": 17.6,
        "tstamp": number * 10 + step / 10,
        "episode_status": "lap_complete" if step == 10 else "in_progress",
        "pause_duration": 0.0,
    } | fields


def episode(number: int, **fields: object) -> list[dict[str, object]]:
    """Return the lines of a whole episode."""
    return [line(number, step, **fields) for step in range(1, 11)]


def log_of(*lines: dict[str, object]) -> bytes:
    """Return lines as a file."""
    file = StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(lines)
    return file.getvalue().encode()
