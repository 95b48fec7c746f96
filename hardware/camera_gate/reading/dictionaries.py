"""The sets of marks that a camera gate reads, and how often one must be read to be believed.

Bits are taken only where every one of them is right (no correction). A random square in the
picture then reads as some mark of the set with the chance ``marks × 4 / 2**bits``: 1 in 30 million
for AprilTag 36h11, 1 in 170,000 for 5×5, 1 in 330 for 4×4. Hence how many pictures it takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2

from hardware.camera_gate.errors import CameraGateError
from hardware.cameras.frames import Pixels


@dataclass(frozen=True, slots=True)
class MarkSet:
    """A dictionary of OpenCV. ``sightings_needed`` pictures with the mark make it believed."""

    name: str
    opencv_id: int
    marks: int
    cells: int
    sightings_needed: int


_ALL = (
    MarkSet("apriltag_36h11", cv2.aruco.DICT_APRILTAG_36H11, 587, 8, 1),
    MarkSet("aruco_5x5_50", cv2.aruco.DICT_5X5_50, 50, 7, 2),
    MarkSet("aruco_4x4_50", cv2.aruco.DICT_4X4_50, 50, 6, 3),
)
MARK_SETS: Mapping[str, MarkSet] = {each.name: each for each in _ALL}
DEFAULT_SET = "apriltag_36h11"


def mark_set(name: str) -> MarkSet:
    """Return the set of that name. Raises CameraGateError."""
    found = MARK_SETS.get(name)
    if found is None:
        raise CameraGateError(
            f"There is no set of marks '{name}'; there are {', '.join(MARK_SETS)}."
        )
    return found


def mark_name(number: int) -> str:
    """Return what a mark is called in race control: ``mark-7``."""
    return f"mark-{number}"


def mark_picture(marks: MarkSet, number: int, side_px: int) -> Pixels:
    """Return a mark as a square grey picture without its white rim."""
    dictionary = cv2.aruco.getPredefinedDictionary(marks.opencv_id)
    picture = cv2.aruco.generateImageMarker(dictionary, number, side_px)
    return picture.astype("uint8")
