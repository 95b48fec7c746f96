from itertools import pairwise

import pytest

from hardware.virtual.world.barrier import Barrier
from hardware.virtual.world.beam import BeamChange
from hardware.virtual.world.cars import DriveOrder
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.bodies import body_of
from hardware.virtual.world.world import (
    HAND_NS,
    STEP_NS,
    LapBegan,
    LeftRoad,
    World,
    WorldEvent,
    sector_ends_m,
)

S = 1_000_000_000
START_NS = 5 * S
FOREVER_NS = 10**18


@pytest.fixture
def subject() -> World:
    world = World(track_named("demo"), seed=3, start_mono_ns=START_NS)
    world.put_down("car-1", -0.5)
    return world


def straight_on(throttle_frac: float = 0.3, expires_mono_ns: int = FOREVER_NS) -> DriveOrder:
    return DriveOrder(0.0, throttle_frac, expires_mono_ns)


def after(world: World, seconds: float) -> tuple[WorldEvent, ...]:
    return world.advance(world.now_ns + round(seconds * S))


def test_it_moves_in_whole_steps(subject: World) -> None:
    """It should never run ahead of the instant it was given."""
    subject.advance(START_NS + 3 * STEP_NS + 1)
    assert subject.now_ns == START_NS + 3 * STEP_NS


def test_crossing_breaks_the_beam_for_the_cars_length(subject: World) -> None:
    """It should tell both edges, as far apart as the car is long at its speed."""
    subject.drive("car-1", straight_on())
    events = after(subject, 1.8)
    broken, whole = (event for event in events if isinstance(event, BeamChange))
    assert (broken.level, whole.level) == (1, 0)
    pulse_s = (whole.mono_ns - broken.mono_ns) / S
    assert pulse_s == pytest.approx(0.30 / 1.1, rel=0.2)
    assert [event for event in events if isinstance(event, LapBegan)]


def test_how_often_it_is_asked_changes_nothing() -> None:
    """It should come to the same edges in one long advance and in many short ones."""

    def edges(stride_ns: int) -> list[WorldEvent]:
        world = World(track_named("demo"), seed=3, start_mono_ns=START_NS)
        world.put_down("car-1", -0.5)
        world.drive("car-1", straight_on())
        events: list[WorldEvent] = []
        for now_ns in range(START_NS, START_NS + 2 * S, stride_ns):
            events += world.advance(now_ns)
        return events

    assert edges(STEP_NS) == edges(10 * STEP_NS)
    assert len(edges(STEP_NS)) >= 3


def test_order_past_its_time_to_live_means_neutral(subject: World) -> None:
    """It should let the car roll out on the road although the last command said throttle."""
    subject.drive("car-1", straight_on(0.5, expires_mono_ns=START_NS + S // 2))
    after(subject, 0.5)
    assert subject.cars["car-1"].state.speed_mps > 1.0
    after(subject, 2.0)
    assert subject.cars["car-1"].state.speed_mps == 0.0
    assert subject.cars["car-1"].whereabouts == "on_road"


def test_leaving_the_road_strands_the_car(subject: World) -> None:
    """It should tell it once, remember where, and stop the car in the field."""
    subject.drive("car-1", straight_on())
    events = after(subject, 6.0)
    assert [type(event) for event in events].count(LeftRoad) == 1
    car = subject.cars["car-1"]
    assert car.whereabouts == "stranded"
    assert car.state.speed_mps == 0.0
    assert car.off_tracks_this_lap == 1
    assert 1.0 < car.left_along_m < 3.5
    left_ns = next(event.mono_ns for event in events if isinstance(event, LeftRoad))
    assert car.standing_since_ns is not None
    assert left_ns < car.standing_since_ns < left_ns + S


def test_the_barrier_ends_a_fast_cars_way() -> None:
    """It should stop a car that left the road at full speed before the barrier, not behind it."""
    subject = World(track_named("speedway"), seed=1, start_mono_ns=START_NS)
    subject.put_down("car-1", 1.0)
    car = subject.cars["car-1"]
    car.state.speed_mps, car.state.heading_rad = 4.0, car.state.heading_rad - 1.2
    subject.drive("car-1", straight_on(1.0))
    after(subject, 3.0)
    assert car.whereabouts == "stranded"
    assert car.state.speed_mps == 0.0
    nose = subject.track.project(*car.state.point(car.traits.nose_m))
    gone_m = abs(nose.offset_m) - subject.track.width_m / 2
    # With 9 m/s² alone it would have come 0.9 m far, and its nose further.
    assert 0.45 < gone_m < 0.68
    assert not Barrier(subject.track).is_hit_by(body_of(car.state))


def test_car_put_back_stands_on_the_road_and_may_drive(subject: World) -> None:
    """It should be on the line where it left, heading the right way."""
    subject.drive("car-1", straight_on())
    after(subject, 6.0)
    car = subject.cars["car-1"]
    subject.put_down("car-1", car.left_along_m)
    assert car.whereabouts == "on_road"
    assert abs(subject.track.project(car.state.x_m, car.state.y_m).offset_m) < 0.01
    after(subject, 0.5)
    assert car.state.speed_mps > 0.5


@pytest.mark.parametrize("along_m", [-0.2, -0.01, 0.0, 0.05])
def test_car_is_never_put_down_in_the_beam(subject: World, along_m: float) -> None:
    """It should stand clear of the line, past it where its nose had been past it."""
    subject.put_down("car-1", along_m)
    subject.drive("car-1", straight_on(0.2))
    events = after(subject, 1.0)
    assert not [event for event in events if isinstance(event, BeamChange | LapBegan)]


def test_sectors_have_beams_of_their_own() -> None:
    """It should break the beam at a sector's end alone, and put no car down in it."""
    world = World(track_named("demo"), 1, 0, sectors=3)
    world.add_car("car-1")
    assert list(world.levels) == ["finish", "sector-1", "sector-2"]
    first_m, _second_m = sector_ends_m(world.track, 3)
    world.put_down("car-1", first_m - 0.6)
    world.drive("car-1", straight_on())
    broken = [event for event in after(world, 2.0) if isinstance(event, BeamChange)]
    assert [(event.gate, event.level) for event in broken[:2]] == [("sector-1", 1), ("sector-1", 0)]
    world.put_down("car-1", first_m)
    world.drive("car-1", straight_on(0.2))
    assert not [event for event in after(world, 1.0) if isinstance(event, BeamChange)]


@pytest.mark.parametrize("design", ["demo", "oval"])
def test_a_sectors_beam_sees_one_part_of_the_road(design: str) -> None:
    """It should stand where the road doesn't come past itself."""
    track = track_named(design)
    assert all(track.has_room_across(along_m, 0.15) for along_m in sector_ends_m(track, 3))


def test_carried_car_breaks_no_beam_and_stands_still(subject: World) -> None:
    """It should make the beam whole when a car is lifted out of it, and ignore its commands."""
    subject.drive("car-1", straight_on())
    while subject.levels["finish"] == 0:
        after(subject, 0.01)
    subject.pick_up("car-1")
    assert [type(event) for event in after(subject, 1.0)] == [BeamChange]
    assert not subject.levels["finish"]
    assert subject.cars["car-1"].state.speed_mps == 0.0


def test_waved_hand_breaks_the_beam_for_a_moment(subject: World) -> None:
    """It should tell both edges of it."""
    subject.wave_hand()
    broken, whole = after(subject, 0.2)
    assert isinstance(broken, BeamChange)
    assert isinstance(whole, BeamChange)
    assert (broken.level, whole.level) == (1, 0)
    assert whole.mono_ns - broken.mono_ns == HAND_NS


def test_cars_stand_apart_beside_the_track(subject: World) -> None:
    """It should give each car a stand of its own, off the road."""
    places = [subject.add_car(f"car-{number}").state for number in range(2, 6)]
    for one, other in pairwise(places):
        assert abs(one.x_m - other.x_m) + abs(one.y_m - other.y_m) > 0.2
    assert not any(subject.track.is_on_road(place.x_m, place.y_m) for place in places)


def test_sleep_is_skipped_not_lived_through(subject: World) -> None:
    """It should go on from the later instant with everything where it was."""
    before = subject.cars["car-1"].state
    subject.drive("car-1", straight_on())
    subject.skip_to(START_NS + 100 * S)
    assert subject.advance(START_NS + 100 * S) == ()
    assert subject.cars["car-1"].state == before
