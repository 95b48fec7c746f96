"""Virtual runs of a log as they can be driven again, and whether they come out as recorded. Pure.

A run is a group of facts that follows from what was driven by the rules alone. So the same command
is answered again, in the state before it, with what was driven this time: the facts must be the
same, one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from timing_server.contract.machines.workers import DrivenRun, RunRules
from timing_server.rules.commands.virtual import RecordRun, RecordShown
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatFinished
from timing_server.rules.facts.plan import HeatPlanned
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.facts.virtual import BootBound, RunSimulated, Simulator, VirtualRules
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import JournalId
from timing_server.service.virtual.runs import run_rules, virtual_of
from timing_server.service.virtual.shows.told import by_kind, played_run, was_played


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """A run as it was recorded: what it was computed from and with, and its facts in order.

    ``before`` is the state in which it was recorded, ``proof_seq`` the number of its provenance. Of
    one that ``is_played``, ``before`` is the state at its go, and ``facts`` are the run's alone.
    """

    number: int
    proof: RunSimulated
    proof_seq: int
    rules: VirtualRules
    driven_by: RunRules
    facts: tuple[Recorded, ...]
    before: EventState
    is_played: bool = False

    @property
    def submission(self) -> Submission:
        """What was submitted, which is what is driven again."""
        return self.before.submissions[self.proof.submission_id]

    @property
    def laps_n(self) -> int:
        """How many laps were begun."""
        return self.proof.laps_tried

    @property
    def bound(self) -> BootBound:
        """Which worker's boot it was, and when it is taken to have begun."""
        return next(each.fact for each in self.facts if isinstance(each.fact, BootBound))


@dataclass(frozen=True, slots=True)
class Difference:
    """The first fact that isn't what the run gives: its number in the stream, its kind, and both.

    Of two facts of a kind only what tells them apart is said.
    """

    seq: int
    kind: str
    recorded: str
    computed: str


def simulated_runs(log: Sequence[Recorded]) -> Iterator[SimulatedRun]:
    """Yield every virtual run of a stream, in the order in which they were recorded.

    Races of two are driven otherwise, and not among them.
    """
    if not log:
        return
    state = empty_state(log[0].stream)
    for at, recorded in enumerate(log):
        fact = recorded.fact
        if isinstance(fact, HeatPlanned):
            run = _run_from(log, at, state)
            if run is not None:
                yield run
        state = reduce(state, recorded)


def _run_from(log: Sequence[Recorded], at: int, before: EventState) -> SimulatedRun | None:
    """Return the run that a plan of a heat begins, None for a heat of real cars."""
    planned = log[at].fact
    stage = before.stages.get(planned.stage_id) if isinstance(planned, HeatPlanned) else None
    if not isinstance(planned, HeatPlanned) or stage is None or stage.virtual is None:
        return None
    group: list[Recorded] = []
    for recorded in log[at:]:
        group.append(recorded)
        fact = recorded.fact
        if isinstance(fact, HeatFinished) and fact.heat_id == planned.heat_id:
            break
    facts, stated_in = tuple(group), before
    is_played = was_played(group, planned.heat_id)
    if is_played:
        played = played_run(log[at:], planned.heat_id, before)
        if played is None:
            return None
        facts, stated_in = played.facts, played.before
    found = next(
        ((each.seq, each.fact) for each in facts if isinstance(each.fact, RunSimulated)), None
    )
    if found is None:
        return None
    proof_seq, proof = found
    submission = before.submissions.get(proof.submission_id)
    is_alone = proof.grid_place == 0
    if submission is None or proof.heat_id != planned.heat_id or not is_alone:
        return None
    stage, rules = virtual_of(before, submission)
    return SimulatedRun(
        number=before.newest_heat_number + 1,
        proof=proof,
        proof_seq=proof_seq,
        rules=rules,
        driven_by=run_rules(stage, rules),
        facts=facts,
        before=stated_in,
        is_played=is_played,
    )


def difference(run: SimulatedRun, driven: DrivenRun) -> Difference | None:
    """Return the first fact that isn't what was driven now, None where all are the same."""
    told, known, asked_ns = _command(run, driven), list(run.facts), run.facts[0].race_ns
    command: RecordRun | RecordShown = told
    if run.is_played:
        command, asked_ns = RecordShown(told, is_over=True), known[-1].race_ns
        known = by_kind(known)
    answer = decide(run.before, command, asked_ns)
    computed: list[Fact] = [] if isinstance(answer, RuleViolation) else list(answer)
    for recorded, anew in zip(known, computed, strict=False):
        if recorded.fact != anew:
            return apart(recorded, anew)
    if len(computed) == len(known):
        return None
    first = min(len(computed), len(known) - 1)
    return apart(known[first], computed[first] if first < len(computed) else None)


def contradiction(run: SimulatedRun) -> Difference | None:
    """Return where a run's provenance isn't what was submitted, by the stage's rules."""
    made, proof = run.submission, run.proof
    pairs = (
        ("model_sha256", proof.model_sha256, made.model_sha256),
        ("track_sha256", proof.track_sha256, run.rules.track_sha256),
        ("seed", proof.seed, made.seed),
        ("seed", made.seed, made.seed if run.rules.seed is None else run.rules.seed),
    )
    for name, told, right in pairs:
        if told != right:
            return Difference(run.proof_seq, "RunSimulated", f"{name}={told}", f"{name}={right}")
    return None


def _command(run: SimulatedRun, driven: DrivenRun) -> RecordRun:
    proof, bound = run.proof, run.bound
    return RecordRun(
        submission_id=proof.submission_id,
        heat_id=proof.heat_id,
        node_id=bound.node_id,
        boot_id=bound.boot_id,
        journal_id=_journal(run),
        passes_ns=driven.passes_ns,
        resets_ns=driven.resets_ns,
        collisions_ns=driven.collisions_ns,
        beginnings_ns=driven.beginnings_ns,
        laps_tried=driven.laps_tried,
        sim_ns=driven.sim_ns,
        simulator=proof.simulator,
        from_race_ns=bound.race_offset_ns,
    )


def _journal(run: SimulatedRun) -> JournalId:
    passes = (each.fact for each in run.facts if isinstance(each.fact, PassDetected))
    return next((each.journal_id for each in passes), JournalId(run.bound.boot_id))


def simulators_apart(recorded: Simulator, now: Simulator) -> tuple[tuple[str, str, str], ...]:
    """Return in what two simulators differ: its name, as recorded, and here."""
    return tuple(
        (each.name, getattr(recorded, each.name), getattr(now, each.name))
        for each in fields(Simulator)
        if getattr(recorded, each.name) != getattr(now, each.name)
    )


def apart(recorded: Recorded, computed: Fact | None) -> Difference:
    """Return in what a fact isn't what was driven now, which may be nothing at all."""
    fact = recorded.fact
    kind = type(fact).__name__
    if computed is None or type(computed) is not type(fact):
        anew = "nothing" if computed is None else type(computed).__name__
        return Difference(recorded.seq, kind, kind, anew)
    names = [
        each.name
        for each in fields(fact)
        if getattr(fact, each.name) != getattr(computed, each.name)
    ]
    return Difference(recorded.seq, kind, _told(fact, names), _told(computed, names))


def _told(fact: Fact, names: Sequence[str]) -> str:
    return ", ".join(f"{name}={getattr(fact, name)}" for name in names)
