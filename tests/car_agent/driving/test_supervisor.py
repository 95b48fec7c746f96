"""The drive loop, with the real model runtime, a clock of the test's own and scripted pictures."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from car_agent.driving.frames import NewestFrame
from car_agent.driving.health import LoopWatch
from car_agent.driving.policy import ThrottleMap, make_policy
from car_agent.driving.preprocess import Preprocessor
from car_agent.driving.supervisor import DriveLimits, Pilot, Supervisor
from car_agent.errors import TokenError
from car_agent.link.orders import NO_MODEL, OrderBook
from car_agent.models.load import LoadedModel, load_model
from car_agent.telemetry import DriveRecord, Tally
from hardware.actuators.command import CarReading, Command
from hardware.cameras.frames import Frame
from tests.car_agent.doubles import (
    FakeClock,
    GuardInPlace,
    RecordingActuators,
    let_off,
    order_book,
)
from tests.car_agent.onnx_models import continuous_model, light_seeker
from timing_server.contract.machines.devices import CarTelemetry, HeatOrder, HeatPhase, RunOrder

PATIENCE_S = 10.0
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


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return make_bench(load_model(light_seeker(tmp_path / "seeker.onnx")))


def test_stands_until_its_heat_runs(bench: Bench) -> None:
    """It should stay in neutral without an order, when called, and in another car's heat."""
    bench.show(255, 0)
    bench.order("called")
    bench.show(255, 0)
    bench.order("running", car_id="blue")
    bench.show(255, 0)
    bench.order("idle")
    bench.show(255, 0)
    assert bench.wheels.done == [None]
    report = bench.report()
    assert not report.is_driving
    assert report.frames == 4
    assert report.model_sha256 == bench.model.sha256


def test_waits_for_its_first_model_and_drives_by_it(tmp_path: Path) -> None:
    """It should show pictures and stand without a model, and drive once one has arrived."""
    bench = make_bench(load_model(light_seeker(tmp_path / "seeker.onnx")), is_loaded=False)
    before = bench.report()
    assert (bench.subject.model, before.model_sha256, before.is_warm) == (None, None, False)
    bench.show(255, 0)
    bench.order("running")
    bench.show(255, 0)
    after = bench.report()
    assert bench.subject.model is bench.model
    assert (after.model_sha256, after.is_warm, after.is_driving) == (bench.model.sha256, True, True)
    assert after.frames == 2


def test_drives_by_what_it_sees(bench: Bench) -> None:
    """It should turn to the light, with the picture's own capture time in the command."""
    bench.order("running")
    bench.show(255, 0, age_ms=20)
    bench.show(0, 255)
    left, right = bench.wheels.done[1:]
    assert left == Command(1.0, 0.25, bench.clock() - 20_000_000, bench.clock(), TTL_NS)
    assert right is not None
    assert right.steering_frac == -1.0
    report = bench.report()
    assert report.is_driving
    assert (report.steering_frac, report.throttle_frac) == (-1.0, 0.25)
    assert report.frame_age_ms == 5.0


def test_stops_with_the_heat(bench: Bench) -> None:
    """It should be in neutral as soon as the order says so, picture or not."""
    bench.order("running")
    bench.show(255, 0)
    bench.order("finished")
    bench.subject.step(0)
    assert bench.wheels.throttle_frac() == 0.0
    report = bench.report()
    assert not report.is_driving
    assert report.throttle_frac == 0.0


def test_a_lost_server_stops_the_car_after_its_patience(bench: Bench) -> None:
    """It should drive on for five seconds without a word, then stop, and drive by another go."""
    bench.order("running")
    for _ in range(49):
        bench.clock.advance_ms(100)
        bench.show(255, 0)
    assert bench.wheels.throttle_frac() == 0.25
    with capture_logs() as lines:
        bench.clock.advance_ms(100)
        bench.show(255, 0)
    assert bench.wheels.throttle_frac() == 0.0
    (told,) = [line for line in lines if line["event"] == "not_driving"]
    assert told["log_level"] == "warning"
    assert "no contact with the server for 5 s" in told["why"]
    bench.order("running")
    bench.show(255, 0)
    assert bench.wheels.throttle_frac() == 0.25


def test_another_model_than_the_heat_was_equipped_with(bench: Bench) -> None:
    """It should not drive, and say which model is loaded and which is wanted."""
    with capture_logs() as lines:
        bench.order("running", model_sha256="0" * 64)
        bench.show(255, 0)
    assert bench.wheels.done == [None]
    assert not bench.report().is_driving
    assert bench.model.sha256[:12] in lines[0]["why"]
    assert "000000000000" in lines[0]["why"]
    bench.order("running", model_sha256=bench.model.sha256)
    bench.show(255, 0)
    assert bench.report().is_driving


def test_a_silent_camera_is_neutral_and_said(bench: Bench) -> None:
    """It should stop by the command's own time to live, then say that the camera stalls."""
    bench.order("running")
    bench.show(255, 0)
    bench.pass_time(301)
    assert bench.wheels.throttle_frac() == 0.0
    with capture_logs() as lines:
        bench.pass_time(800)
        bench.pass_time(800)
    assert [line["event"] for line in lines] == ["camera_stalled"]
    report = bench.report()
    assert not report.is_driving
    assert report.stale_commands == 1
    with capture_logs() as lines:
        bench.show(255, 0)
    assert [line["event"] for line in lines] == ["camera_gives_pictures_again"]
    assert bench.wheels.throttle_frac() == 0.25


def test_a_camera_that_was_silent_before_the_start_is_still_missed(bench: Bench) -> None:
    """It should say so once driving is wanted, though the silence began earlier."""
    bench.pass_time(5000)
    bench.order("running")
    with capture_logs() as lines:
        bench.pass_time(1)
        bench.pass_time(1001)
    assert [line["event"] for line in lines] == ["driving", "camera_stalled"]


def test_a_late_picture_is_not_driven_by(bench: Bench) -> None:
    """It should drop and count a picture whose command would be dead on arrival."""
    bench.order("running")
    bench.show(255, 0)
    bench.pass_time(301)
    bench.show(255, 0, age_ms=300)
    assert bench.wheels.throttle_frac() == 0.0
    report = bench.report()
    assert report.dropped_frames == 1
    assert not report.is_driving


def test_a_stamp_in_the_future_does_not_live_longer(bench: Bench) -> None:
    """It should count the time to live from now where the stamp is of another clock."""
    bench.order("running")
    bench.show(255, 0, age_ms=-60_000)
    last = bench.wheels.done[-1]
    assert last is not None
    assert last.expires_mono_ns == bench.clock() + TTL_NS


@dataclass(frozen=True)
class FailingSession:
    """A runtime that fails while it is told to, and otherwise asks the real one."""

    real: LoadedModel
    is_failing: Callable[[], bool]

    def run(self, *args: object) -> object:
        """Fail, or run."""
        if self.is_failing():
            raise RuntimeError("Non-zero status code returned")
        return self.real.session.run(*args)


def test_a_failing_model_stops_the_car_and_is_tried_again(tmp_path: Path) -> None:
    """It should go to neutral, log once, and drive as soon as the model answers again."""
    real = load_model(light_seeker(tmp_path / "seeker.onnx"))
    state = {"is_failing": False}
    bench = make_bench(replace(real, session=FailingSession(real, lambda: state["is_failing"])))
    bench.order("running")
    bench.show(255, 0)
    state["is_failing"] = True
    with capture_logs() as lines:
        for _ in range(10):
            bench.clock.advance_ms(67)
            bench.show(255, 0)
    assert bench.wheels.throttle_frac() == 0.0
    assert not bench.report().is_driving
    assert [line["event"] for line in lines] == ["inference_failed"]
    assert "Non-zero status" in lines[0]["reason"]
    state["is_failing"] = False
    bench.show(255, 0)
    assert bench.wheels.throttle_frac() == 0.25


def test_a_failing_model_and_a_silent_camera_are_reported(tmp_path: Path) -> None:
    """It should tell race control what a person must mend, and no longer once it is mended."""
    real = load_model(light_seeker(tmp_path / "seeker.onnx"))
    state = {"is_failing": True}
    bench = make_bench(replace(real, session=FailingSession(real, lambda: state["is_failing"])))
    bench.order("running")
    bench.show(255, 0)
    assert bench.report().troubles == ("model_failed",)
    state["is_failing"] = False
    bench.show(255, 0)
    assert bench.report().troubles == ()
    bench.pass_time(1001)
    assert bench.report().troubles == ("camera_stalled",)
    bench.show(255, 0)
    assert bench.report().troubles == ()


@dataclass(frozen=True)
class HangingSession:
    """A runtime that answers once it is let."""

    real: LoadedModel
    is_asked: threading.Event
    may_answer: threading.Event

    def run(self, *args: object) -> object:
        """Wait, then run."""
        self.is_asked.set()
        assert self.may_answer.wait(PATIENCE_S)
        return self.real.session.run(*args)


def test_a_model_that_never_answers_is_neutral_and_reported(tmp_path: Path) -> None:
    """It should be stopped by its last command's time to live, and be said by other threads."""
    real = load_model(light_seeker(tmp_path / "seeker.onnx"))
    is_asked, may_answer = threading.Event(), threading.Event()
    may_answer.set()
    bench = make_bench(replace(real, session=HangingSession(real, is_asked, may_answer)))
    watch = LoopWatch(bench.record.health, bench.clock)
    bench.order("running")
    bench.show(255, 0)
    assert bench.wheels.throttle_frac() == 0.25
    may_answer.clear()
    is_asked.clear()
    thread = threading.Thread(target=bench.show, args=(255, 0))
    thread.start()
    assert is_asked.wait(PATIENCE_S)
    bench.clock.advance_ms(1001)
    bench.guard.check()
    assert bench.wheels.throttle_frac() == 0.0
    report = bench.report()
    assert report.troubles == ("model_hung",)
    assert (report.is_driving, report.throttle_frac) == (False, 0.0)
    with capture_logs() as lines:
        watch.look()
        watch.look()
        may_answer.set()
        thread.join()
        watch.look()
    assert [line["event"] for line in lines] == ["model_hung", "model_answers_again"]
    # What it answers at last is an answer to an old picture.
    assert bench.wheels.throttle_frac() == 0.0
    assert bench.report().troubles == ()


def test_an_answer_that_is_no_number_stops_the_car(tmp_path: Path) -> None:
    """It should treat NaN on the track as a failure, not as an action."""
    bench = make_bench(load_model(continuous_model(tmp_path / "c.onnx", 0.0, 0.0)))
    bench.order("running")
    bench.show()
    assert bench.wheels.throttle_frac() == 0.375
    pilot = Pilot(
        Preprocessor(bench.model.card),
        bench.model,
        lambda answer: make_policy(bench.model.card.output, ThrottleMap("linear", 4.0))(
            answer * float("nan")
        ),
    )
    subject = Supervisor(
        bench.slot, pilot, bench.guard, bench.book, bench.record, LIMITS, bench.clock
    )
    bench.subject = subject
    bench.show()
    assert bench.wheels.throttle_frac() == 0.0


def test_wheels_that_do_not_answer(bench: Bench) -> None:
    """It should say so, keep looking, and drive when they are back."""
    bench.order("running")
    bench.wheels.is_broken = True
    with capture_logs() as lines:
        bench.show(255, 0)
    assert not bench.report().is_driving
    assert lines[-1]["event"] == "actuators_failed"
    bench.wheels.is_broken = False
    bench.pass_time(501)
    bench.show(255, 0)
    assert bench.wheels.throttle_frac() == 0.25


def test_pictures_are_shown_while_its_heat_is_on(bench: Bench) -> None:
    """It should have a picture to show when called and running, and none otherwise."""
    bench.show(1, 2)
    assert bench.record.view() is None
    bench.order("called")
    bench.show(1, 2)
    assert bench.record.view() is not None
    bench.order("finished")
    bench.show(1, 2)
    assert bench.record.view() is None


def test_its_speed_is_limited_in_per_cent(bench: Bench) -> None:
    """It should give the wheels that share of what the model asks for, and steer as it wants."""
    bench.order("running", speed_pct=60)
    bench.show(255, 0)
    last = bench.wheels.done[-1]
    assert last is not None
    assert last.steering_frac == 1.0
    assert last.throttle_frac == pytest.approx(0.15)


def test_run_ends_in_neutral(bench: Bench) -> None:
    """It should leave the car in neutral when it is told to end."""
    bench.order("running")
    bench.show(255, 0)
    turns = iter([False, True])
    bench.subject.run(lambda: next(turns))
    assert bench.wheels.throttle_frac() == 0.0


def test_run_ends_when_the_server_refuses_the_car(bench: Bench) -> None:
    """It should raise what the server said, after going to neutral."""
    bench.order("running")
    bench.show(255, 0)
    bench.book.refuse(TokenError("Not you."))
    with pytest.raises(TokenError, match="Not you"):
        bench.subject.run(lambda: False)
    assert bench.wheels.throttle_frac() == 0.0
