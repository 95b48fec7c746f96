"""How a car is signed up: under an id of its own, in a colour unlike those of the others."""

import colorsys

from timing_server.service.entities import Car
from timing_server.service.errors import TakenError
from timing_server.service.log.draft import Draft

#: The golden angle: however many colours there are, the next one lies far from all of them.
_ANGLE_FRAC = 137.5 / 360
_FIRST_FRAC = 200 / 360


def sign_up(draft: Draft, car: Car) -> Car:
    """Add a car; without a colour it gets one. Raises TakenError where its id is in use."""
    cars = draft.known.registry.cars
    if car.car_id in cars:
        raise TakenError("car", car.car_id)
    made = Car(car.car_id, car.name, car.colour or nth_colour(len(cars)))
    draft.put_car(made)
    return made


def nth_colour(count: int) -> str:
    """Return a bright colour that differs from those of the ``count`` before it, as #rrggbb."""
    hue = (_FIRST_FRAC + count * _ANGLE_FRAC) % 1
    parts = colorsys.hls_to_rgb(hue, 0.6, 0.9)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
