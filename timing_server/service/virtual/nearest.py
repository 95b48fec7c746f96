"""The ranking from virtual to real: models and drivers by how near their real laps come. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from timing_server.contract.machines.library import RealLaps
from timing_server.contract.race.leagues import NearestOnTrack, NearestRow
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Entry
from timing_server.rules.state.virtual import Submission
from timing_server.service.entities import RegistryRows
from timing_server.service.live.projection import entry_name
from timing_server.service.models.real_laps import best_on
from timing_server.service.virtual.gaps import best_lap_us, model_name

#: A track's name and its hash.
_Track = tuple[str, str]
#: Who drives together, and the model.
_Whose = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class _Lap:
    """A model's best virtual lap of all events on a track, and for whom it was driven."""

    virtual_us: int
    real_us: int
    entry: Entry

    @property
    def frac(self) -> float:
        """How far the real lap is from the virtual one, as a share of it."""
        return (self.real_us - self.virtual_us) / max(1, self.virtual_us)


def nearest(
    states: Iterable[EventState], registry: RegistryRows, real: Mapping[str, RealLaps]
) -> tuple[NearestOnTrack, ...]:
    """Return all models that have laps of both kinds, track by track, the nearest first.

    ``real`` has the real laps of each model that drove any, by hash: those of the virtual track
    itself count. Of two names for one model that of the newest event counts: ``states`` come
    newest first.
    """
    tracks: dict[_Track, dict[_Whose, _Lap]] = {}
    for state in states:
        for submission in state.submissions.values():
            _note(tracks, state, submission, real.get(submission.model_sha256))
    return tuple(
        NearestOnTrack(track=name, track_sha256=sha256, rows=_rows(laps, registry))
        for (name, sha256), laps in sorted(tracks.items())
    )


def _note(
    tracks: dict[_Track, dict[_Whose, _Lap]],
    state: EventState,
    submission: Submission,
    real: RealLaps | None,
) -> None:
    entry = state.entries.get(submission.entry_id)
    stage = state.stages.get(submission.stage_id)
    track = None if stage is None else stage.track
    if entry is None or track is None:
        return
    real_us = best_on(real, track.sha256)
    if real_us is None:
        return
    lap_us = best_lap_us(state, submission)
    if lap_us is None:
        return
    laps = tracks.setdefault((track.name, track.sha256), {})
    whose = (entry.driver_ids, submission.model_sha256)
    before = laps.get(whose)
    if before is None:
        laps[whose] = _Lap(lap_us, real_us, entry)
    elif lap_us < before.virtual_us:
        laps[whose] = _Lap(lap_us, real_us, before.entry)


def _rows(laps: Mapping[_Whose, _Lap], registry: RegistryRows) -> tuple[NearestRow, ...]:
    ordered = sorted(laps.items(), key=lambda each: (abs(each[1].frac), each[1].virtual_us))
    seen: set[tuple[str, ...]] = set()
    rows = []
    for rank, ((drivers, sha256), lap) in enumerate(ordered, 1):
        is_nearest = drivers not in seen
        seen.add(drivers)
        rows.append(
            NearestRow(
                rank=rank,
                driver_rank=len(seen) if is_nearest else None,
                name=entry_name(lap.entry, registry.drivers),
                model=model_name(registry, sha256, lap.entry),
                model_sha256=sha256,
                virtual_best_us=lap.virtual_us,
                real_best_us=lap.real_us,
                gap_us=lap.real_us - lap.virtual_us,
                gap_frac=round(lap.frac, 6),
            )
        )
    return tuple(rows)
