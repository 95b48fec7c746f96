"""What kinds of sensor Paddock knows: how each is wired and what its pulse looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Pull = Literal["up", "down", "floating"]
Level = Literal[0, 1]

_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class SensorProfile:
    """One kind of sensor.

    ``broken_pin_level`` is the electrical level of the pin while the beam is broken. A pulse from
    a car is expected to last between ``pulse_min_ns`` and ``pulse_max_ns``; others are timed all
    the same, since a sensor's fact is never rejected.
    """

    name: str
    broken_pin_level: Level
    pull: Pull
    pulse_min_ns: int
    pulse_max_ns: int

    def level_from_pin(self, is_pin_high: bool) -> Level:
        """Return 1 where the pin's electrical level means a broken beam, else 0."""
        return 1 if is_pin_high == bool(self.broken_pin_level) else 0


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

PROFILES: Mapping[str, SensorProfile] = MappingProxyType({BEAM_BREAK.name: BEAM_BREAK})
