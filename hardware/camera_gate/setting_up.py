"""What ``paddock node camera`` does with its options: set the line, take a look, or watch."""

from pathlib import Path

from hardware.camera_gate.looking import Say, look, set_line
from hardware.camera_gate.process.main import camera_of, run_camera
from hardware.settings import NodeSettings


def run_command(
    settings: NodeSettings,
    which: tuple[str | None, str | None],
    look_at: Path | None,
    line: str | None,
    say: Say,
) -> None:
    """Do what the options say for the camera of ``which`` (gate, source).

    Raises CameraGateError, LineError, CameraError or TokenError, each with one sentence.
    """
    gate, source = which
    camera = camera_of(settings, gate)
    if source is not None:
        camera = camera.model_copy(update={"source": source})
    if line is not None:
        set_line(settings, camera, line, say)
    if look_at is not None:
        look(settings, camera, look_at, say)
    if line is None and look_at is None:
        run_camera(settings, camera)
