"""How a pass lies to the go: reaction times, and false starts for a marshal to look at.

The go is what people saw: where the lamps and the line belong to one node in one boot, the time
between them is exact. Else it is the go that was chosen, later by as much as the lamps were, within
the clocks' bounds. A pass between the first light and the go is a candidate for a false start;
nothing follows from it but that a marshal is asked.
"""

from dataclasses import dataclass

from timing_server.rules.passes.clocks import Span
from timing_server.rules.state.heat import HeatPass, ShownGo
from timing_server.rules.units import PassRef, RulingId


@dataclass(frozen=True, slots=True)
class StartTerms:
    """A heat's start: its go, when the first light came on (None without), when lamps went out."""

    go_ns: int
    lights_ns: int | None
    gos: tuple[ShownGo, ...]

    def since_go(self, each: HeatPass) -> Span:
        """Return how long after the go a pass was, negative before it."""
        for go in self.gos:
            is_one_clock = (go.node_id, go.boot_id) == (each.node_id, each.boot_id)
            if is_one_clock and each.mono_ns is not None:
                return Span(each.mono_ns - go.mono_ns, go.bound_ns + each.hand_bound_ns)
        late_ns, bound_ns = self._lateness()
        return Span(each.race_ns - self.go_ns - late_ns, each.bound_ns + bound_ns)

    def is_before_go(self, each: HeatPass) -> bool:
        """Whether a pass was surely before the go."""
        since = self.since_go(each)
        return since.duration_ns + since.bound_ns < 0

    def is_false_start(self, each: HeatPass) -> bool:
        """Whether a pass was surely before the go, with the lights on."""
        if self.lights_ns is None or each.race_ns + each.bound_ns < self.lights_ns:
            return False
        return self.is_before_go(each)

    def _lateness(self) -> tuple[int, int]:
        """Return by how much the lamps of any node were late, the best known; else nothing."""
        known = [
            (go.clock_bound_ns + go.bound_ns, go.late_ns)
            for go in self.gos
            if go.late_ns is not None
        ]
        bound_ns, late_ns = min(known, default=(0, 0))
        return late_ns, bound_ns


@dataclass(frozen=True, slots=True)
class FalseStart:
    """A pass ``early_ns`` before the go, give or take ``bound_ns``; a candidate until it is ruled.

    ``is_unfounded``: it was penalised, and its pass is no longer one of the run before the go,
    since a marshal restored it, voided it or gave it to another. The penalty stands until it is
    reversed.
    ``penalty_ns`` is what a marshal made of it, 0 where it was dismissed.
    """

    pass_ref: PassRef
    early_ns: int
    bound_ns: int
    ruling_id: RulingId | None = None
    penalty_ns: int = 0
    is_unfounded: bool = False

    @property
    def is_dismissed(self) -> bool:
        """Whether a marshal said that it was none."""
        return self.ruling_id is not None and self.penalty_ns == 0
