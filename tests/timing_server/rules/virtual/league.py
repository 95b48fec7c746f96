"""A virtual race told step by step, as the service records it: submissions, then runs."""

from dataclasses import dataclass, replace

from tests.timing_server.rules.scripted_race import EVENT, STAGE, ScriptedRace
from timing_server.rules.answers.virtual.stages import seal_of
from timing_server.rules.commands.plan import AddEntry, CreateEvent, OpenEvent, PlanStage
from timing_server.rules.commands.virtual import PlanVirtualStage, RecordRun, SubmitModel
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.virtual import Simulator, VirtualRules
from timing_server.rules.units import (
    NS_PER_S,
    BootId,
    DriverId,
    EntryId,
    HeatId,
    JournalId,
    NodeId,
    SubmissionId,
)

TRACK = "7b" * 32
NOW = "2026-11-21T10:00:00+00:00"
RULES = VirtualRules(
    track="esses",
    track_sha256=TRACK,
    opens_utc="2026-11-21T09:00:00+00:00",
    closes_utc="2026-11-28T09:00:00+00:00",
    laps=3,
    seed=7,
)
SEALED = replace(RULES, track="", track_sha256="", track_seal=seal_of("salt", TRACK))
SIMULATOR = Simulator("5f" * 32, "x86_64", "3.11.15", "2.4.1", "4.13.0", "1.30.0")


def s(*instants_s: float) -> tuple[int, ...]:
    """Return simulated seconds as nanoseconds."""
    return tuple(round(each * NS_PER_S) for each in instants_s)


@dataclass
class VirtualRace(ScriptedRace):
    """A race with a virtual stage."""

    def submit(
        self, name: str, entry: int = 1, model: str = "m", now_utc: str = NOW
    ) -> SubmitModel:
        """Return the command by which an entry submits a model."""
        entry_id = EntryId(f"entry-{entry}")
        return SubmitModel(SubmissionId(name), STAGE, entry_id, model * 64, 11, now_utc)

    def record(self, name: str, *passes_s: float, worker: str = "worker-1") -> RecordRun:
        """Return the command that records a submission's run without any incident."""
        passes_ns = s(*passes_s)
        return RecordRun(
            submission_id=SubmissionId(name),
            heat_id=HeatId(f"heat-{name}"),
            node_id=NodeId(worker),
            boot_id=BootId(name),
            journal_id=JournalId(name),
            passes_ns=passes_ns,
            resets_ns=(),
            collisions_ns=(),
            beginnings_ns=(),
            laps_tried=max(0, min(3, len(passes_ns) - 1)),
            sim_ns=passes_ns[-1] if passes_ns else 0,
            simulator=SIMULATOR,
        )


def virtual_race(
    entries: int = 1,
    rules: VirtualRules = RULES,
    format_name: str = "time_trial",
    reset_penalty_s: int = 2,
    *,
    is_open: bool = True,
) -> VirtualRace:
    """Return an event with a virtual stage and so many entries; it need not own the gates."""
    race = VirtualRace()
    race.ask(CreateEvent(EVENT, "Europe/Madrid", is_demo=False))
    if is_open:
        race.ask(OpenEvent())
    race.ask(PlanStage(STAGE, "Online qualifier", format_name, HeatOptions()))
    race.ask(PlanVirtualStage(STAGE, rules, reset_penalty_s * NS_PER_S))
    for number in range(1, entries + 1):
        race.ask(AddEntry(EntryId(f"entry-{number}"), (DriverId(f"driver-{number}"),), None))
    race.at(1_000_000)
    return race
