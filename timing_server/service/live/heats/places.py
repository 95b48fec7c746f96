"""Who leads within one heat: the stage's format, or its match format, asked of that heat alone."""

from collections.abc import Mapping

from timing_server.formats.format import Format
from timing_server.formats.ranking import rank_part
from timing_server.formats.rankings.measured import MEASURED
from timing_server.formats.rankings.time_trial import FORMAT as TIME_TRIAL
from timing_server.formats.standings import Standing
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId


def places_in(state: EventState, heat: Heat) -> Mapping[EntryId, Standing]:
    """Return where each entry stands within the heat; nowhere alone, in practice or abandoned."""
    stage = state.stages.get(heat.stage_id)
    if stage is None or heat.is_practice or len(heat.entry_ids) < 2:
        return {}
    ranking = rank_part(_measure(stage), state, stage, {heat.heat_id: heat}, f"heat {heat.heat_id}")
    return {each.entry_id: each for each in ranking.standings}


def _measure(stage: Stage) -> Format:
    """Return the format that measures one heat: the stage's own where it does that."""
    own = MEASURED.get(stage.format_name)
    return own or MEASURED.get(stage.options.match_format, TIME_TRIAL)
