import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from car_agent.models.load import load_model
from car_agent.simulation.cli import evaluate_app
from car_agent.simulation.evaluation import setting_on
from car_agent.simulation.league import LeagueLap, LeagueRules, LeagueRun
from car_agent.simulation.stress import (
    STRESSES,
    StressLine,
    stress_lines,
    verdict_of,
    verdict_sentence,
)
from hardware.virtual.world.designs import track_named

LIBRARY = Path(__file__).parents[3] / "car_agent" / "models" / "library"
DEMO = setting_on(track_named("demo"))


def line(name: str, clean: int, of: int = 20) -> StressLine:
    laps = (LeagueLap(7_000_000_000, 0),) * clean + (LeagueLap(9_000_000_000, 1),) * (of - clean)
    return StressLine(name, f"under {name}", LeagueRun(LeagueRules(of), laps, 0))


def test_there_are_nine_and_each_changes_one_thing() -> None:
    """It should worsen the setting, each stress in another way, and leave the track alone."""
    assert len({stress.name for stress in STRESSES}) == 9
    worse = [stress.worsen(DEMO) for stress in STRESSES]
    assert all(setting != DEMO and setting.track is DEMO.track for setting in worse)
    assert len({repr((s.conditions, s.pose)) for s in worse}) == 9


def test_the_card_tells_a_careful_model_from_a_wild_one() -> None:
    """It should find that a model at the limit of its tyres fails on a smooth floor."""
    cards = {
        name: {
            each.name: each.is_good
            for each in stress_lines(
                load_model(LIBRARY / f"{name}.onnx"), DEMO, LeagueRules(laps=3), seed=1
            )
        }
        for name in ("balanced", "wild")
    }
    assert all(cards["balanced"].values())
    assert cards["wild"]["plain"]
    assert not cards["wild"]["floor"]


@pytest.mark.parametrize(
    ("clean", "verdict", "words"),
    [
        ((20, 20, 18), "ready", "everything"),
        ((20, 17, 20), "care", "not reliably with under dim."),
        ((17, 20, 20), "not_ready", "Not ready"),
    ],
)
def test_verdicts(clean: tuple[int, int, int], verdict: str, words: str) -> None:
    """It should let one lap of ten go wrong, and name what a model fails under."""
    lines = tuple(map(line, ("plain", "dim", "late"), clean))
    assert verdict_of(lines) == verdict
    assert words in verdict_sentence(lines)


def test_the_command_prints_the_card() -> None:
    """It should print a line for each stress and the verdict, as words or as JSON."""
    options = ["--model", str(LIBRARY / "balanced.onnx"), "--laps", "1", "--stress"]
    lines = CliRunner().invoke(evaluate_app, options).stdout.splitlines()
    assert len(lines) == 11
    assert lines[0] == "✓   1 of 1 laps without a reset: the plain hall"
    assert lines[-1].startswith("Ready for a car")
    told = json.loads(CliRunner().invoke(evaluate_app, [*options, "--json"]).stdout)
    assert told["verdict"] == "ready"
    assert [each["laps_clean"] for each in told["stress"]] == [1] * 10


def test_a_card_has_no_log(tmp_path: Path) -> None:
    """It should say so at once, instead of leaving the file out."""
    options = ["--model", str(LIBRARY / "balanced.onnx"), "--stress"]
    answer = CliRunner().invoke(evaluate_app, [*options, "--log", str(tmp_path / "laps.csv")])
    assert answer.exit_code == 2
    assert "no single log" in answer.stderr


def test_the_command_prints_lines_for_a_watcher() -> None:
    """It should tell each line of the card as it is known, and end with 1 on a model that fails."""
    options = ["--model", str(LIBRARY / "fast.onnx"), "--track", "esses", "--laps", "1"]
    ran = CliRunner().invoke(evaluate_app, [*options, "--stress", "--json-lines"])
    *lines, card = [json.loads(each) for each in ran.stdout.split("\n")[:-1]]
    assert [each["name"] for each in lines] == ["plain", *(stress.name for stress in STRESSES)]
    assert {each["kind"] for each in lines} == {"stress"}
    assert (card["kind"], card["track"]) == ("card", "esses")
    assert [{"kind": "stress", **each} for each in card["stress"]] == lines
    assert ran.exit_code == (1 if card["verdict"] == "not_ready" else 0)
