import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from car_agent.models.load import load_model
from car_agent.simulation.cli import evaluate_app
from car_agent.simulation.evaluation import setting_on
from car_agent.simulation.league import LeagueLap, LeagueRules, LeagueRun
from car_agent.simulation.stress.card import (
    ELSEWHERE,
    STRESSES,
    StressLine,
    stress_lines,
    verdict_of,
    verdict_sentence,
)
from hardware.virtual.world.designs import track_named

LIBRARY = Path(__file__).parents[4] / "car_agent" / "models" / "library"
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
                load_model(LIBRARY / f"{name}.onnx"),
                setting_on,
                DEMO.track,
                LeagueRules(laps=3),
                seed=1,
            )
        }
        for name in ("balanced", "wild")
    }
    assert all(good for name, good in cards["balanced"].items() if not name.startswith(ELSEWHERE))
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
    assert len(lines) == 15
    assert lines[0] == "✓   1 of 1 laps without a reset: the plain hall"
    assert lines[-1].startswith("Ready for a car")
    told = json.loads(CliRunner().invoke(evaluate_app, [*options, "--json"]).stdout)
    assert told["verdict"] == "ready"
    assert [each["laps_clean"] for each in told["stress"][:10]] == [1] * 10
    assert [each["name"] for each in told["stress"] if not each["counts"]] == [
        *("on:oval", "on:bean", "on:esses", "on:speedway")
    ]


def test_other_tracks_decide_nothing() -> None:
    """It should tell of a model that fails elsewhere, and still send it to a car."""
    lines = (line("plain", 20), line("dim", 20), replace(line("on:bean", 1, 5), counts=False))
    assert verdict_of(lines) == "ready"
    assert "bean" not in verdict_sentence(lines)


def test_the_card_as_measured_stands_beside_the_one_as_drawn(tmp_path: Path) -> None:
    """It should show each row twice with its change, and give both cards as JSON."""
    measured = tmp_path / "red.json"
    camera = {"field_of_view_rad": 1.13, "pitch_rad": 0.5, "height_m": 0.16, "ahead_m": 0.135}
    ground = {"road": 60, "border": 200, "centre": 170, "field": 90, "noise": 2}
    measured.write_text(json.dumps({"camera": camera, "ground": ground}))
    options = ["--model", str(LIBRARY / "wild.onnx"), "--laps", "2", "--stress"]
    options += ["--as-measured", str(measured), "--beside-plain"]
    ran = CliRunner().invoke(evaluate_app, [*options, "--json"])
    told = json.loads(ran.stdout)
    assert told["plain"]["as_measured"] is None
    assert told["as_measured"]["as_measured"] == "red"
    assert len(told["change"]) == 14
    for row, plain, other in zip(
        told["change"], told["plain"]["stress"], told["as_measured"]["stress"], strict=True
    ):
        assert row["name"] == plain["name"] == other["name"]
        assert row["laps_more"] == other["laps_clean"] - plain["laps_clean"]
    assert any(row["laps_more"] for row in told["change"])
    assert ran.exit_code == (1 if told["as_measured"]["verdict"] == "not_ready" else 0)
    words = CliRunner().invoke(evaluate_app, options).stdout
    assert "As drawn: " in words
    assert "As measured: " in words
    alone = CliRunner().invoke(evaluate_app, [*options[:5], "--beside-plain"])
    assert alone.exit_code == 2


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
    elsewhere = [f"on:{name}" for name in ("demo", "oval", "bean", "speedway")]
    names = ["plain", *(stress.name for stress in STRESSES), *elsewhere]
    assert [each["name"] for each in lines] == names
    assert {each["kind"] for each in lines} == {"stress"}
    assert (card["kind"], card["track"]) == ("card", "esses")
    assert [{"kind": "stress", **each} for each in card["stress"]] == lines
    assert ran.exit_code == (1 if card["verdict"] == "not_ready" else 0)
