"""How many laps a second workers evaluate for a virtual race: one, two, and through Ray.

All in one run: the same submissions wait each time before the first is claimed.
"""

import importlib.util
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.table import BenchTable
from tests.car_agent.cluster.ray_cluster import ray_cluster
from tests.car_agent.worker.hostile import good
from tests.faults.virtual.race import VirtualRace, opened
from tests.faults.virtual.workers import WorkerProcess, until
from tests.timing_server.web.live_server import Organiser, serving
from tests.timing_server.web.virtual.league import Guests

DRIVERS, RUNS, LAPS = 4, 16, 20


@dataclass(frozen=True, slots=True)
class _Figure:
    name: str
    took_s: float

    @property
    def rate_hz(self) -> float:
        return RUNS * LAPS / self.took_s

    def row(self, alone: "_Figure") -> str:
        """Return the figure as a row of the table."""
        ratio = self.rate_hz / alone.rate_hz
        return f"| {self.name} | {self.took_s:.1f} s | {self.rate_hz:.1f} | **{ratio:.2f}×** |"


@dataclass(frozen=True, slots=True)
class _Venue:
    """A server with people who submit, and the folder of all this."""

    organiser: Organiser
    guests: Guests
    folder: Path

    def raced(self, label: str, workers: int, at_a_time: int, *more: str) -> _Figure:
        """Race the same submissions with so many workers, each told ``more``."""
        name = label.replace(" ", "-").replace(",", "")
        race = opened(self.organiser, self.guests, DRIVERS, laps=LAPS)
        with ExitStack() as started:
            team = [
                started.enter_context(
                    closing(WorkerProcess(self.organiser, self.folder, f"{name}-{each}", *more))
                )
                for each in range(workers)
            ]
            _warm(race, at_a_time)
            with _held(team):
                for number in range(RUNS):
                    race.submit(number % DRIVERS, good())
            began_s = time.monotonic()
            until(lambda: set(race.statuses()) == {"driven"}, "the race")
            return _Figure(label, time.monotonic() - began_s)


def measure() -> BenchTable:
    """Race on a real server, by real processes."""
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as url:
        folder = Path(name)
        with (
            closing(Organiser(url, folder)) as organiser,
            closing(Guests(organiser)) as guests,
        ):
            venue = _Venue(organiser, guests, folder)
            figures = [venue.raced("1 worker", 1, 1), venue.raced("2 workers", 2, 2)]
            last = _through_ray(venue)
    alone = figures[0]
    told = [
        f"| {RUNS} submissions of {LAPS} laps, by workers | took | laps a second | against one |",
        "|---|---|---|---|",
        *(each.row(alone) for each in figures),
        "| Ray: not measured, it is missing (make setup-cluster) | | | |"
        if last is None
        else last.row(alone),
    ]
    return BenchTable("Workers of a virtual race", (), "\n".join(told))


def _through_ray(venue: _Venue) -> _Figure | None:
    if importlib.util.find_spec("ray") is None:
        return None
    with ray_cluster(2) as address:
        return venue.raced("1 worker, Ray on 2 processors", 1, 2, "--workers", address)


@contextmanager
def _held(team: list[WorkerProcess]) -> Iterator[None]:
    """Let nobody claim anything meanwhile."""
    for each in team:
        each.hold(is_held=True)
    yield
    for each in team:
        each.hold(is_held=False)


def _warm(race: VirtualRace, at_a_time: int) -> None:
    """Let each drive a run first, so that its start is not what is measured."""
    for driver in range(at_a_time):
        race.submit(driver, good())
    until(lambda: race.statuses() == ["driven"] * at_a_time, "a first run")
