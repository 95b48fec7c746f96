"""Stories of laps: a new best of the day, the first below a whole second, one's own best."""

from collections.abc import Iterator, Sequence

from timing_server.formats.stories.driven import DrivenLap
from timing_server.formats.stories.story import Story, StoryCode
from timing_server.rules.units import NS_PER_S, EntryId, HeatId


def best_stories(laps: Sequence[DrivenLap]) -> Iterator[Story]:
    """Yield each improvement of the event's best lap, and each whole second that it went below."""
    best_ns: int | None = None
    for lap in laps:
        if best_ns is not None and lap.ranked_ns >= best_ns:
            continue
        if best_ns is not None:
            yield _of_lap("best_of_day", lap, by_ns=best_ns - lap.ranked_ns)
            # 9.000 is not below 9 s, so the last instant below a second names it.
            if _second_above(lap.ranked_ns) < _second_above(best_ns):
                yield _of_lap("first_under", lap, seconds=_second_above(lap.ranked_ns))
        best_ns = lap.ranked_ns


def own_best_stories(laps: Sequence[DrivenLap]) -> Iterator[Story]:
    """Yield, for each run that beat all earlier ones of its entry, its best lap."""
    before: dict[EntryId, int] = {}
    for (entry_id, _), run in _by_run(laps).items():
        best = min(run, key=lambda lap: lap.ranked_ns)
        earlier_ns = before.get(entry_id)
        if earlier_ns is not None and best.ranked_ns < earlier_ns:
            yield _of_lap("own_best", best, by_ns=earlier_ns - best.ranked_ns)
        before[entry_id] = min(best.ranked_ns, earlier_ns or best.ranked_ns)


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
