"""From what a driver brings to the file that drives, in this process."""

import hashlib
import io
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from car_agent.errors import ModelError
from car_agent.models.card import DirectOutput
from car_agent.models.intake.bring import Brought, bring
from car_agent.models.intake.certificate import Part
from car_agent.models.intake.golden import golden_frames
from car_agent.models.intake.open import open_model
from car_agent.models.load import read_content, start_model
from car_agent.models.papers import Papers
from tests.car_agent.models.intake.archives import metadata
from tests.car_agent.onnx_models import card, linear_model, saved_bytes, straight_model


def brought(content: bytes, papers: Papers | None = None) -> Brought:
    digest = hashlib.sha256(content).hexdigest()
    source = Part(name="lap.onnx", sha256=digest, size_bytes=len(content))
    return bring(io.BytesIO(content), source, papers or Papers())


def pilot(angle: float, throttle: float) -> bytes:
    """A Donkeycar model: one picture, two outputs of one number each."""
    model = linear_model([angle], input_dims=("batch", 120, 160, 3))
    ratio = helper.make_tensor("ratio", TensorProto.FLOAT, [1], [throttle / angle])
    model.graph.initializer.append(ratio)
    model.graph.node.append(helper.make_node("Mul", ["answer", "ratio"], ["n_outputs1"]))
    model.graph.output.append(
        helper.make_tensor_value_info("n_outputs1", TensorProto.FLOAT, ["batch", 1])
    )
    return saved_bytes(model)


def test_a_donkeycar_models_two_outputs_become_one() -> None:
    """It should answer angle and throttle together, as the two outputs did."""
    subject = brought(pilot(-0.25, 0.5))
    assert subject.card.output == DirectOutput()
    model = start_model(read_content(subject.content, Papers(), Path("pilot.onnx")))
    answer = model.infer(np.zeros((1, 120, 160, 3), dtype=np.float32))
    assert answer.tolist() == [-0.25, 0.5]
    agreement = subject.certificate.agreement
    assert agreement is not None
    assert agreement.worst_error == 0
    assert agreement.same_choice is None
    assert "left" in subject.certificate.notes[0]


def test_other_notes_in_the_file_stay() -> None:
    """It should add the card to them, and to nothing else."""
    model = linear_model([0, 1, 0])
    helper.set_model_props(model, {"made": "by hand"})
    subject = brought(saved_bytes(model), Papers(metadata=metadata()))
    written = onnx.load_model_from_string(subject.content)
    notes = {note.key: note.value for note in written.metadata_props}
    assert notes["made"] == "by hand"
    assert set(notes) == {"made", "paddock.card"}
    assert brought(subject.content).content == subject.content


def test_the_network_is_told_from_its_layers() -> None:
    """It should list them where they are no network that is known."""
    network = brought(saved_bytes(linear_model([0, 1, 0]), card())).certificate.network
    assert network == "no convolution, 1 dense layers (3)"


def test_golden_frames_fit_the_card() -> None:
    """It should be the same pictures each time, in range, layout and size of the card."""
    low = card(layout="NCHW", channels="rgb", height_px=60, width_px=80, value_range="0-1")
    frames = golden_frames(low)
    assert all(frame.shape == (1, 3, 60, 80) and frame.dtype == np.float32 for frame in frames)
    assert max(float(frame.max()) for frame in frames) == 1.0
    again = golden_frames(low)
    assert all(np.array_equal(*pair) for pair in zip(frames, again, strict=True))
    distinct = {frame.tobytes() for frame in frames}
    assert len(distinct) == len(frames)


def test_a_car_opens_what_was_tried(tmp_path: Path) -> None:
    """It should start by the hash of the file that people know, or say why it can't."""
    path = tmp_path / "pilot.onnx"
    path.write_bytes(pilot(-0.25, 0.5))
    subject = open_model(path)
    assert subject.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert subject.card.output == DirectOutput()
    straight = straight_model(tmp_path / "straight.onnx")
    broken = straight.read_bytes()[:-2000]
    straight.write_bytes(broken)
    with pytest.raises(ModelError, match=r"straight\.onnx is not an ONNX model, or is cut off"):
        open_model(straight)


def test_a_model_that_sees_with_two_cameras(tmp_path: Path) -> None:
    """It should open it, and say in the certificate how the two are named."""
    path = tmp_path / "two.onnx"
    stereo = linear_model([0, 1, 0], input_dims=(1, 120, 160, 2))
    path.write_bytes(saved_bytes(stereo, card(channels="stereo")))
    assert open_model(path).card.channels == "stereo"
    assert "--camera-right usb:2" in brought(path.read_bytes()).certificate.notes[0]
