"""Who takes part, with which cars, and the stage that they race."""

from timing_server.contract.base import Colour, Message, Us


class EntryView(Message):
    """An entry as people see it. ``name`` is text from people: render as text, never as HTML.

    ``picture`` is where the driver's picture is (below ``/api/v1``), where one drives alone and
    has one; it changes with the picture. ``spoken`` is the name as a voice is to read it, None
    where it reads itself. ``is_timed_only``: its car is a guest's, which nobody guards or reaches.
    """

    entry_id: str
    number: int
    name: str
    colour: Colour
    is_withdrawn: bool = False
    is_checked_in: bool = False
    region: str | None = None
    class_name: str | None = None
    picture: str | None = None
    is_timed_only: bool = False
    spoken: str | None = None


class CarView(Message):
    """A car as people see it."""

    car_id: str
    name: str
    colour: Colour


class StageView(Message):
    """The stage under way and the rule that ranks it."""

    stage_id: str
    title: str
    format_name: str
    window_us: Us
    heats_total: int
    heats_finished: int
