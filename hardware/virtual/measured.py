"""A real car as it was measured, for virtual cameras to see as its own did.

``paddock camera match`` writes such a file from a black box's record; evaluation, training and the
virtual venue read it.
"""

from pathlib import Path

from pydantic import ValidationError

from hardware.virtual.errors import MeasuredFileError
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.looks import PLAIN_LOOKS, Bgr, Looks
from timing_server.contract.machines.measured import MeasuredFigures

MAX_FILE_BYTES = 100_000


class MeasuredCar(MeasuredFigures):
    """The file, and what a virtual camera makes of it."""

    @property
    def pose(self) -> CameraPose:
        """How the camera is mounted."""
        camera = self.camera
        return CameraPose(
            camera.field_of_view_rad, camera.pitch_rad, camera.height_m, camera.ahead_m
        )

    def looks(self, usual: Looks = PLAIN_LOOKS) -> Looks:
        """Return the ground as bright as it was seen, otherwise as usual."""
        ground = self.ground
        return Looks(
            **{
                **{name: getattr(usual, name) for name in usual.__slots__},
                "road_bgr": _grey(ground.road),
                "border_bgr": _grey(ground.border),
                "centre_bgr": _grey(ground.centre),
                "field_bgr": _grey(ground.field),
            }
        )


def read_measured(path: Path) -> MeasuredCar:
    """Return what stands in a file. Raises MeasuredFileError with one sentence."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES)
        return MeasuredCar.model_validate_json(content)
    except OSError as error:
        raise MeasuredFileError(f"{path} can't be read: {error.strerror or error}.") from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise MeasuredFileError(
            f"{path.name} is no file of 'paddock camera match' ({where}: {fault['msg']})."
        ) from error


def _grey(level: float) -> Bgr:
    grey = round(level)
    return grey, grey, grey
