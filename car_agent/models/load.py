"""Opens a model file, ready to drive: read, checked against its card, and run once.

The runtime's options are those that measured best on small boards for networks of this size: one
thread that doesn't spin, operators in sequence, every graph optimisation. Two spinning threads had
nine times the p99 and took both cores.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from car_agent.errors import ModelError, ModelFileError
from car_agent.models.card import CARD_KEY, ModelCard, card_from_json
from car_agent.models.deepracer import METADATA_NAME, read_metadata_beside
from car_agent.models.graph import GraphSummary, TensorSpec, read_graph

#: DeepRacer's largest network is a tenth of this.
MAX_MODEL_BYTES = 256 * 1024 * 1024

#: Fatal only: what goes wrong reaches a person as one sentence of ours.
_ORT_FATAL = 4

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
    content = _read(path)
    graph = read_graph(content, path.name)
    text = graph.notes.get(CARD_KEY)
    card = read_metadata_beside(path) if text is None else card_from_json(text)
    if card is None:
        raise ModelError(
            f"{path.name} says nothing about its actions: it has no Paddock card inside, and there "
            f"is no {METADATA_NAME} beside it."
        )
    _check_input(graph, card, path.name)
    _check_output(graph, card, path.name)
    return ModelFile(path, content, hashlib.sha256(content).hexdigest(), graph, card)


def load_model(path: Path) -> LoadedModel:
    """Open a model file and run it on test pictures, so that the first real one isn't slow.

    Raises ModelFileError where it can't be read, ModelError where it can't drive.
    """
    file = read_model(path)
    try:
        session = ort.InferenceSession(
            file.content, session_options(), providers=["CPUExecutionProvider"]
        )
    except ORT_ERRORS as error:
        raise ModelError(f"{path.name} can't be run: {_reason(error)}.") from error
    model = LoadedModel(
        file.card,
        session,
        file.sha256,
        file.graph.inputs[0].name,
        file.graph.outputs[0].name,
    )
    _warm_up(model, path.name)
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


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_MODEL_BYTES:
            raise ModelError(f"{path.name} is larger than a car's model may be (256 MiB).")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ModelFileError(f"There is no model file {path}.") from error
    except OSError as error:
        raise ModelFileError(f"The model file {path} can't be read: {error.strerror}.") from error


def _check_input(graph: GraphSummary, card: ModelCard, name: str) -> None:
    wanted = TensorSpec("", "float32", card.input_shape)
    if len(graph.inputs) != 1:
        raise ModelError(
            f"{name} has {len(graph.inputs)} inputs; a car gives it exactly one, {wanted}."
        )
    found = graph.inputs[0]
    if found.dtype != "float32" or not found.fits(card.input_shape):
        raise ModelError(
            f"{name} takes {found}, but {wanted} is what its card or {METADATA_NAME} promises; "
            "only the batch size may be left open."
        )


def _check_output(graph: GraphSummary, card: ModelCard, name: str) -> None:
    found = graph.outputs[0]
    size = found.size()
    if found.dtype != "float32" or (size is not None and size != card.answer_size):
        raise ModelError(_misfit(name, str(found), card))


def _misfit(name: str, found: str, card: ModelCard) -> str:
    meaning = "one for each action" if card.output.kind == "discrete" else "steering and speed"
    return (
        f"{name} answers {found}, but its action space wants {card.answer_size} float32 numbers, "
        f"{meaning}."
    )


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
            raise ModelError(_misfit(name, f"{answer.size} numbers", model.card))
        if not np.isfinite(answer).all():
            raise ModelError(
                f"{name} answers a test picture with a value that is not a number; train or export "
                "it again."
            )


def _reason(error: Exception) -> str:
    """Return the first line of a runtime's message, short enough to read in one go."""
    first = str(error).strip().split("\n", 1)[0]
    return first[:200].rstrip(". ")
