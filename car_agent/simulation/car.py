"""A car alone on a virtual track, as fast as the computer computes; time is simulated.

Uses the virtual venue's track, vehicle and renderer, so that a model practises on the pictures it
will race on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from car_agent.simulation.conditions import Conditions
from hardware.cameras.frames import Pixels
from hardware.virtual.world.follower import Follower
from hardware.virtual.world.objects.bodies import Body, body_of
from hardware.virtual.world.objects.traffic import Spot, Traffic
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.track import Projection, Track
from hardware.virtual.world.vehicle import DEEPRACER, VehicleState, VehicleTraits, step

STEP_NS = 5_000_000
FRAME_RATE_HZ = 15
_STEP_S = STEP_NS / 1e9
#: A car whose axle is nearer to the centre line than the road is wide less this is on the road.
_SURELY_ON_M = 0.2
#: The others on the road are moved on so often: they are slow.
_TRAFFIC_STEP_NS = 4 * STEP_NS
#: After a crash a car is put back so far behind what it ran into, as AWS does it.
_BEHIND_M = 1.0
#: A place that is taken is left by steps of this.
_ASIDE_M = 0.1
#: So far before the line a nose is put that hasn't crossed it.
_BEFORE_LINE_M = 0.01

#: Whether a car may be put there: the arc length of its rear axle, and its body.
IsClear = Callable[[float, Body], bool]


@dataclass(slots=True)
class SimulatedCar:
    """``observe`` takes a picture, ``act`` drives until the next one.

    ``crossings_ns``: when the nose crossed the finish line, interpolated between two steps.
    ``resets_ns``, ``collisions_ns``, ``beginnings_ns``: when it was put back, put back since it had
    crashed, and put on the grid again.
    ``place``: the rear axle along the road. Once ``is_off`` or ``has_crashed`` it stays where it is
    until it is put back. ``traffic`` is what else is on the road, None where there is nothing;
    ``is_clear`` says where else a car may not be put.
    """

    track: Track
    camera: Renderer
    conditions: Conditions
    chance: Random
    state: VehicleState
    traffic: Traffic | None = None
    is_clear: IsClear | None = None
    now_ns: int = 0
    crossings_ns: list[int] = field(default_factory=list)
    resets_ns: list[int] = field(default_factory=list)
    collisions_ns: list[int] = field(default_factory=list)
    beginnings_ns: list[int] = field(default_factory=list)
    is_off: bool = False
    has_crashed: bool = False
    place: Projection = field(init=False)
    _axle: Follower = field(init=False)
    _nose: Follower = field(init=False)
    _nose_along_m: float = field(init=False)
    _since_line_m: float = 0.0
    _pending: list[tuple[int, float, float]] = field(default_factory=list)
    _wheels: tuple[float, float] = (0.0, 0.0)
    _frames: int = 0

    def __post_init__(self) -> None:
        """Find the car's place."""
        self._find()

    @property
    def traits(self) -> VehicleTraits:
        """What this car can do."""
        return self.conditions.traits

    @property
    def now_s(self) -> float:
        """Simulated seconds since the beginning."""
        return self.now_ns / 1e9

    @property
    def laps_ns(self) -> list[int]:
        """The flying laps so far: from one crossing to the next."""
        pairs = zip(self.crossings_ns, self.crossings_ns[1:], strict=False)
        return [later - earlier for earlier, later in pairs]

    @property
    def picture_due_ns(self) -> int:
        """Until when the newest command drives alone: then the next picture is taken."""
        return self._frames * 1_000_000_000 // FRAME_RATE_HZ

    def observe(self, others: Sequence[Body] = ()) -> Pixels:
        """Return what the car's camera sees now, height × width uint8 luma; ``others`` as well."""
        pose = self.state
        bodies = (*self.traffic.bodies, *others) if self.traffic else others
        return self.camera.render(
            pose.x_m, pose.y_m, pose.heading_rad, self.conditions.light, bodies
        )

    def act(self, steering_frac: float, throttle_frac: float) -> None:
        """Send a command and drive on to the next picture."""
        self.send(steering_frac, throttle_frac)
        until_ns = self.picture_due_ns
        while self.now_ns < until_ns and not (self.is_off or self.has_crashed):
            self.step()

    def send(self, steering_frac: float, throttle_frac: float) -> None:
        """Send a command; it acts when it arrives."""
        if self.chance.random() >= self.conditions.loss_frac:
            jitter_s = self.conditions.jitter_s * self.chance.uniform(-1, 1)
            late_ns = round(max(0.0, self.conditions.latency_s + jitter_s) * 1e9)
            self._pending.append((self.now_ns + late_ns, steering_frac, throttle_frac))
        self._frames += 1

    def put(self, along_m: float) -> None:
        """Put the car on the centre line, standing, as a marshal does; the clock goes on.

        One that left sideways before the finish line stays before it, nose and all.
        """
        nose_m = (along_m + DEEPRACER.nose_m) % self.track.length_m
        if self._is_over(self._nose_along_m, nose_m):
            along_m = self.track.length_m - DEEPRACER.nose_m - _BEFORE_LINE_M
        self.state = VehicleState(*self.track.at(self._free_m(along_m)))
        self.is_off = self.has_crashed = False
        self._pending.clear()
        self._wheels = (0.0, 0.0)
        self._frames = -(-self.now_ns * FRAME_RATE_HZ // 1_000_000_000)
        self._find()

    def put_back(self) -> None:
        """Put the car back where it left; after a crash, behind what it ran into."""
        (self.collisions_ns if self.has_crashed else self.resets_ns).append(self.now_ns)
        self.put(self.place.along_m - (_BEHIND_M if self.has_crashed else 0.0))

    def shove(self, x_m: float, y_m: float, speed_mps: float) -> None:
        """Move the car by so much, as another does that drives into it, and set its speed."""
        self.state.x_m += x_m
        self.state.y_m += y_m
        self.state.speed_mps = speed_mps
        self.place = self._axle.follow(self.state.x_m, self.state.y_m)

    def start_over(self) -> None:
        """Put the car on the grid: the next crossing begins a lap, whatever was before."""
        self.beginnings_ns.append(self.now_ns)
        self.put(grid_m(self.track))
        self._since_line_m = self.track.length_m

    def _free_m(self, along_m: float) -> float:
        """Return that place or, where something stands there, the next free one behind it."""
        if self.traffic is None and self.is_clear is None:
            return along_m
        for step_back in range(int(self.track.length_m / _ASIDE_M)):
            tried_m = along_m - step_back * _ASIDE_M
            body = body_of(VehicleState(*self.track.at(tried_m)))
            is_free = self.traffic is None or self.traffic.is_free(body)
            if is_free and (self.is_clear is None or self.is_clear(tried_m, body)):
                return tried_m
        return along_m

    def _find(self) -> None:
        self._axle = Follower(self.track, self.state.x_m, self.state.y_m)
        nose = self.state.point(DEEPRACER.nose_m)
        self._nose = Follower(self.track, *nose)
        self.place = self._axle.follow(self.state.x_m, self.state.y_m)
        self._nose_along_m = self._nose.follow(*nose).along_m

    def step(self) -> None:
        """Drive on for ``STEP_NS``."""
        while self._pending and self._pending[0][0] <= self.now_ns:
            _, *wheels = self._pending.pop(0)
            self._wheels = (wheels[0], wheels[1])
        step(self.state, self.conditions.traits, *self._wheels, _STEP_S, self.chance)
        self.now_ns += STEP_NS
        self._watch_line()
        self.place = self._axle.follow(self.state.x_m, self.state.y_m)
        if abs(self.place.offset_m) > self.track.width_m / 2 - _SURELY_ON_M:
            wheels_at = self.state.wheels(DEEPRACER)
            self.is_off = not any(self._axle.is_on_road(x_m, y_m) for x_m, y_m in wheels_at)
        if self.traffic is not None:
            self._watch_traffic(self.traffic)

    def _watch_traffic(self, traffic: Traffic) -> None:
        if self.now_ns % _TRAFFIC_STEP_NS == 0:
            own = Spot(self.place.along_m, self.place.offset_m)
            traffic.advance(_TRAFFIC_STEP_NS / 1e9, own)
        self.has_crashed = not traffic.is_free(body_of(self.state))

    def _watch_line(self) -> None:
        """Note a crossing; one that a car comes back to without a lap between is none."""
        before_m, length_m = self._nose_along_m, self.track.length_m
        after_m = self._nose.follow(*self.state.point(DEEPRACER.nose_m)).along_m
        self._nose_along_m = after_m
        moved_m = after_m - before_m
        self._since_line_m += moved_m - length_m * round(moved_m / length_m)
        if self._is_over(before_m, after_m) and (
            not self.crossings_ns or self._since_line_m > length_m / 2
        ):
            frac = after_m / max(1e-9, after_m + length_m - before_m)
            self.crossings_ns.append(self.now_ns - round(frac * STEP_NS))
            self._since_line_m = 0.0

    def _is_over(self, before_m: float, after_m: float) -> bool:
        """Whether the finish line lies between two places of the nose."""
        return before_m > 0.75 * self.track.length_m and after_m < 0.25 * self.track.length_m


def start_anywhere(
    track: Track,
    camera: Renderer,
    conditions: Conditions,
    chance: Random,
    traffic: Traffic | None = None,
) -> SimulatedCar:
    """Return a car somewhere free on the track, not quite straight, at some speed."""
    while True:
        x_m, y_m, heading_rad = track.at(
            chance.uniform(0, track.length_m), chance.uniform(-0.3, 0.3) * track.width_m
        )
        state = VehicleState(
            x_m, y_m, heading_rad + chance.uniform(-0.35, 0.35), speed_mps=chance.uniform(0, 2.0)
        )
        if traffic is None or traffic.is_free(body_of(state)):
            return SimulatedCar(track, camera, conditions, chance, state, traffic)


def start_on_grid(
    track: Track,
    camera: Renderer,
    conditions: Conditions,
    chance: Random,
    traffic: Traffic | None = None,
) -> SimulatedCar:
    """Return a car as a heat begins: standing, just before the finish line."""
    state = VehicleState(*track.at(grid_m(track)))
    return SimulatedCar(track, camera, conditions, chance, state, traffic)


def grid_m(track: Track) -> float:
    """Return the arc length at which a car's rear axle stands on the grid."""
    return track.length_m - (DEEPRACER.nose_m + 0.25)
