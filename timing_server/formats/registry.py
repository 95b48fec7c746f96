"""The formats that a stage can be run under, by the name that the log uses."""

from collections.abc import Mapping
from types import MappingProxyType

from timing_server.formats.brackets.tables import (
    DOUBLE_ELIMINATION,
    ROUND_ROBIN,
    SINGLE_ELIMINATION,
)
from timing_server.formats.format import Format
from timing_server.formats.ranking import rank
from timing_server.formats.rankings import points, practice, team_sum
from timing_server.formats.rankings.measured import MEASURED
from timing_server.formats.standings import Standing
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StageId

_OTHERS = (
    *(team_sum.FORMAT, points.FORMAT, practice.FORMAT),
    *(SINGLE_ELIMINATION, DOUBLE_ELIMINATION, ROUND_ROBIN),
)
FORMATS: Mapping[str, Format] = MappingProxyType(
    {**MEASURED, **{each.name: each for each in _OTHERS}}
)


def rank_stage(state: EventState, stage_id: StageId) -> tuple[Standing, ...]:
    """Return the standings of a stage under its own format, best first.

    Nobody stands anywhere in a stage that isn't planned, or whose format this release lacks.
    """
    stage = state.stages.get(stage_id)
    form = None if stage is None else FORMATS.get(stage.format_name)
    return () if stage is None or form is None else rank(form, state, stage)
