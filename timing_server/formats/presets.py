"""Rules that drivers know by name, ready to plan a stage under, or to score a whole log again by.

Each preset is a format with options, and the sentences that people are promised. Where a published
rule leaves something open, the sentence says what Paddock does. The tie-breaks are the format's.
Sources: the public rules of the AWS DeepRacer League at Summits and in its virtual seasons, the
league's finals, and university ("campus") leagues after them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from timing_server.formats.format import Format
from timing_server.formats.registry import FORMATS
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_S


@dataclass(frozen=True, slots=True)
class Preset:
    """A format with options, by a name that people know.

    ``rules`` are its sentences in English, by the codes under which a display words them.
    ``round_order`` is the running order of its rounds (see ``rules.orders.rounds``).
    """

    name: str
    title: str
    description: str
    source: str
    format_name: str
    options: HeatOptions
    rules: Mapping[str, str]
    round_order: str = "number"

    @property
    def form(self) -> Format:
        """The format that ranks, with its tie-breaks."""
        return FORMATS[self.format_name]


#: Sentences that several presets share.
_WINDOW_180 = "One driver is on track for 3 minutes, for as many laps as fit."
_RUNS_2 = "Each driver has two runs; further ones don't count."
_FIRST_CROSSING = "The first crossing opens the first lap and the window."
_LAP_UNDER_WAY = "A lap under way when the window closes still counts, within the grace."
_BEST_OF_ALL = "Of all runs the best lap ranks."
_RESOLUTION = "Times rank truncated to 1 ms; only equal ones tie."

SUMMIT = Preset(
    name="summit",
    title="Summit",
    description="As many laps as fit into three minutes, as often as you like; the best lap ranks.",
    source="AWS DeepRacer League, Summit circuit",
    format_name="time_trial",
    options=HeatOptions(window_ns=180 * NS_PER_S),
    rules=MappingProxyType(
        {
            "window_180": _WINDOW_180,
            "first_crossing": _FIRST_CROSSING,
            "lap_under_way": _LAP_UNDER_WAY,
            "runs_unlimited": "Drivers may enter again as often as they like.",
            "best_of_all": _BEST_OF_ALL,
            "clock_runs_on": "A car is put back where it left the track; the clock runs on.",
            "resolution": _RESOLUTION,
        }
    ),
)

LEAGUE_TOTAL_TIME = Preset(
    name="league_total_time",
    title="League total time",
    description="The total time of three laps ranks, with 5 s for each reset.",
    source="AWS DeepRacer League, virtual circuit",
    format_name="total_time",
    options=HeatOptions(
        window_ns=600 * NS_PER_S, laps_n=3, max_laps=3, reset_penalty_ns=5 * NS_PER_S
    ),
    rules=MappingProxyType(
        {
            "laps_3": "A run is three laps; it is over with the third.",
            "total_time": "Their total time ranks; fewer laps stand behind more.",
            "reset_5": "Each reset, and each collision that is marked as one, adds 5 s to its lap.",
            "best_run": "Drivers may enter again; the best run counts.",
            "idle_120": "A run is over when its car hasn't crossed the line for 2 minutes.",
            "resolution": _RESOLUTION,
        }
    ),
)

FINALS_2X3 = Preset(
    name="finals_2x3",
    title="Finals 2 × 3 min",
    description="Two runs of three minutes, the second in reverse order; the best lap ranks.",
    source="AWS DeepRacer League, finals",
    format_name="time_trial",
    options=HeatOptions(window_ns=180 * NS_PER_S, runs_max=2),
    rules=MappingProxyType(
        {
            "runs_2": _RUNS_2,
            "window_180": _WINDOW_180,
            "reverse_order": "The second round runs in the reverse order of the first.",
            "first_crossing": _FIRST_CROSSING,
            "lap_under_way": _LAP_UNDER_WAY,
            "best_of_all": _BEST_OF_ALL,
            "resolution": _RESOLUTION,
        }
    ),
    round_order="reverse",
)

CAMPUS_2S = Preset(
    name="campus_2s",
    title="Campus +2 s",
    description="Two runs of three minutes, the best lap ranks, and each off-track costs 2 s.",
    source="University leagues after the AWS DeepRacer Student League",
    format_name="time_trial",
    options=HeatOptions(
        window_ns=180 * NS_PER_S,
        runs_max=2,
        off_track_penalty_ns=2 * NS_PER_S,
        timeouts_max=1,
        timeout_ns=60 * NS_PER_S,
    ),
    rules=MappingProxyType(
        {
            "runs_2": _RUNS_2,
            "window_180": _WINDOW_180,
            "off_track_2": "Each time that the car leaves the track, 2 s are added to that lap.",
            "timeout_1": "Each run has one timeout of a minute, in which the car may be restarted.",
            "first_crossing": _FIRST_CROSSING,
            "lap_under_way": _LAP_UNDER_WAY,
            "best_of_all": _BEST_OF_ALL,
            "resolution": _RESOLUTION,
        }
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {each.name: each for each in (SUMMIT, LEAGUE_TOTAL_TIME, FINALS_2X3, CAMPUS_2S)}
)


#: These rank matches, or nobody: no preset says how.
_KEEP_THEIR_FORMAT = frozenset(
    {"single_elimination", "double_elimination", "round_robin", "practice"}
)


#: What the hardware and the procedure of the day were: another rule book doesn't change them.
_OF_THE_TRACK = ("dead_time_ns", "idle_limit_ns", "start_mode", "cars_max")


def _judged_by(preset: Preset, stage: Stage) -> HeatOptions:
    kept: dict[str, Any] = {name: getattr(stage.options, name) for name in _OF_THE_TRACK}
    return replace(preset.options, **kept)


def under_preset(state: EventState, preset: Preset) -> EventState:
    """Return the state as if every stage that ranks had been run under the preset.

    Facts stay what they are: passes, pauses and rulings are judged anew, by the preset's options,
    but for those that belong to the track and to how the heats were started (``_OF_THE_TRACK``).
    Stages keep who may race in them; those whose format ranks matches or nobody keep their format.
    """
    stages = {
        stage_id: stage
        if stage.format_name in _KEEP_THEIR_FORMAT
        else replace(stage, format_name=preset.format_name, options=_judged_by(preset, stage))
        for stage_id, stage in state.stages.items()
    }
    heats = {
        heat_id: replace(heat, options=stages[heat.stage_id].options)
        if heat.stage_id in stages
        else heat
        for heat_id, heat in state.heats.items()
    }
    return replace(state, stages=stages, heats=heats)
