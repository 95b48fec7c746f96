"""A model in words, for ``paddock model show``."""

import time
from collections.abc import Iterator
from statistics import median

import numpy as np

from car_agent.models.card import ContinuousOutput, DiscreteOutput, ModelCard
from car_agent.models.load import LoadedModel, ModelFile

_TIMED_RUNS = 30


def describe_model(file: ModelFile, model: LoadedModel) -> Iterator[str]:
    """Yield the lines of the description, names in one column."""
    card = file.card
    operators = ", ".join(
        f"{name} ×{count}" for name, count in sorted(file.graph.operators.items())
    )
    rows = [
        ("model", card.name),
        ("file", f"{file.path} ({len(file.content) / 1024:.0f} KiB)"),
        ("sha256", file.sha256),
        ("made by", card.origin or "not told"),
        ("input", f"{file.graph.inputs[0].name}: {file.graph.inputs[0]}"),
        ("sees", _sight(card)),
        ("output", f"{file.graph.outputs[0].name}: {file.graph.outputs[0]}"),
        ("answers", _meaning(card.output)),
        ("operators", operators),
        ("one run", f"{_run_ms(model):.2f} ms on this machine"),
    ]
    for name, text in rows:
        yield f"{name:<10} {text}"
    if isinstance(card.output, DiscreteOutput):
        for place, action in enumerate(card.output.actions):
            yield f"  {place:>3}  {_steering(action.steering_deg):<18} {action.speed_mps:g} m/s"


def _sight(card: ModelCard) -> str:
    colour = "grey" if card.channels == "luma" else "colour"
    size = f"{card.width_px}×{card.height_px} {colour}"
    return f"{size}, values {card.value_range.replace('-', '–')}, {card.layout}, {card.resampler}"


def _meaning(output: DiscreteOutput | ContinuousOutput) -> str:
    if isinstance(output, DiscreteOutput):
        return f"one of {len(output.actions)} actions, the largest number wins"
    return (
        f"steering {output.steering_low_deg:g}° to {output.steering_high_deg:g}°, "
        f"speed {output.speed_low_mps:g} to {output.speed_high_mps:g} m/s"
    )


def _steering(steering_deg: float) -> str:
    if steering_deg == 0:
        return "straight on"
    return f"{abs(steering_deg):g}° to the {'left' if steering_deg > 0 else 'right'}"


def _run_ms(model: LoadedModel) -> float:
    tensor = np.zeros(model.card.input_shape, dtype=np.float32)
    durations_ns = []
    for _ in range(_TIMED_RUNS):
        started_ns = time.perf_counter_ns()
        model.infer(tensor)
        durations_ns.append(time.perf_counter_ns() - started_ns)
    return median(durations_ns) / 1e6
