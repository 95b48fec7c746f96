"""The formats that a stage can be run under, by the name that the log uses."""

from collections.abc import Mapping
from types import MappingProxyType

from timing_server.formats.format import Format
from timing_server.formats.ranking import rank
from timing_server.formats.rankings import (
    best_mean,
    mean_of_all,
    most_laps,
    time_trial,
    total_time,
)
from timing_server.formats.standings import Standing
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StageId

_MODULES = (time_trial, best_mean, mean_of_all, total_time, most_laps)
FORMATS: Mapping[str, Format] = MappingProxyType(
    {each.FORMAT.name: each.FORMAT for each in _MODULES}
)


def rank_stage(state: EventState, stage_id: StageId) -> tuple[Standing, ...]:
    """Return the standings of a stage under its own format, best first.

    Nobody stands anywhere in a stage that isn't planned, or whose format this release lacks.
    """
    stage = state.stages.get(stage_id)
    form = None if stage is None else FORMATS.get(stage.format_name)
    return () if stage is None or form is None else rank(form, state, stage)
