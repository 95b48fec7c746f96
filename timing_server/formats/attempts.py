"""What entries drove, as formats see it: the runs that count, with laps as long as they rank.

- A lap ranks with its penalties, truncated to the stage's resolution, never rounded.
- Several runs count as the stage says: all of them (a format takes the best, or pools them), the
  first alone, or the last alone; no more than the stage gives each. A run that was never begun
  (``dns``) doesn't stand in for one that was.
- Nothing of an abandoned heat counts, and a heat that hasn't started has nothing to count; but
  whoever was ruled a no-show there missed it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from weakref import WeakKeyDictionary

from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore, Lap, RunScore
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId, HeatId

#: Stands behind every time: longer than any, so that what is missing loses against what is there.
NO_TIME_NS = 2**63 - 1


class Attempt(NamedTuple):
    """A run of an entry in the stage.

    ``valid_laps`` are those that count, in the order in which they were driven, ``valid_ns`` how
    long each ranks; ``best_at`` is the place of the first best one in both, None where there is
    none. ``penalty_ns`` is the time that the run as a whole was given, as it ranks.
    """

    heat_id: HeatId
    started_race_ns: int
    run: RunScore
    valid_laps: tuple[Lap, ...]
    valid_ns: tuple[int, ...]
    best_at: int | None
    penalty_ns: int

    @property
    def has_begun(self) -> bool:
        """Whether the entry was at the line at all."""
        return self.run.status != "dns"


@dataclass(frozen=True, slots=True)
class _Made:
    """A heat's attempts, with what they were made from."""

    score: HeatScore
    resolution_ns: int
    attempts: Mapping[EntryId, Attempt]


# Attempts are remembered as long as the very heat that they were made from is alive.
_remembered: WeakKeyDictionary[Heat, _Made] = WeakKeyDictionary()


def truncated_ns(duration_ns: int, resolution_ns: int) -> int:
    """Return a duration as it ranks: cut, not rounded, to the resolution."""
    return duration_ns - duration_ns % resolution_ns


def has_run(heat: Heat) -> bool:
    """Whether what was driven in the heat can count: it started, and wasn't abandoned."""
    return heat.started_race_ns is not None and heat.phase is not HeatPhase.ABANDONED


def missed_by(heat: Heat) -> tuple[EntryId, ...]:
    """Return the entries that were ruled no-shows of a heat that never started."""
    if heat.started_race_ns is not None or heat.phase is HeatPhase.ABANDONED:
        return ()
    last_word = {each.entry_id: each.status for each in heat.rulings.statuses}
    return tuple(each for each in heat.entry_ids if last_word.get(each) == "dns")


def attempts_in(state: EventState, heat: Heat, resolution_ns: int) -> Mapping[EntryId, Attempt]:
    """Return each entry's run in a heat that has started, made once for each score of that heat."""
    score = score_heat(state, heat.heat_id)
    made = _remembered.get(heat)
    if made is None or made.score is not score or made.resolution_ns != resolution_ns:
        made = _remembered[heat] = _Made(
            score, resolution_ns, make_attempts(state, heat, resolution_ns)
        )
    return made.attempts


def make_attempts(state: EventState, heat: Heat, resolution_ns: int) -> Mapping[EntryId, Attempt]:
    """Return what ``attempts_in`` remembers."""
    runs = score_heat(state, heat.heat_id).runs
    return {run.entry_id: attempt_of(heat, run, resolution_ns) for run in runs}


def attempt_of(heat: Heat, run: RunScore, resolution_ns: int) -> Attempt:
    """Return a run as it ranks."""
    # This goes over every lap of an event: it reads fields where properties would say the same,
    # and copies no laps where all of them are valid.
    ranked_ns = tuple(
        [
            (full_ns := lap.duration_ns + lap.penalty_ns) - full_ns % resolution_ns
            for lap in run.laps
            if lap.invalid is None
        ]
    )
    is_all = len(ranked_ns) == len(run.laps)
    valid = run.laps if is_all else tuple(lap for lap in run.laps if lap.invalid is None)
    return Attempt(
        heat_id=heat.heat_id,
        started_race_ns=heat.started_race_ns or 0,
        run=run,
        valid_laps=valid,
        valid_ns=ranked_ns,
        best_at=ranked_ns.index(min(ranked_ns)) if ranked_ns else None,
        penalty_ns=truncated_ns(run.penalty_ns, resolution_ns) if run.penalty_ns else 0,
    )


def counted(attempts: Sequence[Attempt], options: HeatOptions) -> tuple[Attempt, ...]:
    """Return the attempts that count, of those given in the order of their starts."""
    if options.runs_counted == "best" and not options.runs_max:
        return tuple(attempts)
    begun = [each for each in attempts if each.has_begun] or list(attempts)
    if options.runs_max:
        begun = begun[: options.runs_max]
    which = {"first": slice(1), "last": slice(-1, None)}.get(options.runs_counted, slice(None))
    return tuple(begun[which])


def all_valid_ns(attempts: Iterable[Attempt]) -> tuple[int, ...]:
    """Return how long the valid laps of all runs took, in the order in which they were driven."""
    return tuple(chain.from_iterable([each.valid_ns for each in attempts]))
