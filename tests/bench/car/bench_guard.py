"""Time to neutral: a real car, agent and guard as processes, and what may go wrong with each.

Counted from the fault itself (the signal, the last picture's turn, the order) to the throttle's
pulse in the PWM chip's file. Absolute, for once: what a car does in that time is absolute too.
"""

import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hardware.guard.client import GUARD_SILENCE_NS
from tests.bench.table import BenchTable
from tests.faults.guarded_car import CONTACT_LIMIT_NS, TTL_NS, RunningCar

PROMISE_MS = 200
REPETITIONS = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, after how many ms it may be noticed at all, and how it is mended."""

    name: str
    begin: Callable[[RunningCar], int]
    mend: Callable[[RunningCar], object] = lambda _car: None
    allowance_ms: int = 0
    #: A dead process is started again, which takes seconds.
    is_deadly: bool = False


def _hung(part: str, name: str, allowance_ns: int) -> Fault:
    return Fault(
        name,
        lambda car: car.say(f"hang {part}"),
        lambda car: (car.say(f"unhang {part}"), car.say("go")),
        allowance_ns // 1_000_000,
    )


FAULTS = (
    Fault(
        "agent stopped (SIGSTOP)",
        lambda car: car.signal_agent(signal.SIGSTOP),
        lambda car: (car.signal_agent(signal.SIGCONT), car.say("go")),
    ),
    Fault("emergency stop", lambda car: car.say("e_stop"), lambda car: car.say("release")),
    Fault("the heat is over", lambda car: car.say("finish"), lambda car: car.say("go")),
    _hung("camera", "camera hung", TTL_NS),
    _hung("model", "model hung", TTL_NS),
    _hung("link", "server lost, lease of 1 s", CONTACT_LIMIT_NS),
    Fault(
        "guard killed (SIGKILL)",
        lambda car: car.signal_guard(signal.SIGKILL),
        is_deadly=True,
    ),
    Fault(
        "guard stopped (SIGSTOP)",
        lambda car: car.signal_guard(signal.SIGSTOP),
        allowance_ms=GUARD_SILENCE_NS // 1_000_000,
        is_deadly=True,
    ),
)
AGENT_KILLED = "agent killed (SIGKILL)"


def measure() -> BenchTable:
    """Let every fault happen, time and again, and a car start anew for those that end it."""
    lines = [
        "| what happens | n | p50 | slowest | within |",
        "|---|---|---|---|---|",
        _line(AGENT_KILLED, _agent_killed(), 0),
    ]
    with tempfile.TemporaryDirectory() as folder, RunningCar(Path(folder)) as car:
        for fault in FAULTS:
            count = max(1, REPETITIONS // 3) if fault.is_deadly else REPETITIONS
            lines.append(
                _line(fault.name, [_once(car, fault) for _ in range(count)], fault.allowance_ms)
            )
    return BenchTable("Time to neutral", (), "\n".join(lines))


def _once(car: RunningCar, fault: Fault) -> float:
    car.wait_driving()
    took_ms = car.wait_neutral(fault.begin(car))
    fault.mend(car)
    return took_ms


def _agent_killed() -> list[float]:
    found = []
    for _ in range(max(1, REPETITIONS // 3)):
        with tempfile.TemporaryDirectory() as folder, RunningCar(Path(folder)) as car:
            found.append(car.wait_neutral(car.signal_agent(signal.SIGKILL)))
    return found


def _line(name: str, took_ms: list[float], allowance_ms: int) -> str:
    within = f"{PROMISE_MS} ms"
    if allowance_ms:
        within = f"{allowance_ms} ms + {within}"
    p50_ms = float(np.percentile(took_ms, 50))
    return f"| {name} | {len(took_ms)} | {p50_ms:.1f} ms | **{max(took_ms):.1f} ms** | {within} |"
