"""The formats that a stage can be run under, by the name that the log uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from timing_server.formats import time_trial
from timing_server.formats.standings import Standing
from timing_server.rules.state import EventState
from timing_server.rules.units import StageId


@dataclass(frozen=True, slots=True)
class Format:
    """A way to rank a stage; ``title`` and ``description`` are for people."""

    name: str
    title: str
    description: str
    rank: Callable[[EventState, StageId], tuple[Standing, ...]]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "time_trial": Format(
            name="time_trial",
            title="Time trial",
            description=(
                "One car at a time drives as many laps as fit into the window; the best lap "
                "ranks, ties are told apart by the next-best lap."
            ),
            rank=time_trial.rank,
        ),
    }
)


def rank_stage(state: EventState, stage_id: StageId) -> tuple[Standing, ...]:
    """Return the standings of a stage under its own format, best first.

    Nobody stands anywhere in a stage that isn't planned, or whose format this release lacks.
    """
    stage = state.stages.get(stage_id)
    ranking = None if stage is None else FORMATS.get(stage.format_name)
    return () if ranking is None else ranking.rank(state, stage_id)
