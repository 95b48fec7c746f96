"""The drive loop in trouble: silent cameras, late pictures, models that fail, wheels that do."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from structlog.testing import capture_logs

from car_agent.driving.health import LoopWatch
from car_agent.driving.policy import ThrottleMap, make_policy
from car_agent.driving.preprocess import Preprocessor
from car_agent.driving.supervisor import Pilot, Supervisor
from car_agent.models.load import LoadedModel, load_model
from tests.car_agent.driving.bench import LIMITS, TTL_NS, Bench, make_bench
from tests.car_agent.onnx_models import continuous_model, light_seeker
from tests.waiting import PATIENCE_S


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
