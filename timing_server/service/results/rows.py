"""A stage's results as people read them: the ranking with display names, as the API shows it."""

from timing_server.contract.race.events import ResultRow
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StageId
from timing_server.service.entities import RegistryRows
from timing_server.service.live.heats.shown import shown_heat
from timing_server.service.live.projection import car_name, entry_name
from timing_server.service.live.standings_section import shown_stage_id
from timing_server.service.reports import results


def stage_on_show(state: EventState) -> StageId | None:
    """Return the stage that a screen shows now: the one that races, is next, or was last."""
    return shown_stage_id(state, shown_heat(state))


def result_rows(
    state: EventState, stage_id: StageId | None, registry: RegistryRows
) -> tuple[ResultRow, ...]:
    """Return who ran in a stage, best first; nobody where there is no stage."""
    if stage_id is None:
        return ()
    return tuple(
        ResultRow(
            rank=each.rank,
            driver=" / ".join(
                entry_name(state.entries[member], registry.drivers)
                for member in each.member_entry_ids
            ),
            car=None if each.car_id is None else car_name(each.car_id, registry.cars),
            model_sha256=each.model_sha256,
            value_us=each.value_us,
            value_laps=each.value_laps,
            decided_by=each.decided_by,
            best_lap_us=each.best_lap_us,
            laps=each.laps_us,
            value_points=each.value_points,
            penalty_us=each.penalty_us,
            is_close=each.is_close,
            status=each.status,
            is_ranked=each.is_ranked,
        )
        for each in results(state, stage_id)
    )
