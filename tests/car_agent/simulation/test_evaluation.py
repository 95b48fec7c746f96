import json
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from car_agent.driving.preprocess import Tensor
from car_agent.errors import ModelError
from car_agent.models.card import ContinuousOutput, ModelCard
from car_agent.models.load import load_model
from car_agent.simulation.car import SimulatedCar, start_on_grid
from car_agent.simulation.cli import evaluate_app
from car_agent.simulation.conditions import PLAIN
from car_agent.simulation.evaluation import drive_laps, evaluate, setting_on
from car_agent.simulation.league import LeagueLap, LeagueRules, LeagueRun, in_words, report
from hardware.virtual.tracks.identity import track_sha256
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.traffic import Plan
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.track import Track

LIBRARY = Path(__file__).parents[3] / "car_agent" / "models" / "library"
DEMO = setting_on(track_named("demo"))
S = 1_000_000_000


def on_grid() -> SimulatedCar:
    chance = Random(3)  # noqa: S311 - dynamics
    return start_on_grid(DEMO.track, Renderer(DEMO.scenery, 80, 60), PLAIN, chance)


def test_a_good_model_laps_faster_than_real_time() -> None:
    """It should complete every lap it tries, and tell the same laps again for the same seed."""
    model = load_model(LIBRARY / "balanced.onnx")
    one, again = (evaluate(model, DEMO, LeagueRules(laps=4), seed=7) for _ in range(2))
    other = evaluate(model, DEMO, LeagueRules(laps=4), seed=8)
    assert one == again
    assert one.laps != other.laps
    assert (len(one.times_ns), one.clean_laps, one.resets) == (4, 4, 0)
    assert all(6 * S < lap_ns < 10 * S for lap_ns in one.times_ns)


def test_a_model_drives_tracks_it_never_saw() -> None:
    """It should lap two other tracks with a model that learnt from the demo track alone."""
    model = load_model(LIBRARY / "balanced.onnx")
    for name in ("esses", "bean"):
        run = evaluate(model, setting_on(track_named(name)), LeagueRules(laps=2), seed=1)
        assert run.clean_laps == 2, f"{name}: {in_words(run)}"


def test_straight_on_never_completes_a_lap() -> None:
    """It should put the car back a few times, then give the lap up and begin the next."""
    rules = LeagueRules(laps=2, max_resets=2)
    run = drive_laps(on_grid(), lambda _: (0.0, 0.5), rules)
    assert run.laps == (LeagueLap(None, 3),) * 2
    assert in_words(run) == "0 of 2 laps, 6 resets"


def test_a_parked_car_is_found() -> None:
    """It should count a car that stands as one to be put back, and end."""
    run = drive_laps(on_grid(), lambda _: (0.0, 0.0), LeagueRules(laps=1, max_resets=1))
    assert run.laps == (LeagueLap(None, 2),)
    assert 1.9 * S < run.sim_ns < 3 * S


def test_a_lap_that_takes_for_ever_is_given_up() -> None:
    """It should end a lap that neither ends nor leaves the track."""
    rules = LeagueRules(laps=1, limit_ns=3 * S)
    run = drive_laps(on_grid(), lambda _: (0.0, 0.02), rules)
    assert run.laps[0].driven_ns is None
    assert run.sim_ns < 4 * S


def test_a_collision_costs_more_than_a_reset() -> None:
    """It should put a car that ran into something behind it, count that, and add its penalty."""
    setting = setting_on(track_named("demo"), plan=Plan(objects=5))
    model = load_model(LIBRARY / "balanced.onnx")
    rules = LeagueRules(laps=3, max_resets=99, limit_ns=20 * S)
    run, again = (evaluate(model, setting, rules, seed=2) for _ in range(2))
    assert run == again
    assert run.collisions > 0
    assert run.resets >= run.collisions
    assert run.clean_laps == 0
    told = report(run, track_named("demo"), "0" * 64, 2, 1.0, setting.plan)
    assert (told.objects, told.bots, told.collisions) == (5, 0, run.collisions)
    assert told.collision_penalty_us == 5_000_000


laps = st.lists(
    st.builds(
        LeagueLap,
        st.none() | st.integers(5 * S, 60 * S),
        st.integers(2, 3),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=30,
)


@given(laps=laps, penalty_ns=st.integers(0, 10 * S), collision_ns=st.integers(0, 10 * S))
def test_the_report_adds_up(laps: list[LeagueLap], penalty_ns: int, collision_ns: int) -> None:
    """It should rank by times with penalties, and total only what is whole."""
    rules = LeagueRules(len(laps), penalty_ns, collision_penalty_ns=collision_ns)
    run = LeagueRun(rules, tuple(laps), sim_ns=S)
    told = report(run, track_named("demo"), "0" * 64, 1, wall_s=0.5)
    assert told.laps_started == len(laps)
    assert told.laps_completed == len(told.lap_us) == sum(lap.driven_ns is not None for lap in laps)
    assert told.resets == sum(lap.resets for lap in laps)
    assert told.best_us == min(told.lap_us, default=None)
    if told.laps_completed == told.laps_started:
        assert told.total_us == sum(told.lap_us)
    else:
        assert told.total_us is None
    for lap, time_ns in zip([lap for lap in laps if lap.driven_ns], run.times_ns, strict=True):
        penalties_ns = (lap.resets - lap.collisions) * penalty_ns + lap.collisions * collision_ns
        assert time_ns - penalties_ns == lap.driven_ns


def test_the_command_prints_lines_for_a_watcher() -> None:
    """It should tell each lap as it ends, then what the laps came to and on which track."""
    options = ["--model", str(LIBRARY / "fast.onnx"), "--laps", "2", "--json-lines"]
    lines = [
        json.loads(each)
        for each in CliRunner().invoke(evaluate_app, options).stdout.split("\n")[:-1]
    ]
    assert [each["kind"] for each in lines] == ["lap", "lap", "report"]
    assert [each["driven_us"] for each in lines[:2]] == lines[2]["lap_us"]
    assert lines[2]["track_sha256"] == track_sha256(track_named("demo"))
    assert "onnxruntime" in lines[2]["versions"]


def test_a_track_is_known_by_its_line_and_width() -> None:
    """It should be the same under another name, and another one as soon as it is wider."""
    line = track_named("oval").centre
    named, renamed = Track("oval", line, 0.7), Track("club", line, 0.7)
    assert track_sha256(named) == track_sha256(renamed)
    assert track_sha256(named) != track_sha256(Track("oval", line, 0.71))
    assert track_sha256(named) != track_sha256(Track("oval", line * 1.01, 0.7))


def test_the_command_prints_json(tmp_path: Path) -> None:
    """It should print the figures that races and scripts read, also for a track of a file."""
    path = tmp_path / "club.npy"
    with path.open("wb") as file:
        np.save(file, track_named("oval").rows())
    options = ["--model", str(LIBRARY / "fast.onnx"), "--track", str(path), "--laps", "2", "--json"]
    told = json.loads(CliRunner().invoke(evaluate_app, options).stdout)
    assert (told["track"], told["laps_started"], told["laps_completed"]) == ("club", 2, 2)
    assert len(told["lap_us"]) == 2
    assert told["sim_s"] > 0
    assert told["wall_s"] > 0
    assert len(told["model_sha256"]) == 64


def test_the_command_tells_each_lap() -> None:
    """It should show progress in words."""
    options = ["--model", str(LIBRARY / "fast.onnx"), "--laps", "2", "--max-resets", "0"]
    lines = CliRunner().invoke(evaluate_app, options).stdout.splitlines()
    assert lines[0].startswith("lap   1: ")
    assert lines[-1].startswith("On demo: 2 of 2 laps, 0 resets, mean ")


@pytest.mark.parametrize("option", [["--laps", "0"], ["--seed", "-1"]])
def test_the_command_refuses_what_is_no_evaluation(option: list[str]) -> None:
    """It should say which option is wrong."""
    answer = CliRunner().invoke(evaluate_app, ["--model", "x.onnx", *option])
    assert answer.exit_code == 2


class _Eye:
    """A model that goes straight on, and notes what it was shown."""

    def __init__(self, channels: Literal["luma", "rgb", "stereo"]) -> None:
        output = ContinuousOutput(
            steering_low_deg=-30, steering_high_deg=30, speed_low_mps=0, speed_high_mps=4
        )
        self.card = ModelCard(name="eye", channels=channels, output=output)
        self.sha256 = "0" * 64
        self.seen: list[Tensor] = []

    def infer(self, tensor: Tensor) -> Tensor:
        self.seen.append(tensor.copy())
        return np.zeros(2, dtype=np.float32)


def test_a_model_is_shown_the_colours_that_it_sees() -> None:
    """It should show the field's green to a model that sees colours, and grey to others."""
    rules = LeagueRules(laps=1, max_resets=0)
    colour, grey = _Eye("rgb"), _Eye("luma")
    for eye in (colour, grey):
        evaluate(eye, setting_on(track_named("demo")), rules, seed=1)  # type: ignore[arg-type]
    red, green, _ = np.moveaxis(colour.seen[0][0], -1, 0)
    assert np.abs(red - green).max() > 20
    assert grey.seen[0].shape[-1] == 1


def test_two_cameras_are_refused_in_a_sentence() -> None:
    """It should say that a virtual car has one camera, rather than break."""
    with pytest.raises(ModelError, match="two cameras"):
        evaluate(
            _Eye("stereo"),  # type: ignore[arg-type]
            setting_on(track_named("demo")),
            LeagueRules(laps=1),
            seed=1,
        )
