"""The timing line as the camera sees it: from picture points to millimetres ahead of the line."""

from dataclasses import dataclass
from math import hypot

from hardware.camera_gate.errors import LineError
from timing_server.contract.machines.cameras import LINE_MIN_PX

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """Both ends of the line at the height of the marks, ``length_mm`` apart in reality.

    ``left_px`` is the end at the left hand of a driver who crosses it in race direction, so that
    forward is known.
    """

    left_px: Point
    right_px: Point
    length_mm: float

    def __post_init__(self) -> None:
        if self.length_px < LINE_MIN_PX or self.length_mm <= 0:
            raise LineError(
                f"The line's ends are {self.length_px:.0f} px apart and {self.length_mm:g} mm; "
                f"it takes at least {LINE_MIN_PX} px."
            )

    @property
    def length_px(self) -> float:
        """How far apart the ends are in the picture."""
        return hypot(self.right_px[0] - self.left_px[0], self.right_px[1] - self.left_px[1])

    @property
    def px_per_mm(self) -> float:
        """The picture's scale at the line."""
        return self.length_px / self.length_mm

    def place(self, point: Point) -> Point:
        """Return (mm ahead of the line in race direction, mm from its left end along it)."""
        x, y = point[0] - self.left_px[0], point[1] - self.left_px[1]
        ux = (self.right_px[0] - self.left_px[0]) / self.length_px
        uy = (self.right_px[1] - self.left_px[1]) / self.length_px
        # Rows count downwards: forward of a line drawn from left to right is up in the picture.
        return (x * uy - y * ux) / self.px_per_mm, (x * ux + y * uy) / self.px_per_mm

    def crosses_beside(self, along_mm: float) -> bool:
        """Whether somebody crosses beyond the line's ends, where there is no beam."""
        slack_mm = 0.1 * self.length_mm
        return not -slack_mm <= along_mm <= self.length_mm + slack_mm
