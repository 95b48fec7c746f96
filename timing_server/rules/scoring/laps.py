"""How a heat's passes become laps: a function of the set of its passes and of nothing else.

The rules of the window (time trial as at an AWS DeepRacer Summit):

- The first counted pass after the start opens lap 1 and the window; it closes no lap.
- Each further counted pass closes the lap under way and opens the next.
- A lap that was opened before the window's end counts, however long it takes within the grace;
  one that was opened at or after it doesn't.
- A pass sooner than the dead time after the last *counted* one doesn't count (first edge wins).
- A void pass is no crossing: its neighbours become one lap. A void lap keeps its passes.

Passes are ordered by their instant and, at the same instant, by their address, so the order in
which they were delivered doesn't matter, nor does it matter that one came twice.
"""

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from timing_server.rules.passes.clocks import span_between
from timing_server.rules.scoring.scores import HeatScore, Lap, RunScore, ScoredPass, Verdict
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Equipment, Heat, HeatPass, Incident, Run
from timing_server.rules.state.plan import FINISH_ROLE
from timing_server.rules.units import EntryId, HeatId

# Scores are remembered as long as the very heat that they were computed from is alive.
_remembered: WeakKeyDictionary[Heat, HeatScore] = WeakKeyDictionary()


def score_heat(state: EventState, heat_id: HeatId) -> HeatScore:
    """Return the heat's passes with their verdicts, and its laps.

    Computed once for as long as nothing about the heat changes. Raises KeyError for a heat that
    the state doesn't have.
    """
    heat = state.heats[heat_id]
    score = _remembered.get(heat)
    if score is None:
        score = _remembered[heat] = compute_score(heat)
    return score


def compute_score(heat: Heat) -> HeatScore:
    """Score a heat from scratch; ``score_heat`` remembers what this returns."""
    ordered = sorted(heat.passes.values(), key=lambda each: (each.race_ns, each.pass_ref))
    # One entry has the line to itself; where several share it, a pass alone can't tell whose it is.
    tracks = {entry_id: _Track(heat, heat.runs[entry_id]) for entry_id in heat.entry_ids}
    only = next(iter(tracks.values())) if len(tracks) == 1 else None
    passes = []
    for each in ordered:
        if each.is_taken_back:
            continue
        verdict = _judge(only, each)
        if verdict == "counted" and only is not None:
            only.count(each)
        owner = None if only is None or verdict == "other_gate" else only.run.entry_id
        passes.append(scored_pass(each, verdict, owner))
    signs = [each.race_ns for each in ordered]
    if heat.started_race_ns is not None:
        signs.append(heat.started_race_ns)
    return HeatScore(
        heat_id=heat.heat_id,
        stage_id=heat.stage_id,
        runs=tuple(track.score() for track in tracks.values()),
        passes=tuple(passes),
        last_sign_ns=max(signs, default=None),
    )


def scored_pass(each: HeatPass, verdict: Verdict, entry_id: EntryId | None) -> ScoredPass:
    """Return the pass as a result: what it was judged to be, and whose it is."""
    return ScoredPass(
        pass_ref=each.pass_ref,
        source=each.source,
        crossed_race_ns=each.race_ns,
        bound_ns=each.bound_ns,
        verdict=verdict,
        entry_id=entry_id,
        role=each.role,
        void_ruling_id=each.void_ruling_id,
    )


def _judge(track: "_Track | None", each: HeatPass) -> Verdict:
    """Say whether a pass counts, in the order in which the reasons matter to a marshal."""
    if each.role != FINISH_ROLE:
        return "other_gate"
    if each.void_ruling_id is not None:
        return "voided"
    if track is None:
        return "unknown_entry"
    if track.is_over_at(each.race_ns):
        return "no_heat_running"
    if track.is_inside_dead_time(each):
        return "inside_dead_time"
    return "counted"


@dataclass(slots=True)
class _Track:
    """The run as far as it has been walked; local to one scoring."""

    heat: Heat
    run: Run
    laps: list[Lap] = field(default_factory=list)
    last_counted: HeatPass | None = None
    window_opens_ns: int | None = None
    last_lap_closed_ns: int | None = None

    @property
    def window_closes_ns(self) -> int | None:
        opens = self.window_opens_ns
        return None if opens is None else opens + self.heat.options.window_ns

    def is_over_at(self, race_ns: int) -> bool:
        """Whether the run's last lap was closed before, or can't be closed any more."""
        closes = self.window_closes_ns
        return self.last_lap_closed_ns is not None or (
            closes is not None and race_ns > closes + self.heat.options.grace_ns
        )

    def is_inside_dead_time(self, each: HeatPass) -> bool:
        last = self.last_counted
        return (
            last is not None
            and span_between(last, each).duration_ns < self.heat.options.dead_time_ns
        )

    def count(self, each: HeatPass) -> None:
        """Take a counted pass: it closes the lap under way, if any, and opens the next."""
        if self.last_counted is None:
            self.window_opens_ns = each.race_ns
        else:
            self.laps.append(self._close(self.last_counted, each))
        self.last_counted = each
        closes = self.window_closes_ns
        if closes is not None and self.laps and each.race_ns >= closes:
            self.last_lap_closed_ns = each.race_ns

    def _close(self, opening: HeatPass, closing: HeatPass) -> Lap:
        span = span_between(opening, closing)
        equipment = _equipment_at(self.run, closing.race_ns)
        return Lap(
            number=len(self.laps) + 1,
            pass_ref=closing.pass_ref,
            opening_ref=opening.pass_ref,
            duration_ns=span.duration_ns,
            bound_ns=span.bound_ns,
            closed_race_ns=closing.race_ns,
            off_tracks=sum(
                opening.race_ns < mark.race_ns <= closing.race_ns for mark in self._marks()
            ),
            car_id=None if equipment is None else equipment.car_id,
            model_sha256=None if equipment is None else equipment.model_sha256,
            void_ruling_id=closing.lap_void_ruling_id,
            invalid=None if closing.lap_void_ruling_id is None else "ruling",
        )

    def _marks(self) -> list[Incident]:
        return [mark for mark in self.heat.rulings.incidents if mark.entry_id == self.run.entry_id]

    def score(self) -> RunScore:
        is_under_way = (
            self.last_counted is not None
            and self.last_lap_closed_ns is None
            and self.heat.ended_race_ns is None
        )
        newest = self.run.equipment[-1] if self.run.equipment else None
        return RunScore(
            entry_id=self.run.entry_id,
            laps=tuple(self.laps),
            window_opens_ns=self.window_opens_ns,
            window_closes_ns=self.window_closes_ns,
            lap_opened_ns=self.last_counted.race_ns if self.last_counted and is_under_way else None,
            last_lap_closed_ns=self.last_lap_closed_ns,
            off_tracks=len(self._marks()),
            car_id=None if newest is None else newest.car_id,
            model_sha256=None if newest is None else newest.model_sha256,
        )


def _equipment_at(run: Run, race_ns: int) -> Equipment | None:
    """Return what was in force at the instant, None where the run wasn't equipped yet."""
    in_force = (each for each in reversed(run.equipment) if each.from_race_ns <= race_ns)
    return next(in_force, None)
