"""Commands that run a heat, from the call to the line to its end."""

from dataclasses import dataclass

from timing_server.rules.commands.driving import CarWord
from timing_server.rules.units import EntryId, HeatId, NodeId


@dataclass(frozen=True, slots=True)
class CallNextHeat:
    """Call a heat to the line: the one that is named, else the first of the queue."""

    heat_id: HeatId | None = None


@dataclass(frozen=True, slots=True)
class ArmHeat:
    """Say that all is ready; under ``first_crossing`` the first pass now starts the heat.

    ``cars`` is what the cars that speak to the server say they have loaded.
    """

    heat_id: HeatId
    cars: tuple[CarWord, ...] = ()


@dataclass(frozen=True, slots=True)
class StartHeat:
    """Let the called or armed heat drive: now, or behind the lights.

    ``hold_ns`` is how long all lights stay on, drawn by whoever asks so that nobody can foresee the
    go; heeded under ``lights`` alone. ``cars`` as in ``ArmHeat``, heeded where it wasn't armed.
    """

    heat_id: HeatId
    hold_ns: int = 0
    cars: tuple[CarWord, ...] = ()


@dataclass(frozen=True, slots=True)
class PauseHeat:
    """Stop everybody's clock: ``pause``, ``red_flag``, or a ``timeout`` of that entry's run."""

    heat_id: HeatId
    cause: str
    entry_id: EntryId | None = None


@dataclass(frozen=True, slots=True)
class ResumeHeat:
    """Let the clocks of a paused heat run again."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class ShowFlag:
    """Show ``green``, ``yellow`` or ``red``; red pauses the heat, and green ends that pause."""

    heat_id: HeatId
    flag: str


@dataclass(frozen=True, slots=True)
class NoteInterruption:
    """The machine that keeps time was away: ``server_restarted`` or ``node_restarted``.

    The service says so of whatever heat is under way; with none there is nothing to note.
    """

    cause: str


@dataclass(frozen=True, slots=True)
class ContinueHeat:
    """Let the interrupted heat go on as it is."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class StopHeat:
    """End the heat that is under way now, or send one that is at the line back to the queue."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class AbandonHeat:
    """Say that nothing of the heat counts; with ``rerun_heat_id`` it is run again under that id."""

    heat_id: HeatId
    reason: str
    rerun_heat_id: HeatId | None = None


@dataclass(frozen=True, slots=True)
class PressStop:
    """A node's emergency stop was pressed at an instant, None where that isn't known.

    Makes no facts where the press is history by now.
    """

    node_id: NodeId
    button: str
    pressed_race_ns: int | None = None


@dataclass(frozen=True, slots=True)
class LiftStop:
    """Lift the emergency stop: somebody has looked, and all is safe.

    ``is_despite_held``: although a button was never heard to be let go, since it or its node is
    broken. One that is really pressed stops the heat again as soon as cars may drive.
    """

    is_despite_held: bool = False


@dataclass(frozen=True, slots=True)
class SendOut:
    """Let an entry onto a practice heat's track."""

    heat_id: HeatId
    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class BringIn:
    """Note that an entry has left a practice heat's track."""

    heat_id: HeatId
    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: do whatever is due. The service sends it at ``next_due`` (decision 5).

    ``heard_from_race_ns`` is since when the finish line's nodes have been heard without a break,
    None while they aren't: passes may wait in their journals, so that silence means nothing.
    """

    heard_from_race_ns: int | None = 0


HeatCommand = (
    CallNextHeat
    | ArmHeat
    | StartHeat
    | PauseHeat
    | ResumeHeat
    | ShowFlag
    | NoteInterruption
    | ContinueHeat
    | StopHeat
    | AbandonHeat
    | PressStop
    | LiftStop
    | SendOut
    | BringIn
    | Tick
)
