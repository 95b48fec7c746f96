"""What is played before an audience now, and which worker's claim that is. Pure."""

from dataclasses import dataclass

from timing_server.contract.machines.shows import ShowState
from timing_server.rules.answers.virtual.shows import shown
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.heat_phases import AT_THE_LINE
from timing_server.rules.orders.driving import newest_equipment
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Equipment, Heat
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import CarId, StreamId, SubmissionId
from timing_server.service.entities import Job
from timing_server.service.log.known import Known
from timing_server.service.virtual.leases import Leases


@dataclass(frozen=True, slots=True)
class OnAir:
    """A heat that is played, between its call and its end: one submission, or two that race.

    ``jobs`` are theirs, fewer where one is gone meanwhile.
    """

    stream: StreamId
    heat: Heat
    submissions: tuple[Submission, ...]
    jobs: tuple[Job, ...]

    @property
    def is_free(self) -> bool:
        """Whether it still waits for a worker."""
        is_whole = len(self.jobs) == len(self.submissions)
        return is_whole and not any(each.lease_id for each in self.jobs)

    @property
    def job(self) -> Job | None:
        """The first of its jobs, which has the claim of all."""
        return next(iter(self.jobs), None)

    @property
    def lease_id(self) -> str:
        """The name of its claim: a heat is played by one worker, once."""
        return self.heat.heat_id

    @property
    def equipment(self) -> tuple[Equipment, ...]:
        """What drives in it: each car with its model."""
        entry_ids = (each.entry_id for each in self.submissions)
        newest = (newest_equipment(self.heat.runs[each]) for each in entry_ids)
        return tuple(each for each in newest if each is not None)

    @property
    def car_ids(self) -> tuple[CarId, ...]:
        """The cars that drive in it."""
        return tuple(each.car_id for each in self.equipment)


def on_air(known: Known) -> OnAir | None:
    """Return what the event that has the gates plays now, None where it plays nothing."""
    stream = known.venue.gate_stream
    head = known.heads.get(stream)
    if head is None:
        return None
    heat, submissions = head.state.active_heat, tuple(shown(head.state))
    if heat is None or not submissions:
        return None
    jobs = (known.jobs.get(each.submission_id) for each in submissions)
    return OnAir(stream, heat, submissions, tuple(each for each in jobs if each is not None))


def is_show_claim(state: EventState, job: Job) -> bool:
    """Whether a worker claimed a job to play it, be it over, or sent back, or not.

    Such a claim has its heat's name, and no other has any heat's.
    """
    submission = state.submissions.get(SubmissionId(job.submission_id))
    if submission is None or not job.lease_id:
        return False
    return job.lease_id in (submission.played_heat_id, *state.heats)


def is_driven(state: EventState, job: Job) -> bool:
    """Whether a worker drives a job: one that plays a heat which is over hasn't heard of it yet."""
    if not job.lease_id or not is_show_claim(state, job):
        return bool(job.lease_id)
    return played_heat(state, state.submissions[SubmissionId(job.submission_id)]) is not None


def is_played(state: EventState, submission: Submission) -> bool:
    """Whether no worker may drive a submission by itself: it is played, or will be."""
    stage = state.stages.get(submission.stage_id)
    rules = None if stage is None else stage.virtual
    is_to_be = rules is not None and rules.is_played
    return is_to_be or played_heat(state, submission) is not None


def show_state(show: OnAir, leases: Leases) -> ShowState:
    """Return what a worker needs to know of the heat that it plays."""
    return ShowState(
        phase="called" if show.heat.phase in AT_THE_LINE else "running",
        is_ready=leases.ready_since(show.lease_id) is not None,
        starts_race_ns=show.heat.started_race_ns,
    )


def is_wanted_back(known: Known, leases: Leases, worker_id: str, now_ns: int) -> bool:
    """Whether a worker is to give its run back, since somebody is to be shown by whom nobody else
    could: of those that drive, the one that would lose the least.
    """
    show, players = on_air(known), leases.players(now_ns)
    if show is None or not show.is_free or worker_id not in players:
        return False
    busy = {each.worker: leases.laps_done(each.lease_id) for each in known.jobs.values()}
    busy.pop("", None)
    if any(each not in busy for each in players):
        return False
    return worker_id == min(players, key=lambda each: (busy[each], each))
