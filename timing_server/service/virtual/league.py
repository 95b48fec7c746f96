"""Virtual races as everybody may see them: stages with who leads, and what is driven now. Pure."""

from timing_server.contract.race.leagues import League, LeagueRow, LeagueRun, LeagueStage
from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing, best_of_all
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import SubmissionId
from timing_server.service.entities import RegistryRows
from timing_server.service.live.projection import entry_name
from timing_server.service.live.remembered import maybe_us
from timing_server.service.log.known import Known
from timing_server.service.log.venue import KnownEvent
from timing_server.service.virtual.gaps import model_name
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.views import stage_view


def league(
    event: KnownEvent, state: EventState, known: Known, leases: Leases, now_utc: str
) -> League:
    """Return an event's virtual stages by the calendar; nobody's contact, nobody's secret track."""
    return League(
        event_id=event.event_id,
        event_name=known.registry.event_names.get(event.event_id, ""),
        is_demo=event.is_demo,
        stages=tuple(
            _stage(state, each, known, leases, now_utc)
            for each in state.stages.values()
            if each.virtual is not None
        ),
    )


def _stage(
    state: EventState, stage: Stage, known: Known, leases: Leases, now_utc: str
) -> LeagueStage:
    standings = rank_stage(state, stage.stage_id)
    best = best_of_all(standings)
    mine = [
        job
        for job in known.jobs.values()
        if (made := state.submissions.get(SubmissionId(job.submission_id))) is not None
        and made.stage_id == stage.stage_id
    ]
    runs = [
        _run(state, stage, known, job.submission_id, leases.laps_done(job.lease_id))
        for job in mine
        if job.lease_id
    ]
    return LeagueStage(
        stage=stage_view(state, stage, now_utc),
        standings=tuple(_row(state, known.registry, each) for each in standings),
        best=None if best is None else _row(state, known.registry, best),
        waiting=sum(not job.lease_id for job in mine),
        running=tuple(runs),
    )


def _run(
    state: EventState, stage: Stage, known: Known, submission_id: str, laps_done: int
) -> LeagueRun:
    submission = state.submissions[SubmissionId(submission_id)]
    entry = state.entries[submission.entry_id]
    return LeagueRun(
        stage_id=stage.stage_id,
        number=entry.number,
        name=entry_name(entry, known.registry.drivers),
        laps_done=laps_done,
        laps=0 if stage.virtual is None else stage.virtual.laps,
        is_shown=played_heat(state, submission) is not None,
    )


def _row(state: EventState, registry: RegistryRows, row: Standing) -> LeagueRow:
    entry = state.entries[row.entry_id]
    sha256 = row.best_model_sha256
    return LeagueRow(
        rank=row.rank,
        is_ranked=row.is_ranked,
        entry_id=row.entry_id,
        number=entry.number,
        name=entry_name(entry, registry.drivers),
        model=None if sha256 is None else model_name(registry, sha256, entry),
        model_sha256=sha256,
        value_us=maybe_us(row.value_ns),
        value_laps=row.value_laps,
        gap_us=maybe_us(row.gap_ns),
        gap_laps=row.gap_laps,
        value_points=row.value_points,
        gap_points=row.gap_points,
        best_us=maybe_us(row.best_lap_ns),
        laps=len(row.laps_ns),
        heats_run=row.heats_run,
        heat_id=row.best_heat_id,
        lap=row.best_lap_number,
    )
