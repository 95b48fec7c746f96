"""A car that really drives, as a process: ``python -m tests.faults.guarded_car FOLDER``.

Its drive loop, guard process and PWM driver are real; the chip is a folder, the picture is one and
the same 30 times a second, and the model's thinking can be hung. It does as the lines of its
standard input say, and answers each with ``done INSTANT``; ``RunningCar`` is a test's end of it.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import psutil

from car_agent.driving.frames import NewestFrame
from car_agent.driving.policy import Answer, Decision, ThrottleMap, make_policy
from car_agent.driving.preprocess import Preprocessor
from car_agent.driving.supervisor import DriveLimits, Pilot, Supervisor
from car_agent.models.load import load_model
from car_agent.telemetry import DriveRecord
from hardware.actuators.settings import WheelsSettings
from hardware.calibration.file import DEFAULT
from hardware.cameras.frames import Frame
from hardware.guard.client import GuardClient
from hardware.guard.settings import GuardRequest
from tests.car_agent.doubles import let_off, order_book, related_now, renewal_of
from tests.car_agent.onnx_models import light_seeker
from tests.hardware.actuators.pwm_tree import PwmTree
from tests.waiting import PATIENCE_S
from timing_server.contract.log import configure_log
from timing_server.contract.machines.devices import HeatOrder, RunOrder

PERIOD_S = 1 / 30
TTL_NS = 300_000_000
CONTACT_LIMIT_MS = 1_000
CONTACT_LIMIT_NS = CONTACT_LIMIT_MS * 1_000_000
NEUTRAL_NS = DEFAULT.motor.mid_ns

_LOOK_S = 0.0005
_GO_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class HangingPilot(Pilot):
    """A model whose thinking stops while the switch is set."""

    is_hung: threading.Event

    def decide(self, frame: Frame) -> tuple[Decision, Answer]:
        """Think, or don't come back."""
        while self.is_hung.is_set():
            time.sleep(0.01)
        return Pilot.decide(self, frame)


class GuardedCar:
    """The car inside the process."""

    def __init__(self, folder: Path) -> None:
        model = load_model(light_seeker(folder / "seeker.onnx"))
        wheels = WheelsSettings(pwm_root=folder / "pwm")
        latch_file = folder / "red.e-stop"
        self.guard = GuardClient(
            GuardRequest(car_id="red", actuators="pwm", wheels=wheels, latch_file=latch_file)
        )
        self.book = order_book(self.guard, model.sha256, related_now)
        self.slot = NewestFrame()
        self.hung: dict[str, threading.Event] = {
            name: threading.Event() for name in ("camera", "model", "link")
        }
        policy = make_policy(model.card.output, ThrottleMap("linear", 4.0))
        pilot = HangingPilot(Preprocessor(model.card), model, policy, self.hung["model"])
        limits = DriveLimits(TTL_NS, camera_patience_ns=1_000_000_000)
        record = DriveRecord(model.sha256)
        self.supervisor = Supervisor(self.slot, pilot, self.guard, self.book, record, limits)
        self._heat = 0
        self._order = HeatOrder(phase="idle")
        self._is_over = threading.Event()

    def run(self) -> None:
        """Drive until the input ends."""
        self.guard.start()
        self.go()
        threads = [
            threading.Thread(target=self._see, daemon=True),
            threading.Thread(target=self._stay_in_contact, daemon=True),
            threading.Thread(target=self._obey, daemon=True),
        ]
        for thread in threads:
            thread.start()
        self.supervisor.run(self._is_over.is_set)
        self.guard.close()

    def go(self) -> None:
        """Let the car off, in a heat of its own."""
        self._heat += 1
        run = RunOrder(entry_id="e1", car_id="red", is_go=True, lease_id=f"go-{self._heat}")
        self._order = HeatOrder(
            phase="running",
            heat_id=f"h{self._heat}",
            runs=(run,),
            contact_limit_ms=CONTACT_LIMIT_MS,
        )
        let_off(self.book, self._order, time.monotonic_ns())

    def _see(self) -> None:
        pixels = np.zeros((120, 160), dtype=np.uint8)
        pixels[:, :80] = 255
        seq = 0
        while not self._is_over.wait(PERIOD_S):
            if not self.hung["camera"].is_set():
                seq += 1
                self.slot.put(Frame(pixels, time.monotonic_ns(), seq))

    def _stay_in_contact(self) -> None:
        while not self._is_over.wait(0.1):
            if not self.hung["link"].is_set():
                now_ns = time.monotonic_ns()
                self.book.note_renewal(renewal_of(self._order, now_ns), now_ns)

    def _obey(self) -> None:
        for line in sys.stdin:
            verb, _, what = line.strip().partition(" ")
            done_ns = time.monotonic_ns()
            if verb == "hang":
                self.hung[what].set()
            elif verb == "unhang":
                self.hung[what].clear()
            elif verb == "e_stop":
                self.guard.e_stop("race control")
            elif verb == "release":
                self._see_the_stop()
                self.book.release_own(done_ns)
                self.go()
            elif verb == "finish":
                self.book.note_order(HeatOrder(phase="finished"), done_ns)
            elif verb == "go":
                self.go()
            print(f"done {done_ns}", flush=True)  # noqa: T201 - the test reads it
        self._is_over.set()

    def _see_the_stop(self) -> None:
        """Wait for the guard to tell of its stop, as a person lifts only what is shown."""
        while self.guard.status().e_stop is None and not self._is_over.wait(0.001):
            pass
        self.book.note_guard(self.guard.status())


class RunningCar:
    """A test's end of the process."""

    def __init__(self, folder: Path, *, is_driving: bool = True) -> None:
        self.tree = PwmTree(folder / "pwm")
        self._is_driving = is_driving
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.guarded_car", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def __enter__(self) -> Self:
        """Wait until it drives, or where it won't, until it listens."""
        try:
            if self._is_driving:
                self.wait_driving()
            else:
                self.say("hello")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it, whatever state it is in."""
        self.process.kill()
        self.process.communicate()

    def wait_driving(self) -> None:
        """Wait until the throttle's pulse is no longer neutral.

        A busy machine may keep the car from its server for longer than it may be, after which it
        stands until somebody says go: that is said now and then.
        """
        go_s = time.monotonic() + _GO_EVERY_S

        def is_driving() -> bool:
            nonlocal go_s
            if self.tree.throttle_ns() not in {0, NEUTRAL_NS}:
                return True
            if time.monotonic() > go_s:
                self.say("go")
                go_s = time.monotonic() + _GO_EVERY_S
            return False

        self.wait_until(is_driving)

    def wait_neutral(self, since_ns: int) -> float:
        """Wait until the throttle's pulse is neutral; return how many ms that is later.

        By the file's own time, which the kernel counts in ticks of 4 ms: this process, too, may be
        late when the computer is busy.
        """
        self.wait_until(lambda: self.tree.throttle_ns() == NEUTRAL_NS)
        ago_ns = time.time_ns() - self.tree.throttle_file().stat().st_mtime_ns
        return max(0, time.monotonic_ns() - ago_ns - since_ns) / 1e6

    def say(self, line: str) -> int:
        """Tell the car something; return when (mono_ns) it had heard it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline().removeprefix("done "))

    def signal_agent(self, number: signal.Signals) -> int:
        """Send the agent a signal; return when."""
        sent_ns = time.monotonic_ns()
        self.process.send_signal(number)
        return sent_ns

    def signal_guard(self, number: signal.Signals) -> int:
        """Send the guard a signal; return when."""
        pid = self.guard_pid()
        sent_ns = time.monotonic_ns()
        os.kill(pid, number)
        return sent_ns

    def guard_pid(self) -> int:
        """Find the guard among the agent's children, once one is there and the last one is not."""
        self.wait_until(lambda: len(self._guards()) == 1)
        (guard,) = self._guards()
        return guard

    def _guards(self) -> list[int]:
        found = []
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it has just ended
                if "hardware.guard.process" in child.cmdline():
                    found.append(int(child.pid))
        return found

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something of the car, but not for ever."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"The throttle's pulse stays at {self.tree.throttle_ns()} ns.")
            time.sleep(_LOOK_S)


if __name__ == "__main__":
    configure_log()
    GuardedCar(Path(sys.argv[1])).run()
