"""Facts of a heat: its phases, its pauses and flags, what interrupted it, who is on track."""

from dataclasses import dataclass

from timing_server.rules.units import EntryId, HeatId, NodeId

#: Why a heat that is played before an audience breaks off: by itself, or since somebody stops it.
SHOW_ENDS = ("worker_lost", "model_failed", "worker_failed", "show_stopped")


@dataclass(frozen=True, slots=True)
class HeatCalled:
    """The heat's entries are wanted at the line."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class HeatStoodDown:
    """The called or armed heat isn't wanted at the line after all; it heads the queue again."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class HeatArmed:
    """All is ready: under ``first_crossing`` the first pass from ``armed_race_ns`` on starts it."""

    heat_id: HeatId
    armed_race_ns: int


@dataclass(frozen=True, slots=True)
class HeatStarted:
    """The cars may drive from ``started_race_ns`` on: the go, which lights know in advance.

    ``lights_race_ns`` is when the first light came on, None without lights.
    """

    heat_id: HeatId
    started_race_ns: int
    lights_race_ns: int | None = None


@dataclass(frozen=True, slots=True)
class HeatPaused:
    """Nobody's clock runs from ``paused_race_ns`` on; laps under way don't count.

    ``cause``: ``red_flag``, ``e_stop``, ``timeout`` (of the run of ``entry_id``) or ``pause``. A
    timeout ends by itself at ``until_race_ns``; None: when somebody says so.
    """

    heat_id: HeatId
    paused_race_ns: int
    cause: str
    entry_id: EntryId | None
    until_race_ns: int | None


@dataclass(frozen=True, slots=True)
class HeatResumed:
    """Clocks run again from ``resumed_race_ns`` on; windows are as much longer as the pause was."""

    heat_id: HeatId
    resumed_race_ns: int


@dataclass(frozen=True, slots=True)
class FlagShown:
    """``green`` or ``yellow`` is shown; yellow asks for care and changes no time."""

    heat_id: HeatId
    flag: str


@dataclass(frozen=True, slots=True)
class HeatInterrupted:
    """The machine that keeps time went away in mid-heat: ``server_restarted``, ``node_restarted``.

    Race control chooses: continue, abandon and re-run, or stop and close.
    """

    heat_id: HeatId
    interrupted_race_ns: int
    cause: str


@dataclass(frozen=True, slots=True)
class HeatContinued:
    """The interrupted heat goes on as it is."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class HeatFinished:
    """The heat is over; a sensor's pass after ``ended_race_ns``, however late, isn't part of it.

    ``reason``: ``last_lap_closed``, ``window_closed``, ``no_pass`` or ``stopped``.
    """

    heat_id: HeatId
    ended_race_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class HeatAbandoned:
    """Nothing of the heat counts, whether it was running or finished; it may be run again."""

    heat_id: HeatId
    abandoned_race_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class EntrySentOut:
    """This entry is on a practice heat's track from ``out_race_ns`` on; it joins the heat by it."""

    heat_id: HeatId
    entry_id: EntryId
    out_race_ns: int


@dataclass(frozen=True, slots=True)
class EntryBroughtIn:
    """The entry has left the track of a practice heat."""

    heat_id: HeatId
    entry_id: EntryId
    in_race_ns: int


@dataclass(frozen=True, slots=True)
class EmergencyStopped:
    """Everything was stopped at ``stopped_race_ns``: no car drives until it is lifted.

    ``source``: ``node``, that node's button, or ``race_control``, a person at a screen, who has
    neither. ``stop_id`` names this stop to the cars.
    """

    node_id: NodeId | None
    button: str
    stopped_race_ns: int
    stop_id: str
    source: str


@dataclass(frozen=True, slots=True)
class EmergencyLifted:
    """A person lifted the emergency stop; what was paused by it stays paused."""
