"""What a format is: how it measures what an entry drove, and how it explains itself to people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from timing_server.formats.standings import Key, Standing
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.scoring.scores import Lap, RunScore
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import HeatId

#: Stands behind every time: longer than any, so that what is missing loses against what is there.
NO_TIME_NS = 2**63 - 1

#: Every tie-break by its code, as ``decided_by`` names it, in words.
TIE_BREAKS: Mapping[str, str] = MappingProxyType(
    {
        "exact_mean": "The means differ only below the resolution: the smaller one stands higher.",
        "more_laps": "More valid laps stand higher.",
        "total_time": "The smaller total time of the counted laps stands higher.",
        "best_lap": "The better best lap of all runs stands higher.",
        "second_best_lap": (
            "The better second-best lap of all runs stands higher; having one beats having none."
        ),
        "third_best_lap": (
            "The better third-best lap of all runs stands higher; having one beats having none."
        ),
        "later_best_lap": (
            "The first difference further down, from the best lap to the slowest, decides; having "
            "a further lap beats having none."
        ),
    }
)
FURTHER_LAPS = ("second_best_lap", "third_best_lap", "later_best_lap")
BEST_LAPS = ("best_lap", *FURTHER_LAPS)


@dataclass(frozen=True, slots=True)
class RankedLap:
    """A lap with its duration as it ranks: truncated to the stage's resolution."""

    duration_ns: int
    heat_id: HeatId
    lap: Lap


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run of an entry in the stage; ``laps`` are all of it, void ones included."""

    heat_id: HeatId
    run: RunScore
    laps: tuple[RankedLap, ...]

    @property
    def valid_laps(self) -> tuple[RankedLap, ...]:
        """The laps that no ruling struck, in the order in which they were driven."""
        return tuple(each for each in self.laps if not each.lap.is_void)

    @property
    def valid_ns(self) -> tuple[int, ...]:
        """How long the valid laps took, in the order in which they were driven."""
        return tuple(each.duration_ns for each in self.valid_laps)


@dataclass(frozen=True, slots=True)
class Worth:
    """What an entry's runs are worth under a format.

    ``key`` ranks; ``value_ns`` is the time that people see, None where the entry has none yet;
    ``value_laps`` the laps that rank before it, None for a format that doesn't count laps.
    """

    key: Key
    value_ns: int | None
    value_laps: int | None = None


@dataclass(frozen=True, slots=True)
class FormatOption:
    """An option of ``HeatOptions`` that only some formats heed."""

    name: str
    description: str
    default: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Format:
    """A way to rank a stage; ``title`` and ``description`` are for people.

    The first ``decisive`` parts of a worth's key are the value itself; each further one is a
    tie-break, named by ``tie_breaks`` in that order, of which the last names all that follow.
    ``rank_stage`` is set where a format doesn't measure each entry's runs by themselves, but ranks
    a stage by its matches or rounds.
    """

    name: str
    title: str
    description: str
    measure: Callable[[Sequence[Attempt], HeatOptions], Worth]
    tie_breaks: tuple[str, ...]
    decisive: int = 1
    options: tuple[FormatOption, ...] = ()
    rank_stage: "Callable[[Format, EventState, Stage], tuple[Standing, ...]] | None" = None


def truncated_ns(duration_ns: int, resolution_ns: int) -> int:
    """Return a duration as it ranks: cut, not rounded, to the resolution."""
    return duration_ns - duration_ns % resolution_ns


def all_valid_ns(attempts: Iterable[Attempt]) -> tuple[int, ...]:
    """Return how long the valid laps of all runs took, in the order in which they were driven."""
    return tuple(duration_ns for each in attempts for duration_ns in each.valid_ns)


def best_first(laps_ns: Iterable[int]) -> Key:
    """Return laps as they break a tie: the best first, and behind the last that there is none."""
    return (*sorted(laps_ns), NO_TIME_NS)


def laps_option(format_laps: tuple[int, int], description: str) -> FormatOption:
    """Return how a format explains ``laps_n``; ``format_laps`` is its least and its most."""
    least, most = format_laps
    return FormatOption("laps_n", description, HeatOptions().laps_n, least, most)
