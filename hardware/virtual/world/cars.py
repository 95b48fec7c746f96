"""A car in the virtual world: on the road, stranded in the field, or carried by the crew."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from hardware.virtual.world.barrier import Barrier
from hardware.virtual.world.objects.bodies import body_of
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import DEEPRACER, VehicleState, VehicleTraits, step

#: ``carried``: in someone's hands or on its stand; it doesn't move and breaks no beam.
Whereabouts = Literal["carried", "on_road", "stranded"]


@dataclass(frozen=True, slots=True)
class DriveOrder:
    """What a car's agent wants, and until when that may be believed."""

    steering_frac: float
    throttle_frac: float
    expires_mono_ns: int


@dataclass(slots=True)
class WorldCar:
    """One car. ``left_along_m``: where it was last on the road, measured along the centre line."""

    car_id: str
    state: VehicleState
    chance: Random
    traits: VehicleTraits = DEEPRACER
    whereabouts: Whereabouts = "carried"
    order: DriveOrder | None = None
    left_along_m: float = 0.0
    standing_since_ns: int | None = None
    off_tracks_this_lap: int = field(default=0)

    def move(self, track: Track, now_ns: int, dt_s: float, barrier: Barrier | None = None) -> bool:
        """Move by one step that ends at ``now_ns``; return whether the car left the road in it.

        An order that is older than its time to live means neutral throttle; the wheels stay. A
        car in the field that comes to the barrier stands there.
        """
        steering_frac, throttle_frac = self._wanted(now_ns)
        is_stranded = self.whereabouts == "stranded"
        before = replace(self.state)
        step(
            self.state,
            self.traits,
            steering_frac,
            throttle_frac,
            dt_s,
            self.chance,
            is_on_field=is_stranded,
        )
        if is_stranded and barrier is not None and barrier.is_hit_by(body_of(self.state)):
            self.state = replace(before, steering_rad=self.state.steering_rad, speed_mps=0.0)
        self._watch_standing(now_ns)
        if is_stranded:
            return False
        if any(track.is_on_road(x_m, y_m) for x_m, y_m in self.state.wheels(self.traits)):
            return False
        self.whereabouts = "stranded"
        self.left_along_m = track.project(self.state.x_m, self.state.y_m).along_m
        self.standing_since_ns = None
        return True

    def _wanted(self, now_ns: int) -> tuple[float, float]:
        if self.order is None:
            return 0.0, 0.0
        if now_ns >= self.order.expires_mono_ns:
            return self.order.steering_frac, 0.0
        return self.order.steering_frac, self.order.throttle_frac

    def _watch_standing(self, now_ns: int) -> None:
        if self.state.speed_mps > 0.0:
            self.standing_since_ns = None
        elif self.standing_since_ns is None:
            self.standing_since_ns = now_ns
