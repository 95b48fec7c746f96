"""Stories for the commentator: what is worth saying, as codes with what they are about."""

from timing_server.contract.base import Message, Us


class StoryView(Message):
    """One story; ``code`` is worded by the display, ``entry_ids`` are those it is about, in order.

    ``at_us`` is since when it is true, on the race clock. Of the numbers those are set that the
    code speaks of: ``time_us`` a lap or a reaction, ``by_us`` a difference, ``count`` how often or
    how many, ``place`` and ``from_place`` places, ``seconds`` a whole second that was beaten.
    """

    code: str
    at_us: Us
    heat_number: int
    entry_ids: tuple[str, ...] = ()
    time_us: Us | None = None
    by_us: Us | None = None
    count: int | None = None
    place: int | None = None
    from_place: int | None = None
    seconds: int | None = None


class Stories(Message):
    """``GET /events/{event_id}/stories``: the newest first, as of fact ``seq``.

    ``stage_id`` is the stage that they are about; None where none is planned.
    """

    seq: int
    stage_id: str | None
    stories: tuple[StoryView, ...]
