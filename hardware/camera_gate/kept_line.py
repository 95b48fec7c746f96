"""The line as it was set by hand: a file in the node's folder, which goes before paddock.toml's."""

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from hardware.camera_gate.errors import CameraGateError
from hardware.camera_gate.line import Line
from hardware.camera_gate.settings import CameraGateSettings
from hardware.settings import NodeSettings
from timing_server.contract.machines.cameras import LinePx

_LINE: TypeAdapter[LinePx] = TypeAdapter(LinePx)


def line_file(settings: NodeSettings, camera: CameraGateSettings) -> Path:
    """Return where the line of a camera is kept."""
    return settings.data_dir / f"line-{camera.gate}.json"


def line_of(settings: NodeSettings, camera: CameraGateSettings) -> Line | None:
    """Return the line as it was set, None where nobody did. Raises CameraGateError."""
    path, points = line_file(settings, camera), camera.line
    if path.exists():
        try:
            points = _LINE.validate_python(json.loads(path.read_text("utf-8")), strict=False)
        except (OSError, ValueError, ValidationError) as error:
            raise CameraGateError(
                f"The line in {path} can't be read; set it anew by --line."
            ) from error
    return None if points is None else Line(points[0], points[1], camera.line_mm)


def keep_line(settings: NodeSettings, camera: CameraGateSettings, points: LinePx) -> Line:
    """Keep a line. Raises LineError, or CameraGateError where the disk won't take it."""
    line = Line(points[0], points[1], camera.line_mm)
    path = line_file(settings, camera)
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(points), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise CameraGateError(f"The line can't be kept in {path}: {error.strerror}.") from error
    return line
