"""What is to happen on the simulated chip's lines; read by the guest, compared with by the host."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

PLAN_FILE = "plan.json"
TOGGLES_FILE = "toggles.jsonl"
BOOT_ID_FILE = "boot_id"
FOUND_DIR = "found"

#: Lines of the chip as they are wired: BCM numbers of a Pi, so that the settings look familiar.
FINISH, SECTOR, BACKUP = 17, 22, 27
SENSORS = {FINISH: ("finish", "beam"), SECTOR: ("sector-1", "beam"), BACKUP: ("finish", "backup")}

#: gpio-sim raises its interrupts at the kernel's next tick, which comes every 10 ms; what happens
#: on one line between two ticks is one interrupt. Real chips have no such rule.
TICKS_APART_MS = 25
#: Crossings closer together than 500 ms are one pass.
PASSES_APART_MS = 600


@dataclass(frozen=True, slots=True)
class Toggle:
    """One change of one line, ``after_ms`` after the one before it; ``level`` 1 = beam broken."""

    after_ms: int
    line: int
    level: Literal[0, 1]


class Toggled(NamedTuple):
    """A change that was made: the guest's CLOCK_MONOTONIC before it and after it."""

    before_ns: int
    after_ns: int
    line: int
    level: int


def write_plan(folder: Path, toggles: Sequence[Toggle]) -> None:
    """Write what the guest is to do into the folder that it shares with the host."""
    content = json.dumps([asdict(each) for each in toggles])
    (folder / PLAN_FILE).write_text(content, encoding="utf-8")


def read_plan(folder: Path) -> list[Toggle]:
    """Read what is to be done."""
    return [Toggle(**each) for each in json.loads((folder / PLAN_FILE).read_text("utf-8"))]


def read_toggled(folder: Path) -> list[Toggled]:
    """Read what was done; empty before the node was ready. A torn last line wasn't written."""
    path = folder / TOGGLES_FILE
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [Toggled(*json.loads(line)) for line in lines]


def read_boot_id(folder: Path) -> str | None:
    """Return the kernel's id of a boot; None where it was cut before it started a node."""
    path = folder / BOOT_ID_FILE
    return path.read_text(encoding="ascii").strip() or None if path.exists() else None


def pulse(line: int, after_ms: int, width_ms: int) -> list[Toggle]:
    """Break a beam once."""
    return [Toggle(after_ms, line, 1), Toggle(width_ms, line, 0)]


def edges_on_all_lines(chance: Random, rounds: int) -> list[Toggle]:
    """Toggle all lines: one by one in changing order, then all three within one tick."""
    level: dict[int, Literal[0, 1]] = dict.fromkeys(SENSORS, 0)
    made: list[Toggle] = []

    def flip(line: int, after_ms: int) -> None:
        level[line] = 0 if level[line] else 1
        made.append(Toggle(after_ms, line, level[line]))

    for _ in range(rounds):
        for line in chance.sample(list(SENSORS), len(SENSORS)):
            flip(line, chance.randint(TICKS_APART_MS, 2 * TICKS_APART_MS))
        for n, line in enumerate(SENSORS):
            flip(line, 0 if n else TICKS_APART_MS)
    return made


def cars(chance: Random, passes: int, lines: Sequence[int]) -> list[Toggle]:
    """Let cars cross gates, one at a time; every other one is seen by the backup sensor as well."""
    made: list[Toggle] = []
    for n in range(passes):
        after_ms = chance.randint(PASSES_APART_MS, PASSES_APART_MS + 300)
        made += _car(chance, lines[n % len(lines)], after_ms, is_seen_twice=n % 4 == 0)
    return made


def cars_beside_chatter(chance: Random, passes: int) -> list[Toggle]:
    """Let cars cross the finish line while a loose wire elsewhere gives 25 edges a second."""
    made: list[Toggle] = []
    for n in range(passes):
        for _ in range(chance.randint(8, 12)):
            made += pulse(SECTOR, chance.randint(30, 45), chance.randint(30, 45))
        made += _car(chance, FINISH, TICKS_APART_MS, is_seen_twice=n % 2 == 0)
    return made


def _car(chance: Random, line: int, after_ms: int, *, is_seen_twice: bool) -> list[Toggle]:
    made = pulse(line, after_ms, chance.randint(TICKS_APART_MS, 2 * TICKS_APART_MS))
    if line == FINISH and is_seen_twice:
        made += pulse(BACKUP, TICKS_APART_MS, TICKS_APART_MS)
    return made
