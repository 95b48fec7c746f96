from dataclasses import replace

from tests.timing_server.rules.scripted_race import OPTIONS, ms, planned_race, running_race
from timing_server.rules.commands.heats import PauseHeat, ResumeHeat, ShowFlag, StopHeat
from timing_server.rules.decide import next_due
from timing_server.rules.facts.heats import FlagShown, HeatPaused, HeatResumed
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import EntryId, HeatId

HEAT, ENTRY = HeatId("heat-1"), EntryId("entry-1")


def test_pausing_and_resuming() -> None:
    """A running heat is paused once and resumed once; nobody's clock runs between."""
    race = running_race()
    assert race.refusal(ResumeHeat(HEAT)) == "heat_not_paused"
    paused = HeatPaused(HEAT, ms(12_000), "pause", None, None)
    assert race.at(12_000).ask(PauseHeat(HEAT, "pause")) == (paused,)
    assert race.refusal(PauseHeat(HEAT, "pause")) == "heat_paused"
    assert race.at(15_000).ask(ResumeHeat(HEAT)) == (HeatResumed(HEAT, ms(15_000)),)
    (pause,) = race.state.heats[HEAT].pauses
    assert (pause.from_race_ns, pause.until_race_ns) == (ms(12_000), ms(15_000))


def test_only_a_running_heat_is_paused() -> None:
    """Pausing needs a heat under way and a cause that the rules know."""
    race = planned_race()
    assert race.refusal(PauseHeat(HEAT, "pause")) == "heat_not_running"
    race = running_race()
    assert race.refusal(PauseHeat(HEAT, "tea")) == "unknown_cause"
    race.ask(StopHeat(HEAT))
    assert race.refusal(PauseHeat(HEAT, "pause")) == "heat_finished"


def test_the_lap_over_a_pause_does_not_count() -> None:
    """The window grows by the pause; the lap that spans it is on show and doesn't count."""
    race = running_race()
    race.crossing(12_000)
    race.crossing(19_000)
    race.at(22_000).ask(ShowFlag(HEAT, "red"))
    race.crossing(25_000)
    race.at(32_000).ask(ShowFlag(HEAT, "green"))
    race.crossing(35_000)
    race.crossing(43_000)
    assert race.verdicts() == ["counted", "counted", "heat_paused", "counted", "counted"]
    assert race.laps_ms() == [7_000, 8_000]
    assert [lap.invalid for lap in race.run().laps] == [None, "paused", None]
    assert race.run().window_closes_ns == ms(12_000 + 30_000 + 10_000)


def test_timeouts_are_counted_and_end_by_themselves() -> None:
    """A run may stop the clock as often as its stage says, each time for so long."""
    race = running_race(options=replace(OPTIONS, timeouts_max=1, timeout_ns=ms(20_000)))
    assert race.refusal(PauseHeat(HEAT, "timeout")) == "unknown_entry"
    assert race.refusal(PauseHeat(HEAT, "timeout", EntryId("entry-2"))) == "unknown_entry"
    race.at(12_000).ask(PauseHeat(HEAT, "timeout", ENTRY))
    assert next_due(race.state) == ms(32_000)
    race.at(40_000)
    heat = race.state.heats[HEAT]
    assert heat.phase is HeatPhase.RUNNING
    assert heat.pauses[0].until_race_ns == ms(32_000)
    assert race.refusal(PauseHeat(HEAT, "timeout", ENTRY)) == "no_timeout_left"
    assert race.run().timeouts == 1


def test_a_timeout_can_end_early() -> None:
    """Who is ready sooner goes on sooner; nothing is due for it later."""
    race = running_race(options=replace(OPTIONS, timeouts_max=1, timeout_ns=ms(20_000)))
    race.at(12_000).ask(PauseHeat(HEAT, "timeout", ENTRY))
    race.at(15_000).ask(ResumeHeat(HEAT))
    assert next_due(race.state) == ms(43_000)


def test_a_red_flag_takes_over_from_a_timeout() -> None:
    """The clocks stand still until somebody shows green, though the timeout would have ended."""
    race = running_race(1, replace(OPTIONS, timeouts_max=2, timeout_ns=ms(10_000)))
    race.at(12_000).ask(PauseHeat(HEAT, "timeout", ENTRY))
    assert race.at(15_000).ask(ShowFlag(HEAT, "red")) == (
        HeatResumed(HEAT, ms(15_000)),
        HeatPaused(HEAT, ms(15_000), "red_flag", None, None),
    )
    assert race.refusal(PauseHeat(HEAT, "timeout", ENTRY)) == "heat_paused"
    race.crossing(30_000)
    assert race.verdicts() == ["heat_paused"]
    assert race.state.heats[HEAT].phase is HeatPhase.PAUSED
    race.at(40_000).ask(ShowFlag(HEAT, "green"))
    race.crossing(41_000)
    assert race.run().window_closes_ns == ms(71_000)
    assert race.run().timeouts == 1


def test_without_timeouts_there_are_none() -> None:
    """A stage without timeouts refuses the first."""
    assert running_race().refusal(PauseHeat(HEAT, "timeout", ENTRY)) == "no_timeout_left"


def test_flags() -> None:
    """Yellow changes no time; red pauses, and the green after it resumes and clears the flag."""
    race = running_race()
    assert race.refusal(ShowFlag(HEAT, "green")) == "flag_shown"
    assert race.refusal(ShowFlag(HEAT, "blue")) == "unknown_flag"
    assert race.ask(ShowFlag(HEAT, "yellow")) == (FlagShown(HEAT, "yellow"),)
    assert race.state.heats[HEAT].flag == "yellow"
    race.at(12_000).ask(ShowFlag(HEAT, "red"))
    assert race.state.heats[HEAT].pauses[-1].cause == "red_flag"
    assert race.refusal(ShowFlag(HEAT, "red")) == "heat_paused"
    assert race.at(15_000).ask(ShowFlag(HEAT, "green")) == (
        HeatResumed(HEAT, ms(15_000)),
        FlagShown(HEAT, "green"),
    )
    assert race.state.heats[HEAT].flag == "green"


def test_yellow_during_a_pause_ends_no_pause() -> None:
    """Only red is undone by another flag; a pause ends when somebody says so."""
    race = running_race()
    race.at(12_000).ask(PauseHeat(HEAT, "pause"))
    assert race.ask(ShowFlag(HEAT, "yellow")) == (FlagShown(HEAT, "yellow"),)
    assert race.state.heats[HEAT].phase is HeatPhase.PAUSED


def test_stopping_a_paused_heat() -> None:
    """A paused heat can be stopped; its pause ends with it."""
    race = running_race()
    race.at(12_000).ask(PauseHeat(HEAT, "red_flag"))
    race.at(20_000).ask(StopHeat(HEAT))
    heat = race.state.heats[HEAT]
    assert heat.phase is HeatPhase.FINISHED
    assert heat.pauses[0].until_race_ns == heat.ended_race_ns == ms(20_000)
