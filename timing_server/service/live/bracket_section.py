"""The part of the live document about matches: the bracket of the stage that is shown."""

from timing_server.formats.brackets.tables import TABLES
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StageId
from timing_server.service.live.remembered import JsonObject, Remembered
from timing_server.service.progression.bracket_view import MatchSource, match_sources


class BracketSection:
    """Remembers each match for as long as nothing about it changes."""

    def __init__(self) -> None:
        self._matches = Remembered()

    def part(self, state: EventState, stage_id: StageId) -> dict[str, JsonObject] | None:
        """Return the matches of a drawn stage by name, None where it isn't raced by matches."""
        stage = state.stages[stage_id]
        if stage.format_name not in TABLES or stage.field is None:
            return None
        sources = {each.match.plan.name: each for each in match_sources(state, stage)}
        return self._matches.parts(sources, MatchSource.view)
