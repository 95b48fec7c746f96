"""A long event for measurements: drivers run heat after heat, lap after lap, of seeded lengths."""

from collections.abc import Iterator
from random import Random

from timing_server.rules.facts.entries import EntryAdded
from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.plan import EventCreated, EventOpened, HeatPlanned, StagePlanned
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.sensors import ClockRelated, PassDetected
from timing_server.rules.reduce import reduce_all
from timing_server.rules.state.event import empty_state
from timing_server.rules.stored.codec import GENESIS_HASH, chain_hash, encode
from timing_server.rules.units import (
    NS_PER_S,
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

EVENT, STAGE = EventId("event-1"), StageId("stage-1")
NODE, BOOT, JOURNAL = NodeId("node-finish"), BootId("boot-1"), JournalId("journal-1")
#: What the node's clock lacks to the race clock.
OFFSET_NS = 5 * NS_PER_S
FASTEST_NS, SLOWEST_NS = 7 * NS_PER_S, 12 * NS_PER_S
WIDE = HeatOptions(window_ns=24 * 3600 * NS_PER_S, idle_limit_ns=3600 * NS_PER_S)


class LongRace:
    """``state`` is after every heat but the last, which still runs; ``log`` is what led there."""

    def __init__(self, drivers: int, heats_each: int, laps: int) -> None:
        self.size = f"{drivers} drivers × {heats_each * laps:,} laps"
        self._random = Random(1)  # noqa: S311 (laps to measure with, no secret)
        self._now_ns = 10 * NS_PER_S
        self._node_seq = 0
        self.log: list[Recorded] = []
        self._plan(drivers, heats_each)
        for number in range(drivers * heats_each):
            self._drive(HeatId(f"heat-{number}"), laps, is_last=number + 1 == drivers * heats_each)
        self.state = reduce_all(empty_state(StreamId(EVENT)), self.log)

    def further_passes(self, count: int) -> Iterator[Recorded]:
        """Yield what the node reports of further laps of the heat that still runs."""
        for _ in range(count):
            yield self._crossing()

    def stored(self) -> list[bytes]:
        """Return the log as it is stored, up to where ``state`` is."""
        lines: list[bytes] = []
        for recorded in self.log[: self.state.seq]:
            lines.append(encode(recorded, chain_hash(lines[-1]) if lines else GENESIS_HASH))
        return lines

    def _plan(self, drivers: int, heats_each: int) -> None:
        self._append("organiser", EventCreated(EVENT, "UTC", is_demo=False), EventOpened(EVENT))
        self._append("organiser", StagePlanned(STAGE, "Qualifying", "time_trial", WIDE))
        entries = [EntryId(f"entry-{number}") for number in range(1, drivers + 1)]
        for number, entry_id in enumerate(entries, 1):
            self._append("organiser", EntryAdded(entry_id, (DriverId(f"driver-{number}"),), number))
        for number in range(drivers * heats_each):
            entry_id, round_number = entries[number % drivers], number // drivers + 1
            heat = HeatPlanned(HeatId(f"heat-{number}"), STAGE, (entry_id,), round_number)
            self._append("organiser", heat)
        self._node_seq += 1
        self._append(NODE, ClockRelated(NODE, BOOT, JOURNAL, self._node_seq, OFFSET_NS, 40_000))

    def _drive(self, heat_id: HeatId, laps: int, *, is_last: bool) -> None:
        self._append("marshal", HeatCalled(heat_id))
        self._now_ns += NS_PER_S
        self._append("marshal", HeatStarted(heat_id, self._now_ns))
        for _ in range(laps + 1):
            self._crossing()
        self._now_ns += NS_PER_S
        if not is_last:
            self._append("marshal", HeatFinished(heat_id, self._now_ns, "stopped"))

    def _crossing(self) -> Recorded:
        self._now_ns += self._random.randint(FASTEST_NS, SLOWEST_NS)
        self._node_seq += 1
        mono_ns = self._now_ns - OFFSET_NS
        seq = self._node_seq
        fact = PassDetected(NODE, BOOT, JOURNAL, seq, "finish", mono_ns, 4_000_000, 2, ("beam",))
        return self._append(NODE, fact)

    def _append(self, actor: str, *facts: Fact) -> Recorded:
        for fact in facts:
            recorded = Recorded(
                StreamId(EVENT),
                len(self.log) + 1,
                self._now_ns,
                "2026-11-21T10:00:00.000000+00:00",
                actor,
                None,
                fact,
            )
            self.log.append(recorded)
        return recorded
