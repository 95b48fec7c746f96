"""Agent and guard over their socket: both ways of starting, what is refused, what is told."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from hardware.actuators.command import Command
from hardware.actuators.errors import ActuatorError
from hardware.calibration.file import DEFAULT
from hardware.guard.client import GuardClient
from hardware.guard.errors import GuardRefusedError
from hardware.guard.launch import GuardLink
from hardware.guard.lease import DriveLease
from hardware.guard.messages import PROTOCOL, Hello, Ready, Refused, from_agent, from_guard, pack
from hardware.guard.settings import GuardRequest
from tests.hardware.actuators.pwm_tree import PwmTree
from tests.waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def tree(tmp_path: Path) -> PwmTree:
    return PwmTree(tmp_path / "pwm")


@pytest.fixture
def request_(tree: PwmTree, tmp_path: Path) -> GuardRequest:
    return GuardRequest(
        car_id="red",
        actuators="pwm",
        wheels=tree.settings(),
        latch_file=tmp_path / "red.e-stop",
    )


@contextmanager
def started(request: GuardRequest, door: Path | None = None) -> Iterator[GuardClient]:
    with closing(GuardClient(request, door)) as guard:
        guard.start()
        yield guard


def drive(guard: GuardClient) -> str:
    """Let the car off, and hand over a command that lives for two seconds; return the lease's id.

    A go of its own each time: an emergency stop uses up the one before.
    """
    now_ns = time.monotonic_ns()
    lease_id = f"go at {now_ns}"
    guard.grant(DriveLease(lease_id, now_ns + 60_000_000_000))
    guard.submit(Command(0.2, 0.5, now_ns, now_ns, 2_000_000_000))
    return lease_id


def test_drives_tells_and_stops(request_: GuardRequest, tree: PwmTree) -> None:
    """It should move the pulses, tell what it did, and leave neutral behind it."""
    with started(request_) as subject:
        assert subject.description == "pwmchip0 (kernel PWM)"
        assert tree.throttle_ns() == DEFAULT.motor.mid_ns
        lease_id = drive(subject)
        wait_until(lambda: subject.status().throttle_frac == 0.5)
        status = subject.status()
        assert (status.lease_id, status.lease_phase) == (lease_id, "valid")
        assert status.why_neutral is None
        (carried,) = subject.take_carried()
        assert carried.capture_mono_ns < carried.done_mono_ns
        subject.halt()
        wait_until(lambda: subject.status().why_neutral == "halted")
        assert tree.throttle_ns() == DEFAULT.motor.mid_ns
        drive(subject)
        wait_until(lambda: tree.throttle_ns() != DEFAULT.motor.mid_ns)
    assert tree.throttle_ns() == DEFAULT.motor.mid_ns


def test_every_word_reaches_the_guard(request_: GuardRequest) -> None:
    """It should revoke, stop for good and be released."""
    with started(request_) as subject:
        drive(subject)
        wait_until(lambda: subject.status().why_neutral is None)
        subject.revoke("called back")
        wait_until(lambda: subject.status().why_neutral == "called back")
        sent_ns = time.monotonic_ns()
        subject.e_stop("race control")
        wait_until(lambda: subject.status().e_stop == "race control")
        assert subject.status().e_stop_mono_ns >= sent_ns
        subject.release("pit")
        wait_until(lambda: subject.status().e_stop is None)


def test_a_command_without_leave_is_told_apart(request_: GuardRequest) -> None:
    """It should say that it doesn't move the car."""
    with started(request_) as subject:
        now_ns = time.monotonic_ns()
        assert not subject.submit(Command(0.0, 1.0, now_ns, now_ns, 300_000_000))


def test_a_chip_that_is_taken_is_the_callers(request_: GuardRequest) -> None:
    """It should raise the guard's own sentence, and leave no process behind."""
    with started(request_):
        second = GuardClient(request_)
        with pytest.raises(GuardRefusedError, match="Another guard holds pwmchip0"):
            second.start()
        second.close()


def test_a_wrong_name_ends_as_a_wrong_option(request_: GuardRequest) -> None:
    """It should carry the exit code of what was wrong."""
    wrong = request_.model_copy(update={"actuators": "wings"})
    with pytest.raises(GuardRefusedError, match="no actuators 'wings'") as caught:
        GuardClient(wrong).start()
    assert caught.value.exit_code == 2


def test_a_car_without_its_guard_is_told(request_: GuardRequest) -> None:
    """It should raise for commands while there is no guard, and swallow the rest."""
    subject = GuardClient(request_)
    subject.halt()
    subject.e_stop("nobody hears")
    with pytest.raises(ActuatorError, match="guard doesn't answer"):
        subject.submit(Command(0.0, 0.0, 0, 0, 1))
    subject.close()


@pytest.fixture
def door(tmp_path_factory: pytest.TempPathFactory, tree: PwmTree) -> Iterator[Path]:
    """Run a guard as systemd would: ``paddock car guard``."""
    folder = tmp_path_factory.mktemp("g")
    path = folder / "g.sock"
    config = folder / "paddock.toml"
    config.write_text(
        f'[car]\ncar_id = "red"\nactuators = "pwm"\nguard_socket = "{path}"\n'
        f'token_file = "{folder}/red.token"\n[car.wheels]\npwm_root = "{tree.root}"\n'
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "timing_server", "car", "--config", str(config), "guard"], cwd=ROOT
    )
    try:
        wait_until(path.exists)
        yield path
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        assert not path.exists()
    finally:
        process.kill()
        process.wait()


def test_a_guard_of_systemds_outlives_its_agents(
    door: Path, request_: GuardRequest, tree: PwmTree
) -> None:
    """It should serve one agent at a time, neutral and still latched between two."""
    with started(request_, door) as first:
        drive(first)
        wait_until(lambda: tree.throttle_ns() != DEFAULT.motor.mid_ns)
        with pytest.raises(GuardRefusedError, match="Another agent drives this car"):
            GuardClient(request_, door).start()
        first.e_stop("race control")
        wait_until(lambda: first.status().e_stop is not None)
    with started(request_, door) as second:
        wait_until(lambda: second.status().told_mono_ns > 0)
        assert second.status().e_stop == "race control"
        second.release("pit")
        wait_until(lambda: second.status().e_stop is None)
        drive(second)
        wait_until(lambda: tree.throttle_ns() != DEFAULT.motor.mid_ns)
    wait_until(lambda: tree.throttle_ns() == DEFAULT.motor.mid_ns)
    with speaking(door) as stranger:
        stranger.send(pack(Hello(protocol=PROTOCOL + 1, agent_pid=1)))
        refusal = from_guard(stranger.recv(4096))
        assert isinstance(refusal, Refused)
        assert f"speaks version {PROTOCOL}" in refusal.reason
    with speaking(door) as stranger:
        stranger.send(b"{")
        assert isinstance(from_guard(stranger.recv(4096)), Refused)


def test_an_agent_that_comes_as_another_goes_is_let_in(door: Path) -> None:
    """It should hear of the first one's end before it takes the second for one too many."""
    (guard,) = (
        each for each in psutil.Process().children() if str(door.parent) in " ".join(each.cmdline())
    )
    with speaking(door) as first:
        first.send(pack(Hello(protocol=PROTOCOL, agent_pid=1)))
        assert isinstance(from_guard(first.recv(4096)), Ready)
        guard.suspend()
    try:
        with speaking(door) as second:
            second.send(pack(Hello(protocol=PROTOCOL, agent_pid=2)))
            guard.resume()
            assert isinstance(from_guard(second.recv(4096)), Ready)
    finally:
        guard.resume()


@contextmanager
def speaking(door: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.settimeout(PATIENCE_S)
        line.connect(str(door))
        yield line


def test_no_guard_at_the_door_is_one_sentence(request_: GuardRequest, tmp_path: Path) -> None:
    """It should say how one is started."""
    with pytest.raises(GuardRefusedError, match="systemctl start paddock-guard"):
        GuardClient(request_, tmp_path / "none.sock").start()


def test_neutral_from_outside(tree: PwmTree, tmp_path: Path) -> None:
    """It should end the last pulse where every program has died: paddock car neutral."""
    duty = tree.chip / "pwm0" / "duty_cycle"
    duty.write_text("1311000\n")
    config = tmp_path / "paddock.toml"
    config.write_text(
        f'[car]\ncar_id = "red"\nactuators = "pwm"\n[car.wheels]\npwm_root = "{tree.root}"\n'
    )
    said = subprocess.run(
        [sys.executable, "-m", "timing_server", "car", "--config", str(config), "neutral"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"XDG_DATA_HOME": str(tmp_path)},
    ).stdout
    assert said == "pwm: neutral.\n"
    assert tree.throttle_ns() == DEFAULT.motor.mid_ns


def test_a_blocked_log_does_not_block_the_guard(request_: GuardRequest, tree: PwmTree) -> None:
    """It should stop a car in time though nobody reads what it says."""
    read_end, write_end = os.pipe()
    kept = os.dup(2)
    os.dup2(write_end, 2)  # what the guard inherits
    try:
        subject = GuardClient(request_)
        subject.start()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    filler = threading.Thread(target=_fill, args=(write_end,))
    filler.start()
    filler.join()
    with closing(subject):
        for _ in range(3):
            drive(subject)
            wait_until(lambda: tree.throttle_ns() != DEFAULT.motor.mid_ns)
            subject.e_stop("race control")
            wait_until(lambda: tree.throttle_ns() == DEFAULT.motor.mid_ns)
            subject.release("pit")
            wait_until(lambda: subject.status().e_stop is None)
    os.close(read_end)
    os.close(write_end)


def _fill(pipe: int) -> None:
    """Write until the pipe is full."""
    os.set_blocking(pipe, False)
    try:
        while True:
            os.write(pipe, b"." * 65_536)
    except BlockingIOError:
        os.set_blocking(pipe, True)


def test_ready_says_what_was_not_allowed() -> None:
    """It should travel with the first word."""
    ready = Ready(protocol=PROTOCOL, guard_pid=1, device="none", weaknesses=("no priority",))
    assert from_guard(pack(ready)) == ready


def test_an_emergency_stop_while_the_guard_is_away(request_: GuardRequest) -> None:
    """It should be told at once, latched by the guard that comes, and released as any other."""
    # Another module's tests may have left this process a child.
    before = set(psutil.Process().children())
    with started(request_) as subject:
        (guard,) = set(psutil.Process().children()) - before
        guard.kill()
        wait_until(lambda: subject.status().fault == "the guard is away")
        subject.e_stop("race control")
        assert subject.status().e_stop == "race control"
        wait_until(lambda: subject.status().fault is None)
        wait_until(lambda: subject.status().why_neutral == "emergency stop: race control")
        subject.release("pit")
        wait_until(lambda: subject.status().e_stop is None)


def test_a_guard_that_comes_back_hears_of_the_stop_first(
    request_: GuardRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should be told to stop before another thread's leave to drive can reach it."""
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2)]
    for _ours, theirs in pairs:
        theirs.send(pack(Ready(protocol=PROTOCOL, guard_pid=1, device="none")))
    links = iter([GuardLink(ours) for ours, _theirs in pairs])
    monkeypatch.setattr("hardware.guard.client.find", lambda _path: next(links))
    granters: list[threading.Thread] = []

    def clock_ns() -> int:
        if is_lost.is_set() and threading.current_thread().name == "guard-link":
            granters.append(threading.Thread(target=subject.grant, args=[DriveLease("a", 1)]))
            granters[-1].start()
            granters[-1].join(0.02)
        return time.monotonic_ns()

    is_lost = threading.Event()
    bench = request_.model_copy(update={"actuators": "none"})
    subject = GuardClient(bench, Path("door"), clock_ns)
    with closing(subject):
        subject.start()
        subject.e_stop("race control")
        is_lost.set()
        pairs[0][1].close()
        second = pairs[1][1]
        second.settimeout(PATIENCE_S)
        said = [from_agent(second.recv(65_536)) for _ in range(2)]
        is_lost.clear()
    second.close()
    for each in granters:
        each.join(PATIENCE_S)
    assert [each.kind for each in said] == ["hello", "e_stop"]
