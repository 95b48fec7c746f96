"""Races of two as people see them: whom one met, who won, and what keeps one waiting."""

from collections.abc import Callable, Mapping
from typing import Literal

from timing_server.contract.race.virtual import DuelView
from timing_server.formats.brackets.duels import rank_match
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import EntryId
from timing_server.service.entities import Job, RegistryRows
from timing_server.service.live.projection import entry_name
from timing_server.service.virtual.head_to_head.pairing import next_duel, stage_of

Outcome = Literal["won", "lost", "equal", "void"]
#: What a submission waits for: a rival's model, or a match.
Missing = Literal["rival", "match"] | None


def duel_views(
    state: EventState, registry: RegistryRows, submission: Submission
) -> tuple[DuelView, ...]:
    """Return the races of two that came of a submission, in their order."""
    stage = stage_of(state, submission)
    if stage is None:
        return ()
    heats = (state.heats.get(each) for each in submission.heat_ids)
    return tuple(
        _view(state, registry, stage, heat, submission.entry_id)
        for heat in heats
        if heat is not None and heat.phase is not HeatPhase.ABANDONED
    )


def _view(
    state: EventState, registry: RegistryRows, stage: Stage, heat: Heat, own: EntryId
) -> DuelView:
    rivals = [state.entries[each] for each in heat.entry_ids if each != own]
    rival = rivals[0] if rivals else None
    return DuelView(
        heat_id=heat.heat_id,
        heat_number=heat.number,
        match_name=heat.match_name or None,
        rival_number=None if rival is None else rival.number,
        rival=None if rival is None else entry_name(rival, registry.drivers),
        has_rival_driven=rival is not None and heat.runs[rival.entry_id].boot is not None,
        outcome=outcome_of(state, stage, heat, own),
    )


def outcome_of(state: EventState, stage: Stage, heat: Heat, own: EntryId) -> Outcome:
    """Return how a race went for one side, by the very table that decides it."""
    name = heat.match_name or heat.heat_id
    rows = [each for each in rank_match(state, stage, (heat,), name) if each.has_value]
    if not rows:
        return "void"
    if len(rows) == 2 and rows[0].rank == rows[1].rank:
        return "equal"
    return "won" if rows[0].entry_id == own else "lost"


def waits(state: EventState, jobs: Mapping[str, Job]) -> Callable[[Submission], Missing]:
    """Return what says what keeps a submission from being driven; it looks once for an entry."""
    found: dict[tuple[str, EntryId], Missing] = {}

    def waits_for(submission: Submission) -> Missing:
        job, stage = jobs.get(submission.submission_id), stage_of(state, submission)
        if job is None or job.lease_id or stage is None:
            return None
        whose = (stage.stage_id, submission.entry_id)
        if whose not in found:
            found[whose] = _missing(state, jobs, submission, job, stage)
        return found[whose]

    return waits_for


def _missing(
    state: EventState, jobs: Mapping[str, Job], submission: Submission, job: Job, stage: Stage
) -> Missing:
    own = [each for each in jobs.values() if each.event_id == job.event_id]
    if next_duel(state, own, job, lambda _: True) is not None:
        return None
    is_drawn = any(
        submission.entry_id in each.entry_ids and each.phase is HeatPhase.SCHEDULED
        for each in state.heats.values()
        if each.stage_id == stage.stage_id
    )
    return "rival" if is_drawn or stage.format_name == "points" else "match"
