"""Which card a model drives by, and what the graph itself tells."""

import json
from pathlib import Path

import pytest
from onnx import TensorProto, helper

from car_agent.errors import ModelError
from car_agent.models.card import ContinuousOutput, DirectOutput, ModelCard
from car_agent.models.contract import settle_card
from car_agent.models.graph import GraphSummary, TensorSpec, summarize
from car_agent.models.papers import Papers, papers_for
from tests.car_agent.models.intake.archives import RANGES, metadata
from tests.car_agent.onnx_models import THREE_ACTIONS, Dim, card, linear_model


def graph(*input_dims: Dim, outputs: int = 3) -> GraphSummary:
    return summarize(linear_model([0.0] * outputs, input_dims=input_dims or (1, 120, 160, 1)))


@pytest.mark.parametrize(
    ("dims", "layout", "size_px", "channels"),
    [
        ((1, 120, 160, 1), "NHWC", (120, 160), "luma"),
        ((1, 1, 120, 160), "NCHW", (120, 160), "luma"),
        (("batch", 1, 66, 200), "NCHW", (66, 200), "luma"),
        (("batch", 66, 200, 3), "NHWC", (66, 200), "luma"),
        ((1, 120, 160, 2), "NHWC", (120, 160), "stereo"),
    ],
)
def test_layout_and_size_are_told_from_the_graph(
    dims: tuple[Dim, ...], layout: str, size_px: tuple[int, int], channels: str
) -> None:
    """It should see where the planes are; how many there should be is the metadata's word."""
    text = metadata(sensor=["STEREO_CAMERAS"]) if channels == "stereo" else metadata()
    subject = settle_card(graph(*dims), Papers(metadata=text), "a.onnx")
    assert subject.layout == layout
    assert (subject.height_px, subject.width_px) == size_px
    assert subject.channels == channels
    assert subject.output == THREE_ACTIONS


@pytest.mark.parametrize("dims", [(1, 19200), (1, 3, 160, 3), (1, None, 160, 1), (1, 2, 2, 2)])
def test_what_is_no_picture(dims: tuple[int | None, ...]) -> None:
    """It should not guess."""
    assert TensorSpec("x", "float32", dims).sight() is None


def test_a_card_may_leave_out_what_the_graph_shows() -> None:
    """It should fill layout, size and planes in, and not what only a person knows."""
    text = json.dumps({"value_range": "0-1", "output": THREE_ACTIONS.model_dump()})
    subject = settle_card(graph(1, 3, 60, 80), Papers(card=text), "lap.final.onnx")
    assert subject == card(
        name="lap", layout="NCHW", height_px=60, width_px=80, channels="rgb", value_range="0-1"
    )


@pytest.mark.parametrize("text", ["[]", "{", "[" * 100_000])
def test_a_card_that_is_no_json_object(text: str) -> None:
    """It should say so."""
    with pytest.raises(ModelError, match="card"):
        settle_card(graph(), Papers(card=text), "a.onnx")


def test_a_sac_model_is_read_through_its_tanh() -> None:
    """It should, unless the graph has that already."""
    papers = Papers(metadata=metadata(action_space=RANGES, training_algorithm="sac"))

    def squash(summary: GraphSummary) -> str:
        output = settle_card(summary, papers, "a.onnx").output
        assert isinstance(output, ContinuousOutput)
        return output.squash

    assert squash(graph(outputs=2)) == "tanh"
    model = linear_model([0, 0])
    model.graph.node.append(helper.make_node("Tanh", ["answer"], ["squashed"]))
    model.graph.output[0].name = "squashed"
    assert squash(summarize(model)) == "none"


def pilot_pair() -> GraphSummary:
    """Two outputs of one number each."""
    model = linear_model([0.0], input_dims=("batch", 120, 160, 3))
    throttle = helper.make_tensor_value_info("throttle", TensorProto.FLOAT, ["batch", 1])
    model.graph.node.append(helper.make_node("Neg", ["answer"], ["throttle"]))
    model.graph.output.append(throttle)
    return summarize(model)


def test_a_donkeycar_model_is_known_by_its_two_outputs() -> None:
    """It should see colour from 0 to 1, and answer with fractions; left is negative."""
    subject = settle_card(pilot_pair(), Papers(), "pilot.onnx")
    assert subject == ModelCard(
        name="pilot",
        channels="rgb",
        value_range="0-1",
        output=DirectOutput(left="negative"),
        origin="Donkeycar",
    )
    with pytest.raises(ModelError, match="says nothing about its actions"):
        settle_card(graph(1, 120, 160, 3, outputs=2), Papers(), "pilot.onnx")
    told = settle_card(graph(1, 120, 160, 3, outputs=2), Papers(is_donkeycar=True), "pilot.onnx")
    assert told == subject


def test_papers_beside_a_model(tmp_path: Path) -> None:
    """It should find them by name, read a byte-order mark away, and refuse what is too large."""
    model = tmp_path / "best.tar.gz"
    assert papers_for(model) == Papers()
    (tmp_path / "best.card.json").write_text("card", encoding="utf-8")
    (tmp_path / "model_metadata.json").write_text("\ufeffmeta", encoding="utf-8")
    assert papers_for(model) == Papers(card="card", metadata="meta")
    own = tmp_path / "best.metadata.json"
    own.write_text("its own", encoding="utf-8")
    assert papers_for(model).metadata == "its own"
    own.unlink()
    assert papers_for(model, is_donkeycar=True) == Papers(is_donkeycar=True)
    chosen = tmp_path / "model_metadata.json"
    assert papers_for(model, metadata=chosen) == Papers(metadata="meta", is_chosen=True)
    chosen.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="UTF-8"):
        papers_for(model)
    chosen.write_bytes(b" " * 1_000_001)
    with pytest.raises(ModelError, match="too large for a metadata file"):
        papers_for(model)
    with pytest.raises(ModelError, match="There is no model card"):
        papers_for(model, card=tmp_path / "none.json")
