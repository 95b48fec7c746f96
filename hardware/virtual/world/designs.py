"""Paddock's own tracks by name: control points that a closed cubic B-spline makes smooth."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from hardware.virtual.errors import UnknownTrackError
from hardware.virtual.world.track import Points, Track

_SAMPLES_PER_CONTROL = 60

#: A straight with the finish line, a hairpin, a chicane, a fast sweep to the left and a kink.
_DEMO_CONTROLS = (
    (0.67, 0.0),
    (1.4, 0.0),
    (2.2, 0.0),
    (3.0, 0.0),
    (3.7, 0.3),
    (4.04, 1.09),
    (3.61, 1.9),
    (2.75, 2.0),
    (2.04, 1.52),
    (1.23, 1.52),
    (0.71, 2.14),
    (0.0, 2.71),
    (-0.95, 2.71),
    (-1.52, 2.09),
    (-1.42, 1.38),
    (-1.66, 0.71),
    (-1.23, -0.05),
    (-0.66, -0.19),
    (-0.1, -0.05),
)
_DEMO_WIDTH_M = 0.9

_OVAL_STRAIGHT_M = 2.4
_OVAL_RADIUS_M = 0.9


#: A sweeping right-hander with one dent: quick, and driven clockwise.
_BEAN_CONTROLS = (
    (-1.3, 0.3),
    (-2.0, 1.3),
    (-1.8, 2.5),
    (-0.8, 3.2),
    (0.4, 3.0),
    (1.2, 2.2),
    (2.2, 2.0),
    (3.0, 2.5),
    (4.1, 2.6),
    (4.8, 1.8),
    (4.6, 0.7),
    (3.6, 0.1),
    (2.4, 0.0),
    (1.2, 0.0),
    (0.0, 0.0),
)
_BEAN_WIDTH_M = 0.8

#: A long straight, then corner after corner the other way, on a narrow road.
_ESSES_CONTROLS = (
    (0.0, 0.0),
    (1.2, 0.0),
    (2.4, 0.0),
    (3.6, 0.0),
    (4.8, 0.2),
    (5.7, 0.9),
    (5.8, 2.0),
    (5.0, 2.75),
    (4.0, 2.4),
    (3.3, 1.7),
    (2.4, 1.75),
    (1.9, 2.6),
    (1.0, 3.15),
    (0.1, 2.6),
    (-0.5, 1.8),
    (-1.4, 2.0),
    (-2.0, 2.9),
    (-3.0, 3.1),
    (-3.8, 2.3),
    (-3.7, 1.1),
    (-2.9, 0.3),
    (-1.6, 0.0),
)
_ESSES_WIDTH_M = 0.76

#: Wide and open: where top speed counts.
_SPEEDWAY_CONTROLS = (
    (0.0, 0.0),
    (1.5, 0.0),
    (3.0, 0.0),
    (4.5, 0.0),
    (6.0, 0.2),
    (7.2, 1.0),
    (7.6, 2.3),
    (7.0, 3.5),
    (5.8, 4.1),
    (4.3, 3.9),
    (3.0, 3.5),
    (1.5, 3.6),
    (0.0, 4.0),
    (-1.4, 4.0),
    (-2.6, 3.3),
    (-3.0, 2.0),
    (-2.5, 0.8),
    (-1.4, 0.1),
)
_SPEEDWAY_WIDTH_M = 1.05


def _smooth(controls: Points) -> Points:
    """Return a closed uniform cubic B-spline: its curvature has no jumps, so neither has a lap."""
    t = np.linspace(0.0, 1.0, _SAMPLES_PER_CONTROL, endpoint=False)[:, None]
    before, here, after, beyond = (np.roll(controls, -shift, axis=0) for shift in (0, 1, 2, 3))
    pieces = [
        ((1 - t) ** 3 * a + (3 * t**3 - 6 * t**2 + 4) * b + (-3 * t**3 + 3 * t**2 + 3 * t + 1) * c)
        / 6
        + t**3 * d / 6
        for a, b, c, d in zip(before, here, after, beyond, strict=True)
    ]
    return np.vstack(pieces)


def _demo() -> Track:
    return Track("demo", _smooth(np.array(_DEMO_CONTROLS)), _DEMO_WIDTH_M)


def _oval() -> Track:
    """Two straights and two half circles: the plainest track there is, to try things on."""
    half_m, radius_m = _OVAL_STRAIGHT_M / 2, _OVAL_RADIUS_M
    angles = np.linspace(-np.pi / 2, np.pi / 2, 90)
    right = np.stack([half_m + radius_m * np.cos(angles), radius_m * np.sin(angles)], axis=1)
    start = np.array([[0.0, -radius_m]])
    return Track("oval", np.vstack([start, right, -right]), _DEMO_WIDTH_M)


def _bean() -> Track:
    return Track("bean", _smooth(np.array(_BEAN_CONTROLS)), _BEAN_WIDTH_M)


def _esses() -> Track:
    return Track("esses", _smooth(1.1 * np.array(_ESSES_CONTROLS)), _ESSES_WIDTH_M)


def _speedway() -> Track:
    return Track("speedway", _smooth(np.array(_SPEEDWAY_CONTROLS)), _SPEEDWAY_WIDTH_M)


DESIGNS: Mapping[str, Callable[[], Track]] = MappingProxyType(
    {"demo": _demo, "oval": _oval, "bean": _bean, "esses": _esses, "speedway": _speedway}
)


def track_named(name: str) -> Track:
    """Return the design of that name. Raises UnknownTrackError that lists those there are."""
    if name not in DESIGNS:
        raise UnknownTrackError(
            f"There is no track named '{name}'; choose one of {', '.join(DESIGNS)}."
        )
    return DESIGNS[name]()
