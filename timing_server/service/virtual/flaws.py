"""Finds what no virtual race's log says, whoever drives: runs of nothing, broken seals. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from timing_server.rules.answers.virtual.stages import seal_of
from timing_server.rules.facts.heats import HeatFinished
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.rulings import RunRuled
from timing_server.rules.facts.virtual import (
    BootBound,
    RunSimulated,
    SubmissionMade,
    TrackRevealed,
    VirtualStagePlanned,
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fact that no server would have recorded: its number, and a sentence."""

    seq: int
    sentence: str


def flaws(log: Sequence[Recorded]) -> Iterator[Flaw]:
    """Yield each fact of an event's log that contradicts, or lacks, another one."""
    yield from _broken_seals(log)
    submitted = {each.fact.submission_id for each in log if isinstance(each.fact, SubmissionMade)}
    proven = set()
    for each in log:
        if not isinstance(each.fact, RunSimulated):
            continue
        proven.add((each.fact.heat_id, each.fact.entry_id))
        if each.fact.submission_id not in submitted:
            yield Flaw(each.seq, f"fact {each.seq} is a run of a model that nobody submitted.")
    ends = [each.fact for each in log if isinstance(each.fact, HeatFinished)]
    over = {each.heat_id for each in ends if _is_whole(each)}
    # Of a race before an audience people saw the beginning, too, of a model that broke off.
    ruled = [each.fact for each in log if isinstance(each.fact, RunRuled)]
    broken = {(each.heat_id, each.entry_id) for each in ruled if _is_told(each)}
    for each in log:
        bound = each.fact
        if not isinstance(bound, BootBound) or bound.heat_id not in over:
            continue
        if (bound.heat_id, bound.entry_id) not in proven | broken:
            sentence = f"fact {each.seq} binds a run of which nothing says what it was driven with."
            yield Flaw(each.seq, sentence)


def _is_told(ruled: RunRuled) -> bool:
    """Whether it was a worker's word that a run didn't finish."""
    return ruled.ruling_id.startswith(f"{ruled.heat_id}.") and ruled.status == "dnf"


def _is_whole(finished: HeatFinished) -> bool:
    """Whether a heat ended by its last lap: a show that was broken off has nothing to prove."""
    return finished.reason == "last_lap_closed"


def _broken_seals(log: Sequence[Recorded]) -> Iterator[Flaw]:
    seals: dict[str, str | None] = {}
    for each in log:
        fact = each.fact
        if isinstance(fact, VirtualStagePlanned):
            seals[fact.stage_id] = fact.rules.track_seal
        elif isinstance(fact, TrackRevealed) and not _is_sealed(fact, seals.get(fact.stage_id)):
            sentence = f"fact {each.seq} reveals another track than the one that was sealed."
            yield Flaw(each.seq, sentence)


def _is_sealed(fact: TrackRevealed, seal: str | None) -> bool:
    return seal_of(fact.salt, fact.track_sha256) == seal
