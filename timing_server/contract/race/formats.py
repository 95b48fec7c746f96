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


class PresetRuleView(Message):
    """A sentence of a preset; a screen words it under ``preset_rule.{code}``."""

    code: str
    text: str


class PresetView(Message):
    """Rules that drivers know by name, in English: a format with options.

    ``options`` holds those that differ from a stage's defaults, named and in the units of
    ``POST …/stages``, which takes the preset's name as ``preset``. ``source`` says whose rules
    these are; ``round_order`` is the running order of its rounds. A screen's own words are found
    under ``title_key`` and ``preset_description.{name}``.
    """

    name: str
    title: str
    title_key: str
    description: str
    source: str
    format_name: str
    options: dict[str, int | float | str | bool | tuple[int, ...] | None]
    round_order: str
    rules: tuple[PresetRuleView, ...]
    tie_breaks: tuple[TieBreakView, ...]
