"""Whatever people ask for, and in whatever order, a heat stays sane and its log replays."""

from functools import reduce as fold

from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import ScriptedRace, ms, planned_race
from timing_server.rules.commands import heats
from timing_server.rules.commands.heats import HeatCommand
from timing_server.rules.decide import decide, next_due
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.heat_phases import AT_THE_LINE, UNDER_WAY, HeatPhase
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.units import EntryId, HeatId

ONE, ENTRY = HeatId("heat-1"), EntryId("entry-1")
HEATS = st.sampled_from([ONE, HeatId("heat-2")])
STEPS = st.tuples(
    st.sampled_from([0, 900, 3_000, 9_000]),
    st.sampled_from(
        [
            *("crossing", "crossing", "crossing", "call", "arm", "start", "start", "pause"),
            *("timeout", "resume", "red", "yellow", "green", "away", "go_on", "stop", "rerun"),
        ]
    ),
    HEATS,
)


def command_of(kind: str, heat_id: HeatId, at: int) -> HeatCommand:
    """Return a command of that kind about that heat."""
    commands: dict[str, HeatCommand] = {
        "call": heats.CallNextHeat(),
        "arm": heats.ArmHeat(heat_id),
        "start": heats.StartHeat(heat_id, 0),
        "pause": heats.PauseHeat(heat_id, "pause"),
        "timeout": heats.PauseHeat(heat_id, "timeout", ENTRY),
        "resume": heats.ResumeHeat(heat_id),
        "red": heats.ShowFlag(heat_id, "red"),
        "yellow": heats.ShowFlag(heat_id, "yellow"),
        "green": heats.ShowFlag(heat_id, "green"),
        "away": heats.NoteInterruption("server_restarted"),
        "go_on": heats.ContinueHeat(heat_id),
        "stop": heats.StopHeat(heat_id),
        "rerun": heats.AbandonHeat(heat_id, "", HeatId(f"again-{at}")),
    }
    return commands[kind]


def driven(steps: list[tuple[int, str, HeatId]], start_mode: str) -> ScriptedRace:
    """Return a race in which all this was asked for, refused or not, with the ticks between."""
    options = HeatOptions(
        window_ns=ms(20_000),
        grace_ns=ms(10_000),
        idle_limit_ns=ms(15_000),
        start_mode=start_mode,
        timeouts_max=1,
        timeout_ns=ms(4_000),
    )
    race = planned_race(2, options).at(1_000)
    for at, (after_ms, kind, heat_id) in enumerate(steps):
        race.at(race.now_ms + after_ms)
        if kind == "crossing":
            race.crossing(race.now_ms)
            continue
        answer = decide(race.state, command_of(kind, heat_id, at), ms(race.now_ms))
        if not isinstance(answer, RuleViolation):
            race.append(*answer)
            race.at(race.now_ms)
        check(race.state)
    return race


def check(state: EventState) -> None:
    """Check what holds in every state."""
    active = [each for each in state.heats.values() if each.phase in AT_THE_LINE | UNDER_WAY]
    assert [each.heat_id for each in active] == ([state.active_heat_id] if active else [])
    waiting = {each.heat_id for each in state.heats.values() if each.phase is HeatPhase.SCHEDULED}
    assert set(state.queue) == waiting
    assert len(state.queue) == len(waiting)
    for heat in state.heats.values():
        still = [each for each in heat.pauses if each.until_race_ns is None]
        assert len(still) == (heat.phase is HeatPhase.PAUSED)
        has_begun = heat.phase not in AT_THE_LINE | {HeatPhase.SCHEDULED}
        assert (heat.started_race_ns is not None) == has_begun
        assert [key for _, key in state.starts].count(heat.heat_id) == has_begun
        if heat.phase not in UNDER_WAY:
            assert all(each.is_settled for each in heat.interruptions)
    ended = state.active_heat is None
    assert not ended or next_due(state) is None


@given(st.lists(STEPS, max_size=25), st.sampled_from(["first_crossing", "hand", "lights"]))
def test_any_course_stays_sane(steps: list[tuple[int, str, HeatId]], start_mode: str) -> None:
    """It should keep one heat at a time, a true queue and closed pauses, and replay to the same."""
    race = driven(steps, start_mode)
    assert fold(reduce, race.log, empty_state(race.state.stream)) == race.state
