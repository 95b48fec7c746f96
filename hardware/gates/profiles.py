"""What kinds of sensor Paddock knows: how each is wired and what its pulse looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

Pull = Literal["up", "down", "floating"]
Level = Literal[0, 1]

_NS_PER_MS = 1_000_000

#: Edges of one gate closer together than this belong to one crossing (decision 8).
MERGE_NS = 500 * _NS_PER_MS


@dataclass(frozen=True, slots=True)
class SensorProfile:
    """One kind of sensor.

    ``broken_pin_level`` is the electrical level of the pin while the beam is broken (a switch
    closed, a magnet near). A pulse from a car is expected to last between ``pulse_min_ns`` and
    ``pulse_max_ns``; others are timed all the same, since a sensor's fact is never rejected.

    ``dead_ns`` is for how long after an edge the sensor itself may go on to bounce or ring: edges
    within it are journaled and merged as all are, but are no sign of a fault. ``merge_ns`` is the
    silence after which the next edge of the gate is another crossing.
    """

    name: str
    broken_pin_level: Level
    pull: Pull
    pulse_min_ns: int
    pulse_max_ns: int
    dead_ns: int = 0
    merge_ns: int = MERGE_NS

    def level_from_pin(self, is_pin_high: bool) -> Level:
        """Return 1 where the pin's electrical level means a broken beam, else 0."""
        return 1 if is_pin_high == bool(self.broken_pin_level) else 0

    def inverted(self) -> "SensorProfile":
        """Return the profile of a sensor whose output is the other way round: high = broken.

        The pull stays: such an output is an open collector or a contact to ground that lets go when
        the beam is broken, and nothing but the pull-up then lifts the pin.
        """
        level: Level = 0 if self.broken_pin_level else 1
        return replace(self, broken_pin_level=level)


#: Infrared transmitter and receiver across the line. The receiver's output is an open collector
#: that pulls the pin low while the beam is broken, so the Pi's pull-up holds it high otherwise.
#: A narrow flag breaks the beam for 1–5 ms, a slow car's body for most of a second.
BEAM_BREAK = SensorProfile(
    name="beam_break",
    broken_pin_level=0,
    pull="up",
    pulse_min_ns=_NS_PER_MS // 2,
    pulse_max_ns=1_000 * _NS_PER_MS,
)

#: Transmitter and receiver side by side (TCRT5000 and its like, with a comparator): the output goes
#: low while something near enough throws the light back.
IR_REFLECTIVE = SensorProfile(
    name="ir_reflective",
    broken_pin_level=0,
    pull="up",
    pulse_min_ns=_NS_PER_MS // 2,
    pulse_max_ns=1_000 * _NS_PER_MS,
    dead_ns=_NS_PER_MS,
)

#: A reed contact to ground below the road, a magnet in the car. Contacts bounce for a millisecond
#: or two, and the field of a long magnet may close them twice.
REED = SensorProfile(
    name="reed",
    broken_pin_level=0,
    pull="up",
    pulse_min_ns=_NS_PER_MS,
    pulse_max_ns=500 * _NS_PER_MS,
    dead_ns=5 * _NS_PER_MS,
)

#: A Hall switch with an open collector (A3144 and its like), a magnet in the car; it can't bounce.
HALL = SensorProfile(
    name="hall",
    broken_pin_level=0,
    pull="up",
    pulse_min_ns=_NS_PER_MS // 2,
    pulse_max_ns=500 * _NS_PER_MS,
)

#: A pressure or piezo strip behind a comparator with an open collector (LM393). Each axle presses
#: it: 0.3 m of wheelbase take 750 ms at 0.4 m/s, hence the longer merge window.
PRESSURE_STRIP = SensorProfile(
    name="pressure_strip",
    broken_pin_level=0,
    pull="up",
    pulse_min_ns=_NS_PER_MS,
    pulse_max_ns=500 * _NS_PER_MS,
    dead_ns=20 * _NS_PER_MS,
    merge_ns=800 * _NS_PER_MS,
)

#: A microswitch to ground that the car pushes. Its springs bounce for ten milliseconds and more.
TRIP_SWITCH = SensorProfile(
    name="trip_switch",
    broken_pin_level=0,
    pull="up",
    pulse_min_ns=2 * _NS_PER_MS,
    pulse_max_ns=1_000 * _NS_PER_MS,
    dead_ns=20 * _NS_PER_MS,
)

PROFILES: Mapping[str, SensorProfile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (BEAM_BREAK, IR_REFLECTIVE, REED, HALL, PRESSURE_STRIP, TRIP_SWITCH)
    }
)
