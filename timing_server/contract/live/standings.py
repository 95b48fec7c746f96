"""The rows of the standings."""

from typing import Literal

from timing_server.contract.base import Message, Us


class StandingView(Message):
    """One row of the standings.

    ``value_us`` is the time that the stage's format ranks: a best lap, a mean, a total; None =
    none yet. ``value_laps`` are the laps that rank before it, None where laps aren't counted. Gaps
    are to the leader, intervals to the row above: in laps where those differ, else in time.
    ``moved``: places won (positive) or lost since the running heat began. ``decided_by`` names
    the tie-break (see ``GET /formats``) where equal values were told apart. ``value_points`` are
    the points that rank, with gap and interval in points, None where none are given.
    ``penalty_us`` is how much of the value are penalties. ``is_close``: the interval is below the
    timing uncertainty of both rows, which changes no order. ``status`` says how the last run ended
    where there is no value. A team stands in the name of its best entry, with all of its
    ``member_entry_ids``. ``is_ranked`` False: a practice, or a row without a value,
    and so no place.
    ``bound_us`` is how far off ``value_us`` may be: 0 where exact, much where a hand timed it.
    """

    rank: int
    entry_id: str
    value_us: Us | None = None
    value_laps: int | None = None
    best_lap_us: Us | None = None
    gap_us: Us | None = None
    gap_laps: int | None = None
    interval_us: Us | None = None
    interval_laps: int | None = None
    laps: int
    heats_run: int
    moved: int
    is_provisional: bool
    decided_by: str | None = None
    best_car_id: str | None = None
    best_model_sha256: str | None = None
    value_points: int | None = None
    gap_points: int | None = None
    interval_points: int | None = None
    penalty_us: Us = 0
    is_close: bool = False
    status: Literal["dnf", "dns", "dsq"] | None = None
    team_id: str | None = None
    member_entry_ids: tuple[str, ...] = ()
    is_ranked: bool = True
    bound_us: Us = 0
