"""A car whose agent, model, camera, link or guard fails stops, and drives again afterwards.

Everything is real but the PWM chip, which is a folder. How long neutral takes is 'make bench's to
tell (tests/bench/car/bench_guard.py); here it only has to come.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.guarded_car import NEUTRAL_NS, RunningCar
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def lasting_car(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCar]:
    with RunningCar(tmp_path_factory.mktemp("car")) as running:
        yield running


@pytest.fixture
def car(lasting_car: RunningCar) -> RunningCar:
    """Give a car that drives: what every fault of this module must leave behind it."""
    lasting_car.wait_driving()
    return lasting_car


@pytest.mark.parametrize("part", ["camera", "model"])
def test_a_hung_part_stops_the_car(car: RunningCar, part: str) -> None:
    """It should be in neutral while it hangs, and drive when it is back."""
    car.wait_neutral(car.say(f"hang {part}"))
    car.say(f"unhang {part}")
    car.wait_driving()


def test_a_lost_link_stops_the_car(car: RunningCar) -> None:
    """It should be in neutral, and drive by another go."""
    car.wait_neutral(car.say("hang link"))
    car.say("unhang link")
    car.say("go")
    car.wait_driving()


def test_the_end_of_the_heat_stops_the_car(car: RunningCar) -> None:
    """It should heed the order at once."""
    car.wait_neutral(car.say("finish"))
    car.say("go")
    car.wait_driving()


def test_an_emergency_stop_stops_the_car(car: RunningCar) -> None:
    """It should stay in neutral until it is released, whatever the model wants."""
    car.wait_neutral(car.say("e_stop"))
    car.say("go")
    assert car.tree.throttle_ns() == NEUTRAL_NS
    car.say("release")
    car.wait_driving()


def test_a_stopped_agent_stops_the_car(car: RunningCar) -> None:
    """It should be in neutral after SIGSTOP, and drive after SIGCONT and a go."""
    car.wait_neutral(car.signal_agent(signal.SIGSTOP))
    car.signal_agent(signal.SIGCONT)
    car.say("go")  # its lease may have run out on a busy machine
    car.wait_driving()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
def test_a_guard_that_dies_is_replaced(car: RunningCar, number: signal.Signals) -> None:
    """It should be in neutral by the agent's own hand, then drive behind another guard."""
    first = car.guard_pid()
    car.wait_neutral(car.signal_guard(number))
    car.wait_driving()
    assert car.guard_pid() != first


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_end_of_the_agent_stops_the_car(tmp_path: Path, number: signal.Signals) -> None:
    """It should be in neutral, and leave no guard behind."""
    with RunningCar(tmp_path) as car:
        guard = Path(f"/proc/{car.guard_pid()}")
        car.wait_neutral(car.signal_agent(number))
        car.process.wait(PATIENCE_S)
        car.wait_until(lambda: not guard.exists() or is_dead(guard))
        assert car.tree.throttle_ns() == NEUTRAL_NS


def test_an_emergency_stop_outlives_agent_and_guard(tmp_path: Path) -> None:
    """It should still be latched after both were killed at once, and until it is released."""
    with RunningCar(tmp_path) as car:
        car.wait_neutral(car.say("e_stop"))
        car.wait_until((tmp_path / "red.e-stop").exists)
        car.signal_agent(signal.SIGKILL)
    with RunningCar(tmp_path, is_driving=False) as car:
        car.say("go")
        assert car.tree.throttle_ns() == NEUTRAL_NS
        car.say("release")
        car.wait_driving()


def is_dead(process: Path) -> bool:
    """Say whether a process is only waiting for somebody to collect it."""
    try:
        return "\nState:\tZ" in (process / "status").read_text(encoding="ascii")
    except OSError:
        return True
