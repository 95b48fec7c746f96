"""The form of a recording: JSON lines, one raw edge each, as the pins gave them.

``{"mono_ns": 81234567890, "gate": "finish", "sensor": "beam", "level": 1}``: CLOCK_MONOTONIC of
the machine that recorded, and level 1 = beam broken. Unknown keys are let be, so that a later
release may add some. A last line that was torn by a power cut is left out.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from hardware.gates.edges import Edge
from hardware.recordings.errors import RecordingError
from timing_server.contract.base import MonoNs, Slug
from timing_server.contract.machines.journal import Level, SensorName

_LINE_BEGINS = b'{"mono_ns": '


class RecordedEdge(BaseModel):
    """One line of a recording."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    mono_ns: MonoNs
    gate: Slug
    sensor: SensorName
    level: Level


def line_of(edge: Edge) -> str:
    """Return an edge as a line of a recording, without its end."""
    return json.dumps(
        {"mono_ns": edge.mono_ns, "gate": edge.gate, "sensor": edge.sensor, "level": edge.level}
    )


def parse_lines(content: bytes, name: str) -> tuple[Edge, ...]:
    """Return the edges of a recording's bytes in the order of its lines; empty lines are let be.

    Raises RecordingError, which names ``name`` and the line, where a line is no edge.
    """
    content = content.removeprefix(BOM_UTF8)  # an editor on another machine may have put it there
    lines = content.rstrip(b"\0").split(b"\n")  # a power cut may leave a tail of zeros
    edges: list[Edge] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = RecordedEdge.model_validate_json(line)
        except ValidationError as error:
            if number == len(lines) and _is_torn(line):
                break
            raise RecordingError(
                f"Line {number} of {name} is no edge ({_reason(error)}); it should look like "
                '{"mono_ns": 1, "gate": "finish", "sensor": "beam", "level": 1}.'
            ) from error
        edges.append(Edge(found.gate, found.sensor, found.mono_ns, found.level))
    return tuple(edges)


def read_recording(path: Path) -> tuple[Edge, ...]:
    """Return the edges of a recording in the order of its lines. Raises RecordingError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"The recording {path} can't be read: {error.strerror}.") from error
    return parse_lines(content, str(path))


def in_order(edges: Iterable[Edge]) -> Sequence[Edge]:
    """Return edges by their instants; those of one instant stay as they were read."""
    return sorted(edges, key=lambda edge: edge.mono_ns)


def _is_torn(line: bytes) -> bool:
    """Whether a last line is the beginning of one that the recorder would have written."""
    is_begun = _LINE_BEGINS.startswith(line) or line.startswith(_LINE_BEGINS)
    return is_begun and not line.endswith(b"}")


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
