"""Stories of laps: a new best of the day, the first below a whole second, one's own best."""

from collections.abc import Iterator, Sequence

from timing_server.formats.stories.driven import DrivenLap
from timing_server.formats.stories.story import Story, StoryCode
from timing_server.rules.units import NS_PER_S, EntryId, HeatId


def best_stories(laps: Sequence[DrivenLap]) -> Iterator[Story]:
    """Yield each improvement of the event's best lap, and each whole second that it went below."""
    best: DrivenLap | None = None
    for lap in laps:
        if best is not None and lap.ranked_ns >= best.ranked_ns:
            continue
        by_ns = None if best is None else lap.surely_won_ns(best)
        if best is not None and by_ns is not None:
            yield _of_lap("best_of_day", lap, by_ns=by_ns)
            seconds = _second_above(lap.ranked_ns + lap.bound_ns)
            if seconds < _second_above(best.ranked_ns):
                yield _of_lap("first_under", lap, seconds=seconds)
        best = lap


def own_best_stories(laps: Sequence[DrivenLap]) -> Iterator[Story]:
    """Yield, for each run that beat all earlier ones of its entry, its best lap."""
    before: dict[EntryId, DrivenLap] = {}
    for (entry_id, _), run in _by_run(laps).items():
        best = min(run, key=lambda lap: lap.ranked_ns)
        earlier = before.get(entry_id)
        by_ns = None if earlier is None else best.surely_won_ns(earlier)
        if by_ns is not None:
            yield _of_lap("own_best", best, by_ns=by_ns)
        if earlier is None or best.ranked_ns < earlier.ranked_ns:
            before[entry_id] = best


def _by_run(laps: Sequence[DrivenLap]) -> dict[tuple[EntryId, HeatId], list[DrivenLap]]:
    runs: dict[tuple[EntryId, HeatId], list[DrivenLap]] = {}
    for lap in laps:
        runs.setdefault((lap.entry_id, lap.heat_id), []).append(lap)
    return runs


def _second_above(ns: int) -> int:
    """Return the smallest whole number of seconds that is more than ``ns``."""
    return ns // NS_PER_S + 1


def _of_lap(code: StoryCode, lap: DrivenLap, **numbers: int) -> Story:
    return Story(
        code,
        lap.closed_race_ns,
        lap.heat_id,
        (lap.entry_id,),
        time_ns=lap.ranked_ns,
        **numbers,
    )
