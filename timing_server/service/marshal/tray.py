"""The tray as people read it: passes of the heat under way that wait for an owner."""

from timing_server.contract.race.rulings import TrayRow
from timing_server.rules.passes.strays import unassigned_passes
from timing_server.rules.scoring.scores import ScoredPass
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.service.live.remembered import us


def tray_rows(state: EventState) -> list[TrayRow]:
    """Return what waits for a marshal, oldest first; nothing where no heat is under way."""
    heat = state.active_heat
    if heat is None:
        return []
    return [_row(heat, each) for each in unassigned_passes(state)]


def _row(heat: Heat, scored: ScoredPass) -> TrayRow:
    known = heat.passes[scored.pass_ref]
    started_ns = heat.started_race_ns or 0
    return TrayRow(
        pass_ref=scored.pass_ref,
        heat_id=heat.heat_id,
        crossed_us=us(scored.crossed_race_ns),
        elapsed_us=us(scored.crossed_race_ns - started_ns),
        bound_us=us(scored.bound_ns),
        verdict=scored.verdict,
        source=scored.source,
        lane=known.lane,
        marks=known.marks,
        entry_ids=tuple(heat.runs),
    )
