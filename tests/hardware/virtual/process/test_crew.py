import pytest

from hardware.virtual.process.crew import RESETS_PER_LAP, Crew
from hardware.virtual.process.tally import Tally
from hardware.virtual.world.beam import BeamChange
from hardware.virtual.world.cars import DriveOrder
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.world import World, WorldEvent
from timing_server.contract.machines.devices import HeatOrder, HeatPhase

S = 1_000_000_000
FOREVER_NS = 10**18


class Hall:
    """A world with a crew, and a clock that the test advances."""

    def __init__(self) -> None:
        self.tally = Tally(None)
        self.world = World(track_named("demo"), seed=1, start_mono_ns=0)
        self.crew = Crew(self.world, self.tally)

    def order(self, phase: HeatPhase, car_id: str | None = "car-1", heat_id: str = "h1") -> None:
        self.crew.take_order(HeatOrder(phase=phase, heat_id=heat_id, car_id=car_id))

    def drive_straight(self, throttle_frac: float = 0.3) -> None:
        self.world.drive("car-1", DriveOrder(0.0, throttle_frac, FOREVER_NS))

    def wait(self, seconds: float) -> list[WorldEvent]:
        events: list[WorldEvent] = []
        until_ns = self.world.now_ns + round(seconds * S)
        while self.world.now_ns < until_ns:
            for event in self.world.advance(self.world.now_ns + S // 50):
                self.crew.see(event)
                events.append(event)
            self.crew.work()
        return events

    def whereabouts(self, car_id: str = "car-1") -> str:
        return self.world.cars[car_id].whereabouts


@pytest.fixture
def subject() -> Hall:
    return Hall()


def test_called_car_stands_just_before_the_line(subject: Hall) -> None:
    """It should be on the road, less than half a metre short of its first crossing."""
    subject.order("called")
    car = subject.world.cars["car-1"]
    nose_m = subject.world.track.project(*car.state.point(car.traits.nose_m)).along_m
    assert subject.world.track.length_m - nose_m == pytest.approx(0.25, abs=0.02)
    assert car.state.speed_mps == 0.0
    assert subject.crew.car_on_track == "car-1"


def test_start_does_not_move_the_car(subject: Hall) -> None:
    """It should leave driving to the car: the crew only puts down and picks up."""
    subject.order("called")
    subject.wait(1)
    before = subject.world.cars["car-1"].state.point(0)
    subject.order("running")
    subject.wait(1)
    assert subject.world.cars["car-1"].state.point(0) == before


def test_car_whose_call_was_missed_is_put_down_when_running(subject: Hall) -> None:
    """It should serve a venue that was started again in the middle of a heat."""
    subject.order("running")
    assert subject.whereabouts() == "on_road"


def test_order_repeated_leaves_the_car_where_it_is(subject: Hall) -> None:
    """It should not carry a racing car back to the line when the stream reconnects."""
    subject.order("running")
    subject.drive_straight()
    subject.wait(1)
    before = subject.world.cars["car-1"].state.x_m
    subject.order("running")
    assert subject.world.cars["car-1"].state.x_m == before


def test_same_car_in_the_next_heat_begins_at_the_line(subject: Hall) -> None:
    """It should carry it back to the line for a heat of its own."""
    subject.order("running")
    subject.drive_straight()
    subject.wait(1)
    before = subject.world.cars["car-1"].state.x_m
    subject.order("called", heat_id="h2")
    assert subject.world.cars["car-1"].state.x_m < before


def test_car_off_track_is_put_back_where_it_left(subject: Hall) -> None:
    """It should wait 1.5 s after the car stands, then set it onto the line at that point."""
    subject.order("running")
    subject.drive_straight()
    while subject.tally.counted.off_tracks == 0:
        subject.wait(0.1)
    subject.wait(1.4)
    assert subject.whereabouts() == "stranded"
    left_m = subject.world.cars["car-1"].left_along_m
    subject.world.drive("car-1", DriveOrder(0.0, 0.0, FOREVER_NS))
    subject.wait(0.7)
    car = subject.world.cars["car-1"]
    assert car.whereabouts == "on_road"
    now_m = subject.world.track.project(*car.state.point(0)).along_m
    assert now_m == pytest.approx(left_m, abs=0.05)
    assert subject.tally.counted.resets == 1


def test_car_is_put_back_three_times_a_lap_and_then_left_off(subject: Hall) -> None:
    """It should give up on a car that only goes straight."""
    subject.order("running")
    subject.drive_straight()
    subject.wait(40)
    assert subject.tally.counted.off_tracks == RESETS_PER_LAP + 1
    assert subject.tally.counted.resets == RESETS_PER_LAP
    assert subject.whereabouts() == "carried"


def test_finished_car_rolls_out_and_is_taken_off(subject: Hall) -> None:
    """It should wait until the car stands, and not longer than three seconds."""
    subject.order("running")
    subject.drive_straight(0.2)
    subject.wait(0.7)
    subject.order("finished")
    subject.wait(0.2)
    assert subject.whereabouts() == "on_road"
    subject.wait(3)
    assert subject.whereabouts() == "carried"
    assert subject.crew.car_on_track is None


def test_next_car_comes_when_the_last_one_still_rolls(subject: Hall) -> None:
    """It should clear the track at once for the car that is called."""
    subject.order("running")
    subject.drive_straight()
    subject.wait(0.5)
    subject.order("finished")
    subject.order("called", car_id="car-2", heat_id="h2")
    assert subject.whereabouts() == "carried"
    assert subject.whereabouts("car-2") == "on_road"


@pytest.mark.parametrize("phase", ["idle", "finished"])
def test_no_heat_no_car(subject: Hall, phase: HeatPhase) -> None:
    """It should put nothing on the track for a heat that isn't called or running."""
    subject.order(phase)
    assert subject.crew.car_on_track is None


def test_crossings_reach_the_tally(subject: Hall) -> None:
    """It should count the crossing once, as one that nobody has sensed yet."""
    subject.order("running")
    subject.drive_straight()
    events = subject.wait(1.5)
    assert len([event for event in events if isinstance(event, BeamChange)]) == 2
    assert subject.tally.counted.unsensed == 1
