"""How a car's camera is mounted, and the light that it sees by."""

from dataclasses import dataclass
from math import radians


@dataclass(frozen=True, slots=True)
class CameraPose:
    """How a camera is mounted: measured from the rear axle, pitch positive is down.

    ``left_m`` and ``yaw_rad`` are 0 for one that sits in the middle and looks straight ahead;
    positive is to the left.
    """

    field_of_view_rad: float = 1.13
    pitch_rad: float = radians(15)
    height_m: float = 0.130
    ahead_m: float = 0.145
    left_m: float = 0.0
    yaw_rad: float = 0.0


@dataclass(frozen=True, slots=True)
class Light:
    """How bright the hall is and how noisy the sensor.

    ``gain`` multiplies every pixel, ``lift`` is added after (0–255), ``slant`` makes one side
    brighter (−0.5..0.5 of the gain from middle to edge), ``noise`` is the standard deviation of a
    pixel's noise in levels, ``wall_turn_rad`` turns the hall around the track.
    """

    gain: float = 1.0
    lift: float = 0.0
    slant: float = 0.0
    noise: float = 0.0
    wall_turn_rad: float = 0.0
