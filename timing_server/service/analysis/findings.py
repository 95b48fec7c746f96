"""What there is to say about a run's laps in plain sentences, each with its numbers. Pure.

A finding is a code and its values; pages word it. Nothing is said below the thresholds that stand
here, and where the record doesn't say why, neither does a finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from timing_server.rules.scoring.sectors import LINE, Between, Sector
from timing_server.service.analysis.actions import action_counts
from timing_server.service.analysis.causes import Finding, Stretch, causes_of
from timing_server.service.analysis.laps import LapTrace, Run, median
from timing_server.service.analysis.measures import LapMeasures, RunMeasures, latencies_us

#: A part of a lap is worth a word from this loss on: less is noise between any two laps.
LOSS_US = 50_000
#: A lap is slow that is so much slower than the middle one.
SLOW_TIMES = 1.03
#: A car was late on a lap whose p95 is so many times the run's middle p95, and so much more.
LATE_TIMES = 1.3
LATE_MORE_US = 15_000
#: From so many laps on there is a middle one to compare with.
LAPS_FOR_MIDDLE = 3
#: What joins the best parts is told from this gain on.
IDEAL_GAIN_US = 50_000
#: One part has most of the spread from this share of all parts' on.
SPREAD_SHARE = 0.5
#: A choice is one-sided from this share on, of at least so many.
ONE_ACTION_SHARE = 0.8
DECISIONS_FOR_SHARES = 100
#: More sentences nobody reads.
MOST_LOSSES = 5


def find(run: Run, measures: RunMeasures) -> tuple[Finding, ...]:
    """Return what there is to say of a run, the most important first."""
    return (
        *_lateness(run, measures),
        *_losses_of(run, measures),
        *_exits(run),
        *_ideal(measures),
        *_spread(run, measures),
        *_actions(run),
        *_gaps_in_record(run),
    )


def compare(one: LapTrace, other: LapTrace, run: Run, measures: RunMeasures) -> tuple[Finding, ...]:
    """Return where ``one``, a lap of ``run``, lost against ``other``, and why as the record says.

    ``other`` may be of any run that is told in the same units.
    """
    losses = sorted(_losses(one, other), key=lambda loss: -loss.loss_us)
    return tuple(_told(loss, run, measures) for loss in losses)


@dataclass(frozen=True, slots=True)
class _Loss:
    """A part of a lap that took longer than in a better one, with both stretches."""

    lap: LapTrace
    best: LapTrace
    between: Between
    stretch: Stretch
    best_stretch: Stretch

    @property
    def loss_us(self) -> int:
        (from_us, until_us), (best_from_us, best_until_us) = self.stretch, self.best_stretch
        return (until_us - from_us) - (best_until_us - best_from_us)


def _losses_of(run: Run, measures: RunMeasures) -> Iterator[Finding]:
    best = run.best
    if best is None:
        return
    losses = [each for lap in run.counted if lap is not best for each in _losses(lap, best)]
    losses.sort(key=lambda loss: -loss.loss_us)
    yield from (_told(loss, run, measures) for loss in losses[:MOST_LOSSES])


def _losses(lap: LapTrace, best: LapTrace) -> Iterator[_Loss]:
    theirs = dict(_parts(best))
    for between, stretch in _parts(lap):
        if between in theirs:
            loss = _Loss(lap, best, between, stretch, theirs[between])
            if loss.loss_us >= LOSS_US:
                yield loss


def _told(loss: _Loss, run: Run, measures: RunMeasures) -> Finding:
    """Return a loss as a sentence, with its causes."""
    stretches = loss.stretch, loss.best_stretch
    causes = tuple(causes_of((loss.lap, loss.best), stretches, run, measures))
    values = {"lap": loss.lap.number, "loss_us": loss.loss_us}
    if loss.between == (LINE, LINE):
        return Finding("lap_loss", values, causes=causes)
    from_gate, to_gate = loss.between
    values |= {"first": from_gate + 1, "last": run.gates_n + 1 if to_gate == LINE else to_gate}
    return Finding("part_loss", values, causes=causes)


def _parts(lap: LapTrace) -> Iterator[tuple[Between, Stretch]]:
    """Yield each part with where it begins and ends in the lap; the whole where there are none."""
    if not lap.sectors:
        yield (LINE, LINE), (0, lap.duration_us)
    passed_us = 0
    for sector in lap.sectors:
        end_us = passed_us + _us(sector)
        yield sector.between, (passed_us, end_us)
        passed_us = end_us


def _us(sector: Sector) -> int:
    return sector.duration_ns // 1_000


def _lateness(run: Run, measures: RunMeasures) -> Iterator[Finding]:
    """Say which laps were slow because the car was late, or that lateness wasn't the reason."""
    told = {each.number: each for each in measures.laps if each.latency_p95_us is not None}
    laps = [lap for lap in run.counted if lap.number in told]
    if len(laps) < LAPS_FOR_MIDDLE:
        return
    usual_us = median([_p95(told[lap.number]) for lap in laps]) or 0
    middle_us = median([lap.duration_us for lap in laps]) or 0
    limit_us = max(usual_us * LATE_TIMES, usual_us + LATE_MORE_US)
    late = {lap.number for lap in laps if _p95(told[lap.number]) > limit_us}
    slow = {lap.number for lap in laps if lap.duration_us > middle_us * SLOW_TIMES}
    both = tuple(sorted(late & slow))
    worst_us = max((_p95(told[number]) for number in late), default=0)
    values = {"late_us": worst_us, "usual_us": usual_us}
    if both:
        yield Finding("slow_and_late", values, laps=both)
    elif late:
        yield Finding("late_not_slow", values, laps=tuple(sorted(late)))
    elif slow:
        yield Finding("slow_not_late", {"usual_us": usual_us}, laps=tuple(sorted(slow)))


def _p95(measured: LapMeasures) -> int:
    return measured.latency_p95_us or 0


def _exits(run: Run) -> Iterator[Finding]:
    laps = [lap for lap in run.laps if lap.exits]
    if laps:
        count = sum(len(lap.exits) for lap in laps)
        numbers = tuple(lap.number for lap in laps)
        yield Finding("exits", {"count": count}, laps=numbers)


def _ideal(measures: RunMeasures) -> Iterator[Finding]:
    if measures.ideal_us is None or measures.best_us is None:
        return
    gain_us = measures.best_us - measures.ideal_us
    if gain_us >= IDEAL_GAIN_US:
        yield Finding("ideal", {"ideal_us": measures.ideal_us, "gain_us": gain_us})


def _spread(run: Run, measures: RunMeasures) -> Iterator[Finding]:
    spread = measures.spread
    if spread is None or spread.laps < LAPS_FOR_MIDDLE:
        return
    values = {"count": spread.laps, "range_us": spread.slowest_us - spread.fastest_us}
    yield Finding("spread", values, causes=tuple(_spread_part(run, measures)))


def _spread_part(run: Run, measures: RunMeasures) -> Iterator[Finding]:
    ranges = {
        between: each.slowest_us - each.fastest_us
        for between, each in measures.part_spreads.items()
        if between != (LINE, LINE)
    }
    if len(ranges) < 2:
        return
    widest = max(ranges, key=lambda between: ranges[between])
    if ranges[widest] >= SPREAD_SHARE * sum(ranges.values()) and ranges[widest] >= LOSS_US:
        last = run.gates_n + 1 if widest[1] == LINE else widest[1]
        values = {"first": widest[0] + 1, "last": last, "range_us": ranges[widest]}
        yield Finding("spread_part", values)


def _actions(run: Run) -> Iterator[Finding]:
    counts = action_counts(run)
    total = counts.total()
    if total < DECISIONS_FOR_SHARES:
        return
    action, most = counts.most_common(1)[0]
    if most >= ONE_ACTION_SHARE * total:
        yield Finding("one_action", {"action": action, "share_pct": round(100 * most / total)})
    unused = len(run.actions) - len(counts)
    if unused > 0:
        yield Finding("unused_actions", {"count": unused, "of": len(run.actions)})


def _gaps_in_record(run: Run) -> Iterator[Finding]:
    empty = tuple(lap.number for lap in run.laps if not lap.has_samples)
    short = tuple(lap.number for lap in run.laps if lap.has_samples and lap.is_cut)
    if empty:
        yield Finding("laps_not_recorded", laps=empty)
    if short:
        yield Finding("laps_cut", laps=short)
    # A simulation's log has a clock that waits for the car: there is no lateness to tell.
    is_of_car = run.throttle_unit == "share" and any(lap.has_samples for lap in run.laps)
    if is_of_car and not any(latencies_us(lap) for lap in run.laps):
        yield Finding("no_latency")
