"""Opens a model file, ready to drive: read, checked against its card, and run once.

The runtime's options are those that measured best on small boards for networks of this size: one
thread that doesn't spin, operators in sequence, every graph optimisation. Two spinning threads had
nine times the p99 and took both cores.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from car_agent.errors import ModelError
from car_agent.models.card import ModelCard
from car_agent.models.contract import check_contract, misfit, settle_card
from car_agent.models.files import MAX_MODEL_BYTES, read_capped
from car_agent.models.graph import GraphSummary, parse_model, summarize
from car_agent.models.papers import Papers, papers_for
from car_agent.models.rules import check_rules, check_sizes

#: Fatal only: what goes wrong reaches a person as one sentence of ours.
_ORT_FATAL = 4

#: "[ONNXRuntimeError] : 1 : FAIL : /folder/file.cc:256 onnxruntime::Model::Model(…) What is wrong".
_RUNTIME_PLACES = re.compile(
    r"^\[ONNXRuntimeError\] : \d+ : \w+ : (/\S+:\d+ .*onnxruntime::\S+\(.*\)(?: const)? )?"
)

Tensor = npt.NDArray[np.float32]

#: onnxruntime's exceptions have no common root but Exception.
ORT_ERRORS: tuple[type[Exception], ...] = (
    ort_errors.EPFail,
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoModel,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file as it was read: nothing of it has run yet."""

    path: Path
    content: bytes
    sha256: str
    graph: GraphSummary
    card: ModelCard


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that has answered a test picture and may drive."""

    card: ModelCard
    session: ort.InferenceSession
    sha256: str
    input_name: str
    output_name: str

    def infer(self, tensor: Tensor) -> Tensor:
        """Run the model on an input of ``card.input_shape``; return its first output, flat.

        Raises one of ``ORT_ERRORS`` where the runtime fails.
        """
        answer: Tensor = self.session.run([self.output_name], {self.input_name: tensor})[0]
        return answer.reshape(-1)


def read_model(path: Path) -> ModelFile:
    """Read a model file and its card, and hold the graph against the card; runs nothing.

    Raises ModelFileError where it can't be read, ModelError where it can't drive.
    """
    content = read_capped(path, MAX_MODEL_BYTES, "model file")
    return read_content(content, papers_for(path), path)


def read_content(content: bytes, papers: Papers, path: Path) -> ModelFile:
    """Read a model's bytes as ``read_model`` does; ``path`` is where they came from."""
    model = parse_model(content, path.name)
    check_rules(model, path.name)
    graph = summarize(model)
    card = settle_card(graph, papers, path.name)
    check_contract(graph, card, path.name)
    check_sizes(model, path.name)
    return ModelFile(path, content, hashlib.sha256(content).hexdigest(), graph, card)


def load_model(path: Path) -> LoadedModel:
    """Open a model file and run it on test pictures, so that the first real one isn't slow.

    Raises ModelFileError where it can't be read, ModelError where it can't drive.
    """
    return start_model(read_model(path))


def start_model(file: ModelFile) -> LoadedModel:
    """Start what ``read_model`` read and run it on test pictures. Raises ModelError."""
    name = file.path.name
    try:
        session = ort.InferenceSession(
            file.content, session_options(), providers=["CPUExecutionProvider"]
        )
    except ORT_ERRORS as error:
        raise ModelError(f"{name} can't be run: {_reason(error)}.") from error
    model = LoadedModel(
        file.card,
        session,
        file.sha256,
        file.graph.inputs[0].name,
        file.graph.outputs[0].name,
    )
    _warm_up(model, name)
    return model


def session_options() -> ort.SessionOptions:
    """Return the runtime's options for a car; benchmarks use the same."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = _ORT_FATAL
    return options


def _warm_up(model: LoadedModel, name: str) -> None:
    """Run on a ramp from black to white and on mid grey; both answers must be usable."""
    shape = model.card.input_shape
    top = 255.0 if model.card.value_range == "0-255" else 1.0
    ramp = np.linspace(0.0, top, num=int(np.prod(shape)), dtype=np.float32).reshape(shape)
    for tensor in (ramp, np.full(shape, top / 2, dtype=np.float32)):
        try:
            answer = model.infer(tensor)
        except ORT_ERRORS as error:
            raise ModelError(f"{name} fails on a test picture: {_reason(error)}.") from error
        if answer.size != model.card.answer_size:
            raise misfit(name, f"{answer.size} numbers", model.card)
        if not np.isfinite(answer).all():
            raise ModelError(
                f"{name} answers a test picture with a value that is not a number; train or export "
                "it again."
            )


def _reason(error: Exception) -> str:
    """Return what a runtime says, in one line, without its own numbers, places and signatures."""
    first = str(error).strip().split("\n", 1)[0]
    told = _RUNTIME_PLACES.sub("", first)
    return (told or first)[:200].rstrip(". ")
