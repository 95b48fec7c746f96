"""The passes that no heat or no run wants: a marshal finds them here, and nothing is lost."""

from typing import get_args

from timing_server.rules.passes.binding import Unbound
from timing_server.rules.passes.clocks import race_instant
from timing_server.rules.passes.placing import every_pass, heat_pass, pass_ref_of
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import ScoredPass, Verdict
from timing_server.rules.scoring.walk import scored_pass
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import HeatPass
from timing_server.rules.state.plan import FINISH_ROLE
from timing_server.rules.units import PassRef

_UNBOUND: frozenset[Verdict] = frozenset(get_args(Unbound))


def unassigned_passes(state: EventState) -> tuple[ScoredPass, ...]:
    """Return the tray: what of the heat under way waits for a marshal to say whose it was.

    A pass leaves it when it is given to an entry, when it is struck, or with its heat, whose sheet
    keeps it. Passes outside heats stay in the log, out of the way.
    """
    heat = state.active_heat
    if heat is None or heat.started_race_ns is None:
        return ()
    passes = score_heat(state, heat.heat_id).passes
    return tuple(each for each in passes if each.verdict in _UNBOUND)


def stray_passes(state: EventState) -> tuple[ScoredPass, ...]:
    """Return the passes outside any heat with the reason, in the order of their instants.

    A pass whose node's clock isn't related yet has no instant: see ``waiting_passes``.
    """
    strays = []
    for known in every_pass(state):
        instant = None if known.heat_id else race_instant(state.relations, known.fact)
        if instant is not None:
            stray = heat_pass(state, known.fact, instant)
            strays.append(scored_pass(stray, _reason(stray), None))
    return tuple(sorted(strays, key=lambda each: (each.crossed_race_ns, each.pass_ref)))


def waiting_passes(state: EventState) -> tuple[PassRef, ...]:
    """Return the passes that wait for their node's clock to be related, by address."""
    return tuple(
        sorted(
            pass_ref_of(known.fact)
            for known in every_pass(state)
            if known.heat_id is None and race_instant(state.relations, known.fact) is None
        )
    )


def _reason(stray: HeatPass) -> Verdict:
    if stray.role != FINISH_ROLE:
        return "other_gate"
    return "voided" if stray.void_ruling_id else "no_heat_running"
