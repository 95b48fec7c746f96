"""Draws what the virtual car sees beside what the real one saw: as drawn, and as measured."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from car_agent.matching.fit import View
from car_agent.matching.views import Grey
from car_agent.models.files import write_whole
from hardware.virtual.measured import MeasuredCar
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.looks import PLAIN_LOOKS, Looks
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from hardware.virtual.world.track import Track

#: The files' names: the car's own camera, the usual virtual one, and the one that was found.
REAL, DRAWN, MEASURED = "real.png", "drawn.png", "measured.png"
#: So wide they are written: the pictures that are compared are small.
SHOWN_WIDTH_PX = 480


def write_pictures(folder: Path, track: Track, car: MeasuredCar, start: View, found: View) -> None:
    """Write three pictures into a folder: of the same place, as far as it is known.

    ``start`` is the picture where the car should have stood, ``found`` where it did. Raises
    OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shown = {
        REAL: start.picture,
        DRAWN: _seen(track, PLAIN_LOOKS, CameraPose(), start),
        MEASURED: _seen(track, car.looks(), car.pose, found),
    }
    for name, picture in shown.items():
        write_whole(folder / name, _png(picture))


def _seen(track: Track, looks: Looks, pose: CameraPose, view: View) -> Grey:
    height_px, width_px = view.picture.shape
    camera = Renderer(paint(track, looks).to_grey(), width_px, height_px, pose=pose)
    x_m, y_m, heading_rad = track.at(view.along_m, view.offset_m)
    return camera.render(x_m, y_m, heading_rad + view.turn_rad).astype(np.float32)


def _png(picture: Grey) -> bytes:
    height_px = round(SHOWN_WIDTH_PX * picture.shape[0] / picture.shape[1])
    large = cv2.resize(picture, (SHOWN_WIDTH_PX, height_px), interpolation=cv2.INTER_CUBIC)
    levels: npt.NDArray[np.uint8] = np.clip(np.rint(large), 0, 255).astype(np.uint8)
    return bytes(cv2.imencode(".png", levels)[1].tobytes())
