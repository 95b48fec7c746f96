"""Tries a reward function with many cases; tells what goes wrong, and what it takes to go wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from car_agent.training.lab.asking import Answer, Asker, Fault
from car_agent.training.lab.cases import (
    MATTERS,
    USUAL,
    Matter,
    edge_cases,
    swapped,
    usual_cases,
)
from car_agent.training.lab.ground import Pose, RoadPose
from car_agent.training.lab.habits import Habit, habits, matters

#: How long somebody waits for all of it.
FUZZ_S = 20.0
USUAL_CASES = 1500
MOST_FINDINGS = 12
#: Each further try of these would cost a new process and somebody's patience.
_SLOW_KINDS = frozenset({"hang", "ended"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, in the simplest pose that shows it, and how many cases ran into it.

    ``needs`` are the things without whose unusual value it isn't there: none, where it is there
    always; None, where that wasn't tried.
    """

    fault: Fault
    needs: tuple[Matter, ...] | None
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """What trying found: ``cases`` of ``wanted``, since time may be up before.

    ``matters`` are what changes the reward where it alone is changed. ``lowest`` and ``highest``
    are rewards and their poses, None where every case was a fault.
    """

    cases: int
    wanted: int
    findings: tuple[Finding, ...]
    habits: tuple[Habit, ...]
    matters: tuple[Matter, ...]
    lowest: tuple[float, Pose] | None
    highest: tuple[float, Pose] | None


def fuzz(asker: Asker, seed: int, count: int = USUAL_CASES) -> Report:
    """Try ``count`` usual cases and the edge cases; the same seed tries the same."""
    chance = Random(seed)  # noqa: S311 - trying out, not secrets
    ground = asker.ground
    cases = [*edge_cases(ground, chance), *usual_cases(ground, count, chance)]
    # One that hangs or ends is soon given up: nothing is to come first each time.
    chance.shuffle(cases)
    answers = list(asker.answers([ground.pose(case) for case in cases], FUZZ_S))
    paid = [
        (answer, case)
        for answer, case in zip(answers, cases, strict=False)
        if not isinstance(answer, Fault)
    ]
    # What hung or ended again and again would do so at further looks, too.
    is_whole = len(answers) == len(cases)
    shown = tuple(habits(asker, paid)) if is_whole else ()
    ordered = sorted(paid, key=lambda pair: pair[0])
    ends = [(reward, ground.pose(case)) for reward, case in (ordered[:1] + ordered[-1:])]
    return Report(
        cases=len(answers),
        wanted=len(cases),
        findings=tuple(_findings(asker, answers, cases)),
        habits=shown,
        # What remembers changes without anything being changed.
        matters=matters(asker, paid, chance) if is_whole and "remembers" not in shown else (),
        lowest=ends[0] if ends else None,
        highest=ends[-1] if ends else None,
    )


def _findings(
    asker: Asker, answers: Sequence[Answer], cases: Sequence[RoadPose]
) -> Iterator[Finding]:
    """Yield each fault once, the most frequent first, in its simplest form."""
    alike: dict[tuple[str, int | None], list[tuple[Fault, RoadPose]]] = {}
    for answer, case in zip(answers, cases, strict=False):
        if isinstance(answer, Fault):
            alike.setdefault(_which(answer), []).append((answer, case))
    by_count = sorted(alike.values(), key=len, reverse=True)
    for found in by_count[:MOST_FINDINGS]:
        simplest, needs = _simplest(asker, *found[0])
        yield Finding(simplest, needs, len(found))


def _which(fault: Fault) -> tuple[str, int | None]:
    return fault.kind, fault.line


def _simplest(
    asker: Asker, fault: Fault, case: RoadPose
) -> tuple[Fault, tuple[Matter, ...] | None]:
    """Make one thing after another usual, as long as the same goes wrong."""
    if fault.kind in _SLOW_KINDS:
        return fault, None
    needs = list(MATTERS)
    # Twice: with another thing as usual, what was needed before may not be any more.
    for matter in (*reversed(MATTERS), *reversed(MATTERS)):
        if matter not in needs:
            continue
        simpler = swapped(case, matter, USUAL)
        answer = asker.ask(asker.ground.pose(simpler))
        if isinstance(answer, Fault) and _which(answer) == _which(fault):
            fault, case = answer, simpler
            needs.remove(matter)
    return fault, tuple(needs)
