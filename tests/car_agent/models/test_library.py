"""The models that come with the project: small, honest about their making, and able to drive."""

import hashlib
import re
from pathlib import Path
from random import Random

import pytest

from car_agent.models.load import load_model
from car_agent.simulation.car import start_on_grid
from car_agent.simulation.conditions import CameraPool, Conditions
from car_agent.simulation.evaluation import decider, drive_laps
from car_agent.simulation.league import LeagueRules
from hardware.virtual.world.camera.pose import CameraPose, Light
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.scenery import paint

LIBRARY = Path(__file__).parents[3] / "car_agent" / "models" / "library"
CHARACTERS = ("cautious", "balanced", "fast", "wild")


@pytest.mark.parametrize("character", CHARACTERS)
def test_model_is_small_and_says_how_it_was_made(character: str) -> None:
    """It should be listed with the command and the hash of the very file."""
    path = LIBRARY / f"{character}.onnx"
    content = path.read_bytes()
    assert len(content) < 1_000_000
    card = load_model(path).card
    assert f"--character {character}" in card.origin
    rows = re.findall(rf"{character}\.onnx.*", (LIBRARY / "README.md").read_text(encoding="utf-8"))
    assert any(hashlib.sha256(content).hexdigest() in row and card.origin in row for row in rows)


@pytest.mark.parametrize("character", ["cautious", "balanced", "fast"])
def test_model_laps_in_under_ten_seconds(character: str) -> None:
    """It should get round in any light, also when the computer is busy."""
    decide = decider(load_model(LIBRARY / f"{character}.onnx"))
    track = track_named("demo")
    cameras = CameraPool([paint(track).to_grey()], Random(4), count=2, mount=lambda _: CameraPose())  # noqa: S311 - dynamics
    rules = LeagueRules(laps=1, max_resets=0)
    for gain, latency_s in ((1.0, 0.01), (0.5, 0.04), (1.3, 0.08)):
        chance = Random(7)  # noqa: S311 - dynamics
        conditions = Conditions(Light(gain=gain, noise=2.0), latency_s, 0.01)
        car = start_on_grid(track, cameras.pick(chance), conditions, chance)
        (lap_ns,) = drive_laps(car, decide, rules).times_ns
        assert lap_ns < 10_000_000_000
