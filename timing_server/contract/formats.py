"""The formats that a stage can be run under, as people and screens read them."""

from timing_server.contract.base import Message


class FormatOptionView(Message):
    """An option of a stage that this format heeds and not every one does; ``least`` to ``most``."""

    name: str
    description: str
    default: int
    least: int
    most: int


class TieBreakView(Message):
    """What tells equal values apart; ``code`` stands in a standing's ``decided_by``."""

    code: str
    description: str


class FormatView(Message):
    """A format in English; ``title_key`` is where a screen's own wording of the title is found.

    ``tie_breaks`` apply in this order; entries that are equal in all of them share a rank.
    """

    name: str
    title: str
    title_key: str
    description: str
    options: tuple[FormatOptionView, ...]
    tie_breaks: tuple[TieBreakView, ...]
