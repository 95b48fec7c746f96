"""Gives the place of a finalist who left to the next in line, in the very commit that says so."""

from timing_server.formats.progression.field import succession
from timing_server.rules.commands.progression import ReplaceFinalist
from timing_server.rules.units import StreamId
from timing_server.service.log.draft import Draft


def replace_leavers(draft: Draft, stream: StreamId, actor: str) -> None:
    """Replace every finalist who withdrew, was disqualified or is kept out, before they raced.

    Each replacement fills a place, so this ends; where nobody is left, the place stays empty.
    """
    while due := succession(draft.head(stream).state):
        command = ReplaceFinalist(due.stage_id, due.out_entry_id, due.in_entry_id)
        draft.decide(stream, command, actor)
