"""The facts of a heat, each with its effect."""

from collections.abc import Mapping

from timing_server.rules.effects.change import Effect
from timing_server.rules.effects.heats import course, phases
from timing_server.rules.facts.heats import (
    EntryBroughtIn,
    EntrySentOut,
    FlagShown,
    HeatAbandoned,
    HeatArmed,
    HeatCalled,
    HeatContinued,
    HeatFinished,
    HeatInterrupted,
    HeatPaused,
    HeatResumed,
    HeatStarted,
    HeatStoodDown,
)

EFFECTS: Mapping[type, Effect] = {
    HeatCalled: phases.heat_called,
    HeatStoodDown: phases.heat_stood_down,
    HeatArmed: phases.heat_armed,
    HeatStarted: phases.heat_started,
    HeatPaused: course.heat_paused,
    HeatResumed: course.heat_resumed,
    FlagShown: course.flag_shown,
    HeatInterrupted: course.heat_interrupted,
    HeatContinued: course.heat_continued,
    HeatFinished: phases.heat_finished,
    HeatAbandoned: phases.heat_abandoned,
    EntrySentOut: course.entry_sent_out,
    EntryBroughtIn: course.entry_brought_in,
}
