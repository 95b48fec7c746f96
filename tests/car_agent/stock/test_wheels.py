"""Leases and stops as calls to a console: what is sent, when, and what counts as heeded."""

from dataclasses import dataclass, field

import pytest

from car_agent.link.stops import StopBook
from car_agent.stock.errors import ConsoleError
from car_agent.stock.wheels import StockWheels
from hardware.guard.lease import DriveLease
from tests.car_agent.doubles import FakeClock
from timing_server.contract.machines.driving import StopOrder


@dataclass
class Console:
    """Keeps its calls, takes 80 ms for each, and fails those that the test names."""

    clock: FakeClock
    calls: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    def start(self) -> None:
        self._do("start")

    def stop(self) -> None:
        self._do("stop")

    def drive_by_model(self) -> None:
        self._do("auto")

    def limit_throttle(self, throttle_pct: int) -> None:
        self._do(f"limit {throttle_pct}")

    def _do(self, call: str) -> None:
        self.clock.advance_ms(80)
        self.calls.append(call)
        if call in self.failing:
            raise ConsoleError("The car's console doesn't answer.")

    def taken(self) -> list[str]:
        """Return the calls since the last time."""
        calls, self.calls = self.calls, []
        return calls


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def console(clock: FakeClock) -> Console:
    return Console(clock)


@pytest.fixture
def subject(console: Console, clock: FakeClock) -> StockWheels:
    wheels = StockWheels(console, 50, clock)
    wheels.step(is_allowed=False, throttle_scale=1.0)
    assert console.taken() == ["stop"]  # whether it drove wasn't known
    return wheels


def let_off(subject: StockWheels, clock: FakeClock, lease_id: str = "l1") -> None:
    subject.grant(DriveLease(lease_id, clock.now_ns + 5_000_000_000))
    subject.step(is_allowed=True, throttle_scale=1.0)


def test_go_starts_once(subject: StockWheels, console: Console, clock: FakeClock) -> None:
    """It should choose the mode, limit the throttle and start; a renewal changes nothing."""
    let_off(subject, clock)
    assert console.taken() == ["auto", "limit 50", "start"]
    let_off(subject, clock)
    assert console.taken() == []
    assert subject.is_running


def test_speed_is_passed_on(subject: StockWheels, console: Console, clock: FakeClock) -> None:
    """It should give per cent of its own limit, while it drives."""
    let_off(subject, clock)
    console.taken()
    subject.step(is_allowed=True, throttle_scale=0.6)
    assert console.taken() == ["limit 30"]
    assert subject.throttle_pct == 30


@pytest.mark.parametrize("then", ["stop", "coast"])
def test_a_lease_that_runs_out_stops(
    subject: StockWheels, console: Console, clock: FakeClock, then: str
) -> None:
    """It should stop where the server is lost, also where others would roll on."""
    subject.grant(DriveLease("l1", clock.now_ns + 1_000_000_000, then))  # type: ignore[arg-type]
    subject.step(is_allowed=True, throttle_scale=1.0)
    console.taken()
    clock.advance_ms(1001)
    subject.step(is_allowed=True, throttle_scale=1.0)
    assert console.taken() == ["stop"]
    subject.step(is_allowed=True, throttle_scale=1.0)
    assert console.taken() == []


def test_a_hold_stops_and_go_starts_anew(
    subject: StockWheels, console: Console, clock: FakeClock
) -> None:
    """It should not come back with a renewal of what was taken away."""
    let_off(subject, clock)
    console.taken()
    subject.revoke("held (stop)")
    subject.step(is_allowed=False, throttle_scale=1.0)
    assert console.taken() == ["stop"]
    assert subject.stop_ms == 80
    let_off(subject, clock)
    assert console.taken() == []
    let_off(subject, clock, "l2")
    assert console.taken()[-1] == "start"


def test_a_stop_is_repeated_until_it_is_answered(
    subject: StockWheels, console: Console, clock: FakeClock
) -> None:
    """It should say meanwhile what is wrong, and count its latency from the first cause."""
    let_off(subject, clock)
    console.taken()
    console.failing = {"stop"}
    subject.e_stop("[stop s1] race control")
    for _ in range(3):
        subject.step(is_allowed=False, throttle_scale=1.0)
    assert console.taken() == ["stop"] * 3
    assert subject.status().e_stop is None
    assert subject.status().fault == "The car's console doesn't answer."
    console.failing = set()
    subject.step(is_allowed=False, throttle_scale=1.0)
    assert subject.status().e_stop == "[stop s1] race control"
    assert subject.status().fault is None
    assert subject.stop_ms == 320


def test_an_emergency_stop_is_acknowledged_by_the_consoles_answer(
    subject: StockWheels, console: Console, clock: FakeClock
) -> None:
    """It should be called heeded when the console answered, also for a car that stood."""
    book = StopBook("red", subject, "n")
    pressed_ns = clock.now_ns
    book.note_stop(StopOrder(stop_id="s1"), pressed_ns)
    book.note_guard(subject.status())
    assert book.heeded[0].neutral_mono_ns is None
    subject.step(is_allowed=False, throttle_scale=1.0)
    assert console.taken() == ["stop"]
    book.note_guard(subject.status())
    assert book.heeded[0].neutral_mono_ns == pressed_ns + 80_000_000


def test_a_start_whose_answer_is_lost_is_stopped(
    subject: StockWheels, console: Console, clock: FakeClock
) -> None:
    """It should not believe that a car stands whose start may have arrived."""
    console.failing = {"start"}
    let_off(subject, clock)
    assert not subject.is_running
    console.taken()
    subject.revoke("the heat is over")
    subject.step(is_allowed=False, throttle_scale=1.0)
    assert console.taken() == ["stop"]


def test_a_stop_during_the_start_keeps_the_car(
    subject: StockWheels, console: Console, clock: FakeClock
) -> None:
    """It should look once more before the one call that lets the car go."""
    real = console.limit_throttle

    def stopped_meanwhile(throttle_pct: int) -> None:
        real(throttle_pct)
        subject.e_stop("[stop s1] race control")

    console.limit_throttle = stopped_meanwhile  # type: ignore[method-assign]
    let_off(subject, clock)
    assert "start" not in console.taken()
    subject.step(is_allowed=False, throttle_scale=1.0)
    assert console.taken() == ["stop"]


def test_it_parks_the_car_at_its_end(
    subject: StockWheels, console: Console, clock: FakeClock
) -> None:
    """It should stop a car that it started, and give up on one that doesn't answer."""
    let_off(subject, clock)
    console.taken()
    subject.park()
    assert console.taken() == ["stop"]
    let_off(subject, clock, "l2")
    console.taken()
    console.failing = {"stop"}
    subject.park(tries=3)
    assert console.taken() == ["stop"] * 3
