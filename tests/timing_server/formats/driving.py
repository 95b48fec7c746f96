"""Races for the formats' tests: entries drive lists of laps under a format, one after the other."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    STAGE,
    ScriptedRace,
    loaded,
    planned_race,
)
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import PlanHeat
from timing_server.rules.commands.rulings import GivePenalty, RuleRun, VoidLap
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.heat_phases import OVER
from timing_server.rules.units import NS_PER_MS, NS_PER_S, EntryId, HeatId, RulingId

#: Wide enough for whatever a test drives.
WIDE = replace(OPTIONS, window_ns=600 * NS_PER_S, idle_limit_ns=600 * NS_PER_S)


def driven(
    format_name: str,
    *runs: Sequence[int],
    laps_n: int = 3,
    resolution_ms: int = 1,
    void: Sequence[tuple[int, int]] = (),
    base: HeatOptions = WIDE,
) -> ScriptedRace:
    """Return a race in which entry 1 drove the first list of laps (ms), entry 2 the second, …

    ``void`` names laps that a marshal strikes, by entry and number; ``base`` is what else the
    stage is told.
    """
    options = replace(base, laps_n=laps_n, resolution_ns=resolution_ms * NS_PER_MS)
    race = planned_race(len(runs), options, format_name).at(1_000)
    for number, laps_ms in enumerate(runs, 1):
        struck = [lap for entry, lap in void if entry == number]
        drive_next(race, laps_ms, struck)
    return race


def drive_again(race: ScriptedRace, entry: int, laps_ms: Sequence[int]) -> None:
    """Let an entry run once more."""
    heat_id = HeatId(f"heat-{len(race.state.heats) + 1}")
    race.ask(PlanHeat(heat_id, STAGE, (EntryId(f"entry-{entry}"),)))
    drive_next(race, laps_ms)


def drive_next(race: ScriptedRace, laps_ms: Sequence[int], void: Sequence[int] = ()) -> None:
    """Let the next heat drive these laps, and strike some of them."""
    race.ask(CallNextHeat())
    heat_id = race.state.active_heat_id
    assert heat_id is not None
    runs = race.state.heats[heat_id].runs.values()
    put = [each.equipment[-1] for each in runs if each.equipment]
    race.ask(StartHeat(heat_id, cars=tuple(loaded(it.car_id, it.model_sha256) for it in put)))
    race.crossing(race.now_ms + 1_000)
    for number, lap_ms in enumerate(laps_ms, 1):
        ref = race.crossing(race.now_ms + lap_ms)
        if number in void:
            race.ask(VoidLap(RulingId(f"void-{heat_id}-{number}"), ref, "cut"))
    race.at(race.now_ms + 100)
    if race.state.heats[heat_id].phase not in OVER:
        race.ask(StopHeat(heat_id))


def punish(race: ScriptedRace, entry: int, penalty_ms: int, lap: int | None = None) -> None:
    """Give time to a lap of an entry's first run, by its number, or to the whole run."""
    heat_id, entry_id = HeatId(f"heat-{entry}"), EntryId(f"entry-{entry}")
    ref = None if lap is None else race.run(heat_id).laps[lap - 1].pass_ref
    ruling_id = RulingId(f"penalty-{len(race.log)}")
    penalty_ns = penalty_ms * NS_PER_MS
    race.ask(GivePenalty(ruling_id, heat_id, entry_id, penalty_ns, ref, "jumped the start"))


def rule(race: ScriptedRace, entry: int, status: str) -> None:
    """Say how an entry's first run ended."""
    heat_id, entry_id = HeatId(f"heat-{entry}"), EntryId(f"entry-{entry}")
    race.ask(RuleRun(RulingId(f"status-{len(race.log)}"), heat_id, entry_id, status, "seen"))


def table(race: ScriptedRace) -> list[tuple[int, str]]:
    """Return rank and number of who stands where."""
    return [(each.rank, str(each.entry_id)[-1]) for each in race.standings()]


def decided(race: ScriptedRace) -> list[str | None]:
    """Return what told each row apart from a neighbour."""
    return [each.decided_by for each in race.standings()]


def values_ms(race: ScriptedRace) -> list[int | None]:
    """Return what each row ranks by, in milliseconds."""
    values = [each.value_ns for each in race.standings()]
    return [None if value is None else value // NS_PER_MS for value in values]


#: Few different laps, so that ties are common; some of them void.
RUNS = st.lists(
    st.lists(st.tuples(st.sampled_from([4_000, 4_001, 5_000]), st.booleans()), max_size=5),
    min_size=2,
    max_size=4,
)


def race_of(
    format_name: str, laps_n: int, runs: Sequence[Sequence[tuple[int, bool]]]
) -> ScriptedRace:
    """Return a race of what ``RUNS`` drew."""
    void = [
        (entry, number)
        for entry, laps in enumerate(runs, 1)
        for number, (_, is_void) in enumerate(laps, 1)
        if is_void
    ]
    driven_ms = [[lap_ms for lap_ms, _ in laps] for laps in runs]
    return driven(format_name, *driven_ms, laps_n=laps_n, void=void)
