"""From the drive loop to the disk: real files, a real shelf, the thread's work done in place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from car_agent.blackbox.assembly import RecordStarter
from car_agent.blackbox.describe import RecordSummary, summarise
from car_agent.blackbox.figures import Counts, Latencies
from car_agent.blackbox.recorder import MAX_PICTURES_WAITING, Recorder
from car_agent.blackbox.settings import RecordSettings
from car_agent.blackbox.shelf import Shelf
from car_agent.blackbox.steps import OwnRun, Sources, Step
from car_agent.driving.policy import Decision
from car_agent.link.orders import Permission
from car_agent.models.load import load_model
from hardware.actuators.command import Command
from hardware.cameras.frames import Frame
from hardware.guard.handle import CarriedOut
from hardware.node.watch.machine import MachineReading
from hardware.race_clock import Relation
from tests.car_agent.doubles import RELATED, FakeClock, GuardInPlace, RecordingActuators
from tests.car_agent.onnx_models import light_seeker

RUN = OwnRun("v1", "h1", "e1", is_shown=True)


@dataclass
class Car:
    """A car whose recorder works when the test lets it."""

    clock: FakeClock
    recorder: Recorder
    folder: Path
    run: OwnRun | None = None
    counts: Counts = field(default_factory=Counts)
    carried: list[CarriedOut] = field(default_factory=list)
    machine: MachineReading = field(default_factory=MachineReading)
    relation: Relation | None = RELATED

    def drive(self, frames: int, latency_ms: float = 12.0) -> None:
        """See and decide so many times, 50 ms apart."""
        for seq in range(frames):
            self.clock.advance_ms(50)
            now_ns = self.clock()
            self.recorder.see(Frame(np.full((12, 16), seq, dtype=np.uint8), now_ns, seq))
            command = Command(0.5, 0.25, now_ns, now_ns + 9_000_000, 300_000_000)
            answer = np.array([0.25, 0.75], dtype=np.float32)
            decision = Decision(0.5, 0.25, 1)
            self.recorder.note(Step(seq, answer, decision, command, now_ns + 4_000_000, True))
            self.carried.append(CarriedOut(now_ns, now_ns + int(latency_ms * 1e6)))

    def work(self) -> None:
        """Do what the thread does."""
        while not self.recorder._waiting.empty():
            self.recorder._take(0)
        self.recorder.look()

    def finish(self) -> RecordSummary:
        """End the heat and read its record."""
        self.run = None
        self.work()
        [path] = sorted(self.folder.glob("*.mcap"))
        return summarise(path)


@dataclass
class Guard(GuardInPlace):
    """A guard that also tells what reached the wheels."""

    car: Callable[[], Car]

    def take_carried(self) -> list[CarriedOut]:
        """Return what the test let reach the wheels."""
        carried, self.car().carried = self.car().carried, []
        return carried


MakeCar = Callable[..., Car]


@pytest.fixture
def make_car(tmp_path: Path) -> MakeCar:
    def make(**settings: object) -> Car:
        clock = FakeClock()
        model = load_model(light_seeker(tmp_path / "seeker.onnx"))
        guard = Guard.__new__(Guard)
        GuardInPlace.__init__(guard, RecordingActuators, clock)
        folder = tmp_path / "records"
        kept = RecordSettings.model_validate({"folder": folder, "free_mb": 0, **settings})
        starter = RecordStarter(
            kept, Shelf(folder, kept.limit_mb, kept.free_mb), "red", lambda: model
        )
        sources = Sources(
            guard=guard,
            own_run=lambda: car.run,
            leave=lambda _: Permission(car.run is not None, "running"),
            counts=lambda: car.counts,
            relation=lambda: car.relation,
            machine=lambda: car.machine,
        )
        car = Car(clock, Recorder(sources, starter, clock), folder)
        guard.car = lambda: car
        return car

    return make


def test_keeps_all_of_a_run(make_car: MakeCar) -> None:
    """It should keep each picture, decision and arrival at the wheels, and count the run alone."""
    car = make_car()
    car.counts = Counts(100, 7, 3)
    car.drive(3)
    car.run = RUN
    car.work()
    car.machine = MachineReading(is_throttled=True, is_undervolted=False)
    car.drive(20)
    car.work()
    car.machine = MachineReading(is_throttled=False, is_undervolted=False)
    car.counts = Counts(110, 9, 3)
    car.drive(10)
    summary = car.finish()
    assert summary.is_whole
    assert summary.about.heat_id == "h1"
    assert summary.rows["/camera"] == summary.rows["/drive"] == summary.rows["/wheels"] == 30
    assert summary.rows["/clock"] >= 1
    figures = summary.figures
    assert (figures.commands, figures.frames, figures.dropped_frames) == (30, 10, 2)
    assert figures.latency_p50_us == 12_100
    assert figures.is_throttled
    assert figures.is_undervolted is False
    assert figures.lost_rows == 0
    assert car.recorder.figures == figures


def test_the_drive_loop_never_waits(make_car: MakeCar) -> None:
    """It should count what a stuck disk couldn't take, and say so in the record."""
    car = make_car()
    car.run = RUN
    car.work()
    car.drive(MAX_PICTURES_WAITING + 5)
    car.work()
    car.clock.advance_ms(1100)
    car.work()
    summary = car.finish()
    assert summary.rows["/camera"] == MAX_PICTURES_WAITING
    assert summary.rows["/drive"] == MAX_PICTURES_WAITING + 5
    assert summary.rows["/lost"] == 1
    assert summary.figures.lost_rows == 5


def test_a_called_heat_has_no_pictures_yet(make_car: MakeCar) -> None:
    """It should begin the record at the call, and its pictures when the heat is armed."""
    car = make_car()
    car.run = OwnRun("v1", "h1", "e1", is_shown=False)
    car.work()
    car.drive(4)
    car.work()
    car.run = RUN
    car.work()
    car.drive(2)
    assert car.finish().rows["/camera"] == 2


def test_a_nearly_full_disk_records_nothing(make_car: MakeCar) -> None:
    """It should drive on with figures and without a record."""
    car = make_car(free_mb=1_000_000)
    car.run = RUN
    car.work()
    car.drive(5)
    car.run = None
    car.work()
    assert not car.folder.exists() or not list(car.folder.iterdir())
    assert car.recorder.figures is not None
    assert car.recorder.figures.commands == 5


def test_can_be_switched_off(make_car: MakeCar) -> None:
    """It should keep figures alone."""
    car = make_car(is_on=False)
    car.run = RUN
    car.work()
    car.drive(5)
    car.run = None
    car.work()
    assert not car.folder.exists()
    assert car.recorder.figures is not None
    assert (car.recorder.figures.commands, car.recorder.figures.is_over) == (5, True)


def test_the_next_heat_has_a_record_of_its_own(make_car: MakeCar) -> None:
    """It should end one record and begin another where heats follow at once."""
    car = make_car()
    for heat_id in ("h1", "h2"):
        car.run = OwnRun("v1", heat_id, "e1", is_shown=True)
        car.work()
        car.drive(3)
    car.run = None
    car.work()
    found = [summarise(path).about.heat_id for path in sorted(car.folder.glob("*.mcap"))]
    assert found == ["h1", "h2"]


def test_percentiles_are_nearest_rank() -> None:
    """It should count in steps of 100 µs, rounded up, and know nothing of nothing."""
    subject = Latencies()
    assert subject.percentile_us(0.5) is None
    for latency_ms in range(1, 101):
        subject.add(latency_ms * 1_000_000)
    assert subject.percentile_us(0.50) == 50_100
    assert subject.percentile_us(0.95) == 95_100
    subject.add(10**12)
    assert subject.percentile_us(1.0) == 2_000_100
