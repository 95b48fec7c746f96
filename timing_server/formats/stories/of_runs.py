"""Stories of single heats and runs: ever quicker, steady, off the line, side by side."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from timing_server.formats.attempts import truncated_ns
from timing_server.formats.stories.driven import DrivenHeat
from timing_server.formats.stories.story import Story
from timing_server.rules.scoring.scores import Lap, RunScore
from timing_server.rules.units import NS_PER_MS, EntryId

#: So many laps make a row of them worth telling.
ROW_N = 3
STEADY_N = 4
STEADY_NS = 100 * NS_PER_MS
CLOSE_FINISH_NS = 100 * NS_PER_MS
CLEAN_N = 3
#: Laps that are less exact than this, such as by hand, show nothing fine.
EXACT_NS = NS_PER_MS


def run_stories(driven: DrivenHeat) -> Iterator[Story]:
    """Yield what each run of a heat shows by itself, of its laps that count."""
    for run in driven.score.runs:
        if any(lap.bound_ns >= EXACT_NS for lap in run.valid_laps):
            continue
        yield from _ever_quicker(driven, run)
        yield from _steady(driven, run)


def _times(driven: DrivenHeat, run: RunScore) -> list[tuple[Lap, int]]:
    resolution_ns = driven.heat.options.resolution_ns
    return [(lap, truncated_ns(lap.ranked_ns, resolution_ns)) for lap in run.valid_laps]


def _ever_quicker(driven: DrivenHeat, run: RunScore) -> Iterator[Story]:
    """Yield the run's longest row of laps, each quicker than the one before."""
    longest: tuple[int, Lap] | None = None
    length = 1
    for (_, before_ns), (lap, ns) in pairwise(_times(driven, run)):
        length = length + 1 if ns < before_ns else 1
        if length >= ROW_N and (longest is None or length > longest[0]):
            longest = length, lap
    if longest is not None:
        count, lap = longest
        heat_id = driven.heat.heat_id
        yield Story("ever_quicker", lap.closed_race_ns, heat_id, (run.entry_id,), count=count)


def _steady(driven: DrivenHeat, run: RunScore) -> Iterator[Story]:
    laps = _times(driven, run)
    if len(laps) < STEADY_N:
        return
    spread_ns = max(ns for _, ns in laps) - min(ns for _, ns in laps)
    if spread_ns > STEADY_NS:
        return
    at_ns = laps[-1][0].closed_race_ns
    heat_id = driven.heat.heat_id
    yield Story("steady", at_ns, heat_id, (run.entry_id,), by_ns=spread_ns, count=len(laps))


def field_stories(driven: DrivenHeat) -> Iterator[Story]:
    """Yield what entries that started together did to each other: the lead, and the finish."""
    heat = driven.heat
    runs = [run for run in driven.score.runs if run.status is None and run.valid_laps]
    if len(runs) < 2 or heat.options.start_mode == "first_crossing":
        return
    leaders = _leaders(runs)
    changes = [at_ns for (_, before), (at_ns, now) in pairwise(leaders) if before != now]
    if len(changes) > 1:
        yield Story("lead_changes", changes[-1], heat.heat_id, count=len(changes))
    if driven.is_over:
        yield from _close_finish(driven, runs)


def _leaders(runs: Sequence[RunScore]) -> list[tuple[int, EntryId]]:
    """Return who closed each lap first, and when: the leader at the end of that lap."""
    most = max(len(run.valid_laps) for run in runs)
    return [
        min(
            (run.valid_laps[at].closed_race_ns, run.entry_id)
            for run in runs
            if len(run.valid_laps) > at
        )
        for at in range(most)
    ]


def _close_finish(driven: DrivenHeat, runs: Sequence[RunScore]) -> Iterator[Story]:
    most = max(len(run.valid_laps) for run in runs)
    last = sorted(
        (run.valid_laps[-1].closed_race_ns, run.entry_id)
        for run in runs
        if len(run.valid_laps) == most
    )
    if len(last) < 2:
        return
    if any(run.valid_laps[-1].bound_ns >= EXACT_NS for run in runs):
        return
    (first_ns, first), (second_ns, second) = last[:2]
    apart_ns = truncated_ns(second_ns - first_ns, driven.heat.options.resolution_ns)
    if apart_ns <= CLOSE_FINISH_NS:
        heat_id = driven.heat.heat_id
        yield Story("close_finish", second_ns, heat_id, (first, second), by_ns=apart_ns)


def start_stories(heats: Sequence[DrivenHeat]) -> Iterator[Story]:
    """Yield the quickest reaction to lights that went out, where there are two to compare."""
    reactions = [
        (run.reaction.duration_ns, each, run)
        for each in heats
        for run in each.score.runs
        if run.reaction is not None
    ]
    if len(reactions) < 2:
        return
    time_ns, driven, run = min(reactions, key=lambda each: each[0])
    heat = driven.heat
    at_ns = (heat.started_race_ns or 0) + time_ns
    time_ns = truncated_ns(time_ns, heat.options.resolution_ns)
    yield Story("quickest_start", at_ns, heat.heat_id, (run.entry_id,), time_ns=time_ns)


def clean_stories(heats: Sequence[DrivenHeat]) -> Iterator[Story]:
    """Yield how many of the newest heats that are over went without an off-track or a reset."""
    over = [each for each in heats if each.is_over]
    count = 0
    for each in reversed(over):
        if any(run.off_tracks or run.resets for run in each.score.runs):
            break
        count += 1
    if count >= CLEAN_N:
        yield Story("clean_heats", over[-1].told_race_ns, over[-1].heat.heat_id, count=count)
