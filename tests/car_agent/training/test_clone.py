"""Making models for real, only much less of it: these tests need torch."""

import json
from pathlib import Path

import numpy as np
import pytest

from car_agent.errors import CarSetupError, ModelFileError
from car_agent.models.card import DiscreteOutput
from car_agent.models.deepracer import METADATA_NAME
from car_agent.models.load import load_model
from car_agent.training.networks.shapes import CLASSIC
from hardware.virtual.errors import UnknownTrackError

pytestmark = pytest.mark.train
pytest.importorskip("torch")

clone = pytest.importorskip("car_agent.training.clone")

LITTLE = clone.Effort(
    first_pictures=300,
    first_epochs=1,
    rounds=1,
    round_pictures=100,
    round_epochs=1,
    last_epochs=1,
    evaluation_laps=1,
)
#: Enough to get round the plainest track at a careful pace.
SOME = clone.Effort(
    first_pictures=3000,
    first_epochs=6,
    rounds=2,
    round_pictures=1000,
    round_epochs=3,
    last_epochs=8,
    evaluation_laps=5,
)


def made(out: Path, effort: object = LITTLE, **changes: object) -> list[str]:
    said: list[str] = []
    wanted = {"track": "oval", "character": "cautious", "seed": 1, **changes}
    clone.clone_model(clone.CloneOrder(out=out, effort=effort, **wanted), said.append)
    return said


def test_model_is_one_that_a_car_opens(tmp_path: Path) -> None:
    """It should be small, carry its card and the command that made it, and be measured."""
    out = tmp_path / "m.onnx"
    said = made(out)
    model = load_model(out)
    assert out.stat().st_size < 1_000_000
    assert model.card.name == "oval-cautious"
    assert model.card.origin == "paddock model clone --track oval --character cautious --seed 1"
    assert model.sha256 in said[-2]
    assert "of 1 laps" in said[-1]


def test_model_may_have_deepracers_network(tmp_path: Path) -> None:
    """It should see 160×120, and say so in the command that made it."""
    out = tmp_path / "m.onnx"
    made(out, network=CLASSIC)
    model = load_model(out)
    assert model.card.input_shape == (1, 1, 120, 160)
    assert model.card.origin.endswith("--seed 1 --network classic")
    assert out.stat().st_size > 20_000_000


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """It should make the same file again, and another one for another seed."""
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        made(tmp_path / f"{name}.onnx", seed=seed)
    one, again, other = (
        (tmp_path / f"{name}.onnx").read_bytes() for name in ("one", "again", "other")
    )
    assert one == again
    assert one != other
    assert str(tmp_path).encode() not in one


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shape", ["paddock", "deepracer"])
def test_student_learns_to_lap(tmp_path: Path, shape: str) -> None:
    """It should drive flying laps by itself after a minute of lessons, in either shape."""
    said: list[str] = []
    out = tmp_path / "m.onnx"
    order = clone.CloneOrder("oval", "cautious", 1, out, shape, effort=SOME)
    measured = clone.clone_model(order, said.append)
    assert measured.clean_laps >= 4, said
    if shape == "deepracer":
        metadata = json.loads((tmp_path / METADATA_NAME).read_text())
        assert len(metadata["action_space"]) == 27
        model = load_model(out)
        assert isinstance(model.card.output, DiscreteOutput)
        assert model.card.input_shape == (1, 120, 160, 1)
        answer = model.infer(np.full((1, 120, 160, 1), 99, dtype=np.float32))
        assert answer.sum() == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"character": "angry"}, CarSetupError),
        ({"shape": "round"}, CarSetupError),
        ({"track": "moon"}, UnknownTrackError),
    ],
)
def test_wrong_names_are_refused_before_the_work(
    tmp_path: Path, changes: dict[str, str], error: type[Exception]
) -> None:
    """It should say at once what could have been named."""
    with pytest.raises(error, match="choose"):
        made(tmp_path / "m.onnx", **changes)


def test_place_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    """It should not find out after minutes that the file can't be kept."""
    with pytest.raises(ModelFileError, match="can't be written"):
        made(tmp_path / "missing" / "m.onnx")
