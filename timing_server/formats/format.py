"""What a format is: how it measures what an entry drove, and how it explains itself to people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from timing_server.formats.attempts import NO_TIME_NS, Attempt
from timing_server.formats.standings import Key, Standing
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage

#: Every tie-break by its code, as ``decided_by`` names it, in words.
TIE_BREAKS: Mapping[str, str] = MappingProxyType(
    {
        "exact_mean": "The means differ only below the resolution: the smaller one stands higher.",
        "more_laps": "More valid laps stand higher.",
        "total_time": "The smaller total time of the counted laps stands higher.",
        "better_places": (
            "More first places stand higher, then more second places, and so on; having a further "
            "place beats having none."
        ),
        "direct_match": "More points from the matches among equals stand higher.",
        "better_seed": "The better seed stands higher.",
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
class Worth:
    """What an entry's runs are worth under a format.

    ``key`` ranks; ``value_ns`` is the time that people see, None where the entry has none yet;
    ``value_laps`` the laps that rank before it, None for a format that doesn't count laps;
    ``value_points`` the points that rank, None for a format that gives none
    and for who has no place yet. ``penalty_ns`` is how
    much of ``value_ns`` are penalties, ``bound_ns`` by how much it may be off (0 means exact).
    """

    key: Key
    value_ns: int | None
    value_laps: int | None = None
    value_points: int | None = None
    penalty_ns: int = 0
    bound_ns: int = 0

    @property
    def has_value(self) -> bool:
        """Whether there is anything that ranks: who has nothing goes on nowhere."""
        return self.value_ns is not None or self.value_points is not None


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
    ``measure`` gets an entry's runs that count, at least one, in the order of their starts.
    ``rank_stage`` is set where a format doesn't measure each entry's runs by themselves, but ranks
    a stage by its teams, matches or rounds. A format that isn't ``is_ranked`` lists who drove what,
    and gives no places.
    """

    name: str
    title: str
    description: str
    measure: Callable[[Sequence[Attempt], HeatOptions], Worth]
    tie_breaks: tuple[str, ...]
    decisive: int = 1
    options: tuple[FormatOption, ...] = ()
    rank_stage: "Callable[[Format, EventState, Stage], tuple[Standing, ...]] | None" = None
    is_ranked: bool = True


def best_first(laps_ns: Iterable[int]) -> Key:
    """Return laps as they break a tie: the best first, and behind the last that there is none."""
    return (*sorted(laps_ns), NO_TIME_NS)


def laps_option(format_laps: tuple[int, int], description: str) -> FormatOption:
    """Return how a format explains ``laps_n``; ``format_laps`` is its least and its most."""
    least, most = format_laps
    return FormatOption("laps_n", description, HeatOptions().laps_n, least, most)
