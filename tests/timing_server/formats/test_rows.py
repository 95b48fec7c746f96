"""What a row says beside its rank: how close it is, and how much of it are penalties."""

from dataclasses import dataclass, field, replace

from tests.timing_server.formats.driving import driven, punish
from tests.timing_server.rules.scripted_race import STAGE, ms, running_race
from timing_server.formats import rows as subject
from timing_server.formats.format import Worth
from timing_server.formats.ranking import rank_part
from timing_server.formats.registry import FORMATS
from timing_server.formats.standings import Standing

FORM = FORMATS["time_trial"]


@dataclass(frozen=True)
class Told:
    """Two entries' rows for the values and bounds that they are told to have."""

    first_ns: int
    second_ns: int
    first_bound_ns: int = 0
    second_bound_ns: int = 0
    rows: tuple[Standing, ...] = field(init=False)

    def __post_init__(self) -> None:
        race = driven("time_trial", [7_000], [7_500])
        ranking = rank_part(FORM, race.state, race.state.stages[STAGE])
        one, other = subject.in_order((), ranking.results.values())
        worths = (
            Worth((self.first_ns,), self.first_ns, bound_ns=self.first_bound_ns),
            Worth((self.second_ns,), self.second_ns, bound_ns=self.second_bound_ns),
        )
        told = [
            subject.Result(each.entry_id, each.attempts, worth, 1, each.seat)
            for each, worth in zip((one, other), worths, strict=True)
        ]
        object.__setattr__(self, "rows", subject.standings_of(FORM, told))


def test_a_gap_below_the_uncertainty_of_both_is_marked_and_changes_no_order() -> None:
    """A gap smaller than both bounds together is marked; one as large as they are isn't."""
    close = Told(ms(7_000), ms(7_001), 600_000, 500_000).rows
    assert [(each.rank, each.is_close) for each in close] == [(1, False), (2, True)]
    apart = Told(ms(7_000), ms(7_001), 500_000, 500_000).rows
    assert [(each.rank, each.is_close) for each in apart] == [(1, False), (2, False)]


def test_exact_times_are_never_too_close() -> None:
    """Times of one clock are exact: even equal ones are simply equal."""
    assert not any(each.is_close for each in Told(ms(7_000), ms(7_000)).rows)


def test_only_equal_values_tie() -> None:
    """Equal values share a rank even where their bounds differ; others never do."""
    equal = Told(ms(7_000), ms(7_000), 900_000, 0).rows
    assert [(each.rank, each.is_close) for each in equal] == [(1, False), (1, True)]


def test_penalties_are_shown_as_part_of_the_value() -> None:
    """A row says how much of its value are penalties."""
    race = driven("total_time", [6_000, 6_000, 6_000], [7_000, 7_000, 7_000])
    punish(race, 1, 2_000, lap=2)
    punish(race, 1, 5_000)
    first, second = race.standings()
    assert (first.entry_id, first.penalty_ns) == ("entry-2", 0)
    assert (second.value_ns, second.penalty_ns) == (ms(25_000), ms(7_000))


def test_a_value_that_a_hand_timed_says_so() -> None:
    """It should carry the bound of what ranks, so that screens can mark it: none where exact."""
    race = running_race()
    race.crossing(12_000)
    race.crossing(20_000)
    assert race.standings()[0].value_bound_ns == 0
    by_hand = replace(race.node.crossing(27_000), bound_ns=150_000_000)
    race.at(27_000).append(by_hand, actor="node")
    (row,) = race.standings()
    assert (row.value_ns, row.value_bound_ns) == (7_000_000_000, 150_000_000)
