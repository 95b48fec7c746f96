"""Who races on the day of the pictures: made-up drivers, and how quick each of them is."""

from dataclasses import dataclass
from typing import Final

from timing_server.launcher.cast import CAST


@dataclass(frozen=True, slots=True)
class Racer:
    """A driver under a number, with one of the virtual cars, else with the laps to be driven."""

    number: int
    name: str
    region: str
    colour: str
    laps_s: tuple[float, ...] = ()
    car_id: str = ""


TORTOISE, OTTER, FALCON, GREMLIN = (
    (member.driver_name, member.colour, member.car_id) for member in CAST
)


def _cast(number: int, region: str, member: tuple[str, str, str]) -> Racer:
    name, colour, car_id = member
    return Racer(number, name, region, colour, car_id=car_id)


#: In the order of qualifying; the fourth meets with a hand in the beam, the four with cars
#: of the virtual track come last.
RACERS: Final = (
    Racer(5, "Nitro Badger", "North", "#38bdf8", (9.107,)),
    Racer(8, "Drift Llama", "South", "#f472b6", (8.953,)),
    Racer(13, "Torque Penguin", "East", "#818cf8", (8.712,)),
    Racer(27, "Hairpin Hare", "East", "#f97316", (10.204, 9.918)),
    Racer(18, "Kerb Koala", "North", "#fde047", (8.624,)),
    Racer(21, "Piston Panda", "South", "#e5e7eb", (8.301,)),
    Racer(31, "Clutch Heron", "North", "#34d399", (8.057,)),
    Racer(33, "Slipstream Seal", "South", "#60a5fa", (7.667,)),
    _cast(44, "East", TORTOISE),
    _cast(66, "North", GREMLIN),
    _cast(7, "East", FALCON),
    _cast(11, "South", OTTER),
)
NUMBER_OF: Final = {racer.car_id: racer.number for racer in RACERS if racer.car_id}
#: Who asks to take part while the doors are open.
GUESTS: Final = (
    {
        "name": "Wilhelmina Apexhausen",
        "nickname": "Overcut",
        "shown_as": "nickname",
        "region": "South",
        "colour": "#c084fc",
    },
    {"name": "Nova Kerb", "region": "East", "shown_as": "full", "colour": "#fb923c"},
)
