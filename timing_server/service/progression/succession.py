"""What a finalist's leaving brings, in the very commit that says so: a successor, or a walkover."""

from timing_server.formats.brackets.due import left_over
from timing_server.formats.progression.field import succession
from timing_server.rules.commands.progression import PlanMatches, ReplaceFinalist
from timing_server.rules.units import StreamId
from timing_server.service.log.draft import Draft


def replace_leavers(draft: Draft, stream: StreamId, actor: str) -> None:
    """Replace every finalist who withdrew, was disqualified or is kept out, before they raced.

    Each replacement fills a place, so this ends; where nobody is left, the place stays empty. Heats
    of matches that are decided by that leave the queue: nobody is called to race them.
    """
    while due := succession(draft.head(stream).state):
        command = ReplaceFinalist(due.stage_id, due.out_entry_id, due.in_entry_id)
        draft.decide(stream, command, actor)
    for stage_id, heat_ids in left_over(draft.head(stream).state):
        draft.decide(stream, PlanMatches(stage_id, (), heat_ids), actor)
