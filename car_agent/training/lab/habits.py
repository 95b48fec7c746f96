"""What a reward function does that is no fault, and yet seldom meant; and what it looks at."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import copysign
from random import Random
from statistics import fmean
from typing import Literal

from car_agent.training.lab.asking import Answer, Asker, Fault
from car_agent.training.lab.cases import MATTERS, Matter, swapped, usual_cases
from car_agent.training.lab.ground import RoadPose

Habit = Literal["always_same", "remembers", "pays_off_track"]

#: A case and what was paid for it.
Paid = tuple[float, RoadPose]

_ALIKE = 1e-9
#: Of the range of all rewards; the same place of another bend isn't quite the same.
_ALIKE_FRAC = 0.005
_TRIES = 40
_WITHIN_S = 10.0
#: A car is 0.16 m wide: so far beside the road none of its wheels is on it.
_OFF_M = 0.2


def habits(asker: Asker, paid: Sequence[Paid]) -> Iterator[Habit]:
    """Yield what the cases and another look at some of them show."""
    rewards = [reward for reward, _ in paid]
    if not rewards:
        return
    some = paid[:: max(1, len(paid) // _TRIES)]
    again = asker.answers([asker.ground.pose(case) for _, case in some], _WITHIN_S)
    if any(_differ(reward, each, _ALIKE) for (reward, _), each in zip(some, again, strict=False)):
        yield "remembers"
    elif max(rewards) - min(rewards) < _ALIKE:
        yield "always_same"
        return
    if _pays_off(asker, paid):
        yield "pays_off_track"


def _pays_off(asker: Asker, paid: Sequence[Paid]) -> bool:
    """Whether cars on the road would get as much where no wheel is on it, all else the same."""
    off_m = asker.ground.track.width_m / 2 + _OFF_M
    on = [pair for pair in paid if abs(pair[1].offset_m) < off_m - 2 * _OFF_M]
    on = on[:: max(1, len(on) // _TRIES)]
    away = [replace(case, offset_m=copysign(off_m, case.offset_m)) for _, case in on]
    answers = asker.answers([asker.ground.pose(case) for case in away], _WITHIN_S)
    pairs = [
        (reward, answer)
        for (reward, _), answer in zip(on, answers, strict=False)
        if not isinstance(answer, Fault)
    ]
    return bool(pairs) and fmean(off for _, off in pairs) >= fmean(reward for reward, _ in pairs)


def matters(asker: Asker, paid: Sequence[Paid], chance: Random) -> tuple[Matter, ...]:
    """Change one thing of some cases at a time, and return those that change the reward."""
    if not paid:
        return ()
    rewards = [reward for reward, _ in paid]
    alike = max(_ALIKE, _ALIKE_FRAC * (max(rewards) - min(rewards)))
    chosen = [chance.choice(paid) for _ in range(_TRIES)]
    found = []
    for matter in MATTERS:
        others = usual_cases(asker.ground, len(chosen), chance)
        pairs = zip(chosen, others, strict=True)
        poses = [asker.ground.pose(swapped(case, matter, other)) for (_, case), other in pairs]
        answers = asker.answers(poses, _WITHIN_S)
        changed = [
            _differ(reward, each, alike) for (reward, _), each in zip(chosen, answers, strict=False)
        ]
        # One may lie on a border between two bands.
        if sum(changed) > 1:
            found.append(matter)
    return tuple(found)


def _differ(reward: float, answer: Answer, alike: float) -> bool:
    return not isinstance(answer, Fault) and abs(answer - reward) > alike
