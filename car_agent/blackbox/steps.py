"""What the recorder is told by the drive loop, and what it looks up by itself."""

from collections.abc import Callable
from dataclasses import dataclass

from car_agent.blackbox.figures import Counts
from car_agent.driving.choice import Answer
from car_agent.driving.policy import Decision
from car_agent.link.orders import Permission
from hardware.actuators.command import Command
from hardware.guard.handle import DriveGuard
from hardware.node.watch.machine import MachineReading
from hardware.race_clock import Relation


@dataclass(frozen=True, slots=True)
class OwnRun:
    """The car's part in the heat at the line or on the track; ``is_shown``: pictures are kept."""

    event_id: str
    heat_id: str
    entry_id: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of the drive loop, as it happened."""

    frame_seq: int
    answer: Answer
    decision: Decision
    command: Command
    started_mono_ns: int
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """What the recorder looks up by itself; none of it waits."""

    guard: DriveGuard
    own_run: Callable[[], OwnRun | None]
    leave: Callable[[int], Permission]
    counts: Callable[[], Counts]
    relation: Callable[[], Relation | None]
    machine: Callable[[], MachineReading]
