"""The matches of each kind of bracket, for a number of entries: elimination and round robin.

Single elimination: who loses is out; the losers of the semi-finals may race for third place.
Double elimination: who loses twice is out; the losers' bracket takes in each round's losers, in
turned order so that a pair seldom meets again, and its winner races the final. Round robin: each
meets each once, by the circle method (the first seed stays, the others move on by one each round).
"""

from dataclasses import replace

from timing_server.formats.brackets.matches import (
    Feed,
    MatchPlan,
    first_round,
    loser_of,
    next_round,
    seeded,
    winner_of,
)


def single_elimination(entries_n: int, *, has_bronze_final: bool) -> tuple[MatchPlan, ...]:
    """Return the matches of a single elimination; none for fewer than two entries."""
    if entries_n < 2:
        return ()
    rounds = [first_round(entries_n, "main", "r")]
    while len(rounds[-1]) > 1:
        rounds.append(next_round(rounds[-1], "main", "r", len(rounds) + 1))
    final = replace(rounds.pop()[0], name="final", part="final")
    bronze: list[MatchPlan] = []
    # Of three entries one has a bye in the semi-finals: there is only one loser.
    if has_bronze_final and entries_n > 3:
        upper, lower = rounds[-1]
        sides = (loser_of(upper), loser_of(lower))
        bronze = [MatchPlan("bronze", "bronze", final.round_number, 1, sides)]
    return (*(match for each in rounds for match in each), *bronze, final)


def double_elimination(entries_n: int) -> tuple[MatchPlan, ...]:
    """Return the matches of a double elimination; none for fewer than two entries."""
    if entries_n < 2:
        return ()
    winners = [first_round(entries_n, "winners", "w")]
    while len(winners[-1]) > 1:
        winners.append(next_round(winners[-1], "winners", "w", len(winners) + 1))
    losers = _losers_rounds(winners)
    top = winners[-1][0]
    second = winner_of(losers[-1][0]) if losers else loser_of(top)
    final = MatchPlan("final", "final", 1, 1, (winner_of(top), second))
    decider = MatchPlan("decider", "decider", 1, 1, (winner_of(final), loser_of(final)))
    plans = [*winners[0]]
    for round_number, each in enumerate(winners[1:], 2):
        plans += each
        plans += [
            match
            for index in (2 * round_number - 4, 2 * round_number - 3)
            for match in losers[index]
        ]
    return (*plans, final, decider)


def _losers_rounds(winners: list[list[MatchPlan]]) -> list[list[MatchPlan]]:
    """Return the losers' rounds: one among themselves, then one against those who come down."""
    if len(winners) < 2:
        return []
    rounds: list[list[MatchPlan]] = []
    waiting: list[Feed] = [loser_of(each) for each in winners[0]]
    for each in winners[1:]:
        rounds.append(_paired(waiting[::2], waiting[1::2], len(rounds) + 1))
        survivors = [winner_of(match) for match in rounds[-1]]
        coming_down = [loser_of(match) for match in reversed(each)]
        rounds.append(_paired(coming_down, survivors, len(rounds) + 1))
        waiting = [winner_of(match) for match in rounds[-1]]
    return rounds


def _paired(upper: list[Feed], lower: list[Feed], round_number: int) -> list[MatchPlan]:
    return [
        MatchPlan(f"l{round_number}m{number}", "losers", round_number, number, sides)
        for number, sides in enumerate(zip(upper, lower, strict=True), 1)
    ]


def round_robin(entries_n: int) -> tuple[MatchPlan, ...]:
    """Return the matches of a round robin, round by round; of an odd number one pauses each."""
    if entries_n < 2:
        return ()
    even_n = entries_n + entries_n % 2
    circle = list(range(1, even_n + 1))
    plans: list[MatchPlan] = []
    for round_number in range(1, even_n):
        pairs = zip(circle[: even_n // 2], reversed(circle[even_n // 2 :]), strict=True)
        here = [sorted(pair) for pair in pairs if max(pair) <= entries_n]
        plans += [
            MatchPlan(
                f"r{round_number}m{number}",
                "main",
                round_number,
                number,
                (seeded(upper), seeded(lower)),
            )
            for number, (upper, lower) in enumerate(here, 1)
        ]
        circle = [circle[0], circle[-1], *circle[1:-1]]
    return tuple(plans)
