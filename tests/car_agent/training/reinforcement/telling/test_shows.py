"""What people and programs read of a training: these tests need what trains."""

import io
import json
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from rich.console import Console

from car_agent.simulation.league import LeagueLap, LeagueRules, LeagueRun
from car_agent.training.rewards.errors import RewardError

pytestmark = pytest.mark.train
pytest.importorskip("stable_baselines3")
environment = pytest.importorskip("car_agent.training.reinforcement.environment")
json_lines = pytest.importorskip("car_agent.training.reinforcement.telling.json_lines")
rounds = pytest.importorskip("car_agent.training.reinforcement.rounds")
show = pytest.importorskip("car_agent.training.reinforcement.telling.show")
terminal = pytest.importorskip("car_agent.training.reinforcement.telling.terminal")
view = pytest.importorskip("car_agent.training.reinforcement.telling.view")

RUN = LeagueRun(LeagueRules(laps=2), (LeagueLap(8_000_000_000, 0), LeagueLap(None, 1)), 1)
EPISODE = environment.Episode(100, 50.0, 90.0, 0.01, "off_track")
ROUND = rounds.Round(2048, (EPISODE,), entropy=0.5)
STANDING = show.Standing(2048, ROUND, RUN, 60.0)
OUTCOME = show.Outcome("laps", 4096, RUN, "ab" * 32, 90.0, Path("lap.onnx"), "demo")


class Screen(io.StringIO):
    """Hears the words for which somebody waits."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self._awaited = awaited
        self.came = threading.Event()

    def write(self, text: str, /) -> int:
        if self._awaited in text:
            self.came.set()
        return super().write(text)


def test_a_terminal_shows_a_table_that_moves() -> None:
    """It should show reward, progress, entropy, laps, the time left, and steps of a round."""
    screen = Screen("drives: step 512 of 2,048")
    console = Console(force_terminal=True, width=100, file=screen, no_color=True)
    with terminal.Terminal(console, 600.0, lambda: 60.0) as subject:
        subject.place(show.Place(4, "ray://127.0.0.2:10001", processors=2))
        subject.place(show.Place(4, problem="No cluster answers."))
        subject.say("Warm start.")
        subject.tell(STANDING)
        subject.move(512, 2048)
        assert screen.came.wait(60), screen.getvalue()
        subject.end(OUTCOME)
    shown = screen.getvalue()
    for word in ("2,048", "0.500", "90 %", "0.50", "1 of 2", "8.00 s", "at most 9:00 left"):
        assert word in shown
    assert "4 cars drive on 2 processors of the cluster at ray://127.0.0.2:10001." in shown
    assert "No cluster answers. The cars drive on this machine instead." in shown
    for word in ("It laps reliably", "(4,096 steps, 90 s)", "Wrote lap.onnx", "On demo: 1 of 2"):
        assert word in shown


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (None, "begins a round"),
        ((4, 2048), "drives: step 4 of 2,048"),
        ((2048, 2048), "learns from the round"),
    ],
)
def test_a_round_is_told_in_words(moved: tuple[int, int] | None, said: str) -> None:
    """It should say what takes time."""
    assert terminal.doing(moved) == said


def test_a_program_reads_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """It should print an object a line, with null for what isn't known."""
    subject = json_lines.JsonLines()
    subject.place(show.Place(4, "ray://127.0.0.2:10001", processors=2))
    subject.place(show.Place(4, problem="No cluster answers."))
    subject.say("Warm start.")
    subject.tell(show.Standing(0, None, LeagueRun(RUN.rules, (LeagueLap(None, 1),), 1), 20.0))
    subject.move(4, 2048)
    subject.tell(STANDING)
    subject.end(OUTCOME)
    subject.fault(RewardError("reward.py, line 3, returned NaN.", 3))
    printed: list[dict[str, Any]] = [
        json.loads(line) for line in capsys.readouterr().out.splitlines()
    ]
    exam = {"clean_laps": 1, "laps": 2}
    assert printed == [
        {"kind": "place", "processors": 2, "problem": None},
        {"kind": "place", "processors": None, "problem": "No cluster answers."},
        {"kind": "said", "words": "Warm start."},
        {
            "kind": "round",
            "steps": 0,
            **dict.fromkeys(("reward_per_step", "progress", "entropy", "mean_lap_us")),
            "clean_laps": 0,
            "laps": 1,
            "spent_s": 20.0,
        },
        {
            "kind": "round",
            "steps": 2048,
            "reward_per_step": 0.5,
            "progress": 90.0,
            "entropy": 0.5,
            **exam,
            "mean_lap_us": 8_000_000,
            "spent_s": 60.0,
        },
        {
            "kind": "outcome",
            "reason": "laps",
            "steps": 4096,
            "sha256": "ab" * 32,
            "spent_s": 90.0,
            **exam,
            "best_us": 8_000_000,
        },
        {"kind": "fault", "sentence": "reward.py, line 3, returned NaN.", "line": 3},
    ]


def test_a_view_is_replaced_twice_a_second(tmp_path: Path) -> None:
    """It should hold the latest picture that was due, whole, and nothing beside it."""
    path = tmp_path / "view.jpg"
    now_s = 10.0
    subject = view.View(path, lambda: now_s)
    levels = []
    for now_s in (10.0, 10.2, 10.4, 11.0, 11.5):
        subject.see(np.full((120, 160), 20 * (now_s - 9.5), dtype=np.uint8))
        shown = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        assert shown is not None
        levels.append(round(float(shown.mean())))
    assert levels == [10, 10, 10, 30, 40]
    assert list(tmp_path.iterdir()) == [path]
    path.unlink()
    path.mkdir()
    now_s = 20.0
    subject.see(np.zeros((120, 160), dtype=np.uint8))
