"""The drive loop, with the real model runtime, a clock of the test's own and scripted pictures."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from car_agent.errors import TokenError
from car_agent.models.load import load_model
from hardware.actuators.command import Command
from tests.car_agent.driving.bench import TTL_NS, Bench, make_bench
from tests.car_agent.onnx_models import light_seeker


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
