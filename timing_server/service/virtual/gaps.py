"""How near a model's real laps come to its virtual ones: sim to real, model by model. Pure."""

from collections.abc import Mapping

from timing_server.contract.machines.library import RealLaps
from timing_server.contract.race.virtual import ModelGap
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Entry, LaidTrack
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import NS_PER_US
from timing_server.service.entities import RegistryRows
from timing_server.service.live.projection import entry_name
from timing_server.service.models.real_laps import best_on

#: Each entry's model on a track.
_Key = tuple[str, str, LaidTrack | None]


def model_gaps(
    state: EventState,
    registry: RegistryRows,
    real: Mapping[str, RealLaps],
    driver_id: str | None,
) -> tuple[ModelGap, ...]:
    """Return own models' best laps, or (``driver_id`` None) everybody's, the nearest first.

    ``real`` has the real laps of each model that drove any, by hash. Only laps of one and the same
    track are compared.
    """
    best: dict[_Key, int] = {}
    for submission in state.submissions.values():
        entry = state.entries.get(submission.entry_id)
        if entry is None or (driver_id is not None and driver_id not in entry.driver_ids):
            continue
        lap_us = best_lap_us(state, submission)
        if lap_us is not None:
            track = _track(state, submission)
            key = (entry.entry_id, submission.model_sha256, track)
            best[key] = min(lap_us, best.get(key, lap_us))
    gaps = [_gap(state, registry, key, lap_us, real) for key, lap_us in best.items()]
    return tuple(sorted(gaps, key=_order))


def _order(gap: ModelGap) -> tuple[bool, float, int]:
    """Order by the share of the virtual lap; who has no real lap stands behind, by the lap."""
    if gap.gap_us is None:
        return True, 0.0, gap.virtual_best_us
    return False, abs(gap.gap_us) / max(1, gap.virtual_best_us), gap.virtual_best_us


def best_lap_us(state: EventState, submission: Submission) -> int | None:
    """Return the best lap that came of a submission, with its penalties; None where none did."""
    heats = (state.heats.get(each) for each in submission.heat_ids)
    runs = (
        run
        for heat in heats
        if heat is not None and heat.phase is not HeatPhase.ABANDONED
        for run in score_heat(state, heat.heat_id).runs
        if run.entry_id == submission.entry_id
    )
    return min((lap.ranked_ns // NS_PER_US for run in runs for lap in run.valid_laps), default=None)


def _track(state: EventState, submission: Submission) -> LaidTrack | None:
    stage = state.stages.get(submission.stage_id)
    return None if stage is None else stage.track


def _gap(
    state: EventState,
    registry: RegistryRows,
    key: _Key,
    virtual_us: int,
    real: Mapping[str, RealLaps],
) -> ModelGap:
    entry_id, sha256, track = key
    entry = next(each for each in state.entries.values() if each.entry_id == entry_id)
    real_us = None if track is None else best_on(real.get(sha256), track.sha256)
    return ModelGap(
        entry_id=entry_id,
        name=entry_name(entry, registry.drivers),
        model_sha256=sha256,
        model=model_name(registry, sha256, entry),
        track=track.name if track else "",
        track_sha256=track.sha256 if track else None,
        virtual_best_us=virtual_us,
        real_best_us=real_us,
        gap_us=None if real_us is None else real_us - virtual_us,
        real_untold_us=best_on(real.get(sha256), None),
    )


def model_name(registry: RegistryRows, sha256: str, entry: Entry) -> str | None:
    """Return what an entry's drivers call a model, else the venue; None where nobody has it."""
    models = registry.models
    own = (
        models[sha256, each].name for each in (*entry.driver_ids, "") if (sha256, each) in models
    )
    return next(own, None)
