"""How a camera deals with light: by itself, as it settled, or as somebody chose.

A picture that grows brighter because the car looks at a window is a picture that the model was not
trained on. Automatic exposure also makes exposures long in the dark, and pictures rarer.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

#: ``auto``, ``lock`` (what automatic exposure settled at), or a time in microseconds.
Exposure = Literal["auto", "lock"] | Annotated[int, Field(ge=50, le=200_000)]

#: ``auto``, ``lock``, or a colour temperature in kelvin.
WhiteBalance = Literal["auto", "lock"] | Annotated[int, Field(ge=2000, le=10_000)]

#: How long a camera adjusts itself after its first picture before it is held at that.
SETTLE_NS = 1_500_000_000


@dataclass(frozen=True, slots=True)
class Light:
    """What a camera is told about light."""

    exposure: Exposure = "auto"
    white_balance: WhiteBalance = "auto"

    @property
    def is_held(self) -> bool:
        """Say whether anything is to be held still."""
        return self.exposure != "auto" or self.white_balance != "auto"


class Settling:
    """Says once, some time after the first picture, that the camera has found its light."""

    def __init__(self, light: Light) -> None:
        self._is_waiting = light.is_held
        self._first_ns: int | None = None

    def is_over(self, now_ns: int) -> bool:
        """Return True once, with the first picture after ``SETTLE_NS``."""
        if not self._is_waiting:
            return False
        if self._first_ns is None:
            self._first_ns = now_ns
        self._is_waiting = now_ns - self._first_ns < SETTLE_NS
        return not self._is_waiting
