"""Standings of a long event: from laps, after one more pass, and all the way from stored bytes.

Each is set beside the least that plain Python needs for the same: one pass over the same laps, the
standings made from all laps, and ``json.loads`` of the same bytes.
"""

import gc
import json
import time
from collections.abc import Callable, Iterator, Mapping

from tests.bench.server.long_race import STAGE, LongRace
from tests.bench.table import BenchRow, BenchTable
from timing_server.formats.ranking import rank_from_scratch
from timing_server.formats.registry import FORMATS, rank_stage
from timing_server.formats.standings import Standing
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.reduce import reduce, reduce_all
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.stored.codec import decode_chain
from timing_server.rules.units import EntryId

#: Drivers, heats of each, laps of each heat: a league's long day, 10,000 laps in all; and a year's
#: worth, 10,000 laps of each driver.
DAY = (100, 5, 20)
YEAR = (100, 100, 100)
REPETITIONS = {DAY: 60, YEAR: 7}
STORED_REPETITIONS = 8

Laps = Mapping[EntryId, list[tuple[Lap, ...]]]


def measure() -> BenchTable:
    """Measure both lengths from laps and after a pass, and the day's from its stored bytes."""
    rows: list[BenchRow] = []
    for size, repetitions in REPETITIONS.items():
        race = LongRace(*size)
        # What the race itself holds is nobody's cost: the collector needn't go over it again.
        gc.collect()
        gc.freeze()
        rows += [_from_laps(race, repetitions), *_after_a_pass(race, repetitions)]
        if size == DAY:
            rows.append(_from_bytes(race))
        del race
        gc.unfreeze()
    return BenchTable("Standings", tuple(rows))


def plain_standings(laps: Laps, resolution_ns: int) -> list[tuple[list[int], EntryId]]:
    """Rank a time trial in plain Python: each entry's valid laps, truncated, the best first."""
    table = []
    for entry_id, runs in laps.items():
        ranked = []
        for run in runs:
            for lap in run:
                if lap.invalid is None:
                    lap_ns = lap.duration_ns + lap.penalty_ns
                    ranked.append(lap_ns - lap_ns % resolution_ns)
        ranked.sort()
        table.append((ranked, entry_id))
    table.sort()
    return table


def laps_of(state: EventState) -> Laps:
    """Return the laps of each entry, run by run."""
    laps: dict[EntryId, list[tuple[Lap, ...]]] = {}
    for heat_id in state.heats:
        for run in score_heat(state, heat_id).runs:
            laps.setdefault(run.entry_id, []).append(run.laps)
    return laps


def _from_laps(race: LongRace, repetitions: int) -> BenchRow:
    stage = race.state.stages[STAGE]
    form, laps = FORMATS[stage.format_name], laps_of(race.state)
    resolution_ns = stage.options.resolution_ns
    plain = plain_standings(laps, resolution_ns)
    ours = rank_from_scratch(form, race.state, stage).standings
    _must_agree(ours, plain)
    baseline_us, ours_us = _in_turn(
        lambda: plain_standings(laps, resolution_ns),
        lambda: rank_from_scratch(form, race.state, stage),
        repetitions,
    )
    return BenchRow(f"from laps, {race.size}", "plain pass over the laps", baseline_us, ours_us)


def _must_agree(ours: tuple[Standing, ...], plain: list[tuple[list[int], EntryId]]) -> None:
    """Compare what is measured: a fast wrong table would be worth nothing."""
    if [list(each.key[:-1]) for each in ours] != [laps for laps, _ in plain]:
        raise AssertionError("The two tables differ.")


def _after_a_pass(race: LongRace, repetitions: int) -> Iterator[BenchRow]:
    """Yield the whole step that a pass takes (place, score, rank), and its ranking alone."""
    step_us: list[float] = []
    rank_us: list[float] = []
    scratch_us: list[float] = []
    state = race.state
    stage = state.stages[STAGE]
    rank_stage(state, STAGE)
    for recorded in race.further_passes(repetitions):
        after, whole_us, alone_us = _one_step(state, recorded)
        step_us.append(whole_us)
        rank_us.append(alone_us)
        started_ns = time.perf_counter_ns()
        rank_from_scratch(FORMATS[stage.format_name], after, stage)
        scratch_us.append((time.perf_counter_ns() - started_ns) / 1000)
        state = after
    scratch = "standings from all laps"
    yield BenchRow(f"one more pass: place, score, rank; {race.size}", scratch, scratch_us, step_us)
    yield BenchRow(f"one more pass: rank alone; {race.size}", scratch, scratch_us, rank_us)


def _one_step(state: EventState, recorded: Recorded) -> tuple[EventState, float, float]:
    """Return the state after the pass, and after how many µs it was ranked, in all and alone."""
    started_ns = time.perf_counter_ns()
    after = reduce(state, recorded)
    for heat_id, heat in after.heats.items():
        if heat is not state.heats[heat_id]:
            score_heat(after, heat_id)
    scored_ns = time.perf_counter_ns()
    rank_stage(after, STAGE)
    ended_ns = time.perf_counter_ns()
    return after, (ended_ns - started_ns) / 1000, (ended_ns - scored_ns) / 1000


def _from_bytes(race: LongRace) -> BenchRow:
    """Compare parse, chain, upcast, reduce, score and rank with parsing alone."""
    stored = race.stored()
    facts = len(stored)

    def whole() -> tuple[Standing, ...]:
        state = reduce_all(empty_state(race.state.stream), decode_chain(stored))
        return rank_stage(state, STAGE)

    if whole() != rank_stage(race.state, STAGE):
        raise AssertionError("The stored bytes give another table.")
    baseline_us, ours_us = _in_turn(
        lambda: [json.loads(each) for each in stored], whole, STORED_REPETITIONS
    )
    rate = round(facts / (sorted(ours_us)[len(ours_us) // 2] / 1e6), -2)
    name = f"from {facts:,} stored facts: parse, chain, upcast, reduce, rank ({rate:,.0f} facts/s)"
    return BenchRow(name, "json.loads alone", baseline_us, ours_us)


def _in_turn(
    baseline: Callable[[], object], ours: Callable[[], object], repetitions: int
) -> tuple[list[float], list[float]]:
    """Take both in turn, so that whatever slows the machine down slows both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(repetitions):
        for us, measured in zip(taken, (baseline, ours), strict=True):
            started_ns = time.perf_counter_ns()
            measured()
            us.append((time.perf_counter_ns() - started_ns) / 1000)
    return taken
