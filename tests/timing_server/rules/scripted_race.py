"""A race told step by step against a fake clock, through the same calls that the service makes."""

from dataclasses import dataclass, field

from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.driving import CarWord
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, Tick
from timing_server.rules.commands.plan import AddEntry, CreateEvent, OpenEvent, PlanHeat, PlanStage
from timing_server.rules.decide import decide, next_due
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.sensors import ClockRelated, PassDetected
from timing_server.rules.passes.placing import pass_ref_of
from timing_server.rules.reduce import reduce
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore, RunScore
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.stored.codec import GENESIS_HASH, chain_hash, encode
from timing_server.rules.units import (
    NS_PER_MS,
    NS_PER_S,
    BootId,
    CarId,
    DriverId,
    EntryId,
    EventId,
    HeatId,
    JournalId,
    NodeId,
    PassRef,
    StageId,
    StreamId,
)

EVENT = EventId("event-1")
STAGE = StageId("stage-1")

#: A window of 30 s, so that scripts stay short.
OPTIONS = HeatOptions(
    window_ns=30 * NS_PER_S,
    grace_ns=20 * NS_PER_S,
    idle_limit_ns=30 * NS_PER_S,
    dead_time_ns=2 * NS_PER_S,
    resolution_ns=NS_PER_MS,
)


def ms(instant_ms: int) -> int:
    """Return milliseconds of the script's clock as race_ns."""
    return instant_ms * NS_PER_MS


@dataclass
class ScriptedNode:
    """A timing node: its clock is the race clock less an offset that only its relations tell."""

    name: str = "node-1"
    boot: str = "boot-1"
    journal: str = "journal-1"
    offset_ms: int = 5_000
    seq: int = 0
    #: What its stamps add to the script's milliseconds, and by how much that grows with each pass.
    fine_ns: int = 0
    fine_step_ns: int = 0

    def relation(self, bound_ns: int = 40_000) -> ClockRelated:
        """Return a measurement of the node's clock."""
        self.seq += 1
        return ClockRelated(
            NodeId(self.name),
            BootId(self.boot),
            JournalId(self.journal),
            self.seq,
            ms(self.offset_ms),
            bound_ns,
        )

    def crossing(self, at_ms: int, gate: str = "finish") -> PassDetected:
        """Return what the node reports of a crossing at that instant of the race clock."""
        self.seq += 1
        self.fine_ns += self.fine_step_ns
        return PassDetected(
            NodeId(self.name),
            BootId(self.boot),
            JournalId(self.journal),
            self.seq,
            gate,
            ms(at_ms - self.offset_ms) + self.fine_ns,
            3_000_000,
            1,
            ("beam",),
        )


@dataclass
class ScriptedRace:
    """The log, the state and the clock of one event."""

    state: EventState = field(default_factory=lambda: empty_state(StreamId(EVENT)))
    log: list[Recorded] = field(default_factory=list)
    stored: list[bytes] = field(default_factory=list)
    now_ms: int = 0
    node: ScriptedNode = field(default_factory=ScriptedNode)

    def append(self, *facts: Fact, actor: str = "server") -> None:
        """Log facts now."""
        for fact in facts:
            recorded = Recorded(
                self.state.stream,
                len(self.log) + 1,
                ms(self.now_ms),
                f"2026-11-21T10:{self.now_ms // 60_000:02d}:{self.now_ms // 1000 % 60:02d}+00:00",
                actor,
                None,
                fact,
            )
            prev_hash = chain_hash(self.stored[-1]) if self.stored else GENESIS_HASH
            self.stored.append(encode(recorded, prev_hash))
            self.log.append(recorded)
            self.state = reduce(self.state, recorded)

    def ask(self, command: Command, actor: str = "organiser") -> tuple[Fact, ...]:
        """Give a command that must be accepted, and log its facts."""
        answer = decide(self.state, command, ms(self.now_ms))
        assert not isinstance(answer, RuleViolation), answer
        self.append(*answer, actor=actor)
        return answer

    def refusal(self, command: Command) -> str:
        """Give a command that must be refused; return the code."""
        answer = decide(self.state, command, ms(self.now_ms))
        assert isinstance(answer, RuleViolation), answer
        assert answer.sentence.endswith(".")
        return answer.code

    def at(self, now_ms: int) -> "ScriptedRace":
        """Let time pass, with the ticks that the service would send on the way."""
        assert now_ms >= self.now_ms
        while (due_ns := next_due(self.state)) is not None and due_ns <= ms(now_ms):
            self.now_ms = max(self.now_ms, -(-due_ns // NS_PER_MS))
            assert self.ask(Tick(), actor="server")
        self.now_ms = now_ms
        return self

    def crossing(self, at_ms: int, gate: str = "finish") -> PassRef:
        """Let time pass until a car breaks the beam; return the pass's address."""
        self.at(at_ms)
        fact = self.node.crossing(at_ms, gate)
        self.append(fact, actor="node")
        self.at(at_ms)
        return pass_ref_of(fact)

    def score(self, heat: str = "heat-1") -> HeatScore:
        """Return the heat's score."""
        return score_heat(self.state, HeatId(heat))

    def run(self, heat: str = "heat-1") -> RunScore:
        """Return the score of the heat's only run."""
        (run,) = self.score(heat).runs
        return run

    def laps_ms(self, heat: str = "heat-1") -> list[int]:
        """Return the heat's valid laps in whole milliseconds."""
        return [lap.duration_ns // NS_PER_MS for lap in self.run(heat).valid_laps]

    def verdicts(self, heat: str = "heat-1") -> list[str]:
        """Return the verdicts on the heat's passes, in the order of their instants."""
        return [each.verdict for each in self.score(heat).passes]

    def standings(self) -> tuple[Standing, ...]:
        """Return the standings of the only stage."""
        return rank_stage(self.state, STAGE)


def planned_race(
    entries: int = 1, options: HeatOptions = OPTIONS, format_name: str = "time_trial"
) -> ScriptedRace:
    """Return an open event with as many entries and one heat for each, and a related clock."""
    race = ScriptedRace()
    race.ask(CreateEvent(EVENT, "Europe/Madrid", is_demo=False))
    race.ask(OpenEvent())
    race.ask(PlanStage(STAGE, "Qualifying", format_name, options))
    for number in range(1, entries + 1):
        entry_id = EntryId(f"entry-{number}")
        race.ask(AddEntry(entry_id, (DriverId(f"driver-{number}"),), None))
        race.ask(PlanHeat(HeatId(f"heat-{number}"), STAGE, (entry_id,)))
    race.append(race.node.relation(), actor="node")
    return race


def running_race(entries: int = 1, options: HeatOptions = OPTIONS) -> ScriptedRace:
    """Return a planned race whose first heat started at 10 s."""
    race = planned_race(entries, options).at(10_000)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HeatId("heat-1")))
    return race


def loaded(car: str, model_sha256: str | None) -> CarWord:
    """Return what a car says that has loaded a model and tried it."""
    return CarWord(CarId(car), model_sha256, is_warm=True, is_heard=True)


def cars_ready(count: int) -> tuple[CarWord, ...]:
    """Return what cars 1 to ``count`` say once they have loaded their models and tried them."""
    return tuple(
        CarWord(CarId(f"car-{number}"), f"{number:064x}", is_warm=True, is_heard=True)
        for number in range(1, count + 1)
    )
