"""Virtual races as everybody may see them: what is open, who leads, and how near real laps come."""

from timing_server.contract.base import Message, Us
from timing_server.contract.race.virtual import VirtualStageView


class LeagueRow(Message):
    """Where an entry stands in a virtual stage. ``name`` and ``model`` are text from people.

    ``rank`` is no place where ``is_ranked`` is false. ``value_*`` is what the stage's format ranks,
    ``gap_*`` how far that is behind the first; ``heat_id`` and ``lap`` say where the best lap is,
    null without one.
    """

    rank: int
    is_ranked: bool
    entry_id: str
    number: int
    name: str
    model: str | None
    model_sha256: str | None
    value_us: Us | None
    value_laps: int | None
    gap_us: Us | None
    gap_laps: int | None
    value_points: int | None
    gap_points: int | None
    best_us: Us | None
    laps: int
    heats_run: int
    heat_id: str | None
    lap: int | None


class LeagueRun(Message):
    """A run that a worker drives now: ``laps_done`` of ``laps`` laps were tried.

    ``is_shown``: it is played before an audience, so that boards show it.
    """

    stage_id: str
    number: int
    name: str
    laps_done: int
    laps: int
    is_shown: bool


class LeagueStage(Message):
    """A virtual stage with its standings; ``waiting`` is how many of its submissions wait.

    ``best`` is the row with the best lap of all, whatever ranks; null before the first lap.
    """

    stage: VirtualStageView
    standings: tuple[LeagueRow, ...]
    best: LeagueRow | None
    waiting: int
    running: tuple[LeagueRun, ...]


class League(Message):
    """An event's virtual stages, in the order of planning."""

    event_id: str
    event_name: str
    is_demo: bool
    stages: tuple[LeagueStage, ...]


class Leagues(Message):
    """``GET /virtual``: the newest events whose virtual race is on, will be, or was lately.

    ``now_utc`` is the server's calendar; ``waiting`` and ``running`` count over all events.
    """

    now_utc: str
    waiting: int
    running: int
    leagues: tuple[League, ...]


class NearestRow(Message):
    """A model's best laps on a track, virtual and real: what lies between ranks.

    ``gap_frac`` is the gap as a share of the virtual lap. ``rank`` counts all models of the track
    from the nearest; ``driver_rank`` counts drivers, each by their nearest model, and is null for
    the models that are further off. ``name`` and ``model`` are text from people.
    """

    rank: int
    driver_rank: int | None
    name: str
    model: str | None
    model_sha256: str
    virtual_best_us: Us
    real_best_us: Us
    gap_us: Us
    gap_frac: float


class NearestOnTrack(Message):
    """One of ``GET /virtual/sim-to-real``: a virtual track, its nearest model first."""

    track: str
    track_sha256: str
    rows: tuple[NearestRow, ...]
