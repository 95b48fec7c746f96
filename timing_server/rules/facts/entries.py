"""Facts about who takes part: entries, their groups, who is present and who isn't any more."""

from dataclasses import dataclass

from timing_server.rules.units import DriverId, EntryId, TeamId


@dataclass(frozen=True, slots=True)
class EntryAdded:
    """A driver, or a team of several drivers, takes part.

    ``region`` and ``class_name`` are what progression and rankings group by; entries of the same
    ``team_id`` add up in a team's ranking.
    """

    entry_id: EntryId
    driver_ids: tuple[DriverId, ...]
    number: int
    region: str | None = None
    class_name: str | None = None
    team_id: TeamId | None = None


@dataclass(frozen=True, slots=True)
class EntryGrouped:
    """The entry's region, class and team are these from the beginning of the event."""

    entry_id: EntryId
    region: str | None
    class_name: str | None
    team_id: TeamId | None


@dataclass(frozen=True, slots=True)
class EntryCheckedIn:
    """The entry's driver is here, with a car that may race."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class EntryCheckedOut:
    """The entry isn't here after all."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class EntryWithdrawn:
    """The entry takes no further part; what it has driven stands."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class EntryReinstated:
    """The withdrawn entry takes part again."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class ModelBound:
    """From this fact's instant on, the entry drives what is still to come with this model.

    ``model_sha256`` None: with whatever its car has loaded. Heats that were called keep theirs.
    ``despite`` names the verdict of the model's stress card that whoever bound it overruled.
    """

    entry_id: EntryId
    model_sha256: str | None
    despite: str | None = None


@dataclass(frozen=True, slots=True)
class EntryCarDeclared:
    """The entry's car is a guest's that is timed and nothing else (``is_timed_only``), or isn't.

    Nobody guards it, reaches it, or knows what drives it.
    """

    entry_id: EntryId
    is_timed_only: bool


@dataclass(frozen=True, slots=True)
class DriversSubstituted:
    """From this fact's instant on, these drivers race for the entry; what was driven stands."""

    entry_id: EntryId
    driver_ids: tuple[DriverId, ...]
    reason: str
