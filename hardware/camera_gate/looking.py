"""Sets a camera up: a picture with what is read in it drawn on, and where the line is."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import cv2

from hardware.camera_gate.errors import CameraGateError, LineError
from hardware.camera_gate.kept_line import keep_line, line_file, line_of
from hardware.camera_gate.process.condition import looks_of
from hardware.camera_gate.process.loop import open_source
from hardware.camera_gate.reading.dictionaries import mark_name, mark_set
from hardware.camera_gate.reading.drawing import coloured, draw_marks
from hardware.camera_gate.reading.reader import MarkReader, grey_of
from hardware.camera_gate.settings import CameraGateSettings
from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Frame
from hardware.settings import NodeSettings

Say = Callable[[str], None]
_PATIENCE_S = 10.0
#: A camera's first pictures are made before it has found its exposure.
_WARM_UP = 10
_RED = (60, 60, 240)


def set_line(settings: NodeSettings, camera: CameraGateSettings, text: str, say: Say) -> None:
    """Keep the line's ends ``X1,Y1,X2,Y2``, the driver's left hand first. Raises LineError."""
    try:
        x1, y1, x2, y2 = (float(part) for part in text.split(","))
    except ValueError as error:
        raise LineError(
            f"'{text}' is no line; write both ends in pixels, as in --line 60,240,580,236."
        ) from error
    inside = all(0 <= x <= 8000 for x in (x1, y1, x2, y2))
    if not inside:
        raise LineError("The line's ends must lie in the picture.")
    keep_line(settings, camera, ((x1, y1), (x2, y2)))
    path = line_file(settings, camera)
    say(f"The line is kept in {path}; cars cross it upwards when X1 is left of X2.")


def look(settings: NodeSettings, camera: CameraGateSettings, path: Path, say: Say) -> None:
    """Write a picture with marks and line drawn in. Raises CameraError or CameraGateError."""
    with closing(open_source(camera)) as source:
        frame = _frame(source.read)
    reader = MarkReader(mark_set(camera.marks))
    sightings = reader.read(grey_of(frame.pixels))
    picture = coloured(frame.pixels)
    line = line_of(settings, camera)
    if line is not None:
        ends = [tuple(round(value) for value in end) for end in (line.left_px, line.right_px)]
        cv2.arrowedLine(picture, ends[0], ends[1], _RED, 2, tipLength=0.03)
    draw_marks(picture, sightings)
    for each in sightings:
        where = "" if line is None else f", {line.place(each.middle_px)[0]:+.0f} mm from the line"
        say(f"{mark_name(each.mark)}: {each.side_px:.0f} px wide{where}{_too_small(each.side_px)}")
    if not sightings:
        say("No mark is read in this picture.")
    for state in looks_of(frame.pixels):
        say(f"The picture is {state}: see docs/camera-gate.md.")
    if not cv2.imwrite(str(path), picture):
        raise CameraGateError(f"The picture can't be written to {path}; name a .jpg or .png file.")
    height_px, width_px = picture.shape[:2]
    say(f"Written: {path} ({width_px} × {height_px}). Find the line's ends in it, then set them:")
    say("  paddock node camera --line X1,Y1,X2,Y2   (the driver's left hand first)")


def _too_small(side_px: float) -> str:
    return "; too small, 30 px and more read well" if side_px < 25 else ""


def _frame(read: Callable[[float], Frame | None]) -> Frame:
    due_s = time.monotonic() + _PATIENCE_S
    found: Frame | None = None
    for _ in range(_WARM_UP):
        found = read(1.0) or found
        if time.monotonic() > due_s:
            break
    if found is None:
        raise CameraError("The camera gave no picture within ten seconds; is its cable in?")
    return found
