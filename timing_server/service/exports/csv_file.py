"""Results and laps as CSV (RFC 4180), which any spreadsheet reads."""

import csv
import io
from collections.abc import Iterable, Sequence

from timing_server.contract.live.laps import ControlView
from timing_server.contract.race.sheets import (
    DrivenView,
    EventResults,
    LapSheet,
    RunSheet,
    StageSheet,
)

#: A spreadsheet takes a cell that begins so for a formula; a quote before it keeps it text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: Lets a spreadsheet know that the file is UTF-8.
_BYTE_ORDER_MARK = "\ufeff"

RESULT_COLUMNS = (
    *("stage", "kind", "format", "rank", "number", "driver", "region", "class", "team", "car"),
    *("value_us", "value_laps", "value_points", "best_lap_us", "gap_us", "gap_laps"),
    *("penalty_us", "laps", "heats_run", "status", "decided_by", "is_close", "model_sha256"),
    *("ideal_us", "bound_us", "best_lap_bound_us", "is_timed_only"),
    *("is_virtual", "track", "track_sha256"),
)
LAP_COLUMNS = (
    *("stage", "heat", "round", "match", "number", "driver", "car", "lap", "duration_us"),
    *("bound_us", "penalty_us", "off_tracks", "resets", "invalid", "run_status"),
    *("sectors_us", "top_speed_mmps", "top_speed_bound_mmps"),
    *("is_virtual", "track", "track_sha256"),
)
RUN_COLUMNS = (
    *("stage", "heat", "round", "match", "number", "driver", "car", "run_status", "laps"),
    *("best_lap_us", "penalty_us", "off_tracks", "resets", "is_confirmed", "controls"),
    *("commands", "latency_p50_us", "latency_p95_us", "frames", "dropped_frames"),
    *("stale_commands", "is_throttled", "is_undervolted", "model_sha256"),
    *("is_virtual", "track", "track_sha256"),
)


def results_csv(event: EventResults) -> bytes:
    """Return every stage's rows, one line each."""
    return _csv(
        RESULT_COLUMNS,
        (
            (
                *(stage.title, stage.kind, stage.format_name),
                *(row.rank if row.is_ranked else None, row.number, row.driver, row.region),
                *(row.class_name, row.team, row.car, row.value_us, row.value_laps),
                *(row.value_points, row.best_lap_us, row.gap_us, row.gap_laps, row.penalty_us),
                *(row.laps, row.heats_run, row.status, row.decided_by, row.is_close),
                *(row.model_sha256, row.ideal_us, row.bound_us, row.best_lap_bound_us),
                *(row.is_timed_only, *_track(stage)),
            )
            for stage in event.stages
            for row in stage.rows
        ),
    )


def laps_csv(event: EventResults) -> bytes:
    """Return every lap of every heat, one line each, with why it doesn't count where it doesn't."""
    stages = {stage.stage_id: stage for stage in event.stages}
    return _csv(
        LAP_COLUMNS,
        (
            (
                *(heat.stage_title, heat.number, heat.round_number, heat.match_name),
                *(run.number, run.driver, run.car, lap.number, lap.duration_us, lap.bound_us),
                *(lap.penalty_us, lap.off_tracks, lap.resets, lap.invalid, run.status),
                *(_sectors(lap), *_speed(lap), *_track(stages.get(heat.stage_id))),
            )
            for heat in event.heats
            for run in heat.runs
            for lap in run.laps
        ),
    )


def runs_csv(event: EventResults) -> bytes:
    """Return every run of every heat, a line for each car that said how it drove it, else one."""
    stages = {stage.stage_id: stage for stage in event.stages}
    return _csv(
        RUN_COLUMNS,
        (
            (
                *(heat.stage_title, heat.number, heat.round_number, heat.match_name),
                *(run.number, run.driver, driven.car if driven else run.car, run.status),
                *(len(run.laps), run.best_lap_us, run.penalty_us, run.off_tracks, run.resets),
                *(run.is_confirmed, _controls(run), *_driven(driven), run.model_sha256),
                *_track(stages.get(heat.stage_id)),
            )
            for heat in event.heats
            for run in heat.runs
            for driven in run.driven or (None,)
        ),
    )


def _controls(run: RunSheet) -> str:
    """Return '2:speed=60 2:off_track 3:go end:stop': each by its lap, 'end' behind the last."""
    found: list[tuple[str, ControlView]] = [
        (str(lap.number), each) for lap in run.laps for each in lap.controls
    ]
    found += [("end", each) for each in run.controls]
    return " ".join(
        f"{lap}:{each.kind}" + ("" if each.speed_pct is None else f"={each.speed_pct}")
        for lap, each in found
    )


def _driven(driven: DrivenView | None) -> tuple[object, ...]:
    if driven is None:
        return (None,) * 8
    return (
        *(driven.commands, driven.latency_p50_us, driven.latency_p95_us, driven.frames),
        *(driven.dropped_frames, driven.stale_commands),
        *(driven.is_throttled, driven.is_undervolted),
    )


def _track(stage: StageSheet | None) -> tuple[object, ...]:
    """Return what a stage was raced on; nothing where nobody told its track."""
    return (None,) * 3 if stage is None else (stage.is_virtual, stage.track, stage.track_sha256)


def _sectors(lap: LapSheet) -> str:
    """Return '1=3000123 2-3=6000456': the sectors of the lap, each with its microseconds."""
    return " ".join(
        f"{each.first if each.first == each.last else f'{each.first}-{each.last}'}"
        f"={each.duration_us}"
        for each in lap.sectors
    )


def _speed(lap: LapSheet) -> tuple[int | None, int | None]:
    top = lap.top_speed
    return (None, None) if top is None else (top.speed_mmps, top.bound_mmps)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    file = io.StringIO(newline="")
    file.write(_BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return file.getvalue().encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
