"""A model in words, for ``paddock model``: what it sees and answers, and how it came in."""

import time
from collections.abc import Iterator, Mapping
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from car_agent.models.card import DirectOutput, DiscreteOutput, ModelCard, Output
from car_agent.models.intake.certificate import Agreement, Certificate, Part
from timing_server.contract.names import shown_text

if TYPE_CHECKING:
    # The model's runtime is heavy; a verdict is worded without it.
    from car_agent.models.load import LoadedModel, ModelFile

_TIMED_RUNS = 30
_MOST_SHOWN = 2000


def describe_model(file: "ModelFile", model: "LoadedModel") -> Iterator[str]:
    """Yield the lines of the description, names in one column."""
    card = file.card
    rows = [
        ("model", card.name),
        ("file", f"{file.path} ({len(file.content) / 1024:.0f} KiB)"),
        ("sha256", file.sha256),
        ("made by", card.origin or "not told"),
        ("input", f"{file.graph.inputs[0].name}: {file.graph.inputs[0]}"),
        ("sees", _sight(card)),
        ("output", f"{file.graph.outputs[0].name}: {file.graph.outputs[0]}"),
        ("answers", _meaning(card.output)),
        ("operators", _counted(file.graph.operators)),
        ("one run", f"{_run_ms(model):.2f} ms on this machine"),
    ]
    yield from _columns(rows)
    yield from _actions(card.output)


def describe_certificate(certificate: Certificate, card: ModelCard) -> Iterator[str]:
    """Yield the lines of a certificate: what was read, what drives, how both agree."""
    rows = [("brought", _part(certificate.source))]
    if certificate.member is not None:
        rows.append(("of which", _part(certificate.member)))
    if certificate.source_operators is not None:
        rows.append(("was made of", _counted(certificate.source_operators)))
    rows += [
        ("drives", _part(certificate.model)),
        ("network", f"{certificate.network}, {certificate.layout}"),
        ("operators", _counted(certificate.operators)),
        ("sees", _sight(card)),
        ("answers", _meaning(card.output)),
        ("agreement", _agreement(certificate.agreement)),
        ("tried with", certificate.runtime),
    ]
    rows += [("note", note) for note in certificate.notes]
    yield from _columns(rows)
    yield from _actions(card.output)


def _columns(rows: list[tuple[str, str]]) -> Iterator[str]:
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        yield f"{name:<{width}} {shown_text(text, _MOST_SHOWN)}"


def _actions(output: Output) -> Iterator[str]:
    if isinstance(output, DiscreteOutput):
        for place, action in enumerate(output.actions):
            yield f"  {place:>3}  {_steering(action.steering_deg):<18} {action.speed_mps:g} m/s"


def _counted(operators: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ×{count}" for name, count in sorted(operators.items()))


def _part(part: Part) -> str:
    return f"{part.name}, {part.size_bytes:,} bytes, sha256 {part.sha256}"


def _agreement(agreed: Agreement | None) -> str:
    if agreed is None:
        return "not measured"
    choices = ""
    if agreed.same_choice is not None:
        choices = f", the same action on {agreed.same_choice} of them"
    return (
        f"worst error {agreed.worst_error:.1e} on {agreed.frames} golden frames{choices}, "
        f"against {agreed.compared_with}"
    )


_COLOURS = {"luma": "grey", "rgb": "colour", "stereo": "grey, left and right"}


def _sight(card: ModelCard) -> str:
    size = f"{card.width_px}×{card.height_px} {_COLOURS[card.channels]}"
    return f"{size}, values {card.value_range.replace('-', '–')}, {card.layout}, {card.resampler}"


def _meaning(output: Output) -> str:
    if isinstance(output, DiscreteOutput):
        return f"one of {len(output.actions)} actions, the largest number wins"
    if isinstance(output, DirectOutput):
        return f"angle (left is {output.left}) and throttle, as fractions"
    through = ", through a tanh" if output.squash == "tanh" else ""
    return (
        f"steering {output.steering_low_deg:g}° to {output.steering_high_deg:g}°, "
        f"speed {output.speed_low_mps:g} to {output.speed_high_mps:g} m/s{through}"
    )


def _steering(steering_deg: float) -> str:
    if steering_deg == 0:
        return "straight on"
    return f"{abs(steering_deg):g}° to the {'left' if steering_deg > 0 else 'right'}"


def _run_ms(model: "LoadedModel") -> float:
    tensor = np.zeros(model.card.input_shape, dtype=np.float32)
    durations_ns = []
    for _ in range(_TIMED_RUNS):
        started_ns = time.perf_counter_ns()
        model.infer(tensor)
        durations_ns.append(time.perf_counter_ns() - started_ns)
    return median(durations_ns) / 1e6
