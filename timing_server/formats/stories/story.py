"""A story: something about the race that is worth saying, as a code with what it is about.

Stories follow from the state alone, so that they are the same whenever they are asked for. Laps
that were struck since are in none of them, nor is any difference that the clocks can't tell.
"""

from dataclasses import dataclass
from typing import Literal

from timing_server.rules.units import EntryId, HeatId

#: ``first_under``: the first lap of the event below ``seconds``. ``best_of_day``: a new best lap of
#: the event, ``by_ns`` quicker than the one before. ``own_best``: quicker by ``by_ns`` than in any
#: earlier run. ``ever_quicker``: ``count`` laps in a row, each quicker than the one before.
#: ``steady``: ``count`` laps of a run within ``by_ns``. ``quickest_start``: ``time_ns`` from lights
#: out to the line, the shortest of the stage. ``clean_heats``: the ``count`` newest heats went
#: without an off-track or a reset. ``new_leader``: took the lead from the second entry.
#: ``place_changed``: whoever holds ``place`` changed ``count`` times. ``climbed``: from
#: ``from_place`` to ``place`` in one heat. ``into_cut``: took the second entry's place among those
#: who go on. ``close_at_cut``: ``count`` entries within ``by_ns`` of the line. ``close_at_top``:
#: the first two are ``by_ns`` apart. ``lead_changes``: ``count`` within one heat. ``close_finish``:
#: the first two of a heat crossed the line ``by_ns`` apart.
StoryCode = Literal[
    "first_under",
    "best_of_day",
    "own_best",
    "ever_quicker",
    "steady",
    "quickest_start",
    "clean_heats",
    "new_leader",
    "place_changed",
    "climbed",
    "into_cut",
    "close_at_cut",
    "close_at_top",
    "lead_changes",
    "close_finish",
]


@dataclass(frozen=True, slots=True)
class Story:
    """One story; ``at_race_ns`` is since when it is true, ``entry_ids`` whom it is about.

    Of the numbers those are set that the code speaks of. Durations are truncated as they rank.
    """

    code: StoryCode
    at_race_ns: int
    heat_id: HeatId
    entry_ids: tuple[EntryId, ...] = ()
    time_ns: int | None = None
    by_ns: int | None = None
    count: int | None = None
    place: int | None = None
    from_place: int | None = None
    seconds: int | None = None
