"""Virtual races as people see them: stages with their times, submissions and what they came to."""

from collections.abc import Mapping
from datetime import timedelta

from timing_server.contract.race.virtual import (
    SubmissionsLeft,
    SubmissionView,
    VirtualStageView,
    WorkerSeen,
)
from timing_server.formats.attempts import truncated_ns
from timing_server.rules.answers.virtual.stages import instant_of
from timing_server.rules.answers.virtual.submissions import (
    cool_down_ends_ns,
    counting_submissions,
    played_heat,
)
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Entry, Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import NS_PER_S, NS_PER_US
from timing_server.service.entities import Job
from timing_server.service.live.projection import entry_name
from timing_server.service.log.known import Known
from timing_server.service.virtual.gaps import model_name
from timing_server.service.virtual.head_to_head.views import Missing, duel_views, waits
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.shows.on_air import is_driven

#: For so long a race that has closed stays on its drivers' own page.
SHOWN_FOR = timedelta(days=30)


def stage_views(state: EventState, now_utc: str) -> tuple[VirtualStageView, ...]:
    """Return an event's virtual stages in the order of planning."""
    return tuple(
        stage_view(state, each, now_utc)
        for each in state.stages.values()
        if each.virtual is not None
    )


def is_current(state: EventState, now_utc: str) -> bool:
    """Whether an event's virtual race goes on, will, or ended so lately that drivers look at it."""
    shown_from = instant_of(now_utc) - SHOWN_FOR
    rules = (each.virtual for each in state.stages.values())
    return any(each is not None and instant_of(each.closes_utc) > shown_from for each in rules)


def stage_view(state: EventState, stage: Stage, now_utc: str) -> VirtualStageView:
    """Return a virtual stage by the calendar; a sealed track is nobody's business."""
    rules = stage.virtual
    if rules is None:
        raise ValueError("a stage of real cars")
    now = instant_of(now_utc)
    is_before, is_over = now < instant_of(rules.opens_utc), now >= instant_of(rules.closes_utc)
    return VirtualStageView.model_validate(
        {
            "stage_id": stage.stage_id,
            "title": stage.title,
            "format_name": stage.format_name,
            "field_n": None if stage.field is None else len(stage.field),
            "time_zone": state.time_zone,
            "track": rules.track or None,
            "track_sha256": rules.track_sha256 or None,
            "track_seal": rules.track_seal,
            "race_kind": rules.race_kind,
            "objects": rules.objects,
            "bots": rules.bots,
            "bots_change_lanes": rules.bots_change_lanes,
            "laps": rules.laps,
            "reset_penalty_s": stage.options.reset_penalty_ns / NS_PER_S,
            "collision_penalty_s": rules.collision_penalty_ns / NS_PER_S,
            "resets_max": rules.resets_max,
            "lap_limit_s": rules.lap_limit_ns / NS_PER_S,
            "seed": rules.seed,
            "opens_utc": rules.opens_utc,
            "closes_utc": rules.closes_utc,
            "now_utc": now_utc,
            "phase": "before" if is_before else "closed" if is_over else "open",
            "submissions_max": rules.submissions_max,
            "cool_down_s": rules.cool_down_ns / NS_PER_S,
            "prizes": rules.prizes,
            "is_played": rules.is_played,
        }
    )


def submission_views(
    state: EventState, known: Known, leases: Leases, driver_id: str | None
) -> tuple[SubmissionView, ...]:
    """Return submissions, the newest last; ``driver_id``: own ones, None: everybody's."""
    places, waits_for = _places(known.jobs), waits(state, known.jobs)
    shown = []
    for each in state.submissions.values():
        entry = state.entries.get(each.entry_id)
        is_own = entry is not None and driver_id in entry.driver_ids
        if entry is not None and (driver_id is None or is_own):
            job = known.jobs.get(each.submission_id)
            queued = places.get(each.submission_id), waits_for(each)
            shown.append(_view(state, known, each, entry, job, queued, leases))
    return tuple(shown)


def _places(jobs: Mapping[str, Job]) -> Mapping[str, int]:
    """Return the places of those that wait, over all events: workers drive for all of them."""
    waiting = (each.submission_id for each in jobs.values() if not each.lease_id)
    return {submission_id: place for place, submission_id in enumerate(waiting, 1)}


def _view(
    state: EventState,
    known: Known,
    submission: Submission,
    entry: Entry,
    job: Job | None,
    queued: tuple[int | None, Missing],
    leases: Leases,
) -> SubmissionView:
    stage = state.stages.get(submission.stage_id)
    rules = None if stage is None else stage.virtual
    place, missing = queued
    is_running = job is not None and is_driven(state, job)
    return SubmissionView.model_validate(
        {
            "submission_id": submission.submission_id,
            "stage_id": submission.stage_id,
            "entry_id": entry.entry_id,
            "number": entry.number,
            "name": entry_name(entry, known.registry.drivers),
            "model_sha256": submission.model_sha256,
            "model": model_name(known.registry, submission.model_sha256, entry),
            "made_utc": submission.made_wall_utc,
            "status": "running" if is_running else submission.status,
            "place": None if is_running or missing else place,
            "waits_for": missing,
            "duels": duel_views(state, known.registry, submission),
            "laps": 0 if rules is None else rules.laps,
            "laps_done": leases.laps_done(job.lease_id) if job and is_running else None,
            "worker": job.worker if job and is_running else None,
            "attempts": 0 if job is None else job.attempts,
            "code": submission.code or None,
            "sentence": submission.sentence or None,
            "seed": submission.seed,
            **_driven(state, submission),
            **_shown(state, submission, leases),
        }
    )


def _shown(state: EventState, submission: Submission, leases: Leases) -> dict[str, object]:
    """Return as which heat it is played now, where it is."""
    heat = played_heat(state, submission)
    if heat is None:
        return {}
    return {
        "is_shown": True,
        "is_ready": leases.ready_since(heat.heat_id) is not None,
        "heat_id": heat.heat_id,
        "heat_number": heat.number,
    }


def _driven(state: EventState, submission: Submission) -> dict[str, object]:
    """Return what the run came to, where it was driven."""
    heat = None if submission.heat_id is None else state.heats.get(submission.heat_id)
    if heat is None or submission.run is None:
        return {}
    runs = score_heat(state, heat.heat_id).runs
    run = next(each for each in runs if each.entry_id == submission.entry_id)
    # As they rank: what is shown adds up, here as in the standings.
    resolution_ns = heat.options.resolution_ns
    times_us = [truncated_ns(lap.ranked_ns, resolution_ns) // NS_PER_US for lap in run.valid_laps]
    is_whole = len(times_us) == submission.run.laps_tried
    return {
        "heat_id": heat.heat_id,
        "heat_number": heat.number,
        "laps_tried": submission.run.laps_tried,
        "laps_completed": len(times_us),
        "resets": sum(lap.resets for lap in run.valid_laps),
        "best_us": min(times_us, default=None),
        "total_us": sum(times_us) if is_whole and times_us else None,
    }


def left_views(state: EventState, driver_id: str, now_ns: int) -> tuple[SubmissionsLeft, ...]:
    """Return what each of a driver's entries may still submit, stage by stage."""
    return tuple(
        _left(state, stage, entry, now_ns)
        for stage in state.stages.values()
        if stage.virtual is not None
        for entry in state.entries.values()
        if driver_id in entry.driver_ids and entry.may_race
    )


def _left(state: EventState, stage: Stage, entry: Entry, now_ns: int) -> SubmissionsLeft:
    rules = stage.virtual
    most = 0 if rules is None else rules.submissions_max
    made = len(counting_submissions(state, stage.stage_id, entry.entry_id))
    ends_ns = None if rules is None else cool_down_ends_ns(state, stage, rules, entry.entry_id)
    return SubmissionsLeft(
        stage_id=stage.stage_id,
        entry_id=entry.entry_id,
        left=max(0, most - made) if most else None,
        wait_s=0 if ends_ns is None else max(0, ends_ns - now_ns) / NS_PER_S,
    )


def worker_views(known: Known, leases: Leases, now_ns: int) -> tuple[WorkerSeen, ...]:
    """Return the workers that were heard lately, with what each drives."""
    driven = {each.worker: each.submission_id for each in known.jobs.values() if each.lease_id}
    return tuple(
        WorkerSeen(
            worker_id=worker_id,
            heard_s=max(0, now_ns - at_ns) / NS_PER_S,
            submission_id=driven.get(worker_id),
        )
        for worker_id, at_ns in sorted(leases.heard(now_ns).items())
    )
