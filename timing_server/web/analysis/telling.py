"""Turns what the analysis found into messages."""

from timing_server.contract.blackbox.rows import ActionLabel
from timing_server.contract.machines.analysis import (
    ActionTable,
    AxisRow,
    ExitRow,
    FindingRow,
    LapCurves,
    LapDelta,
    LapRow,
    PartRow,
    RunAnalysis,
    SpreadRow,
)
from timing_server.rules.scoring.sectors import LINE, Between, Sector
from timing_server.service.analysis.actions import Actions, Axis, count_actions
from timing_server.service.analysis.causes import Finding
from timing_server.service.analysis.findings import compare, find
from timing_server.service.analysis.laps import Exit, LapTrace, Run
from timing_server.service.analysis.measures import LapMeasures, RunMeasures, Spread, measure
from timing_server.service.analysis.places import delta, knots_of, place_at

_NS_PER_US = 1_000
#: Metres, shares and seconds need no more; the answer is a third shorter.
_DECIMALS = 4


def told_run(run: Run, *, has_parquet: bool) -> RunAnalysis:
    """Return a run in figures and sentences."""
    measures = measure(run)
    actions = count_actions(run)
    best = run.best
    samples = [each for lap in run.laps for each in lap.samples]
    return RunAnalysis(
        steering_unit=run.steering_unit,
        throttle_unit=run.throttle_unit,
        gates_n=run.gates_n,
        has_real_gates=run.has_real_gates,
        has_positions=any(each.position is not None for each in samples),
        has_rewards=any(each.reward is not None for each in samples),
        has_parquet=has_parquet,
        track=run.track,
        best_lap=None if best is None else best.number,
        best_us=measures.best_us,
        ideal_us=measures.ideal_us,
        late_limit_us=measures.late_limit_us,
        laps=tuple(
            _lap_row(lap, measured, run, measures)
            for lap, measured in zip(run.laps, measures.laps, strict=True)
        ),
        findings=tuple(map(_finding, find(run, measures))),
        spreads=_spreads(run, measures),
        actions=tuple(ActionLabel(steering_deg=deg, speed_mps=mps) for deg, mps in run.actions),
        action_table=None if actions is None else _table(actions),
    )


def told_curves(lap: LapTrace, run: Run) -> LapCurves:
    """Return a lap column by column."""
    knots = knots_of(lap, run.gates_n)
    passed_us, lines = 0, []
    for sector in lap.sectors[:-1]:
        passed_us += sector.duration_ns // _NS_PER_US
        lines.append(round(place_at(knots, passed_us), _DECIMALS))
    places = [each.position for each in lap.samples]
    return LapCurves(
        number=lap.number,
        duration_us=lap.duration_us,
        basis=lap.basis,
        reach=lap.reach,
        bound_us=lap.bound_us,
        lines=tuple(lines),
        exits=tuple(map(_exit, lap.exits)),
        at_us=tuple(each.at_us for each in lap.samples),
        place=tuple(round(each.place, 5) for each in lap.samples),
        steering=tuple(round(each.steering, _DECIMALS) for each in lap.samples),
        throttle=tuple(round(each.throttle, _DECIMALS) for each in lap.samples),
        is_taken=tuple(each.is_taken for each in lap.samples),
        latency_us=tuple(each.latency_us for each in lap.samples),
        speed_mps=tuple(_short(each.speed_mps) for each in lap.samples),
        x_m=tuple(None if each is None else _short(each.x_m) for each in places),
        y_m=tuple(None if each is None else _short(each.y_m) for each in places),
        heading_rad=tuple(None if each is None else _short(each.heading_rad) for each in places),
        reward=tuple(_short(each.reward) for each in lap.samples),
    )


def told_delta(lap: LapTrace, run: Run, other: LapTrace, other_run: Run) -> LapDelta:
    """Return a lap against another, and where it lost."""
    found = delta(lap, other, run.gates_n, other_run.gates_n)
    is_alike = run.gates_n == other_run.gates_n and run.throttle_unit == other_run.throttle_unit
    findings = compare(lap, other, run, measure(run)) if is_alike else ()
    return LapDelta(
        basis=found.basis,
        place=tuple(round(place, 5) for place, _ in found.points),
        delta_us=tuple(us for _, us in found.points),
        findings=tuple(map(_finding, findings)),
    )


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)


def _finding(finding: Finding) -> FindingRow:
    return FindingRow(
        code=finding.code,
        values=dict(finding.values),
        laps=finding.laps,
        causes=tuple(map(_finding, finding.causes)),
    )


def _exit(found: Exit) -> ExitRow:
    position = found.position
    return ExitRow(
        at_us=found.at_us,
        place=round(found.place, 5),
        x_m=None if position is None else _short(position.x_m),
        y_m=None if position is None else _short(position.y_m),
        is_marked=found.is_marked,
    )


def _lap_row(lap: LapTrace, measured: LapMeasures, run: Run, measures: RunMeasures) -> LapRow:
    return LapRow(
        number=lap.number,
        duration_us=lap.duration_us,
        invalid=lap.invalid,
        is_recorded=lap.has_samples,
        is_cut=lap.is_cut,
        reach=round(lap.reach, _DECIMALS),
        penalty_us=lap.penalty_us,
        resets=lap.resets,
        behind_us=measured.behind_us,
        parts=tuple(_part(each, lap, run, measures) for each in lap.sectors),
        exits=tuple(map(_exit, lap.exits)),
        pictures=measured.pictures,
        frames_per_s=_short(measured.frames_per_s),
        missing_us=measured.missing_us,
        latency_p50_us=measured.latency_p50_us,
        latency_p95_us=measured.latency_p95_us,
        late_pictures=measured.late_pictures,
        idle_us=measured.idle_us,
        mean_speed_mps=_short(measured.mean_speed_mps),
        top_speed_mps=_short(measured.top_speed_mps),
        reward=_short(measured.reward),
        entropy_bits=_short(measured.doubt_bits),
    )


def _part(sector: Sector, lap: LapTrace, run: Run, measures: RunMeasures) -> PartRow:
    duration_us = sector.duration_ns // _NS_PER_US
    best_us = measures.best_parts_us.get(sector.between)
    first, last = _sectors_of(sector.between, run)
    is_best = lap.invalid is None and duration_us == best_us
    return PartRow(first=first, last=last, duration_us=duration_us, is_best=is_best)


def _sectors_of(between: Between, run: Run) -> tuple[int, int]:
    return between[0] + 1, run.gates_n + 1 if between[1] == LINE else between[1]


def _spreads(run: Run, measures: RunMeasures) -> tuple[SpreadRow, ...]:
    rows = [] if measures.spread is None else [_spread(0, 0, measures.spread)]
    parts = {_sectors_of(between, run): each for between, each in measures.part_spreads.items()}
    return (*rows, *(_spread(*sectors, parts[sectors]) for sectors in sorted(parts)))


def _spread(first: int, last: int, spread: Spread) -> SpreadRow:
    return SpreadRow(
        first=first,
        last=last,
        laps=spread.laps,
        fastest_us=spread.fastest_us,
        median_us=spread.median_us,
        slowest_us=spread.slowest_us,
        deviation_us=spread.deviation_us,
    )


def _table(actions: Actions) -> ActionTable:
    return ActionTable(
        steering=_axis(actions.steering),
        throttle=_axis(actions.throttle),
        counts=actions.counts,
        total=actions.total,
        used_bits=round(actions.used_bits, _DECIMALS),
        entropy_bits=_short(actions.doubt_bits),
    )


def _axis(axis: Axis) -> AxisRow:
    values = tuple(round(each, _DECIMALS) for each in axis.values)
    return AxisRow(values=values, is_binned=axis.is_binned)
