"""Model files, with the real runtime."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from car_agent.errors import ModelError, ModelFileError
from car_agent.models.card import ModelCard
from car_agent.models.deepracer import METADATA_NAME
from car_agent.models.load import load_model, read_model
from tests.car_agent.onnx_models import (
    THREE_ACTIONS,
    WIDE_RANGE,
    card,
    continuous_model,
    linear_model,
    save,
    straight_model,
)

DEEPRACER_METADATA = """{"action_space": [{"steering_angle": -30, "speed": 1},
 {"steering_angle": 0, "speed": 2}, {"steering_angle": 30, "speed": 1}],
 "sensor": ["FRONT_FACING_CAMERA"], "version": "5"}"""


def test_loads_a_model_with_its_card_inside(tmp_path: Path) -> None:
    """It should carry the card, the file's hash, and a session that answers."""
    path = straight_model(tmp_path / "straight.onnx")
    subject = load_model(path)
    assert subject.card == card()
    assert subject.sha256 == sha256(path.read_bytes()).hexdigest()
    answer = subject.infer(np.zeros((1, 120, 160, 1), dtype=np.float32))
    assert answer.shape == (3,)
    assert answer.argmax() == 1
    assert answer.sum() == pytest.approx(1.0)


def test_loads_a_deepracer_model_with_its_metadata_beside_it(tmp_path: Path) -> None:
    """It should drive by a bare ONNX file whose batch size is left open."""
    bare = linear_model([0, 3, 0], input_dims=("batch", 120, 160, 1), is_softmax=True)
    path = save(bare, tmp_path / "agent.onnx")
    (tmp_path / METADATA_NAME).write_text(DEEPRACER_METADATA, encoding="utf-8")
    subject = load_model(path)
    assert subject.card.output == THREE_ACTIONS
    assert subject.infer(np.ones((1, 120, 160, 1), dtype=np.float32)).argmax() == 1


def test_the_card_inside_wins_over_a_file_beside_it(tmp_path: Path) -> None:
    """It should not let a stray metadata file change what a model means."""
    (tmp_path / METADATA_NAME).write_text("nonsense", encoding="utf-8")
    assert load_model(straight_model(tmp_path / "straight.onnx")).card == card()


def test_loads_a_continuous_model(tmp_path: Path) -> None:
    """It should take two numbers for steering and speed."""
    subject = load_model(continuous_model(tmp_path / "c.onnx", 0.5, -0.5))
    assert subject.infer(np.zeros((1, 120, 160, 1), dtype=np.float32)).tolist() == [0.5, -0.5]


def test_loads_channels_first(tmp_path: Path) -> None:
    """It should hold the graph against the card's layout."""
    wanted = card(layout="NCHW", channels="rgb", height_px=60, width_px=80)
    path = save(linear_model([1, 0, 0], input_dims=(1, 3, 60, 80)), tmp_path / "n.onnx", wanted)
    assert load_model(path).card.input_shape == (1, 3, 60, 80)


def _refused(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load_model(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


@pytest.mark.parametrize(
    ("model", "with_card", "sentence"),
    [
        (lambda: linear_model([0, 0, 0]), None, "says nothing about its actions"),
        (
            lambda: linear_model([0, 0, 0], input_dims=(1, 3, 224, 224)),
            card(),
            "takes 1×3×224×224 float32, but 1×120×160×1 float32",
        ),
        (
            lambda: linear_model([0, 0, 0], input_dims=(1, 19200)),
            card(),
            "takes 1×19200 float32",
        ),
        (
            lambda: linear_model([0, 0, 0], input_dims=(2, 120, 160, 1)),
            card(),
            "takes 2×120×160×1",
        ),
        (
            lambda: linear_model([0, 0, 0], input_type=TensorProto.UINT8),
            card(),
            "takes 1×120×160×1 uint8",
        ),
        (lambda: linear_model([0, 0]), card(), "answers 1×2 float32, but its action space wants 3"),
        (lambda: linear_model([0, 0, 0]), card(WIDE_RANGE), "wants 2 float32 numbers, steering"),
        (
            lambda: linear_model([0, 0], output_dims=("batch", "actions")),
            card(),
            "answers 2 numbers, but its action space wants 3",
        ),
        (lambda: linear_model([0, float("nan"), 0]), card(), "not a number"),
    ],
)
def test_a_model_that_cannot_drive_is_one_sentence(
    tmp_path: Path,
    model: Callable[[], onnx.ModelProto],
    with_card: ModelCard | None,
    sentence: str,
) -> None:
    """It should say what the model does and what a car needs."""
    assert sentence in _refused(save(model(), tmp_path / "bad.onnx", with_card))


def test_open_sizes_other_than_the_batch(tmp_path: Path) -> None:
    """It should want a fixed picture size."""
    model = linear_model([0, 0, 0], input_dims=(1, 120, 160, 1))
    dims = model.graph.input[0].type.tensor_type.shape.dim
    dims[1].ClearField("dim_value")
    dims[1].dim_param = "height"
    message = _refused(save(model, tmp_path / "open.onnx", card()))
    assert "takes 1×?×160×1" in message
    assert "only the batch size" in message


def test_two_inputs(tmp_path: Path) -> None:
    """It should refuse a model that wants more than the camera's picture."""
    model = linear_model([0, 0, 0])
    extra = model.graph.input.add()
    extra.CopyFrom(model.graph.input[0])
    extra.name = "lidar"
    assert "has 2 inputs" in _refused(save(model, tmp_path / "two.onnx", card()))


def test_a_graph_that_the_runtime_does_not_know(tmp_path: Path) -> None:
    """It should name the operator, or pass on the runtime's reason, in one line."""
    model = linear_model([0, 0, 0])
    model.graph.node[1].op_type = "Teleport"
    refused = _refused(save(model, tmp_path / "odd.onnx", card()))
    assert "uses 'Teleport', which is no operator of ONNX" in refused
    model = linear_model([0, 0, 0])
    model.graph.node[1].input[0] = "nowhere"
    assert "odd.onnx" in _refused(save(model, tmp_path / "odd.onnx", card()))


def test_weights_in_another_file(tmp_path: Path) -> None:
    """It should not read a file that a model names."""
    model = linear_model([0, 0, 0])
    model.graph.initializer[0].CopyFrom(_weight_elsewhere())
    assert "in another file" in _refused(save(model, tmp_path / "outside.onnx", card()))


def test_weights_of_a_branch_in_another_file(tmp_path: Path) -> None:
    """It should find them inside the branches of a condition too, where the runtime would."""
    branch = helper.make_graph([], "branch", [], [], [_weight_elsewhere()])
    model = linear_model([0, 0, 0])
    model.graph.node.append(helper.make_node("If", ["bias"], [], then_branch=branch))
    assert "in another file" in _refused(save(model, tmp_path / "hidden.onnx", card()))


def _weight_elsewhere() -> TensorProto:
    weight = TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=[1, 3])
    weight.data_location = TensorProto.EXTERNAL
    entry = weight.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    return weight


@pytest.mark.parametrize("content", [b"", b"\x08\x08", b"not a model at all", b"\x1f\x8b\x08\x00"])
def test_what_is_no_onnx_file(tmp_path: Path, content: bytes) -> None:
    """It should say so."""
    path = tmp_path / "fake.onnx"
    path.write_bytes(content)
    assert "is not an ONNX model" in _refused(path)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    """It should name the path."""
    assert "There is no model file" in _refused(tmp_path / "none.onnx")
    with pytest.raises(ModelFileError, match="can't be read"):
        read_model(tmp_path)
    with pytest.raises(ModelFileError, match="File name too long"):
        read_model(tmp_path / ("a" * 300))


def test_a_wrong_card_inside(tmp_path: Path) -> None:
    """It should name the card's fault, not the graph's."""
    path = straight_model(tmp_path / "straight.onnx")
    model = onnx.load(str(path))
    model.metadata_props[0].value = '{"name": "x"}'
    assert "card is wrong: output" in _refused(save(model, path))


def test_a_file_that_is_newer_than_the_runtime(tmp_path: Path) -> None:
    """It should say what is too new, without the runtime's own places and signatures."""
    model = linear_model([0, 0, 0])
    model.ir_version = 99
    said = _refused(save(model, tmp_path / "new.onnx", card()))
    assert said.startswith("new.onnx can't be run: Unsupported model IR version: 99")
