"""What was driven in an event, in the order in which it happened: heats, and laps that count."""

from collections.abc import Iterator
from dataclasses import dataclass

from timing_server.formats.attempts import has_run, truncated_ns
from timing_server.rules.heat_phases import OVER
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId, HeatId


@dataclass(frozen=True, slots=True)
class DrivenHeat:
    """A heat that started, for a result, with its score."""

    heat: Heat
    score: HeatScore

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come of it but rulings."""
        return self.heat.phase in OVER

    @property
    def told_race_ns(self) -> int:
        """The latest instant that says anything about its results: its end, else its newest lap."""
        if self.is_over and self.heat.ended_race_ns is not None:
            return self.heat.ended_race_ns
        closed = (lap.closed_race_ns for run in self.score.runs for lap in run.laps)
        return max(closed, default=self.heat.started_race_ns or 0)


@dataclass(frozen=True, slots=True)
class DrivenLap:
    """A lap that counts; ``ranked_ns`` is truncated to its stage's resolution, ± ``bound_ns``."""

    entry_id: EntryId
    heat_id: HeatId
    closed_race_ns: int
    ranked_ns: int
    bound_ns: int

    def surely_won_ns(self, before: "DrivenLap") -> int | None:
        """Return by how much the lap is quicker, None where the clocks can't tell that it is."""
        won_ns = before.ranked_ns - self.ranked_ns
        return won_ns if won_ns > self.bound_ns + before.bound_ns else None


def driven_heats(state: EventState) -> tuple[DrivenHeat, ...]:
    """Return the heats that count, practice left out, in the order of their starts."""
    heats = [each for each in state.heats.values() if has_run(each) and not each.is_practice]
    heats.sort(key=lambda each: (each.started_race_ns or 0, each.number))
    return tuple(DrivenHeat(each, score_heat(state, each.heat_id)) for each in heats)


def driven_laps(heats: tuple[DrivenHeat, ...]) -> tuple[DrivenLap, ...]:
    """Return the laps that count, in the order in which they were closed."""
    laps = [lap for each in heats for lap in _laps_of(each)]
    laps.sort(key=lambda lap: (lap.closed_race_ns, lap.entry_id))
    return tuple(laps)


def _laps_of(driven: DrivenHeat) -> Iterator[DrivenLap]:
    resolution_ns = driven.heat.options.resolution_ns
    for run in driven.score.runs:
        for lap in run.valid_laps:
            ranked_ns = truncated_ns(lap.ranked_ns, resolution_ns)
            yield DrivenLap(
                run.entry_id, driven.heat.heat_id, lap.closed_race_ns, ranked_ns, lap.bound_ns
            )
