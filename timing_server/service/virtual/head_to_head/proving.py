"""Races of two of a log as they can be driven again, and whether they come out alike. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from timing_server.contract.machines.duels import DuelSidePosted
from timing_server.contract.machines.workers import RunRules
from timing_server.rules.answers.virtual.racing import ANEW, duel_seed
from timing_server.rules.answers.virtual.stages import is_head_to_head
from timing_server.rules.commands.virtual import DuelSide, RecordDuel, RecordDuelShown
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatFinished
from timing_server.rules.facts.plan import HeatPlanned, RunEquipped
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.rulings import RunRuled
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.facts.virtual import (
    BootBound,
    RunSimulated,
    SubmissionRefused,
    VirtualRules,
)
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import BootId, EntryId, JournalId
from timing_server.service.virtual.head_to_head.matches import newest_model
from timing_server.service.virtual.head_to_head.shown import ShownDuel, order_of, shown_duel
from timing_server.service.virtual.proving import Difference, apart
from timing_server.service.virtual.runs import run_rules

#: A race begins with its heat's plan and what both drive.
_LOOK_BACK = 4


@dataclass(frozen=True, slots=True)
class SimulatedDuel:
    """A race as it was recorded, with its facts in order, and the state before the first.

    ``places`` has each entry's place on the grid; ``proofs`` are of those that drove, by place. Of
    one that was played, ``shown`` has its own facts, and ``before`` is the state at its go.
    """

    number: int
    stage: Stage
    rules: VirtualRules
    driven_by: RunRules
    facts: tuple[Recorded, ...]
    before: EventState
    places: Mapping[EntryId, int]
    proofs: tuple[tuple[int, RunSimulated], ...]
    shown: ShownDuel | None = None

    @property
    def proof(self) -> RunSimulated:
        """What the first that drove was computed with; both by the same simulator."""
        return self.proofs[0][1]

    @property
    def proof_seq(self) -> int:
        """The number of that fact."""
        return self.proofs[0][0]

    @property
    def laps_n(self) -> int:
        """How many laps both began."""
        return sum(each.laps_tried for _, each in self.proofs)

    def submission_of(self, entry_id: EntryId) -> Submission | None:
        """Return with what an entry raced, or was to: its proof or its refusal names it."""
        if self.shown is not None:
            return self.shown.submissions.get(entry_id)
        named = {each.entry_id: each.submission_id for _, each in self.proofs}
        for each in self.facts:
            if isinstance(each.fact, SubmissionRefused):
                refused = self.before.submissions.get(each.fact.submission_id)
                if refused is not None:
                    named.setdefault(refused.entry_id, refused.submission_id)
        if entry_id in named:
            return self.before.submissions.get(named[entry_id])
        return newest_model(self.before, self.stage.stage_id, entry_id)


def simulated_duels(log: Sequence[Recorded]) -> Iterator[SimulatedDuel]:
    """Yield every race of two of a stream, in the order in which they were recorded."""
    if not log:
        return
    state = empty_state(log[0].stream)
    states: deque[EventState] = deque(maxlen=_LOOK_BACK + 1)
    seen = set()
    for at, recorded in enumerate(log):
        states.append(state)
        fact = recorded.fact
        if isinstance(fact, BootBound) and fact.heat_id not in seen:
            seen.add(fact.heat_id)
            duel = _duel_around(log, at, list(states))
            if duel is not None:
                yield duel
        state = reduce(state, recorded)


def _duel_around(
    log: Sequence[Recorded], at: int, states: Sequence[EventState]
) -> SimulatedDuel | None:
    """Return the race of which the first boot is bound there, None where it is none of two."""
    bound = log[at].fact
    if not isinstance(bound, BootBound):
        return None
    begin = at
    while begin > 0 and at - begin < len(states) - 1 and _begins(log[begin - 1], log[at], bound):
        begin -= 1
    before = states[len(states) - 1 - (at - begin)]
    heat = states[-1].heats.get(bound.heat_id)
    stage = None if heat is None else states[-1].stages.get(heat.stage_id)
    if heat is None or stage is None or stage.virtual is None or not is_head_to_head(stage):
        return None
    facts, shown = tuple(_until_the_end(log[begin:], bound)), None
    if heat.is_played:
        shown = shown_duel(log[at:], heat, before)
        facts = shown.facts
    proofs = tuple(
        (each.seq, each.fact)
        for each in facts
        if isinstance(each.fact, RunSimulated) and each.fact.heat_id == bound.heat_id
    )
    if not proofs:
        return None
    equipped = {each.fact.entry_id for each in facts if isinstance(each.fact, RunEquipped)}
    racing = equipped if shown is None else shown.submissions.keys()
    places = {each: place for place, each in enumerate(heat.entry_ids, 1) if each in racing}
    number = heat.number
    rules = stage.virtual
    return SimulatedDuel(
        number, stage, rules, run_rules(stage, rules), facts, before, places, proofs, shown
    )


def _begins(recorded: Recorded, first: Recorded, bound: BootBound) -> bool:
    """Whether a fact belongs to the beginning of the same race: it was recorded with it."""
    fact = recorded.fact
    is_beginning = isinstance(fact, HeatPlanned | RunEquipped) and fact.heat_id == bound.heat_id
    return is_beginning and (recorded.race_ns, recorded.actor) == (first.race_ns, first.actor)


def _until_the_end(log: Iterable[Recorded], bound: BootBound) -> Iterator[Recorded]:
    for recorded in log:
        yield recorded
        if isinstance(recorded.fact, HeatFinished) and recorded.fact.heat_id == bound.heat_id:
            return


def contradiction(duel: SimulatedDuel) -> Difference | None:
    """Return where a provenance isn't what was submitted, by the stage's rules."""
    made = [duel.submission_of(each) for each in sorted(duel.places, key=duel.places.__getitem__)]
    heat = duel.before.heats.get(duel.proof.heat_id)
    match_name = "" if heat is None else heat.match_name
    seed = duel_seed(match_name, [each.seed for each in made if each is not None])
    models = {each.entry_id: each.model_sha256 for _, each in duel.proofs}
    for seq, proof in duel.proofs:
        own = duel.submission_of(proof.entry_id)
        rivals = [model for entry_id, model in models.items() if entry_id != proof.entry_id]
        pairs = (
            ("model_sha256", proof.model_sha256, own.model_sha256 if own else "no submission's"),
            ("rival_sha256", proof.rival_sha256, rivals[0] if rivals else None),
            ("track_sha256", proof.track_sha256, duel.rules.track_sha256),
            ("grid_place", proof.grid_place, duel.places.get(proof.entry_id, 0)),
            ("seed", proof.seed, seed),
        )
        for name, told, right in pairs:
            if told != right:
                return Difference(seq, "RunSimulated", f"{name}={told}", f"{name}={right}")
    return None


def difference(duel: SimulatedDuel, driven: Sequence[DuelSidePosted]) -> Difference | None:
    """Return the first fact that isn't what was driven now, None where all are the same."""
    told, asked_ns = _command(duel, driven), duel.facts[0].race_ns
    command: RecordDuel | RecordDuelShown = told
    if duel.shown is not None:
        command, asked_ns = RecordDuelShown(told, is_over=True), duel.facts[-1].race_ns
    answer = decide(duel.before, command, asked_ns)
    facts: Iterable[Fact] = () if isinstance(answer, RuleViolation) else answer
    computed = list(facts) if duel.shown is None else sorted(facts, key=order_of)
    for recorded, anew in zip(duel.facts, computed, strict=False):
        if recorded.fact != anew:
            return apart(recorded, anew)
    if len(computed) == len(duel.facts):
        return None
    first = min(len(computed), len(duel.facts) - 1)
    return apart(duel.facts[first], computed[first] if first < len(computed) else None)


def _command(duel: SimulatedDuel, driven: Sequence[DuelSidePosted]) -> RecordDuel:
    by_place = {each.place: each for each in driven}
    bounds = {
        each.fact.entry_id: each.fact for each in duel.facts if isinstance(each.fact, BootBound)
    }
    first = next(iter(bounds.values()))
    sides = tuple(
        _side(duel, entry_id, bounds.get(entry_id), by_place.get(place))
        for entry_id, place in sorted(duel.places.items(), key=lambda each: each[1])
    )
    return RecordDuel(
        duel.proof.heat_id,
        first.node_id,
        sides,
        duel.proof.simulator,
        first.race_offset_ns,
        0 if duel.shown is None else duel.shown.anew_ns,
    )


def _side(
    duel: SimulatedDuel, entry_id: EntryId, bound: BootBound | None, posted: DuelSidePosted | None
) -> DuelSide:
    submission = duel.submission_of(entry_id)
    boot_id = BootId(f"{duel.proof.heat_id}.none") if bound is None else bound.boot_id
    blank = DuelSide(
        place=duel.places[entry_id],
        submission_id=duel.proof.submission_id if submission is None else submission.submission_id,
        boot_id=boot_id,
        journal_id=_journal(duel, boot_id),
        sentence=_sentence(duel, entry_id) if bound is None else "",
    )
    run = None if posted is None else posted.run
    if run is None or posted is None:
        return blank
    return DuelSide(
        place=blank.place,
        submission_id=blank.submission_id,
        boot_id=blank.boot_id,
        journal_id=blank.journal_id,
        out=posted.out or "",
        passes_ns=run.passes_ns,
        resets_ns=run.resets_ns,
        collisions_ns=run.collisions_ns,
        laps_tried=run.laps_tried,
        sim_ns=run.sim_ns,
    )


def _journal(duel: SimulatedDuel, boot_id: BootId) -> JournalId:
    passes = (each.fact for each in duel.facts if isinstance(each.fact, PassDetected))
    found = (each.journal_id for each in passes if each.boot_id == boot_id)
    return JournalId(next(found, JournalId(boot_id)).removesuffix(ANEW))


def _sentence(duel: SimulatedDuel, entry_id: EntryId) -> str:
    """Return how a model broke off, which nobody can drive again."""
    ruled = (each.fact for each in duel.facts if isinstance(each.fact, RunRuled))
    return next((each.reason for each in ruled if each.entry_id == entry_id), "It broke off.")
