"""A service on a real database with a clock that tests advance, without an event loop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from tests import waiting
from timing_server.adapters.sqlite.database import open_database
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.plan import AddEntry, CreateEvent, PlanHeat, PlanStage
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.sensors import ClockRelated, PassDetected, ServerStarted
from timing_server.rules.state.event import EventState
from timing_server.rules.units import (
    NS_PER_S,
    VENUE_STREAM,
    BootId,
    DriverId,
    EntryId,
    EventId,
    HeatId,
    JournalId,
    NodeId,
    StageId,
    StreamId,
)
from timing_server.service.entities import Driver
from timing_server.service.log.draft import Draft
from timing_server.service.log.hearing import Hearing
from timing_server.service.log.known import Known, read_opening
from timing_server.service.log.race_clock import RaceClock, continue_race_clock
from timing_server.service.log.writer import Committed, Writer
from timing_server.service.office import Caller, Office

T = TypeVar("T")
PATIENCE_S = waiting.PATIENCE_S
EVENT = EventId("event-1")
STREAM = StreamId(EVENT)
HEAT = HeatId("heat-1")
CALLER = Caller("organiser")
NODE, JOURNAL, BOOT = NodeId("node-1"), JournalId("journal-1"), BootId("boot-n")


FIRST_BOOT = BootId("boot-1")


@dataclass(slots=True)
class FakeClock:
    """A machine's clocks; they stand until they are advanced."""

    boot_id: BootId = FIRST_BOOT
    now_mono_ns: int = 50 * NS_PER_S
    wall: datetime = field(default_factory=lambda: datetime(2026, 5, 1, tzinfo=UTC))

    def mono_ns(self) -> int:
        """Read CLOCK_MONOTONIC."""
        return self.now_mono_ns

    def wall_utc(self) -> str:
        """Read the calendar."""
        return self.wall.isoformat(timespec="microseconds")

    def advance(self, pause_s: float) -> None:
        """Let time pass on both clocks."""
        self.now_mono_ns += round(pause_s * NS_PER_S)
        self.wall += timedelta(seconds=pause_s)


@dataclass(slots=True)
class Desk:
    """The writer's side of a server."""

    store: SqlStore
    system: FakeClock
    clock: RaceClock
    writer: Writer
    office: Office
    committed: list[Committed]

    @property
    def known(self) -> Known:
        """The newest that is on the disk."""
        return self.writer.known

    def state(self, stream: StreamId = STREAM) -> EventState:
        """Return a stream's newest state."""
        return self.known.heads[stream].state

    def do(self, work: Callable[[Draft], T]) -> T:
        """Run a job and wait for its acknowledgement."""
        return self.writer.submit(work).result(PATIENCE_S)

    def wake(self) -> None:
        """Let the writer look at the clock."""
        self.do(lambda draft: None)

    def plan(self, options: HeatOptions | None = None, heats: int = 1) -> None:
        """Plan an open event with heats of one driver each."""
        office = self.office
        create = CreateEvent(EVENT, "UTC", is_demo=False)
        office.create_event(CALLER, create, "Friday league").result(PATIENCE_S)
        office.open_event(CALLER, EVENT).result(PATIENCE_S)
        stage = PlanStage(StageId("stage-1"), "Time trial", "time_trial", options or HeatOptions())
        office.command(CALLER, EVENT, stage).result(PATIENCE_S)
        for number in range(1, heats + 1):
            driver = Driver(f"driver-{number}", f"Driver {number}", "#112233")
            self.do(partial(Draft.put_driver, driver=driver))
            entry_id = EntryId(f"entry-{number}")
            heat_id = HeatId(f"heat-{number}")
            add = AddEntry(entry_id, (DriverId(driver.driver_id),), None)
            office.command(CALLER, EVENT, add).result(PATIENCE_S)
            heat = PlanHeat(heat_id, StageId("stage-1"), (entry_id,))
            office.command(CALLER, EVENT, heat).result(PATIENCE_S)

    def start_next(self) -> None:
        """Call and start the next heat."""
        called = self.office.command(CALLER, EVENT, CallNextHeat()).result(PATIENCE_S)
        start = StartHeat(HeatId(called["heat_id"]))
        self.office.command(CALLER, EVENT, start).result(PATIENCE_S)

    def cross(self, seq: int, race_ns: int) -> None:
        """Log a pass of a node whose clock is the race clock."""
        fact = PassDetected(NODE, BOOT, JOURNAL, seq, "finish", race_ns, None, 1, ("a",))
        self.do(lambda draft: draft.append(draft.known.venue.gate_stream, fact, "node"))

    def relate(self) -> None:
        """Log that the node's clock is the race clock."""
        fact = ClockRelated(NODE, BOOT, JOURNAL, 1, 0, 0)
        self.do(lambda draft: draft.append(draft.known.venue.gate_stream, fact, "node"))


@cache
def _fresh_database() -> bytes:
    """Return the file of a database without a fact, made once: each migration costs time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.sqlite3"
        open_database(path).dispose()
        return path.read_bytes()


@contextmanager
def open_desk(
    folder: Path, system: FakeClock | None = None, hearing: Hearing | None = None
) -> Iterator[Desk]:
    """Open the database in a folder and start a writer on it, as a server's start does."""
    system = system or FakeClock()
    path = folder / "paddock.sqlite3"
    if not path.exists():
        path.write_bytes(_fresh_database())
    store = SqlStore(open_database(path))
    opening = read_opening(store)
    clock = continue_race_clock(system, opening.last_start, opening.newest)
    committed: list[Committed] = []

    def project(group: Committed) -> Callable[[], None]:
        committed.append(group)
        return lambda: None

    writer = Writer(store, clock, opening.known, project, lambda callback: callback(), hearing)
    writer.start()
    desk = Desk(store, system, clock, writer, Office(writer), committed)
    start = ServerStarted(system.boot_id, clock.race_offset_ns, "0")
    desk.do(lambda draft: draft.append(VENUE_STREAM, start, "server"))
    try:
        yield desk
    finally:
        writer.stop()
        store.close()
