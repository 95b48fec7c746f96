"""Which mark broke the beam: a pass's instant against the marks' tracks, never a guess.

A car's nose breaks the beam while its mark is ``lead_mm`` behind. A mark fits a pass where its
position at the pass's instant can have been that. One that fits is the pass's; two that can't be
told apart make it ``double``, and so does one beside a stranger: a car that the picture shows
without a mark that could be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hardware.camera_gate.judging.motion import Fix, Interval, Limits, position_at

OutcomeName = Literal["identified", "missing", "double", "contradictory", "mark_without_pass"]
#: Pictures farther from the pass than this say nothing about who broke the beam.
NEAR_NS = 250_000_000


@dataclass(frozen=True, slots=True)
class Lookout:
    """Where marks are expected when the beam breaks.

    ``lead_mm`` ± ``lead_bound_mm``: how far a car's mark is behind the point that breaks the beam,
    with everything that differs from car to car, and the slant of the view. ``widest_mm``: an
    interval wider than ± this says too little for an identity.
    """

    lead_mm: float = 100.0
    lead_bound_mm: float = 60.0
    widest_mm: float = 150.0
    limits: Limits = field(default_factory=Limits)

    @property
    def window(self) -> Interval:
        """Where the mark of the car that breaks the beam can be."""
        return Interval(-self.lead_mm - self.lead_bound_mm, -self.lead_mm + self.lead_bound_mm)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the camera says of a pass: the outcome, and the marks that it is about.

    ``offset_mm`` of an identified mark: how far the middle of its interval lay from ``lead_mm``.
    """

    outcome: OutcomeName
    marks: tuple[int, ...] = ()
    has_stranger: bool = False
    offset_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What was seen around a pass: each mark's fixes in order, and what stands beside them.

    ``twins`` are marks of which one picture shows two; ``has_stranger``: a car without a readable
    mark had its nose at the line.
    """

    tracks: Mapping[int, Sequence[Fix]]
    twins: frozenset[int] = frozenset()
    has_stranger: bool = False


def judge(mono_ns: int, scene: Scene, lookout: Lookout) -> Judgement:
    """Return whose the pass at ``mono_ns`` was, as far as the pictures can tell."""
    window, fitting, torn = lookout.window, {}, []
    for mark, track in sorted(scene.tracks.items()):
        near = [fix for fix in track if abs(fix.mono_ns - mono_ns) <= NEAR_NS]
        if not near:
            continue
        where = position_at(near, mono_ns, lookout.limits)
        if where.is_empty or mark in scene.twins:
            torn.append(mark)
        elif where.meets(window):
            fitting[mark] = where
    if torn:
        return Judgement("contradictory", (*torn, *fitting), scene.has_stranger)
    if len(fitting) > 1 or (fitting and scene.has_stranger):
        return Judgement("double", tuple(fitting), scene.has_stranger)
    for mark, where in fitting.items():
        if where.half_width_mm <= lookout.widest_mm:
            offset_mm = (where.low_mm + where.high_mm) / 2 + lookout.lead_mm
            return Judgement("identified", (mark,), offset_mm=offset_mm)
    # Seen, but too far from the beam's instant to be sure: named as a hint for people.
    return Judgement("missing", tuple(fitting), scene.has_stranger)


def crossed_between(track: Sequence[Fix], lookout: Lookout) -> tuple[int, int] | None:
    """Return the pictures' instants between which the mark's car certainly crossed the line.

    None where the track shows no such thing; its bounds count against the crossing.
    """
    window, limits = lookout.window, lookout.limits
    before: Fix | None = None
    for fix in track:
        where = position_at([fix], fix.mono_ns, limits)
        if where.high_mm < window.low_mm:
            before = fix
        elif where.low_mm > window.high_mm and before is not None:
            return before.mono_ns, fix.mono_ns
    return None
