"""Who goes on to a stage and who meets whom in it: requests, the cut, the bracket."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Slug, Us
from timing_server.contract.names import Reason
from timing_server.contract.race.events import CommandOutcome

Places = Annotated[int, Field(ge=0, le=1000)]
#: By which part of the rule an entry goes on; ``named`` is the organiser's word.
CutWay = Literal["top", "region", "class", "wildcard", "named"]
MatchPart = Literal["main", "winners", "losers", "final", "decider", "bronze"]
#: ``planned``: its heats stand in the queue or are on track; ``equal``: raced without a
#: difference, so the better seed goes on; ``void``: nobody goes on from it; ``unneeded``: the
#: decider of a double elimination whose final decided.
MatchState = Literal[
    "waiting", "due", "planned", "raced", "equal", "bye", "walkover", "void", "unneeded"
]


class ProgressionRequest(Message):
    """``POST …/stages/{stage_id}/progression``: how entries come into the stage.

    Places are given in this order, nobody twice: the first of all, the first of each region who
    aren't in yet, the first of each class who aren't in yet, then wildcards to the best left.
    """

    from_stage_id: Slug
    top_n: Places = 0
    top_per_region_n: Places = 0
    top_per_class_n: Places = 0
    wildcards_n: Places = 0


class FinalistRequest(Message):
    """``POST …/stages/{stage_id}/finalists``: put an entry in, or keep it out, whatever the cut."""

    entry_id: Slug
    is_in: bool
    reason: Reason


class DrawRequest(Message):
    """``POST …/stages/{stage_id}/draw``: the field, best seed first; None draws it by the cut."""

    entry_ids: Annotated[tuple[Slug, ...], Field(max_length=1000)] | None = None


class HeatReplaceRequest(Message):
    """``POST …/heats/{heat_id}/replace``: another entry takes over a run before it starts."""

    out_entry_id: Slug
    in_entry_id: Slug


class DrawOutcome(CommandOutcome):
    """The field that was drawn, the best seed first."""

    stage_id: str
    entry_ids: tuple[str, ...]


class MatchesOutcome(CommandOutcome):
    """The heats that were planned, in the order of the queue."""

    stage_id: str
    heat_ids: tuple[str, ...]


class CutEntryView(Message):
    """An entry at the cut; ``way`` None is out.

    At most one distance is set: positive is what it must make up to go on, negative what it may
    lose. ``rival_entry_id`` is whom it must beat, or who would go on in its place. ``is_equal``: it
    ties with that one, so somebody should say who goes on. ``seed`` is its place in a drawn field.
    """

    entry_id: str
    way: CutWay | None = None
    rival_entry_id: str | None = None
    distance_us: Us | None = None
    distance_laps: int | None = None
    distance_points: int | None = None
    is_equal: bool = False
    seed: int | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    reason: str | None = None


class CutView(Message):
    """Who goes on to a stage; ``entries`` are those of the standings, with the named ones.

    ``line_after`` is the last entry above the line where all who go on stand above all who don't;
    None where no such line can be drawn. ``from_stage_id`` and the places are the rule's; None: no
    rule says how to come in.
    ``is_drawn``: the field stands, and the distances are history.
    """

    stage_id: str
    title: str
    kind: str
    from_stage_id: str | None = None
    top_n: int = 0
    top_per_region_n: int = 0
    top_per_class_n: int = 0
    wildcards_n: int = 0
    is_drawn: bool = False
    line_after: str | None = None
    entries: dict[str, CutEntryView]


class MatchSideView(Message):
    """A side of a match; without ``entry_id`` it is a bye where ``is_known``, else to come.

    ``feed`` says who takes the side: the seed, or the winner or loser of ``from_match``.
    """

    feed: Literal["seed", "winner", "loser"]
    is_known: bool
    entry_id: str | None = None
    seed: int | None = None
    from_match: str | None = None
    value_us: Us | None = None
    value_laps: int | None = None
    is_winner: bool = False


class MatchView(Message):
    """A match; ``turn`` counts the turns of the whole bracket, ``round_number`` its part's."""

    name: str
    part: MatchPart
    turn: int
    round_number: int
    number: int
    state: MatchState
    sides: tuple[MatchSideView, MatchSideView]
    heat_ids: tuple[str, ...]


class BracketView(Message):
    """``GET …/stages/{stage_id}/bracket``: the matches in an order in which they can be raced.

    Before the draw (``is_drawn`` false) they are as they would be if the field were drawn now.
    """

    stage_id: str
    title: str
    format_name: str
    match_format: str
    is_drawn: bool
    field: tuple[str, ...]
    matches: tuple[MatchView, ...]
