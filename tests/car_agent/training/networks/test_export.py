"""Networks as files: these tests need torch."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from car_agent.models.card import DiscreteOutput
from car_agent.models.load import load_model
from car_agent.training.answers import card_for, output_for
from car_agent.training.networks.shapes import CLASSIC, SMALL, NetworkShape

pytestmark = pytest.mark.train
pytest.importorskip("torch")
export = pytest.importorskip("car_agent.training.networks.export")
learning = pytest.importorskip("car_agent.training.networks.student")

RANGES = output_for("paddock", np.array([1.0, 2.0]))
LIST = output_for("deepracer", np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    "shape",
    [SMALL, CLASSIC, replace(SMALL, is_squashed=True), replace(CLASSIC, is_squashed=True)],
    ids=["small", "classic", "small squashed", "classic squashed"],
)
def test_file_answers_as_the_student_did(tmp_path: Path, shape: NetworkShape) -> None:
    """It should compute in ONNX what torch computed, picture for picture."""
    learning.be_repeatable(3)
    student = learning.Student(shape, 2).eval()
    weights = {name: value.numpy() for name, value in student.state_dict().items()}
    out = tmp_path / "m.onnx"
    out.write_bytes(export.to_onnx(shape, weights, card_for("paddock", shape, RANGES, "test", "")))
    model = load_model(out)
    chance = np.random.default_rng(1)
    size = (5, shape.height_px, shape.width_px)
    for picture in chance.integers(0, 256, size, dtype=np.uint8):
        answer = model.infer(picture[None, None].astype(np.float32))
        assert answer == pytest.approx(learning.answer_of(student, picture), abs=1e-4)


def test_a_small_network_sees_deepracers_picture_halved(tmp_path: Path) -> None:
    """It should answer a picture of pairs as it answers one of single pixels."""
    assert isinstance(LIST, DiscreteOutput)
    student = learning.Student(SMALL, len(LIST.actions)).eval()
    weights = {name: value.numpy() for name, value in student.state_dict().items()}
    out = tmp_path / "m.onnx"
    out.write_bytes(export.to_onnx(SMALL, weights, card_for("deepracer", SMALL, LIST, "test", "")))
    picture = np.random.default_rng(1).integers(0, 256, (60, 80), dtype=np.uint8)
    twice = picture.repeat(2, axis=0).repeat(2, axis=1)
    answer = load_model(out).infer(twice[None, :, :, None].astype(np.float32))
    wanted = np.exp(learning.answer_of(student, picture))
    assert answer == pytest.approx(wanted / wanted.sum(), abs=1e-5)
