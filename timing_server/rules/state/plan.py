"""What the plan says: stages with who goes on to them, entries, and which gate does which job."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from timing_server.rules.facts.options import HeatOptions, ProgressionRule
from timing_server.rules.facts.virtual import VirtualRules
from timing_server.rules.units import CarId, DriverId, EntryId, EventId, StageId, TeamId

#: The role of the start-finish line, and the gate that has it where no GateBound says otherwise.
FINISH_ROLE = "finish"
#: A gate's priority: a primary, its backup, and two more behind it.
PRIORITY_MAX = 3
#: A lap has at most so many gates beside the line that part it.
SECTOR_GATES_MAX = 8
#: The roles of the sector gates, each with its number in the order in which a lap passes them.
SECTOR_ROLES = {f"sector-{number}": number for number in range(1, SECTOR_GATES_MAX + 1)}


class EventPhase(StrEnum):
    """Whether the event owns the venue's gates: not yet, now, or no more."""

    UNKNOWN = "unknown"
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class NamedFinalist:
    """The organiser's word that an entry is in the field, or isn't, and why."""

    entry_id: EntryId
    is_in: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """A finalist who withdrew, and who took the place."""

    out_entry_id: EntryId
    in_entry_id: EntryId


@dataclass(frozen=True, slots=True)
class LaidTrack:
    """A track of the library that real cars race on: its name, and what makes it that track."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage, the format that ranks it, and who races it.

    ``starts_utc`` and ``slot_ns`` make the start list's times. ``field`` is who was drawn, best
    seed first, with replacements made; None until then: everybody may race. ``virtual`` are the
    rules of a stage on a virtual track, None where cars are real; ``laid`` is the track of a stage
    of real cars, None where nobody told it.
    """

    stage_id: StageId
    title: str
    format_name: str
    options: HeatOptions
    kind: str = "qualifying"
    is_open: bool = False
    starts_utc: str | None = None
    slot_ns: int = 0
    progression: ProgressionRule | None = None
    named: tuple[NamedFinalist, ...] = ()
    field: tuple[EntryId, ...] | None = None
    replacements: tuple[Replacement, ...] = ()
    virtual: VirtualRules | None = None
    laid: LaidTrack | None = None

    @property
    def track(self) -> LaidTrack | None:
        """What the stage is raced on, by real cars or simulated ones; None while nobody knows."""
        if self.virtual is None:
            return self.laid
        is_sealed = not self.virtual.track_sha256
        return None if is_sealed else LaidTrack(self.virtual.track, self.virtual.track_sha256)


#: What an entry's number may be; a foreign log may hold others.
NUMBERS = range(1, 100_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """A driver or a team in the event; ``former_driver_ids`` were substituted, oldest first.

    ``disqualified_by`` names the standing ruling, None where there is none. ``model_sha256`` is
    what it drives what is still to come with, None: whatever its car has loaded. ``is_timed_only``:
    its car is a guest's, which nobody guards or reaches.
    """

    entry_id: EntryId
    driver_ids: tuple[DriverId, ...]
    number: int
    is_withdrawn: bool = False
    region: str | None = None
    class_name: str | None = None
    team_id: TeamId | None = None
    is_checked_in: bool = False
    former_driver_ids: tuple[DriverId, ...] = ()
    disqualified_by: str | None = None
    model_sha256: str | None = None
    is_timed_only: bool = False

    @property
    def may_race(self) -> bool:
        """Whether the entry takes part in what is still to come."""
        return not self.is_withdrawn and self.disqualified_by is None


@dataclass(frozen=True, slots=True)
class GateRole:
    """From ``from_race_ns`` on, the gate has this role; ``lane`` where only one lane passes it.

    ``priority`` above 0 is a backup's.
    """

    from_race_ns: int
    role: str
    lane: int | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class MarkWorn:
    """From ``from_race_ns`` on, the car wears the mark."""

    from_race_ns: int
    car_id: CarId


@dataclass(frozen=True, slots=True)
class Season:
    """A season's scheme, and the events that count with their weights in per cent."""

    points: tuple[int, ...]
    drops_n: int
    weights_pct: Mapping[EventId, int] = field(default_factory=dict)
