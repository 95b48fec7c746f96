"""The limited process, with real processes: memory and time are bounded, the answer a sentence."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from car_agent.errors import ModelFileError
from car_agent.models.deepracer import METADATA_NAME
from car_agent.models.describe import describe_certificate
from car_agent.models.intake import admit as room
from car_agent.models.intake.admit import Limits, admit
from car_agent.models.intake.certificate import MAX_LINE_LENGTH
from car_agent.models.intake.golden import TOLERANCE
from car_agent.models.load import load_model
from car_agent.models.papers import Papers, papers_for
from tests.car_agent.models.frozen.graphs import tiny_network
from tests.car_agent.models.intake.archives import metadata, packed
from tests.car_agent.models.test_rules import ONE_ACTION, asks_for_gigabytes
from tests.car_agent.onnx_models import (
    card,
    continuous_model,
    linear_model,
    save,
    saved_bytes,
    straight_model,
)

MIB = 1024 * 1024


def refused(path: Path, limits: Limits | None = None, papers: Papers | None = None) -> str:
    verdict = admit(path, papers, limits).verdict
    assert not verdict.ok
    assert verdict.sha256 is not None
    assert verdict.reason is not None
    assert verdict.reason.endswith(".")
    assert "\n" not in verdict.reason
    return verdict.reason


def refused_line(path: Path) -> str:
    reason = admit(path).verdict.reason
    assert reason is not None
    return reason


def busy_model(repeats: int, side: int) -> onnx.ModelProto:
    """A small file with much to do: a large square times itself, again and again."""
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["mean"], keepdims=0),
        helper.make_node("Expand", ["mean", "shape"], ["m0"]),
    ]
    for place in range(repeats):
        nodes.append(helper.make_node("MatMul", [f"m{place}", "m0"], [f"p{place}"]))
        nodes.append(helper.make_node("Tanh", [f"p{place}"], [f"m{place + 1}"]))
    nodes.append(helper.make_node("ReduceMean", [f"m{repeats}"], ["one"], axes=[0, 1], keepdims=1))
    nodes.append(helper.make_node("Concat", ["one", "one", "one"], ["answer"], axis=1))
    graph = helper.make_graph(
        nodes,
        "busy",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 120, 160, 1])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(np.array([side, side], dtype=np.int64), "shape")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_a_good_model_is_certified(tmp_path: Path) -> None:
    """It should return the very file where the card is inside, with hashes and agreement."""
    path = straight_model(tmp_path / "straight.onnx")
    admission = admit(path)
    assert admission.content == path.read_bytes()
    certificate = admission.verdict.certificate
    assert admission.verdict.card == card()
    assert certificate is not None
    assert certificate.model.sha256 == certificate.source.sha256 == admission.verdict.sha256
    assert certificate.operators == {"Cast": 1, "Flatten": 1, "MatMul": 1, "Add": 1, "Softmax": 1}
    assert certificate.agreement is not None
    assert certificate.agreement.worst_error <= TOLERANCE
    assert certificate.agreement.same_choice == certificate.agreement.frames == 9
    assert [file.name for file in tmp_path.iterdir()] == ["straight.onnx"]


def test_an_archive_with_an_onnx_file(tmp_path: Path) -> None:
    """It should take the graph as it is, put the card inside, and drive by what it wrote."""
    bare = saved_bytes(linear_model([0, 3, 0], is_softmax=True))
    path = tmp_path / "model.tar.gz"
    path.write_bytes(packed({"agent/agent.onnx": bare, "model_metadata.json": metadata()}))
    admission = admit(path)
    out = tmp_path / "out.onnx"
    out.write_bytes(admission.content)
    before, after = onnx.load_model_from_string(bare), onnx.load(str(out))
    assert before.graph == after.graph
    subject = load_model(out)
    assert subject.infer(np.ones((1, 120, 160, 1), dtype=np.float32)).argmax() == 1
    certificate = admission.verdict.certificate
    assert certificate is not None
    assert certificate.member is not None
    assert certificate.member.name == "agent/agent.onnx"
    assert certificate.model.sha256 == subject.sha256


def test_an_archive_with_a_frozen_graph(tmp_path: Path) -> None:
    """It should convert it, and say in one sentence where its answer is no action space."""
    path = tmp_path / "model.tar.gz"
    frozen = tiny_network().written()
    path.write_bytes(packed({"agent/model.pb": frozen, "model_metadata.json": metadata()}))
    verdict = admit(path).verdict
    assert verdict.certificate is not None
    assert verdict.certificate.agreement is not None
    assert verdict.certificate.agreement.worst_error <= TOLERANCE
    frozen = tiny_network(answers=5).written()
    path.write_bytes(packed({"model.pb": frozen, "agent/model_metadata.json": metadata()}))
    assert "answers 1×5 float32, but its action space wants 3" in refused(path)


def test_papers_beside_and_chosen(tmp_path: Path) -> None:
    """It should find a card or metadata beside a bare file, and let a chosen one win."""
    path = save(linear_model([0, 3, 0]), tmp_path / "a.onnx")
    assert "says nothing about its actions" in refused(path)
    (tmp_path / "model_metadata.json").write_text(metadata(), encoding="utf-8")
    told = admit(path).verdict.card
    assert told is not None
    assert told.origin == "DeepRacer, clipped_ppo"
    chosen = tmp_path / "elsewhere.json"
    chosen.write_text(
        card(name="chosen").model_dump_json(exclude={"layout", "height_px"}), encoding="utf-8"
    )
    verdict = admit(path, papers_for(path, card=chosen)).verdict
    assert verdict.card == card(name="chosen")


def test_a_small_file_that_asks_for_gigabytes(tmp_path: Path) -> None:
    """It should see it without trying."""
    path = save(asks_for_gigabytes(), tmp_path / "tiny.onnx")
    assert path.stat().st_size < 200
    said = refused(path, papers=Papers(card=card(ONE_ACTION).model_dump_json(), is_chosen=True))
    assert "ConstantOfShape asks for 3,000,000,000 numbers at once" in said


def test_memory_is_bounded(tmp_path: Path) -> None:
    """It should say so where no single value is too large, but all together are."""
    path = save(busy_model(2, 5000), tmp_path / "wide.onnx", card())
    limits = Limits(base_bytes=64 * MIB, cpu_s=20)
    assert "asks for more memory than a car's model may (64 MiB" in refused(path, limits)


def test_processor_time_is_bounded(tmp_path: Path) -> None:
    """It should end a trial that goes on and on."""
    path = save(busy_model(400, 1500), tmp_path / "slow.onnx", card())
    assert "took more than 1 s of processor time" in refused(path, Limits(cpu_s=1))


def test_the_clock_is_held_outside(tmp_path: Path) -> None:
    """It should end the process at the bound, whatever that does."""
    path = save(busy_model(400, 1500), tmp_path / "slow.onnx", card())
    before_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert "took longer than 1 s" in refused(path, Limits(cpu_s=50, wall_s=1))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before_s < 20


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x08\x3a\xff\xff", b"\x1f\x8b\x08"])
def test_what_is_no_model(tmp_path: Path, content: bytes) -> None:
    """It should name the file in its sentence."""
    path = tmp_path / "fake.onnx"
    path.write_bytes(content)
    assert refused(path).startswith("fake.onnx ")


def test_what_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should not wait on a pipe, nor start a process for what isn't a file or is too large."""
    pipe = tmp_path / "pipe.onnx"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, tmp_path / "none.onnx", tmp_path / ("a" * 300)):
        with pytest.raises(ModelFileError):
            admit(path)
    monkeypatch.setattr(room, "MAX_FILE_BYTES", 10)
    with pytest.raises(ModelFileError, match="larger than a model's file may be"):
        admit(continuous_model(tmp_path / "c.onnx", 0, 0))


def test_a_worker_that_cannot_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should say what failed."""
    monkeypatch.setattr(room, "_WORKER", "car_agent.models.intake.no_such_worker")
    assert "failed: " in refused(straight_model(tmp_path / "straight.onnx"))


@pytest.mark.parametrize(
    "said", [{"training_algorithm": "\x1b[2J\n\u202e"}, {"action_space_type": "x" * 500_000}]
)
def test_what_a_stranger_wrote_stands_in_one_plain_line(
    tmp_path: Path, said: dict[str, str]
) -> None:
    """It should quote nothing that steers a terminal, and no more than people read."""
    path = tmp_path / "model.tar.gz"
    graph = saved_bytes(linear_model([0.1, 0.2, 0.3]))
    path.write_bytes(packed({"agent/agent.onnx": graph, "model_metadata.json": metadata(**said)}))
    sentence = refused_line(path)
    assert f"{METADATA_NAME}" in sentence
    assert sentence.isprintable()
    assert len(sentence) <= MAX_LINE_LENGTH


def test_remarks_are_plain_lines_too(tmp_path: Path) -> None:
    """It should be so for what is noted of a model that may drive."""
    path = tmp_path / "model.tar.gz"
    graph = saved_bytes(linear_model([0.1, 0.2, 0.3]))
    papers = metadata(neural_network="\x1b]0;mine\x07")
    path.write_bytes(packed({"agent/agent.onnx": graph, "model_metadata.json": papers}))
    verdict = admit(path).verdict
    assert verdict.certificate is not None
    assert verdict.certificate.notes[0].isprintable()
    assert all(line.isprintable() for line in describe_certificate(verdict.certificate, card()))


def test_the_worker_steps_back_behind_the_race(tmp_path: Path) -> None:
    """It should be the first to wait for the processor, and to go where memory ends."""
    code = (
        "from car_agent.models.intake.worker import *\n"
        "part = Part(name='x', sha256='0' * 64, size_bytes=1)\n"
        "limit(Request(source=part, descriptor=0, memory_bytes=2**26, cpu_s=5, wall_s=5))\n"
        "print(os.nice(0), open('/proc/self/oom_score_adj').read())\n"
    )
    command = ["nice", "-n", "0", sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    nice, oom = done.stdout.split()
    assert int(nice) >= 10
    assert oom == "1000"


def test_the_worker_can_write_no_file(tmp_path: Path) -> None:
    """It should give that up before it reads anything of a model."""
    code = (
        "from car_agent.models.intake.worker import *\n"
        "part = Part(name='x', sha256='0' * 64, size_bytes=1)\n"
        "limit(Request(source=part, descriptor=0, memory_bytes=2**26, cpu_s=5, wall_s=5))\n"
        f"open({str(tmp_path / 'written')!r}, 'wb', buffering=0).write(b'x' * 99)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode != 0
    assert b"File too large" in done.stderr
    assert not (tmp_path / "written").read_bytes()
