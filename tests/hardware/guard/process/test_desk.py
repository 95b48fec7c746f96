"""The guard without its process: messages in, the device driven, words out."""

import os
import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hardware.actuators.command import CarReading, Command
from hardware.actuators.errors import ActuatorError
from hardware.guard.core import SILENCE_NS
from hardware.guard.lease import DriveLease
from hardware.guard.messages import Beat, Calibrate, Release
from hardware.guard.process.desk import GuardDesk
from hardware.guard.process.device import RETRY_NS
from hardware.guard.process.latch import UNREADABLE, Latch
from tests.car_agent.doubles import FakeClock, GuardInPlace, RecordingActuators, drive

TTL_NS = 300_000_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def wheels() -> RecordingActuators:
    return RecordingActuators()


@pytest.fixture
def agent(clock: FakeClock, wheels: RecordingActuators) -> GuardInPlace:
    guard = GuardInPlace(lambda: wheels, clock)
    guard.grant(DriveLease("a", clock() + 60_000_000_000))
    return guard


@pytest.fixture
def subject(agent: GuardInPlace) -> GuardDesk:
    return agent.desk


def command(capture_ns: int, throttle_frac: float = 0.5) -> Command:
    return Command(0.1, throttle_frac, capture_ns, capture_ns, TTL_NS)


def test_starts_in_neutral(subject: GuardDesk, wheels: RecordingActuators) -> None:
    """It should set neutral before anybody commands anything."""
    assert wheels.done == [None]
    assert subject.device.description == "recording"


def test_carries_a_command_out_and_tells(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should do it at once, and tell how long its picture was on the way, once."""
    fresh = command(clock())
    clock.advance_ms(20)
    agent.desk.take(drive(fresh))
    assert wheels.done == [None, fresh]
    (carried,) = agent.desk.status().carried
    assert (carried.capture_mono_ns, carried.done_mono_ns) == (fresh.capture_mono_ns, clock())
    assert agent.desk.status().carried == ()
    assert agent.status().throttle_frac == 0.5


def test_ends_a_command_that_nobody_renews(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should go to neutral at the command's end, though the agent lives, and say why."""
    agent.submit(command(clock()))
    with capture_logs() as lines:
        for _ in range(6):
            clock.advance_ms(49)
            agent.check()
        assert wheels.throttle_frac() == 0.5
        clock.advance_ms(8)
        agent.check()
    assert wheels.throttle_frac() == 0.0
    assert [line["event"] for line in lines] == ["neutral"]
    status = agent.status()
    assert status.stale_commands == 1
    assert status.neutral_took_ns == 2_000_000
    assert status.steering_frac == 0.1


def test_a_stopped_agent_is_neutral(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should not wait for the command's end where the agent says nothing."""
    agent.submit(command(clock()))
    clock.now_ns += SILENCE_NS
    agent.desk.check()
    assert wheels.done[-1] is None
    assert agent.status().why_neutral == "the agent is silent"


def test_neutral_does_not_wait_for_the_log(
    agent: GuardInPlace,
    wheels: RecordingActuators,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It should be in neutral before it says so: whoever reads the log may be slow."""
    throttles_frac: list[float] = []

    class Watching:
        def warning(self, _event: str, **_words: object) -> None:
            throttles_frac.append(wheels.throttle_frac())

    monkeypatch.setattr("hardware.guard.process.desk._log", Watching())
    agent.submit(command(clock()))
    agent.desk.disconnect()
    assert throttles_frac == [0.0]


def test_neutral_is_written_once(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should not write again what the device holds already."""
    agent.submit(command(clock()))
    agent.halt()
    agent.halt()
    agent.revoke("called back")
    assert wheels.done[2:] == [None]


def test_the_same_command_after_a_halt_is_carried_out(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should not mistake it for the one under way."""
    same = command(clock())
    agent.submit(same)
    agent.halt()
    assert agent.submit(same)
    assert wheels.done[1:] == [same, None, same]


def test_coasting_is_steering_alone(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should turn the wheels without throttle after the lease, then stand."""
    agent.grant(DriveLease("b", clock() + 100_000_000, "coast"))
    agent.submit(command(clock()))
    clock.advance_ms(100)
    agent.check()
    assert wheels.done[-1] == command(clock() - 100_000_000, throttle_frac=0.0)
    turned = Command(-0.7, 0.9, clock(), clock(), TTL_NS)
    assert not agent.submit(turned)
    last = wheels.done[-1]
    assert last is not None
    assert (last.steering_frac, last.throttle_frac) == (-0.7, 0.0)
    agent.halt()
    assert wheels.done[-1] is None


def test_a_broken_device_is_opened_again(clock: FakeClock) -> None:
    """It should say that the device failed, reach it again, set neutral and go on."""
    first, second = RecordingActuators(), RecordingActuators()
    devices = iter([first, second])
    agent = GuardInPlace(lambda: next(devices), clock)
    agent.grant(DriveLease("a", clock() + 60_000_000_000))
    first.is_broken = True
    with pytest.raises(ActuatorError, match="loose"):
        agent.submit(command(clock()))
    assert first.is_closed
    assert agent.status().reading == CarReading()
    assert agent.desk.due_ns() <= clock() + RETRY_NS
    clock.now_ns += RETRY_NS
    agent.check()
    assert second.done[0] is None
    assert agent.submit(command(clock()))
    assert second.throttle_frac() == 0.5


def test_a_device_that_was_reset_is_found_though_nobody_drives(clock: FakeClock) -> None:
    """It should look by itself, tell at once, open it again and count it."""
    first, second = RecordingActuators(), RecordingActuators()
    devices = iter([first, second])
    agent = GuardInPlace(lambda: next(devices), clock)
    agent.desk.take_news()
    first.is_reset = True
    clock.now_ns = agent.desk.due_ns()
    agent.check()
    assert "it was reset" in (agent.status().fault or "")
    assert agent.desk.take_news()
    assert first.is_closed
    clock.now_ns += RETRY_NS
    agent.check()
    assert second.done == [None]
    assert agent.desk.take_news()
    assert (agent.status().fault, agent.status().device_resets) == (None, 1)


def test_a_device_that_stays_away_is_tried_again_and_again(
    wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should wait between tries and never give up."""
    is_away = False
    tries = 0

    def open_wheels() -> RecordingActuators:
        nonlocal tries
        tries += 1
        if is_away:
            raise ZeroDivisionError("Who would have thought?")
        return wheels

    agent = GuardInPlace(open_wheels, clock)
    agent.grant(DriveLease("a", clock() + 60_000_000_000))
    is_away = wheels.is_broken = True
    with pytest.raises(ActuatorError):
        agent.submit(command(clock()))
    for _ in range(3):
        clock.now_ns += RETRY_NS
        agent.check()
        assert "Who would have thought" in (agent.status().fault or "")
    is_away = wheels.is_broken = False
    clock.now_ns += RETRY_NS
    agent.check()
    assert tries == 5
    assert agent.submit(command(clock()))


def test_the_first_failure_to_open_is_the_callers(clock: FakeClock) -> None:
    """It should not hide at start that there is no device."""

    def open_nothing() -> RecordingActuators:
        raise ActuatorError("Nobody there.")

    with pytest.raises(ActuatorError, match="Nobody"):
        GuardDesk(open_nothing, Latch(None), clock)


def test_an_emergency_stop_outlives_the_guard(
    wheels: RecordingActuators, clock: FakeClock, tmp_path: Path
) -> None:
    """It should be latched in the next guard as well, until somebody releases it."""
    note = tmp_path / "deep" / "red.e-stop"
    first = GuardDesk(lambda: wheels, Latch(note), clock)
    first.e_stop("race control", clock() - 7)
    assert first.status().e_stop_mono_ns == clock() - 7
    second = GuardDesk(lambda: wheels, Latch(note), clock)
    assert second.status().e_stop == "race control"
    second.take(Release(who="pit"))
    assert second.status().e_stop is None
    assert GuardDesk(lambda: wheels, Latch(note), clock).status().e_stop is None


def test_a_pressed_button_is_not_released_from_afar(
    subject: GuardDesk, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should stay latched while the contact on the car is closed."""
    subject.is_button_pressed = lambda: True
    subject.e_stop("the button on the car", clock())
    subject.take(Release(who="race control"))
    assert subject.status().e_stop == "the button on the car"
    assert wheels.done == [None]


def test_neutral_that_was_not_written_is_not_told(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should tell when neutral had reached the device, which failed when it was wanted."""
    agent.submit(command(clock()))
    clock.advance_ms(20)
    pressed_ns = clock()
    wheels.is_broken = True
    agent.e_stop("race control")
    assert agent.status().fault is not None
    assert agent.status().neutral_mono_ns < pressed_ns
    wheels.is_broken = False
    clock.now_ns += RETRY_NS
    agent.check()
    assert wheels.done[-1] is None
    assert (agent.status().fault, agent.status().neutral_mono_ns) == (None, clock())


def test_a_release_that_was_refused_is_a_stop_anew(subject: GuardDesk, clock: FakeClock) -> None:
    """It should tell a stop of now, so that letting the button up alone releases nothing."""
    subject.is_button_pressed = lambda: True
    subject.e_stop("the button on the car", clock())
    clock.advance_ms(1_000)
    subject.take_news()
    subject.take(Release(who="race control"))
    assert subject.status().e_stop_mono_ns == clock()
    assert subject.take_news()


def test_a_stop_at_the_car_is_kept_before_race_controls(
    wheels: RecordingActuators, clock: FakeClock, tmp_path: Path
) -> None:
    """It should remember the button behind a stop that race control repeats, and note it."""
    note = tmp_path / "red.e-stop"
    subject = GuardDesk(lambda: wheels, Latch(note), clock)
    subject.e_stop("[stop s1] race control", clock())
    clock.advance_ms(1_000)
    subject.e_stop("the button on the car", clock())
    subject.e_stop("[stop s2] race control", clock())
    status = subject.status()
    assert (status.e_stop, status.e_stop_mono_ns) == ("the button on the car", clock())
    assert Latch(note).reason == "the button on the car"


def test_a_note_outlives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should have its folder on the disk as well, when it is written and when it is removed."""
    note = tmp_path / "red.e-stop"
    on_disk: list[tuple[bool, bool]] = []

    def sync(descriptor: int) -> None:
        on_disk.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), note.exists()))

    monkeypatch.setattr(os, "fsync", sync)
    latch = Latch(note)
    latch.set("the button on the car")
    latch.clear()
    assert on_disk == [(False, False), (True, True), (True, False)]


def test_a_note_that_is_damaged_still_stops(tmp_path: Path) -> None:
    """It should rather stand than drive where it can't read why it was stopped."""
    note = tmp_path / "red.e-stop"
    note.write_text("{", encoding="utf-8")
    assert Latch(note).reason == UNREADABLE


def test_an_emergency_stop_that_cannot_be_noted_still_stops(
    wheels: RecordingActuators, clock: FakeClock, tmp_path: Path
) -> None:
    """It should stop, and say that the note failed."""
    subject = GuardDesk(lambda: wheels, Latch(tmp_path / "file" / "red.e-stop"), clock)
    (tmp_path / "file").touch()
    with capture_logs() as lines:
        subject.e_stop("button", clock())
    assert subject.status().e_stop == "button"
    assert "emergency_stop_not_kept" in [line["event"] for line in lines]


def test_a_calibration_is_taken_in_neutral(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should stop before the pulses change their meaning."""
    agent.submit(command(clock()))
    agent.desk.take(Calibrate(file="{}"))
    assert wheels.done[-1] is None
    assert agent.status().why_neutral == "halted"


def test_a_device_that_is_back_has_its_calibration(clock: FakeClock) -> None:
    """It should hand a device that was opened again what was calibrated meanwhile."""
    first, second = RecordingActuators(), RecordingActuators()
    devices = iter([first, second])
    agent = GuardInPlace(lambda: next(devices), clock)
    agent.calibrate("found")
    first.is_broken = True
    agent.desk.device.neutral()
    agent.calibrate("found later")
    clock.now_ns += RETRY_NS
    agent.check()
    assert (first.files, second.files) == (["found"], ["found later"])


def test_close_is_neutral_and_gives_the_device_back(
    agent: GuardInPlace, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should end in neutral."""
    agent.submit(command(clock()))
    agent.desk.close()
    assert wheels.throttle_frac() == 0.0
    assert wheels.is_closed


def test_news_is_told_once(agent: GuardInPlace, clock: FakeClock) -> None:
    """It should tell a change at once, and nothing where there is none."""
    agent.desk.take_news()
    agent.desk.take(Beat())
    assert not agent.desk.take_news()
    agent.submit(command(clock()))
    assert agent.desk.take_news()
    assert not agent.desk.take_news()
