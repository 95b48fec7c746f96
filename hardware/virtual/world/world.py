"""The virtual world: cars, beams and time in fixed steps; it is told the time and asks for none."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from hardware.virtual.world.barrier import Barrier
from hardware.virtual.world.beam import POST_MARGIN_M, Beam, BeamChange, Level
from hardware.virtual.world.cars import DriveOrder, WorldCar
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import VehicleState

STEP_NS = 5_000_000
FINISH_GATE = "finish"
_BEAM_STEP_M, _BEAM_STEPS = 0.1, 20

#: A waved hand breaks the beam for this long.
HAND_NS = 40_000_000
_HAND = "a waved hand"

#: Where cars stand that aren't on the track: left of the finish line, outside the road.
_STAND_GAP_M = 0.5
_STAND_SPACING_M = 0.35


@dataclass(frozen=True, slots=True)
class LeftRoad:
    """All four wheels of a car left the road."""

    car_id: str
    mono_ns: int


@dataclass(frozen=True, slots=True)
class LapBegan:
    """A car's nose crossed the finish line in driving direction."""

    car_id: str
    mono_ns: int


WorldEvent = BeamChange | LeftRoad | LapBegan


class World:
    """Advances in steps of ``STEP_NS`` from ``start_mono_ns``; deterministic by ``seed``.

    What happened is returned by ``advance`` in the order in which it happened. Cars appear with
    ``add_car`` on their stand beside the track; ``put_down`` and ``pick_up`` are the crew's hands.
    """

    def __init__(self, track: Track, seed: int, start_mono_ns: int, sectors: int = 1) -> None:
        """``sectors`` are parted by gates ``sector-1`` and so on, the last ends at the finish."""
        self.track = track
        self._barrier = Barrier(track)
        self._seed = seed
        self._now_ns = start_mono_ns
        self._cars: dict[str, WorldCar] = {}
        #: Where each gate's line is, in metres from the finish line.
        self._along_m = {FINISH_GATE: 0.0} | {
            f"sector-{number}": along_m
            for number, along_m in enumerate(sector_ends_m(track, sectors), start=1)
        }
        self._beams = {
            gate: Beam(gate, track.across(along_m)) for gate, along_m in self._along_m.items()
        }
        self._beam = self._beams[FINISH_GATE]
        self._waved_until_ns: int | None = None
        self._happened: list[WorldEvent] = []

    @property
    def now_ns(self) -> int:
        """The instant up to which the world has been worked out."""
        return self._now_ns

    @property
    def cars(self) -> Mapping[str, WorldCar]:
        """Every car that ever came, by its id."""
        return MappingProxyType(self._cars)

    @property
    def levels(self) -> dict[str, Level]:
        """Each gate's level: 1 while its beam is broken."""
        return {gate: beam.level for gate, beam in self._beams.items()}

    def add_car(self, car_id: str) -> WorldCar:
        """Return the car of that id; a new one stands on its stand."""
        if car_id not in self._cars:
            # Not hash(): it differs from process to process.
            chance = Random(zlib.crc32(f"{self._seed} {car_id}".encode()))  # noqa: S311 - dynamics
            self._cars[car_id] = WorldCar(car_id, VehicleState(0.0, 0.0, 0.0), chance)
            self._to_stand(self._cars[car_id])
        return self._cars[car_id]

    def drive(self, car_id: str, order: DriveOrder) -> None:
        """Take an agent's order for a car; unknown cars are ignored."""
        if car_id in self._cars:
            self._cars[car_id].order = order

    def put_down(self, car_id: str, along_m: float) -> None:
        """Put a car on the centre line, standing, in driving direction, not across a beam.

        ``along_m`` is where its rear axle comes to stand.
        """
        car = self.add_car(car_id)
        self._take_out_of_beams(car_id)
        x_m, y_m, heading_rad = self.track.at(self._clear_of_beams(car, along_m))
        car.state = VehicleState(x_m, y_m, heading_rad)
        car.whereabouts = "on_road"
        car.standing_since_ns = self._now_ns

    def pick_up(self, car_id: str) -> None:
        """Take a car off the track and put it on its stand."""
        self._take_out_of_beams(car_id)
        self._to_stand(self.add_car(car_id))

    def wave_hand(self) -> None:
        """Wave a hand through the finish line's beam."""
        change = self._beam.put_in(_HAND, self._now_ns)
        if change is not None:
            self._happened.append(change)
        self._waved_until_ns = self._now_ns + HAND_NS

    def advance(self, to_mono_ns: int) -> tuple[WorldEvent, ...]:
        """Take as many whole steps as fit before ``to_mono_ns``; return what happened since."""
        while self._now_ns + STEP_NS <= to_mono_ns:
            self._step()
        happened, self._happened = tuple(self._happened), []
        return happened

    def skip_to(self, mono_ns: int) -> None:
        """Go on from a later instant without living through the time between: the machine slept."""
        self._now_ns = max(self._now_ns, mono_ns)

    def _step(self) -> None:
        from_ns, self._now_ns = self._now_ns, self._now_ns + STEP_NS
        if self._waved_until_ns is not None and self._now_ns >= self._waved_until_ns:
            self._waved_until_ns = None
            self._take_out_of_beams(_HAND)
        for car in self._cars.values():
            if car.whereabouts != "carried":
                self._move(car, from_ns)

    def _move(self, car: WorldCar, from_ns: int) -> None:
        nose, tail = car.state.point(car.traits.nose_m), car.state.point(car.traits.tail_m)
        before = self._beam.span(nose, tail)
        has_left = car.move(self.track, self._now_ns, STEP_NS / 1e9, self._barrier)
        nose, tail = car.state.point(car.traits.nose_m), car.state.point(car.traits.tail_m)
        for beam in self._beams.values():
            change = beam.move(car.car_id, beam.span(nose, tail), from_ns, self._now_ns)
            if change is not None:
                self._happened.append(change)
        span = self._beam.span(nose, tail)
        if before.nose_m < 0.0 <= span.nose_m and self._beam.is_between_posts(span):
            car.off_tracks_this_lap = 0
            self._happened.append(LapBegan(car.car_id, self._now_ns))
        if has_left:
            car.off_tracks_this_lap += 1
            self._happened.append(LeftRoad(car.car_id, self._now_ns))

    def _clear_of_beams(self, car: WorldCar, along_m: float) -> float:
        """Return a place near ``along_m`` where the car's body doesn't stand in a beam."""
        gap_m = 0.05
        length_m = self.track.length_m
        for line_m in self._along_m.values():
            past_m = (along_m - line_m + length_m / 2) % length_m - length_m / 2
            if past_m + car.traits.nose_m >= 0.0 >= past_m + car.traits.tail_m:
                # Its nose had crossed: it must not cross a second time.
                return line_m + gap_m - car.traits.tail_m
        return along_m

    def _take_out_of_beams(self, body: str) -> None:
        for beam in self._beams.values():
            change = beam.take_away(body, self._now_ns)
            if change is not None:
                self._happened.append(change)

    def _to_stand(self, car: WorldCar) -> None:
        place = list(self._cars).index(car.car_id)
        x_m, y_m, heading_rad = self.track.at(
            -place * _STAND_SPACING_M, -(self.track.width_m / 2 + _STAND_GAP_M)
        )
        car.state = VehicleState(x_m, y_m, heading_rad)
        car.whereabouts = "carried"
        car.standing_since_ns = None
        car.off_tracks_this_lap = 0


def sector_ends_m(track: Track, sectors: int) -> tuple[float, ...]:
    """Return where the lap's sectors end but the last: near equal parts of it, clear of the rest.

    Where the road comes past itself, a beam would see cars on both; it is moved on.
    """
    ends = []
    for number in range(1, sectors):
        along_m = track.length_m * number / sectors
        tried = (along_m + step * _BEAM_STEP_M for step in range(_BEAM_STEPS))
        ends.append(next((m for m in tried if track.has_room_across(m, POST_MARGIN_M)), along_m))
    return tuple(ends)
