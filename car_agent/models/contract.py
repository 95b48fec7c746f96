"""Settles a model's card, and holds the graph against it: what goes in, what comes out.

Size, planes and layout are told from the graph; what the numbers mean must be said by a card, by
DeepRacer's metadata, or by two outputs of one number each, which is Donkeycar's shape.
"""

import json

from car_agent.errors import ModelError
from car_agent.models.card import (
    CARD_KEY,
    ContinuousOutput,
    DirectOutput,
    ModelCard,
    card_from_json,
)
from car_agent.models.deepracer import METADATA_NAME, read_metadata
from car_agent.models.graph import GraphSummary, TensorSpec
from car_agent.models.papers import CARD_SUFFIX, Papers
from timing_server.contract.names import shown_text


def settle_card(graph: GraphSummary, papers: Papers, name: str) -> ModelCard:
    """Return the card by which a model drives; ``name`` is the file's.

    What somebody chose wins over the card inside the file, that over a card which lies beside it,
    and that over DeepRacer's metadata. Raises ModelError where nothing says what the model's
    answers mean, or what is said is wrong.
    """
    stem = shown_text(name.split(".", 1)[0], 80) or "model"
    inside = graph.notes.get(CARD_KEY)
    if inside is not None and not papers.is_chosen:
        return card_from_json(inside)
    if papers.card is not None:
        return _filled(papers.card, graph, stem)
    if papers.metadata is not None:
        return _deepracer_card(papers.metadata, graph, stem)
    if papers.is_donkeycar or is_pilot_pair(graph):
        return _donkeycar_card(graph, stem)
    raise ModelError(
        f"{name} says nothing about its actions: it has no Paddock card inside, and there "
        f"is no {METADATA_NAME} or card ({stem}{CARD_SUFFIX}) beside it."
    )


def is_pilot_pair(graph: GraphSummary) -> bool:
    """Say whether a model answers with two outputs of one number each, as Donkeycar's do."""
    return len(graph.outputs) == 2 and all(output.size() == 1 for output in graph.outputs)


def check_contract(graph: GraphSummary, card: ModelCard, name: str) -> None:
    """Hold a graph against its card. Raises ModelError that says what either promises."""
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
    answer = graph.outputs[0]
    size = answer.size()
    if answer.dtype != "float32" or (size is not None and size != card.answer_size):
        raise misfit(name, str(answer), card)


def misfit(name: str, found: str, card: ModelCard) -> ModelError:
    """Return the error for an answer of another size than the card's action space."""
    meanings = {
        "discrete": "one for each action",
        "continuous": "steering and speed",
        "direct": "angle and throttle",
    }
    return ModelError(
        f"{name} answers {found}, but its action space wants {card.answer_size} float32 numbers, "
        f"{meanings[card.output.kind]}."
    )


def _filled(text: str, graph: GraphSummary, stem: str) -> ModelCard:
    """Read a card in which what the graph shows may be left out."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"The model's card is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ModelError("The model's card must be a JSON object.")
    return card_from_json(json.dumps({"name": stem} | _told(graph) | content))


def _deepracer_card(text: str, graph: GraphSummary, stem: str) -> ModelCard:
    metadata = read_metadata(text)
    output = metadata.output
    if (
        isinstance(output, ContinuousOutput)
        and metadata.algorithm == "sac"
        and graph.last_operator != "Tanh"
    ):
        # The frozen tensor is the mean before the tanh through which it was trained.
        output = output.model_copy(update={"squash": "tanh"})
    # Planes are what the metadata promises: it says nothing of how colour would be scaled.
    seen = _told(graph) | {"channels": metadata.channels}
    return ModelCard.model_validate(
        {"name": stem, "output": output, "origin": f"DeepRacer, {metadata.algorithm}"} | seen
    )


def _donkeycar_card(graph: GraphSummary, stem: str) -> ModelCard:
    return ModelCard.model_validate(
        {
            "name": stem,
            "value_range": "0-1",
            "channels": "rgb",
            "output": DirectOutput(),
            "origin": "Donkeycar",
        }
        | _told(graph)
    )


def _told(graph: GraphSummary) -> dict[str, object]:
    sight = graph.inputs[0].sight() if graph.inputs else None
    if sight is None:
        return {}
    return {
        "layout": sight.layout,
        "height_px": sight.height_px,
        "width_px": sight.width_px,
        "channels": sight.channels,
    }
