"""Words trainings for people: how far, at which place in the queue, what holds them."""

from timing_server.contract.workshop import RoomState, TrainingDetail, TrainingView
from timing_server.service.entities import RegistryRows
from timing_server.service.workshop.ports import TrainingFiles
from timing_server.service.workshop.running.job import Job


def view_of(job: Job, others: list[Job], registry: RegistryRows, room: RoomState) -> TrainingView:
    """Return a training as people see it; ``others`` are all that run or are due, in turn."""
    return TrainingView(**_fields(job, others, registry, room))


def detail_of(
    job: Job,
    others: list[Job],
    registry: RegistryRows,
    room: RoomState,
    files: TrainingFiles,
    since: int,
) -> TrainingDetail:
    """Return it with what it is made of and what it told since line ``since``. Looks at files."""
    lines = tuple(job.lines)
    try:
        view_n = files.view.stat().st_mtime_ns // 1_000_000
    except OSError:
        view_n = None
    return TrainingDetail(
        **_fields(job, others, registry, room),
        source=job.sheet.order.source,
        action_space=job.sheet.order.action_space,
        progress=lines[since:],
        next_since=len(lines),
        view_n=view_n,
    )


def _fields(
    job: Job, others: list[Job], registry: RegistryRows, room: RoomState
) -> dict[str, object]:
    order, course, latest = job.sheet.order, job.course, job.latest
    driver = registry.drivers.get(job.sheet.owner)
    is_kept_back = not room.is_free and not course.is_paused and not job.is_over
    return {
        **order.model_dump(
            include={
                *("name", "reward_name", "track", "seed", "max_minutes", "network"),
                *("algorithm", "cars", "parent_sha256", "is_from_parent", "as_measured"),
            }
        ),
        **course.model_dump(
            include={
                *("state", "is_paused", "ending", "sentence", "line"),
                *("model_sha256", "model_problem"),
                *("cluster_processors", "cluster_problem"),
            }
        ),
        "is_cluster_away": course.cluster_problem is not None,
        "training_id": job.training_id,
        "driver_id": job.sheet.owner or None,
        "driver_name": None if driver is None else driver.shown_name,
        "made_utc": job.sheet.made_utc,
        "holds": room.reason if is_kept_back else None,
        "heat_number": room.heat_number if is_kept_back else None,
        **_place(job, others),
        "spent_s": job.spent_s,
        **_exam(job),
        "max_minutes": round(course.budget_s / 60),
        "steps": course.steps if job.is_over and course.steps else (latest.steps if latest else 0),
    }


def _exam(job: Job) -> dict[str, int | None]:
    course, latest = job.course, job.latest
    if job.is_over and course.laps is not None:
        return {"clean_laps": course.clean_laps, "laps": course.laps, "lap_us": course.best_us}
    if latest is None:
        return {}
    return {
        "clean_laps": latest.clean_laps,
        "laps": latest.laps,
        "lap_us": latest.mean_lap_us,
    }


def _place(job: Job, others: list[Job]) -> dict[str, int | None]:
    """Return the place among those that wait, and how long those before it may take yet."""
    if not job.is_due or job not in others:
        return {}
    ahead = others[: others.index(job)]
    waiting = [each for each in ahead if each.is_due]
    return {"place": len(waiting) + 1, "ahead_s": round(sum(each.left_s for each in ahead))}
