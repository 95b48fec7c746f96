"""A car on a bench: the drive loop with the real model runtime, a scripted clock and pictures."""

from dataclasses import dataclass

import numpy as np

from car_agent.driving.frames import NewestFrame
from car_agent.driving.policy import ThrottleMap, make_policy
from car_agent.driving.preprocess import Preprocessor
from car_agent.driving.supervisor import DriveLimits, Pilot, Supervisor
from car_agent.link.orders import NO_MODEL, OrderBook
from car_agent.models.load import LoadedModel
from car_agent.telemetry import DriveRecord, Tally
from hardware.actuators.command import CarReading
from hardware.cameras.frames import Frame
from tests.car_agent.doubles import (
    FakeClock,
    GuardInPlace,
    RecordingActuators,
    let_off,
    order_book,
)
from timing_server.contract.machines.devices import CarTelemetry, HeatOrder, HeatPhase, RunOrder

TTL_NS = 300_000_000
LIMITS = DriveLimits(command_ttl_ns=TTL_NS, camera_patience_ns=1_000_000_000)


@dataclass
class Bench:
    """A car on a bench: everything real but clock, camera and wheels."""

    clock: FakeClock
    slot: NewestFrame
    wheels: RecordingActuators
    guard: GuardInPlace
    book: OrderBook
    record: DriveRecord
    subject: Supervisor
    model: LoadedModel
    seq: int = 0

    def order(
        self,
        phase: HeatPhase,
        car_id: str = "red",
        model_sha256: str | None = None,
        speed_pct: int = 100,
    ) -> None:
        """Let the server send an order."""
        is_go = phase == "running"
        run = RunOrder(
            entry_id="e1",
            car_id=car_id,
            model_sha256=model_sha256,
            is_go=is_go,
            lease_id=f"h{self.clock()}" if is_go else None,
            speed_pct=speed_pct,
        )
        heat = HeatOrder(phase=phase, heat_id="h1", runs=(run,))
        let_off(self.book, heat, self.clock())

    def show(self, left: int = 0, right: int = 0, age_ms: float = 5.0) -> None:
        """Let the camera take a picture of that brightness, and the loop act on it."""
        pixels = np.empty((120, 160), dtype=np.uint8)
        pixels[:, :80], pixels[:, 80:] = left, right
        self.seq += 1
        self.slot.put(Frame(pixels, self.clock() - int(age_ms * 1e6), self.seq))
        self.subject.step(0)

    def pass_time(self, duration_ms: float) -> None:
        """Let time pass without a picture."""
        self.clock.advance_ms(duration_ms)
        self.guard.check()
        self.subject.step(0)

    def report(self) -> CarTelemetry:
        """Return the telemetry."""
        tally = Tally(self.slot.dropped, self.guard.status().stale_commands, CarReading())
        return self.record.report(tally, self.clock())


def make_bench(model: LoadedModel, *, is_loaded: bool = True) -> Bench:
    clock = FakeClock()
    slot = NewestFrame()
    wheels = RecordingActuators()
    guard = GuardInPlace(lambda: wheels, clock)
    sha256 = model.sha256 if is_loaded else None
    book = order_book(guard, sha256 or NO_MODEL)
    record = DriveRecord(sha256)
    policy = make_policy(model.card.output, ThrottleMap("linear", 4.0))
    pilot = Pilot(Preprocessor(model.card), model, policy)
    subject = Supervisor(slot, pilot if is_loaded else None, guard, book, record, LIMITS, clock)
    if not is_loaded:
        arrived = [pilot]
        subject.take_pilots_from(lambda: arrived.pop() if arrived else None)
    return Bench(clock, slot, wheels, guard, book, record, subject, model)
