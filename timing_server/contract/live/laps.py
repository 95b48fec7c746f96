"""Laps and passes of the heat on show, and what was done to a car from outside."""

from typing import Literal

from timing_server.contract.base import Message, Us
from timing_server.contract.race.measures import SectorView, SpeedView

LapState = Literal["valid", "void"]
#: Why a lap doesn't count; codes of ``rules.scoring``, worded by the display.
LapFault = Literal["ruling", "incidents", "paused", "two_boots", "warmup", "disqualified"]
#: Why a pass counts or doesn't; codes of ``rules.scoring``, worded by the display.
PassVerdict = Literal[
    "counted",
    "inside_dead_time",
    "voided",
    "no_heat_running",
    "before_start",
    "false_start",
    "heat_paused",
    "before_restart",
    "sector",
    "other_gate",
    "other_lane",
    "backed_up",
    "unknown_entry",
    "double_identity",
]


class ControlView(Message):
    """What was done to a run's car from outside, at ``at_us``; ``speed_pct`` with ``speed``.

    ``stop``, ``off_track``, ``e_stop`` and ``contact_lost`` held it in neutral, ``go`` let it go.
    """

    kind: Literal["speed", "stop", "off_track", "e_stop", "contact_lost", "go"]
    at_us: Us
    speed_pct: int | None = None


class LapView(Message):
    """One lap. ``bound_us`` 0 means exact: both ends come from one node in one boot.

    ``is_provisional``: the heat still runs, so a ruling may be on its way. ``invalid`` says why a
    void lap doesn't count; ``is_suspect`` that it is shorter or longer than the stage expects, and
    counts all the same. ``duration_us`` is as driven: ``penalty_us`` comes on top of it.
    ``sectors`` are empty where no gate parts the lap, ``top_speed`` None where none was measured.
    """

    number: int
    pass_ref: str
    duration_us: Us
    bound_us: Us
    closed_us: Us
    state: LapState
    is_provisional: bool
    is_personal_best: bool
    is_overall_best: bool
    off_tracks: int
    car_id: str | None = None
    model_sha256: str | None = None
    void_ruling_id: str | None = None
    entry_id: str | None = None
    resets: int = 0
    penalty_us: Us = 0
    invalid: LapFault | None = None
    is_suspect: bool = False
    is_credited: bool = False
    sectors: tuple[SectorView, ...] = ()
    top_speed: SpeedView | None = None
    controls: tuple[ControlView, ...] = ()


class PassView(Message):
    """One crossing of a gate during the heat, with its verdict; ``manual`` = entered by hand."""

    pass_ref: str
    crossed_us: Us
    bound_us: Us
    verdict: PassVerdict
    source: Literal["sensor", "manual"]
    entry_id: str | None = None


class FalseStartView(Message):
    """A pass ``early_us`` before the go, ± ``bound_us``, with the lights on: a marshal decides.

    ``ruling_id`` None until one has; ``penalty_us`` 0 with a ruling means that it was dismissed.
    ``is_unfounded``: the penalty stands, but its pass was restored, voided or given away since.
    """

    pass_ref: str
    early_us: Us
    bound_us: Us
    ruling_id: str | None = None
    penalty_us: Us = 0
    is_unfounded: bool = False
