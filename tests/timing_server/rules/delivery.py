"""A race's facts delivered anew: read again from the first, or late, doubled and out of order."""

from functools import reduce as fold
from random import Random

from tests.timing_server.rules.scripted_race import ScriptedRace
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState, empty_state


def replayed(race: ScriptedRace, log: list[Recorded]) -> EventState:
    """Return what a log gives on the race's stream, one fact after the other."""
    return fold(reduce, log, empty_state(race.state.stream))


def delivered_anyhow(race: ScriptedRace, sensed: tuple[type, ...], random: Random) -> EventState:
    """Return what comes of the race where facts of these kinds arrive in any order, some twice.

    Those that people and the server decided keep their order.
    """
    doubled = [each for each in race.log if isinstance(each.fact, sensed)]
    decided = [each for each in race.log if each not in doubled]
    doubled += doubled[::3]
    random.shuffle(doubled)
    places = [True] * len(doubled) + [False] * len(decided)
    random.shuffle(places)
    sensors, people = iter(doubled), iter(decided)
    return replayed(race, [next(sensors) if each else next(people) for each in places])
