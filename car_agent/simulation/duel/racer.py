"""One car of a race between two: what it decides, the lap it is on, and when its race is over."""

from collections.abc import Sequence

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.duel.outcome import DuelRun, Out
from car_agent.simulation.evaluation import Decide, Witness
from car_agent.simulation.league import Instants, LeagueLap, LeagueRules, LeagueRun
from car_agent.simulation.watch import Status, Watch
from hardware.cameras.frames import Pixels
from hardware.virtual.world.objects.bodies import Body, Kind, body_of


class Racer:
    """Stands on its place with its nose on the line: the go, at 0, is its first crossing."""

    def __init__(
        self,
        place: int,
        car: SimulatedCar,
        kind: Kind,
        decide: Decide,
        rules: LeagueRules,
        witness: Witness | None = None,
    ) -> None:
        self.place = place
        self.car = car
        self.is_racing = True
        self._kind = kind
        self._decide = decide
        self._rules = rules
        self._witness = witness
        self._laps: list[LeagueLap] = []
        self._resets = self._collisions = 0
        self._out: Out | None = None
        self._due_ns = 0
        self._wanted = (0.0, 0.0)
        self._watch = Watch(car)
        car.crossings_ns.append(car.now_ns)
        self._begin_lap()

    @property
    def body(self) -> Body:
        """The car as others see it."""
        return body_of(self.car.state, self._kind)

    @property
    def is_due(self) -> bool:
        """Whether it is time for its next picture."""
        return self.car.now_ns >= self._due_ns

    @property
    def finished_ns(self) -> int | None:
        """When it had all its laps, None before that."""
        crossings = self.car.crossings_ns
        return crossings[self._rules.laps] if len(crossings) > self._rules.laps else None

    def look(self, others: Sequence[Body]) -> Pixels:
        """Take a picture with the others in it."""
        return self.car.observe(others)

    def decide(self, pixels: Pixels) -> None:
        """Send the command that the model makes of a picture. Raises what the model raises."""
        self._wanted = self._decide(pixels)
        self.car.send(*self._wanted)
        self._due_ns = self.car.picture_due_ns

    def is_over(self, flag_ns: int | None) -> bool:
        """Whether its last lap is closed: it crossed the line once the first had all its laps."""
        return flag_ns is not None and self._lap_began_ns >= flag_ns

    def judge(self, flag_ns: int | None) -> bool:
        """Look how the newest step ended; whether the car is to be put back now.

        What happens to it between its last crossing and its next picture is no part of the race.
        """
        if self.is_over(flag_ns) or not (self.is_due or self.car.has_crashed or self.car.is_off):
            return False
        status = self._look()
        if status == "lap_complete":
            self._close_lap()
            if self.is_over(flag_ns) or not (self.car.has_crashed or self.car.is_off):
                return False
            status = self._look()
        if status == "in_progress":
            return False
        return self._stopped(status)

    def _look(self) -> Status:
        status = self._watch.status(self._lap_began_ns + self._rules.limit_ns)
        if self._witness is not None:
            self._witness.step(self.car, *self._wanted, status)
        return status

    def _stopped(self, status: Status) -> bool:
        """Count a reset; whether the car goes on after it."""
        self._resets += status != "time_up"
        self._collisions += status == "crashed"
        if status == "time_up" or self._resets > self._rules.max_resets:
            self._out = "time_up" if status == "time_up" else "resets"
            self._laps.append(LeagueLap(None, self._resets, self._collisions))
            self.is_racing = False
        return self.is_racing

    def put_back(self) -> None:
        """Put the car back on the road, where it is free; it looks at once."""
        self.car.put_back()
        self._watch = Watch(self.car)
        self._due_ns = self.car.now_ns
        if self._witness is not None:
            self._witness.begin(self.car)

    def end(self) -> None:
        """Take the car off the track: its race is over."""
        self.is_racing = False

    def _begin_lap(self) -> None:
        self._lap_began_ns = self.car.crossings_ns[-1]
        self._resets = self._collisions = 0
        self._watch = Watch(self.car)
        if self._witness is not None:
            self._witness.begin(self.car)

    def _close_lap(self) -> None:
        driven_ns = self.car.crossings_ns[-1] - self._lap_began_ns
        self._laps.append(LeagueLap(driven_ns, self._resets, self._collisions))
        self._begin_lap()

    def outcome(self) -> DuelRun:
        """Return what its race came to."""
        car = self.car
        instants = Instants(
            crossings_ns=tuple(car.crossings_ns),
            resets_ns=tuple(car.resets_ns),
            collisions_ns=tuple(car.collisions_ns),
        )
        run = LeagueRun(self._rules, tuple(self._laps), car.now_ns, instants)
        return DuelRun(self.place, run, self._out)
