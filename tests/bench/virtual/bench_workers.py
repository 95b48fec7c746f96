"""How many laps a second workers evaluate for a virtual race: one worker, then two, in one run."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.table import BenchTable
from tests.car_agent.worker.hostile import good
from tests.faults.virtual.race import VirtualRace, opened
from tests.faults.virtual.workers import WorkerProcess, until
from tests.timing_server.web.live_server import Organiser, serving
from tests.timing_server.web.virtual.league import Guests

DRIVERS, RUNS, LAPS = 4, 8, 20
WORKERS = (1, 2)


@dataclass(frozen=True, slots=True)
class _Figure:
    workers: int
    laps: int
    took_s: float

    @property
    def rate_hz(self) -> float:
        return self.laps / self.took_s

    def row(self, alone: "_Figure") -> str:
        """Return the figure as a row of the table."""
        name = f"{self.workers} worker{'s' if self.workers > 1 else ''}"
        figures = f"{self.laps} | {self.took_s:.1f} s | {self.rate_hz:.1f}"
        return f"| {name} | {figures} | **{self.rate_hz / alone.rate_hz:.2f}×** |"


def measure() -> BenchTable:
    """Race the same submissions with one worker and with two, on a real server and processes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder) as url:
            organiser = Organiser(url, folder)
            guests = Guests(organiser)
            figures = [_raced(organiser, guests, folder, count) for count in WORKERS]
            guests.close()
            organiser.close()
    alone = figures[0]
    told = [
        f"| {RUNS} submissions of {LAPS} laps | laps | took | laps a second | against one worker |",
        "|---|---|---|---|---|",
        *(each.row(alone) for each in figures),
    ]
    return BenchTable("Workers of a virtual race", (), "\n".join(told))


def _raced(organiser: Organiser, guests: Guests, folder: Path, count: int) -> _Figure:
    race = opened(organiser, guests, DRIVERS, laps=LAPS)
    workers = [WorkerProcess(organiser, folder, f"worker-{count}-{at}") for at in range(count)]
    try:
        _warm(race, count)
        for number in range(RUNS):
            race.submit(number % DRIVERS, good())
        began_s = time.monotonic()
        until(lambda: set(race.statuses()) == {"driven"}, "the race")
        took_s = time.monotonic() - began_s
    finally:
        for worker in workers:
            worker.close()
    return _Figure(count, RUNS * LAPS, took_s)


def _warm(race: VirtualRace, count: int) -> None:
    """Let each worker drive a run first, so that its start is not what is measured."""
    for driver in range(count):
        race.submit(driver, good())
    until(lambda: race.statuses() == ["driven"] * count, "a first run")
