"""Whole tables that people ask for: a stage's results, all passes of an event."""

from dataclasses import dataclass

from timing_server.formats.attempts import has_run
from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.passes.placing import every_pass, pass_ref_of
from timing_server.rules.passes.strays import stray_passes, waiting_passes
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import ScoredPass
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import RunStatus
from timing_server.rules.units import NS_PER_US, EntryId, StageId


@dataclass(frozen=True, slots=True)
class Result:
    """A row of a stage's results; durations in microseconds, ``laps_us`` the valid laps as driven.

    ``member_entry_ids`` are those of a team, else the entry alone.
    """

    rank: int
    entry_id: EntryId
    car_id: str | None
    model_sha256: str | None
    value_us: int | None
    value_laps: int | None
    decided_by: str | None
    best_lap_us: int | None
    laps_us: tuple[int, ...]
    value_points: int | None
    penalty_us: int
    is_close: bool
    status: RunStatus | None
    is_ranked: bool
    member_entry_ids: tuple[EntryId, ...]


@dataclass(frozen=True, slots=True)
class PassReport:
    """A pass with its verdict; instants None where its node's clock isn't related."""

    pass_ref: str
    heat_id: str | None
    node_id: str | None
    gate: str | None
    crossed_race_ns: int | None
    bound_ns: int | None
    verdict: str
    source: str


def results(state: EventState, stage_id: StageId) -> tuple[Result, ...]:
    """Return who ran in a stage, best first, with every counted lap in the order of driving."""
    laps_us: dict[EntryId, list[int]] = {}
    for heat in state.heats.values():
        if heat.stage_id == stage_id and has_run(heat):
            for run in score_heat(state, heat.heat_id).runs:
                counted = (lap.duration_ns // NS_PER_US for lap in run.valid_laps)
                laps_us.setdefault(run.entry_id, []).extend(counted)
    rows = []
    for each in rank_stage(state, stage_id):
        members = each.member_entry_ids or (each.entry_id,)
        driven_us = tuple(lap for member in members for lap in laps_us.get(member, ()))
        rows.append(_result(each, members, driven_us))
    return tuple(rows)


def _result(each: Standing, members: tuple[EntryId, ...], driven_us: tuple[int, ...]) -> Result:
    return Result(
        rank=each.rank,
        entry_id=each.entry_id,
        car_id=each.best_car_id,
        model_sha256=each.best_model_sha256,
        value_us=None if each.value_ns is None else each.value_ns // NS_PER_US,
        value_laps=each.value_laps,
        decided_by=each.decided_by,
        best_lap_us=min(driven_us, default=None),
        laps_us=driven_us,
        value_points=each.value_points,
        penalty_us=each.penalty_ns // NS_PER_US,
        is_close=each.is_close,
        status=each.status,
        is_ranked=each.is_ranked,
        member_entry_ids=members,
    )


def pass_reports(state: EventState) -> tuple[PassReport, ...]:
    """Return every pass of the event, in the order of its instant; unrelated ones last."""
    known = {pass_ref_of(each.fact): each.fact for each in every_pass(state)}
    placed = [
        *((each, heat_id) for heat_id in state.heats for each in score_heat(state, heat_id).passes),
        *((each, None) for each in stray_passes(state)),
    ]
    placed.sort(key=lambda each: each[0].crossed_race_ns)
    reports = [_report(each, heat_id, known.get(each.pass_ref)) for each, heat_id in placed]
    reports += [_waiting(state, known[ref]) for ref in waiting_passes(state)]
    return tuple(reports)


def _report(scored: ScoredPass, heat_id: str | None, fact: PassDetected | None) -> PassReport:
    return PassReport(
        pass_ref=scored.pass_ref,
        heat_id=heat_id,
        node_id=fact.node_id if fact else None,
        gate=fact.gate if fact else None,
        crossed_race_ns=scored.crossed_race_ns,
        bound_ns=scored.bound_ns,
        verdict=scored.verdict,
        source=scored.source,
    )


def _waiting(state: EventState, fact: PassDetected) -> PassReport:
    ref = pass_ref_of(fact)
    return PassReport(
        pass_ref=ref,
        heat_id=None,
        node_id=fact.node_id,
        gate=fact.gate,
        crossed_race_ns=None,
        bound_ns=None,
        verdict="voided" if ref in state.effects.pass_voids else "no_heat_running",
        source="sensor",
    )
