"""Races of two in the queue: who meets whom, and with which model; what a match needs next.

Where matches are raced, who meets whom follows from them: a match is driven once both have a model.
Else it is an open challenge: whoever waits longest meets the next, once. Both jobs have one lease.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from timing_server.contract.machines.workers import GridCar
from timing_server.rules.answers.virtual.racing import duel_seed
from timing_server.rules.answers.virtual.stages import is_by_matches, is_head_to_head
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.orders.attendance import is_expected
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import DriverId, EntryId, SubmissionId
from timing_server.service.entities import Job

#: Whether a job may be driven now.
IsFree = Callable[[Job], bool]


@dataclass(frozen=True, slots=True)
class Side:
    """A job on its place of the grid."""

    place: int
    job: Job
    submission: Submission


@dataclass(frozen=True, slots=True)
class Duel:
    """Who meets whom; ``heat`` is the match's, None in an open challenge."""

    heat: Heat | None
    sides: tuple[Side, ...]

    @property
    def seed(self) -> int:
        """By what it is driven."""
        name = "" if self.heat is None else self.heat.match_name
        return duel_seed(name, [each.submission.seed for each in self.sides])

    @property
    def grid(self) -> tuple[GridCar, ...]:
        """The grid as a worker needs it."""
        return tuple(
            GridCar(
                place=each.place,
                submission_id=each.submission.submission_id,
                model_sha256=each.submission.model_sha256,
            )
            for each in self.sides
        )


def stage_of(state: EventState, submission: Submission | None) -> Stage | None:
    """Return the stage of a submission in which two race each other, None for any other."""
    stage = None if submission is None else state.stages.get(submission.stage_id)
    return stage if stage is not None and is_head_to_head(stage) else None


def next_duel(state: EventState, jobs: Sequence[Job], job: Job, is_free: IsFree) -> Duel | None:
    """Return the race that a job that waits can be part of now, None while it has to wait.

    ``jobs`` are the event's in the order of the queue; ``is_free`` says which others may be driven.
    """
    own = state.submissions[SubmissionId(job.submission_id)]
    stage = state.stages[own.stage_id]
    waiting = (
        Side(0, each, submission)
        for each in jobs
        if (submission := state.submissions.get(SubmissionId(each.submission_id))) is not None
        and submission.stage_id == stage.stage_id
        and (each is job or (not each.lease_id and is_free(each)))
    )
    if is_by_matches(stage):
        return next(_matches(state, stage, waiting, own.entry_id), None)
    others = (each for each in waiting if _are_rivals(state, own, each.submission))
    other = next(others, None)
    if other is None:
        return None
    first, second = sorted((job, other.job), key=jobs.index)
    return Duel(None, (_side(state, 1, first), _side(state, 2, second)))


def _side(state: EventState, place: int, job: Job) -> Side:
    return Side(place, job, state.submissions[SubmissionId(job.submission_id)])


def _are_rivals(state: EventState, own: Submission, other: Submission) -> bool:
    """Whether two submissions may meet: nobody races oneself."""
    return own.entry_id != other.entry_id and _drivers(state, own).isdisjoint(
        _drivers(state, other)
    )


def _drivers(state: EventState, submission: Submission) -> set[DriverId]:
    entry = state.entries.get(submission.entry_id)
    return set() if entry is None else set(entry.driver_ids)


def _matches(
    state: EventState, stage: Stage, waiting: Iterable[Side], entry_id: EntryId
) -> Iterator[Duel]:
    """Yield the matches of an entry that can be driven, in the order in which they were planned."""
    made = {each: number for number, each in enumerate(state.submissions)}
    in_order = sorted(waiting, key=lambda each: made[each.submission.submission_id])
    newest = {each.submission.entry_id: each.job for each in in_order}
    for heat in open_matches(state, stage):
        if entry_id not in heat.entry_ids:
            continue
        coming = [
            (place, each)
            for place, each in enumerate(heat.entry_ids, 1)
            if is_expected(state, heat, each)
        ]
        if coming and all(each in newest for _, each in coming):
            yield Duel(heat, tuple(_side(state, place, newest[each]) for place, each in coming))


def open_matches(state: EventState, stage: Stage) -> Iterator[Heat]:
    """Yield the heats of a stage's matches that are still to be driven."""
    for heat in state.heats.values():
        is_own = heat.stage_id == stage.stage_id and bool(heat.match_name)
        if is_own and heat.phase is HeatPhase.SCHEDULED:
            yield heat


def duel_in(state: EventState, heat: Heat, jobs: Sequence[Job]) -> Duel:
    """Return the race of a heat that is there already, with these jobs on its grid."""
    by_entry = {state.submissions[SubmissionId(each.submission_id)].entry_id: each for each in jobs}
    sides = (
        _side(state, place, by_entry[each])
        for place, each in enumerate(heat.entry_ids, 1)
        if each in by_entry
    )
    return Duel(heat, tuple(sides))


def claimed_duel(state: EventState, claimed: Sequence[Job]) -> Duel | None:
    """Return the race that is driven under one lease, None where its match isn't any more.

    ``claimed`` are the jobs with that lease, in the order of the queue.
    """
    own = state.submissions.get(SubmissionId(claimed[0].submission_id))
    stage = stage_of(state, own)
    if own is None or stage is None:
        return None
    shown = played_heat(state, own)
    if shown is not None:
        return duel_in(state, shown, claimed)
    if not is_by_matches(stage):
        sides = tuple(_side(state, place, each) for place, each in enumerate(claimed, 1))
        return Duel(None, sides) if len(sides) == 2 else None
    by_entry = {
        state.submissions[SubmissionId(each.submission_id)].entry_id: each for each in claimed
    }
    for heat in open_matches(state, stage):
        # Of an entry that drives alone other matches may be open, too, for which it waits.
        if by_entry.keys() == {each for each in heat.entry_ids if is_expected(state, heat, each)}:
            return duel_in(state, heat, claimed)
    return None
