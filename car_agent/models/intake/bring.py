"""From whatever a driver brings to an ONNX file that drives, with its card and its certificate.

This runs in the limited process (``car_agent.models.intake.worker``): it parses what strangers
made. Nothing is written.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from car_agent.errors import ModelError
from car_agent.models.card import CARD_KEY, DirectOutput, ModelCard, card_to_json
from car_agent.models.contract import check_contract, is_pilot_pair, settle_card
from car_agent.models.deepracer import METADATA_NAME, read_metadata
from car_agent.models.frozen.convert import convert
from car_agent.models.frozen.messages import parse_graph
from car_agent.models.frozen.nodes import read_steps
from car_agent.models.frozen.reference import evaluate
from car_agent.models.graph import parse_model, summarize
from car_agent.models.intake.archive import Parcel, open_parcel
from car_agent.models.intake.certificate import Agreement, Certificate, Part
from car_agent.models.intake.golden import (
    TOLERANCE,
    Answer,
    Reference,
    ReferenceFailedError,
    measure_agreement,
)
from car_agent.models.intake.network import network_of
from car_agent.models.load import LoadedModel, ModelFile, Tensor, start_model
from car_agent.models.papers import Papers
from car_agent.models.rules import check_rules, check_sizes

_NUMPY_ONNX = "numpy, by onnx's reference evaluator"
_NUMPY_FROZEN = "numpy in double precision, on the frozen graph"


@dataclass(frozen=True, slots=True)
class Brought:
    """A model that may drive: the ONNX file's bytes, its card inside, and how it came."""

    content: bytes
    card: ModelCard
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class _Origin:
    """What the model was before it became the one that drives, for the certificate."""

    reference: Reference
    compared_with: str
    operators: dict[str, int] | None = None


def bring(file: IO[bytes], source: Part, papers: Papers) -> Brought:
    """Check a model and make it drive; ``source`` describes the file.

    Raises ModelError with one sentence why not.
    """
    name = source.name
    parcel = open_parcel(file, name)
    if not papers.is_chosen and parcel.metadata is not None:
        papers = replace(papers, metadata=parcel.metadata)
    if parcel.kind == "frozen":
        model, origin = _from_frozen(parcel.content, name)
    else:
        model = parse_model(parcel.content, name)
        origin = _Origin(_onnx_reference(model), _NUMPY_ONNX)
    check_rules(model, name)
    return _finished(model, parcel, origin, papers, source)


def _from_frozen(content: bytes, name: str) -> tuple[onnx.ModelProto, _Origin]:
    graph = read_steps(parse_graph(content, name), name)
    model = convert(graph, name)
    operators = dict(Counter(step.op for step in graph.steps))

    def run(frame: Tensor) -> Answer:
        return evaluate(graph, frame)

    return model, _Origin(run, _NUMPY_FROZEN, operators)


def _finished(
    model: onnx.ModelProto, parcel: Parcel, origin: _Origin, papers: Papers, source: Part
) -> Brought:
    name = source.name
    graph = summarize(model)
    card = settle_card(graph, papers, name)
    is_pair = isinstance(card.output, DirectOutput) and is_pilot_pair(graph)
    if is_pair:
        _join_outputs(model)
        graph = summarize(model)
    check_contract(graph, card, name)
    check_sizes(model, name)
    is_untouched = parcel.kind == "onnx" and not is_pair
    is_carded = CARD_KEY in graph.notes and not papers.is_chosen
    content = parcel.content if is_untouched and is_carded else _with_card(model, card)
    digest = hashlib.sha256(content).hexdigest()
    loaded = start_model(ModelFile(Path(name), content, digest, graph, card))
    agreed, remark = _agreement(loaded, origin, parcel)
    network = network_of(model)
    made = Part(name=f"{card.name[:80]}.onnx", sha256=digest, size_bytes=len(content))
    is_deepracers = card.origin.startswith("DeepRacer") and not is_carded
    contradiction = _contradiction(network, papers) if is_deepracers else ()
    certificate = Certificate(
        source=source,
        member=_member(parcel),
        kind=parcel.kind,
        model=made,
        network=network,
        layout=card.layout,
        operators=dict(Counter(graph.operators)),
        source_operators=origin.operators,
        agreement=agreed,
        notes=remark + contradiction + _notes(card),
        runtime=f"onnxruntime {ort.__version__}",
    )
    return Brought(content, card, certificate)


def _agreement(
    loaded: LoadedModel, origin: _Origin, parcel: Parcel
) -> tuple[Agreement | None, tuple[str, ...]]:
    """Return how the model agrees with its reference, and a remark where that isn't well.

    Raises ModelError where a conversion is wrong; a model that came as ONNX is what it is.
    """
    try:
        agreed = measure_agreement(loaded, origin.reference, origin.compared_with)
    except ReferenceFailedError as error:
        return None, (f"Not compared with {origin.compared_with}: {error}.",)
    if agreed.worst_error <= TOLERANCE:
        return agreed, ()
    differs = f"up to {agreed.worst_error:.1e} away from {agreed.compared_with}"
    if parcel.kind == "frozen":
        raise ModelError(f"The converted model answers golden frames {differs}: it can't be used.")
    return agreed, (f"The runtime answers golden frames {differs}.",)


def _contradiction(network: str, papers: Papers) -> tuple[str, ...]:
    """Return a remark where DeepRacer's metadata names another network than the layers show."""
    said = None if papers.metadata is None else read_metadata(papers.metadata).network
    if said is None or said == network:
        return ()
    return (f"{METADATA_NAME} says {said[:80]}, its layers say otherwise.",)


def _notes(card: ModelCard) -> tuple[str, ...]:
    if card.channels == "stereo":
        return ("It sees with two cameras: 'paddock car --camera usb:0 --camera-right usb:2'.",)
    if isinstance(card.output, DirectOutput):
        values = card.value_range.replace("-", "–")
        return (f"Answers as Donkeycar's do: {card.output.left} angles are left, sees {values}.",)
    return ()


def _member(parcel: Parcel) -> Part | None:
    if not parcel.member:
        return None
    return Part(
        name=parcel.member,
        sha256=hashlib.sha256(parcel.content).hexdigest(),
        size_bytes=len(parcel.content),
    )


def _with_card(model: onnx.ModelProto, card: ModelCard) -> bytes:
    """Return the file with the card inside, whatever other notes it has."""
    kept = [(note.key, note.value) for note in model.metadata_props if note.key != CARD_KEY]
    del model.metadata_props[:]
    for key, value in [*kept, (CARD_KEY, card_to_json(card))]:
        note = model.metadata_props.add()
        note.key, note.value = key, value
    return bytes(model.SerializeToString(deterministic=True))


def _join_outputs(model: onnx.ModelProto) -> None:
    """Make one output of 1×2 out of two of one number each."""
    graph = model.graph
    shape = "paddock_one_by_one"
    graph.node.append(
        helper.make_node(
            "Constant", [], [shape], value=helper.make_tensor(shape, TensorProto.INT64, [2], [1, 1])
        )
    )
    parts = []
    for place, output in enumerate(graph.output):
        parts.append(f"paddock_part_{place}")
        graph.node.append(helper.make_node("Reshape", [output.name, shape], [parts[-1]]))
    joined = "angle_throttle"
    graph.node.append(helper.make_node("Concat", parts, [joined], axis=1))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(joined, TensorProto.FLOAT, [1, 2]))


def _onnx_reference(model: onnx.ModelProto) -> Reference:
    """Return an evaluation of the model as it is now, without the runtime that drives."""
    kept = onnx.ModelProto()
    kept.CopyFrom(model)
    graph = summarize(kept)
    outputs = [output.name for output in graph.outputs]
    names = outputs if is_pilot_pair(graph) else outputs[:1]

    evaluator: list[ReferenceEvaluator] = []

    def run(frame: Tensor) -> Answer:
        try:
            if not evaluator:
                evaluator.append(ReferenceEvaluator(kept))
            answers = evaluator[0].run(names, {graph.inputs[0].name: frame})
        except Exception as error:
            # One Python function per operator, each with errors of its own.
            raise ReferenceFailedError(
                f"it can't run this model ({type(error).__name__})"
            ) from error
        return np.concatenate([np.asarray(answer).reshape(-1) for answer in answers])

    return run
