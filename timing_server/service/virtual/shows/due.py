"""What race control can play next: what waits first of a stage, or the first two that can race."""

from collections.abc import Iterator

from timing_server.contract.race.virtual import ReadyDuel
from timing_server.rules.answers.virtual.shows import shown
from timing_server.rules.answers.virtual.stages import is_by_matches, is_head_to_head
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import StageId, StreamId, SubmissionId
from timing_server.service.entities import Job
from timing_server.service.live.projection import entry_name
from timing_server.service.log.draft import Draft
from timing_server.service.log.known import Known
from timing_server.service.models.ports import ModelFolder
from timing_server.service.virtual.head_to_head.matches import as_planned
from timing_server.service.virtual.head_to_head.pairing import Duel, next_duel
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.shows.claims import end_claim
from timing_server.service.virtual.shows.on_air import is_driven, is_show_claim
from timing_server.service.virtual.waiting import is_wanted


class DueShows:
    """Looks through the queue; a claim of what was sent back to it is none any more."""

    def __init__(self, folder: ModelFolder, leases: Leases) -> None:
        self._folder = folder
        self._leases = leases

    def first_alone(self, draft: Draft, event_id: str, stage_id: StageId) -> Job | None:
        """Return the first job of a stage that can be driven alone."""
        state = draft.head(StreamId(event_id)).state
        own = (each for each in _of_stage(draft, state, event_id, stage_id))
        return next(
            (each for each in own if _waits(state, each) and self._is_free(state, each)), None
        )

    def first(self, draft: Draft, event_id: str, stage_id: StageId) -> Duel | None:
        """Return the first race of a stage that can be driven: of matches the first planned."""
        self._free_sent_back(draft, event_id)
        state = draft.head(StreamId(event_id)).state
        jobs = list(_of_stage(draft, state, event_id, stage_id))
        found = (each for job in jobs if (each := self._race(draft, state, job)) is not None)
        if not is_by_matches(state.stages[stage_id]):
            return next(found, None)
        return min(found, key=_number, default=None)

    def of(self, draft: Draft, job: Job) -> Duel | None:
        """Return the race that a job can be part of now, None while it has no rival."""
        self._free_sent_back(draft, job.event_id)
        state = draft.head(StreamId(job.event_id)).state
        return self._race(draft, state, draft.known.jobs[job.submission_id])

    def _race(self, draft: Draft, state: EventState, job: Job) -> Duel | None:
        def is_free(each: Job) -> bool:
            return self._is_free(state, each)

        jobs = [each for each in draft.known.jobs.values() if each.event_id == job.event_id]
        return next_duel(state, jobs, job, is_free) if is_free(job) else None

    def _is_free(self, state: EventState, job: Job) -> bool:
        is_to_come = is_wanted(state, job) and not is_driven(state, job)
        is_there = is_to_come and _may_race(state, job)
        return is_there and self._folder.find(job.model_sha256) is not None

    def _free_sent_back(self, draft: Draft, event_id: str) -> None:
        state = draft.head(StreamId(event_id)).state
        for each in list(draft.known.jobs.values()):
            is_own = each.event_id == event_id and is_show_claim(state, each)
            if is_own and not is_driven(state, each):
                end_claim(draft, self._leases, each)


def ready_duels(state: EventState, known: Known) -> tuple[ReadyDuel, ...]:
    """Return the races of two that could be played next, of each stage in its order."""
    return tuple(
        ReadyDuel(
            stage_id=stage.stage_id,
            match_name=(duel.heat and duel.heat.match_name) or None,
            numbers=tuple(each.number for each in entries),
            names=tuple(entry_name(each, known.registry.drivers) for each in entries),
        )
        for stage in state.stages.values()
        if is_head_to_head(stage)
        for duel in _ready(state, known, stage)
        if (entries := [state.entries[each.submission.entry_id] for each in duel.sides])
    )


def _ready(state: EventState, known: Known, stage: Stage) -> list[Duel]:
    """Return a stage's races that nothing keeps from being driven, nobody in two of them."""

    def is_free(job: Job) -> bool:
        is_own = job.submission_id not in taken and not job.lease_id
        return is_own and is_wanted(state, job) and _may_race(state, job)

    if is_by_matches(stage):
        state = as_planned(state, stage)
    taken = {each.submission_id for each in shown(state)}
    jobs = [each for each in known.jobs.values() if each.event_id == state.stream]
    found: list[Duel] = []
    for job in jobs:
        own = state.submissions.get(SubmissionId(job.submission_id))
        is_own = own is not None and own.stage_id == stage.stage_id
        duel = next_duel(state, jobs, job, is_free) if is_own and is_free(job) else None
        if duel is not None:
            found.append(duel)
            taken.update(each.submission.submission_id for each in duel.sides)
    return sorted(found, key=_number) if is_by_matches(stage) else found


def _may_race(state: EventState, job: Job) -> bool:
    """Whether the entry of a job that is wanted takes part still."""
    entry = state.entries.get(state.submissions[SubmissionId(job.submission_id)].entry_id)
    return entry is not None and entry.may_race


def _number(duel: Duel) -> int:
    return 0 if duel.heat is None else duel.heat.number


def _of_stage(draft: Draft, state: EventState, event_id: str, stage_id: StageId) -> Iterator[Job]:
    for each in draft.known.jobs.values():
        known = state.submissions.get(SubmissionId(each.submission_id))
        if each.event_id == event_id and known is not None and known.stage_id == stage_id:
            yield each


def _waits(state: EventState, job: Job) -> bool:
    return state.submissions[SubmissionId(job.submission_id)].status == "waiting"
