"""The part of the live document about the cut: who goes on from the stage that is shown."""

from collections.abc import Sequence

from timing_server.formats.progression.cut import Contest
from timing_server.formats.standings import Standing
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import StageId
from timing_server.service.live.remembered import JsonObject, Remembered, to_json_object
from timing_server.service.progression.cut_view import CutSource, cut_frame, cut_sources


class CutSection:
    """Remembers the cut for as long as nothing that it is made from changes."""

    def __init__(self) -> None:
        self._source: tuple[object, ...] | None = None
        self._part: JsonObject = {}
        self._entries = Remembered()

    def part(
        self, state: EventState, stage_id: StageId, standings: Sequence[Standing]
    ) -> JsonObject | None:
        """Return the cut from a stage into the first one that it leads to, None without such."""
        stage = _next_stage(state, stage_id)
        if stage is None or stage.progression is None:
            return None
        source = stage, state.entries, tuple(standings)
        if source != self._source:
            contest = Contest(standings, state.entries, stage.progression, stage.named)
            entries = cut_sources(stage, contest)
            frame = to_json_object(cut_frame(stage, contest, entries))
            parts = self._entries.parts(entries, CutSource.view)
            self._source, self._part = source, {**frame, "entries": parts}
        return self._part


def _next_stage(state: EventState, stage_id: StageId) -> Stage | None:
    for stage in state.stages.values():
        if stage.progression is not None and stage.progression.from_stage_id == stage_id:
            return stage
    return None
