"""What no virtual race's log says: runs of nothing, broken seals; and what may well be."""

from hashlib import sha256

from timing_server.rules.facts.heats import HeatFinished
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.virtual import (
    BootBound,
    RunSimulated,
    Simulator,
    SubmissionMade,
    TrackRevealed,
    VirtualRules,
    VirtualStagePlanned,
)
from timing_server.rules.units import BootId, EntryId, HeatId, NodeId, StageId, StreamId
from timing_server.rules.units import SubmissionId as Id
from timing_server.service.virtual import flaws as subject

HEAT, ENTRY, STAGE = HeatId("heat-1"), EntryId("entry-1"), StageId("stage-1")
BOUND = BootBound(NodeId("worker-1"), BootId("boot-1"), HEAT, ENTRY, 0)
MADE = SubmissionMade(Id("s-1"), STAGE, ENTRY, "6d" * 32, 7)
SIMULATED = RunSimulated(
    *(HEAT, ENTRY, Id("s-1"), "6d" * 32, "5a" * 32, 7, 1, 9),
    Simulator("5f" * 32, "x86_64", "3.11", "2", "4", "1"),
)
OVER = HeatFinished(HEAT, 9, "last_lap_closed")


def found(*facts: Fact) -> list[int]:
    """Return the numbers of the facts that can't be."""
    log = [
        Recorded(StreamId("event-1"), seq, seq, "", "worker:worker-1", None, fact)
        for seq, fact in enumerate(facts, 1)
    ]
    return [each.seq for each in subject.flaws(log)]


def test_a_whole_run_has_none() -> None:
    """It should find nothing in what a server records."""
    assert found(MADE, BOUND, SIMULATED, OVER) == []


def test_a_run_needs_its_provenance_and_a_submission() -> None:
    """It should name the boot that comes from nowhere, and the run of nothing."""
    assert found(MADE, BOUND, OVER) == [2]
    assert found(BOUND, SIMULATED, OVER) == [2]


def test_a_show_that_broke_off_has_nothing_to_prove() -> None:
    """It should let a heat be whose worker was lost, or which nobody has ended yet."""
    assert found(MADE, BOUND, HeatFinished(HEAT, 9, "worker_lost")) == []
    assert found(MADE, BOUND) == []


def test_a_seal_is_of_one_track() -> None:
    """It should name a reveal of another track than the one that was sealed."""
    track = "5a" * 32
    seal = sha256(f"salt {track}".encode()).hexdigest()
    rules = VirtualRules("", "", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", seal)
    planned = VirtualStagePlanned(STAGE, rules)
    assert found(planned, TrackRevealed(STAGE, "demo", track, "salt")) == []
    assert found(planned, TrackRevealed(STAGE, "demo", track, "other")) == [2]
