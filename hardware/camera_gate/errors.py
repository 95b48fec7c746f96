"""What can go wrong with a camera gate."""

from hardware.errors import HardwareError


class CameraGateError(HardwareError, RuntimeError):
    """The camera gate can't work as it is set up; the sentence says what to do."""


class CameraPackagesError(HardwareError, ImportError):
    """This machine lacks what reads pictures or prints marks."""

    def __init__(self, error: ImportError) -> None:
        super().__init__(
            f"This needs packages that are not installed here ({error.name}): "
            "run pip install -c constraints.txt -e '.[camera]' in Paddock's folder."
        )


class LineError(HardwareError, ValueError):
    """The two points that should be the line's ends are none."""

    exit_code = 2
