"""What people ruled, and what judges called."""

from typing import Literal

from timing_server.contract.base import Message, Us


class RulingView(Message):
    """A ruling as the audit shows it; ``is_reversed`` ones no longer have an effect.

    ``heat_number``, ``entry_id``, ``lap_number`` and ``elapsed_us`` (since the heat's start) say
    what it is about, for a reversal what it took back, whose kind is ``reversed_kind``.
    ``value_us`` is the time that was given, taken or credited; ``outcome`` how a run was ruled
    (``dnf``, ``dns``, ``dsq``) or a protest decided (``upheld``, ``rejected``).
    """

    ruling_id: str
    kind: str
    made_us: Us
    wall_utc: str
    actor: str
    reason: str
    subject: str | None = None
    is_reversed: bool
    reversed_kind: str | None = None
    heat_id: str | None = None
    heat_number: int | None = None
    entry_id: str | None = None
    lap_number: int | None = None
    elapsed_us: int | None = None
    value_us: Us | None = None
    outcome: str | None = None


class JudgeCallView(Message):
    """A judge's ``call`` of which a marshal must say whom it meant.

    ``entry_ids`` are those that may be meant; none where no heat ran (``heat_id`` None).
    """

    node_id: str
    button: str
    call: Literal["off_track", "reset"]
    lane: int | None = None
    at_us: Us
    heat_id: str | None = None
    entry_ids: tuple[str, ...] = ()
