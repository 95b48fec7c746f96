"""The guard: no command moves a car for longer than it says itself."""

import threading

import pytest

from hardware.actuators import guard
from hardware.actuators.command import CarReading, Command
from hardware.actuators.errors import ActuatorError
from hardware.actuators.guard import RETRY_NS, ActuatorGuard
from tests.car_agent.doubles import FakeClock, RecordingActuators

TTL_NS = 300_000_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def wheels() -> RecordingActuators:
    return RecordingActuators()


@pytest.fixture
def subject(clock: FakeClock, wheels: RecordingActuators) -> ActuatorGuard:
    return ActuatorGuard(lambda: wheels, clock)


def command(capture_ns: int, throttle_frac: float = 0.5) -> Command:
    return Command(0.1, throttle_frac, capture_ns, capture_ns, TTL_NS)


def test_starts_in_neutral(subject: ActuatorGuard, wheels: RecordingActuators) -> None:
    """It should set neutral before anybody commands anything."""
    assert wheels.done == [None]
    assert subject.description == "recording"


def test_carries_out_at_once(
    subject: ActuatorGuard, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should pass a fresh command on in the caller's own thread."""
    fresh = command(clock())
    assert subject.submit(fresh)
    assert wheels.done == [None, fresh]
    assert subject.check() == clock() + TTL_NS


def test_ends_a_command_that_nobody_renews(
    subject: ActuatorGuard, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should go to neutral when the time to live, counted from the capture, is over."""
    subject.submit(command(clock()))
    clock.advance_ms(299)
    subject.check()
    assert wheels.throttle_frac() == 0.5
    clock.advance_ms(1)
    assert subject.check() is None
    assert wheels.throttle_frac() == 0.0
    assert subject.stale_commands == 1


def test_neutral_does_not_wait_for_the_log(
    subject: ActuatorGuard,
    wheels: RecordingActuators,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It should be in neutral before it says so: whoever reads the log may be slow."""
    throttles_frac: list[float] = []

    class Watching:
        def warning(self, _event: str, **_words: str) -> None:
            throttles_frac.append(wheels.throttle_frac())

    monkeypatch.setattr(guard, "_log", Watching())
    subject.submit(command(clock()))
    clock.advance_ms(300)
    subject.check()
    assert throttles_frac == [0.0]


def test_a_newer_command_moves_the_deadline(
    subject: ActuatorGuard, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should keep driving while commands keep coming."""
    for _ in range(20):
        subject.submit(command(clock()))
        clock.advance_ms(67)
        subject.check()
    assert wheels.done.count(None) == 1
    assert subject.stale_commands == 0


def test_refuses_a_command_that_comes_too_late(
    subject: ActuatorGuard, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should set neutral instead of what an old picture would have asked for."""
    old = command(clock())
    clock.advance_ms(300)
    assert not subject.submit(old)
    assert wheels.done == [None, None]
    assert subject.stale_commands == 1


def test_halt_is_neutral_now(
    subject: ActuatorGuard, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should stop at once, and not count that as stale."""
    subject.submit(command(clock()))
    subject.halt()
    assert wheels.throttle_frac() == 0.0
    clock.advance_ms(1000)
    assert subject.check() is None
    assert subject.stale_commands == 0


def test_a_broken_device_is_opened_again(clock: FakeClock) -> None:
    """It should say that the device failed, then reach it again and set it to neutral."""
    first, second = RecordingActuators(), RecordingActuators()
    devices = iter([first, second])
    subject = ActuatorGuard(lambda: next(devices), clock)
    first.is_broken = True
    with pytest.raises(ActuatorError, match="loose"):
        subject.submit(command(clock()))
    assert first.is_closed
    with pytest.raises(ActuatorError, match="neutral"):
        subject.submit(command(clock()))
    assert subject.reading() == CarReading()
    assert subject.check() == clock() + RETRY_NS
    clock.now_ns += RETRY_NS
    subject.check()
    assert second.done == [None]
    assert subject.submit(command(clock()))


def test_a_device_that_stays_away_is_tried_again_and_again(clock: FakeClock) -> None:
    """It should wait between tries and never give up."""
    wheels = RecordingActuators()
    is_away = False
    tries = 0

    def open_wheels() -> RecordingActuators:
        nonlocal tries
        tries += 1
        if is_away:
            raise ActuatorError("Nobody there.")
        return wheels

    subject = ActuatorGuard(open_wheels, clock)
    is_away = wheels.is_broken = True
    subject.halt()
    for _ in range(3):
        clock.now_ns += RETRY_NS
        assert subject.check() == clock() + RETRY_NS
    is_away = wheels.is_broken = False
    clock.now_ns += RETRY_NS
    assert subject.check() is None
    assert tries == 5
    assert subject.submit(command(clock()))


def test_the_first_failure_to_open_is_the_callers(clock: FakeClock) -> None:
    """It should not hide at start that there is no device."""

    def open_nothing() -> RecordingActuators:
        raise ActuatorError("Nobody there.")

    with pytest.raises(ActuatorError, match="Nobody"):
        ActuatorGuard(open_nothing, clock)


def test_close_is_neutral_and_gives_the_device_back(
    subject: ActuatorGuard, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should end in neutral, take no command afterwards, and not mind a second close."""
    subject.start()
    subject.submit(command(clock()))
    subject.close()
    subject.close()
    assert wheels.throttle_frac() == 0.0
    assert wheels.is_closed
    with pytest.raises(ActuatorError):
        subject.submit(command(clock()))


def test_the_watching_thread_needs_nobody() -> None:
    """It should set neutral by itself, on the real clock, after the driver has fallen silent."""
    is_neutral = threading.Event()

    class Watched(RecordingActuators):
        def neutral(self) -> None:
            super().neutral()
            if len(self.done) > 2:
                is_neutral.set()

    wheels = Watched()
    clock = FakeClock()
    subject = ActuatorGuard(lambda: wheels, clock)
    subject.start()
    subject.submit(Command(0.0, 1.0, clock(), clock(), 1))
    clock.advance_ms(1)
    assert is_neutral.wait(10)
    subject.close()
    assert subject.stale_commands == 1


def test_a_drivers_surprise_is_a_failure_like_any_other(clock: FakeClock) -> None:
    """It should give the device up and open it again, whatever the driver raised."""

    class Surprising(RecordingActuators):
        def apply(self, command: Command) -> None:
            raise ZeroDivisionError("Who would have thought?")

        def close(self) -> None:
            raise KeyError("close")

    second = RecordingActuators()
    devices = iter([Surprising(), second])
    subject = ActuatorGuard(lambda: next(devices), clock)
    with pytest.raises(ActuatorError, match="Who would have thought"):
        subject.submit(command(clock()))
    clock.now_ns += RETRY_NS
    subject.check()
    assert subject.submit(command(clock()))
    assert second.throttle_frac() == 0.5
