"""What a camera gate can be told: one entry of ``cameras`` in the table [node]. Needs no OpenCV."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from timing_server.contract.base import Slug
from timing_server.contract.machines.cameras import LinePx


class CameraGateSettings(BaseModel):
    """A camera over the line of one gate of this node; see docs/camera-gate.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: Slug = "finish"
    source: Annotated[str, Field(min_length=3, max_length=200)] = "usb:0"
    width_px: Annotated[int, Field(ge=160, le=1920)] = 640
    height_px: Annotated[int, Field(ge=120, le=1200)] = 480
    frame_rate_hz: Annotated[float, Field(ge=5, le=240)] = 60.0
    #: The line's ends in the picture at the height of the marks, the driver's left hand first.
    line: LinePx | None = None
    line_mm: Annotated[float, Field(ge=100, le=10_000)] = 1000.0
    marks: Literal["apriltag_36h11", "aruco_5x5_50", "aruco_4x4_50"] = "apriltag_36h11"
    lead_mm: Annotated[float, Field(ge=-500, le=1000)] = 100.0
    lead_bound_mm: Annotated[float, Field(ge=5, le=500)] = 60.0
    car_width_mm: Annotated[float, Field(ge=20, le=1000)] = 220.0
    stamp_bound_ms: Annotated[float, Field(ge=1, le=100)] = 15.0

    @property
    def name(self) -> str:
        """What the camera is called where it speaks: ``camera-finish``."""
        return f"camera-{self.gate}"[:64]
