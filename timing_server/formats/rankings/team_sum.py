"""Team sum: the best laps of a team's members add up, so that a team is as fast as all of them.

Each member brings the best lap of all its runs, with penalties. The sum takes the ``laps_n`` best
of them; a team with fewer stands behind every team with more, by their number and then by the sum.
An entry without a team stands for itself. Equal sums are told apart by the best laps of all
members. A team has one row, in the name of the entry that brought its best lap.
"""

from collections.abc import Iterable, Mapping, Sequence

from timing_server.formats.attempts import all_valid_ns
from timing_server.formats.format import BEST_LAPS, Format, Worth, best_first, laps_option
from timing_server.formats.ranking import rank_part
from timing_server.formats.rankings import time_trial
from timing_server.formats.rows import Result, standings_of
from timing_server.formats.standings import Standing
from timing_server.rules.answers.options import LAPS_RANGES
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Entry, Stage
from timing_server.rules.units import EntryId


def rank_teams(form: Format, state: EventState, stage: Stage) -> tuple[Standing, ...]:
    """Return one row for each team, and for each entry without one."""
    members = rank_part(time_trial.FORMAT, state, stage).results
    teams = _teams(members, state.entries)
    return standings_of(form, (_team(each, state, stage.options.laps_n) for each in teams))


def _teams(
    members: Mapping[EntryId, Result], entries: Mapping[EntryId, Entry]
) -> Iterable[list[Result]]:
    """Return the results of each team's members, of all who have run."""
    teams: dict[tuple[str, str], list[Result]] = {}
    for each in members.values():
        entry = entries.get(each.entry_id)
        team_id = None if entry is None else entry.team_id
        key = ("entry", each.entry_id) if team_id is None else ("team", team_id)
        teams.setdefault(key, []).append(each)
    return teams.values()


def _team(members: Sequence[Result], state: EventState, laps_n: int) -> Result:
    best = sorted(members, key=lambda each: (each.worth.key, each.seat))
    entry = state.entries.get(best[0].entry_id)
    # Two of a team may have shared a heat: their places in it say whose attempt comes first.
    seated = sorted(members, key=lambda each: each.seat)
    attempts = [attempt for each in seated for attempt in each.attempts]
    attempts.sort(key=lambda each: each.started_race_ns)
    return Result(
        entry_id=best[0].entry_id,
        attempts=tuple(attempts),
        worth=_worth([each for each in best if each.worth.value_ns is not None][:laps_n], members),
        heats_run=sum(each.heats_run for each in members),
        seat=min(each.seat for each in members),
        team_id=None if entry is None else entry.team_id,
        member_entry_ids=tuple(each.entry_id for each in best),
    )


def _worth(counting: Sequence[Result], members: Sequence[Result]) -> Worth:
    total_ns = sum(each.worth.value_ns or 0 for each in counting)
    laps_ns = [lap for each in members for lap in all_valid_ns(each.attempts)]
    key = (-len(counting), total_ns, *best_first(laps_ns))
    if not counting:
        return Worth(key=key, value_ns=None)
    return Worth(
        key=key,
        value_ns=total_ns,
        value_laps=len(counting),
        penalty_ns=sum(each.worth.penalty_ns for each in counting),
        bound_ns=sum(each.worth.bound_ns for each in counting),
    )


FORMAT = Format(
    name="team_sum",
    title="Team total",
    description=(
        "The best laps of a team's members add up, as many as the stage asks for. A team with "
        "fewer stands behind all who have more. An entry without a team stands for itself."
    ),
    measure=time_trial.measure,
    decisive=2,
    tie_breaks=BEST_LAPS,
    options=(laps_option(LAPS_RANGES["team_sum"], "How many members' best laps make the sum."),),
    rank_stage=rank_teams,
)
