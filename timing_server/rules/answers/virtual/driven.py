"""What was driven in simulated time, as the facts that a heat of real cars makes, too."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.rulings import PenaltyGiven, ResetMarked
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.facts.virtual import RunBeganOver
from timing_server.rules.passes.placing import pass_ref_of
from timing_server.rules.state.plan import FINISH_ROLE
from timing_server.rules.units import BootId, EntryId, HeatId, JournalId, NodeId, RulingId

#: More of anything happens in no run of a hundred laps.
INSTANTS_MAX = 20_000
COLLISION = "collision"


@dataclass(frozen=True, slots=True)
class Driven:
    """One car's run: whose it is, when it is taken to have begun, and its simulated instants.

    ``named`` begins the ids of its rulings; a collision adds ``collision_penalty_ns`` to its lap.
    Instants count from ``from_ns`` of the boot on, which is 0 but where it was driven anew.
    """

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    heat_id: HeatId
    entry_id: EntryId
    named: str
    begins_ns: int
    sim_ns: int
    passes_ns: tuple[int, ...]
    resets_ns: tuple[int, ...]
    collisions_ns: tuple[int, ...]
    beginnings_ns: tuple[int, ...]
    collision_penalty_ns: int
    from_ns: int = 0

    @property
    def ends_ns(self) -> int:
        """The end on the race clock."""
        return self.begins_ns + self.from_ns + self.sim_ns


def check_driven(driven: Driven) -> RuleViolation | None:
    """Refuse instants that no run has."""
    every = (driven.passes_ns, driven.resets_ns, driven.collisions_ns, driven.beginnings_ns)
    if sum(map(len, every)) > INSTANTS_MAX or driven.sim_ns < 0:
        return malformed("it is longer than any")
    if not all(_is_ascending(instants_ns, driven.sim_ns) for instants_ns in every):
        return malformed("its instants are in no order")
    return None


def malformed(why: str) -> RuleViolation:
    """Refuse what is no run of the stage."""
    return RuleViolation("run_malformed", f"This is no run of this stage: {why}.", {"why": why})


def _is_ascending(instants_ns: Sequence[int], sim_ns: int) -> bool:
    is_within = not instants_ns or (instants_ns[0] >= 0 and instants_ns[-1] <= sim_ns)
    return is_within and all(one < other for one, other in pairwise(instants_ns))


def facts_of(driven: Driven) -> Iterator[Fact]:
    """Yield what happened on track: passes, then what was seen between them."""
    heat_id, entry_id = driven.heat_id, driven.entry_id
    begins_ns = driven.begins_ns + driven.from_ns
    passes = [
        PassDetected(
            node_id=driven.node_id,
            boot_id=driven.boot_id,
            journal_id=driven.journal_id,
            seq=seq,
            gate=FINISH_ROLE,
            mono_ns=driven.from_ns + mono_ns,
            pulse_ns=None,
            edges=1,
            sensors=(),
        )
        for seq, mono_ns in enumerate(driven.passes_ns, 1)
    ]
    yield from passes
    for over_ns in driven.beginnings_ns:
        yield RunBeganOver(heat_id, entry_id, begins_ns + over_ns)
    for number, reset_ns in enumerate(driven.resets_ns, 1):
        ruling_id = RulingId(f"{driven.named}.reset.{number}")
        yield ResetMarked(ruling_id, heat_id, entry_id, begins_ns + reset_ns)
    yield from _collided(driven, passes)


def _collided(driven: Driven, passes: Sequence[PassDetected]) -> Iterator[Fact]:
    """Yield what each collision within a lap costs; outside laps it costs nothing."""
    for number, collided_ns in enumerate(driven.collisions_ns, 1):
        at = bisect_left(driven.passes_ns, collided_ns)
        if not driven.collision_penalty_ns or not 0 < at < len(passes):
            continue
        yield PenaltyGiven(
            RulingId(f"{driven.named}.collision.{number}"),
            driven.heat_id,
            driven.entry_id,
            pass_ref_of(passes[at]),
            driven.collision_penalty_ns,
            COLLISION,
        )
