"""What happens in a heat by itself: its start by the first pass, a timeout's end, its own end."""

from collections.abc import Sequence

from timing_server.rules.answers.answer import Answer
from timing_server.rules.commands.heats import Tick
from timing_server.rules.facts.heats import HeatFinished, HeatResumed, HeatStarted
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.passes.clocks import race_instant
from timing_server.rules.passes.placing import every_pass, pass_ref_of, role_at
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import RunScore
from timing_server.rules.scoring.windows import due_after
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import FINISH_ROLE

#: What a Tick makes, and the instant from which on it does.
Due = tuple[int, HeatStarted | HeatResumed | HeatFinished]


def tick(state: EventState, command: Tick, at_race_ns: int) -> Answer:
    """Do what a rule had happen by now, at the rule's own instant."""
    due = next_of(state, command.heard_from_race_ns)
    return (due[1],) if due is not None and due[0] <= at_race_ns else ()


def next_of(state: EventState, heard_from_race_ns: int | None = 0) -> Due | None:
    """Return what happens next by itself if nothing else does; None where only people can act.

    ``heard_from_race_ns`` as in ``Tick``.
    """
    heat = state.active_heat
    if heat is None or heat.is_virtual:
        return None  # of a simulated run its worker says when it is over
    if heat.phase is HeatPhase.ARMED:
        return _first_crossing(state, heat)
    if heat.phase is HeatPhase.PAUSED:
        return _end_of_timeout(heat)
    if heat.phase is HeatPhase.RUNNING:
        end = end_of(state, heat, heard_from_race_ns)
        return None if end is None else (end.ended_race_ns, end)
    return None


def _first_crossing(state: EventState, heat: Heat) -> Due | None:
    """The first pass of the line since the heat was armed starts it, and opens its first lap."""
    armed_ns, newest_ns = heat.armed_race_ns, state.newest_pass_race_ns
    if heat.options.start_mode != "first_crossing" or armed_ns is None:
        return None
    if newest_ns is None or newest_ns < armed_ns:
        return None
    instants = []
    for known in every_pass(state):
        # Nearly all passes are those of earlier heats: this is asked with each fact while armed.
        instant = None if known.heat_id else race_instant(state.relations, known.fact)
        if instant is None or instant[0] < armed_ns:
            continue
        role = role_at(state, known.fact.node_id, known.fact.gate, instant[0]).role
        if role == FINISH_ROLE and pass_ref_of(known.fact) not in state.effects.pass_voids:
            instants.append(instant[0])
    if not instants:
        return None
    return min(instants), HeatStarted(heat.heat_id, min(instants))


def _end_of_timeout(heat: Heat) -> Due | None:
    """A timeout ends by itself; any other pause when somebody says so."""
    due_ns = heat.pauses[-1].due_race_ns if heat.pauses else None
    return None if due_ns is None else (due_ns, HeatResumed(heat.heat_id, due_ns))


def end_of(
    state: EventState, heat: Heat, heard_from_race_ns: int | None = 0
) -> HeatFinished | None:
    """Return how a running heat ends if no further fact comes, by the earliest of three rules.

    - ``last_lap_closed``: the last lap of every run that still counts was closed; it ended with the
      latest of them.
    - ``window_closed``: the grace after the last window is over.
    - ``no_pass``: nothing passed a gate for the idle limit. A pass that a ruling struck counts
      here: somebody was there, and a ruling must not end a heat in the past. Time in which the
      finish line's nodes weren't heard doesn't count, since passes may wait there.

    Pauses push every limit back. A practice heat ends by none of these: people come and go until
    somebody stops it. None where nothing ends the heat for now.
    """
    if heat.is_practice:
        return None
    score = score_heat(state, heat.heat_id)
    ends: list[tuple[int, str]] = []
    if heard_from_race_ns is not None:
        # A running heat has started, so there is a sign of life: the start at least.
        sign_ns = score.last_sign_ns if score.last_sign_ns is not None else state.race_ns
        idle_from_ns = max(sign_ns, heard_from_race_ns)
        ends.append((due_after(idle_from_ns, heat.options.idle_limit_ns, heat.pauses), "no_pass"))
    ends += _ends_of_runs(score.runs)
    if not ends:
        return None
    # At the same instant a lap that closed says more than a limit: it comes first by name, too.
    ended_race_ns, reason = min(ends)
    return HeatFinished(heat.heat_id, ended_race_ns, reason)


def _ends_of_runs(runs: Sequence[RunScore]) -> list[tuple[int, str]]:
    """Return the end that the runs themselves bring; runs that were ruled out don't hold it up."""
    closed_ns = [each for run in runs if (each := run.last_lap_closed_ns) is not None]
    awaited = [run for run in runs if run.is_awaited]
    if not awaited:
        # The laps of a run that didn't finish stand, so they are no later than the end.
        stood_ns = [lap.closed_race_ns for run in runs for lap in run.laps]
        return [(max(closed_ns + stood_ns), "last_lap_closed")] if closed_ns else []
    over_ns = [each for run in awaited if (each := run.grace_ends_ns) is not None]
    if len(over_ns) < len(awaited):
        return []
    return [(max(over_ns + closed_ns), "window_closed")]
