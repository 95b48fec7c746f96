"""Which line a training begins with: an expert drives several, the driver's reward judges.

So a reward for the left border is learnt from an expert that drives there already, and practice
has only to make more of it.
"""

from dataclasses import dataclass
from random import Random

import numpy as np

from car_agent.models.card import DiscreteOutput
from car_agent.simulation.car import SimulatedCar, start_on_grid
from car_agent.simulation.conditions import PLAIN
from car_agent.simulation.parameters import ParameterTeller
from car_agent.training.answers import label_for
from car_agent.training.expert import Expert, character_named
from car_agent.training.reinforcement.actions import Actions, Output
from car_agent.training.reinforcement.environment import Reward
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from hardware.virtual.world.track import Track

#: The plainest first: of several that the reward likes alike, the first is taken.
_OFFSETS_FRAC = (0.0, 0.12, -0.12, 0.24, -0.24)
_CHARACTERS = ("cautious", "balanced")
#: By so much of the best reward one must be better than those before it.
_BETTER_FRAC = 0.02
_LONGEST_STEPS = 600


@dataclass(frozen=True, slots=True)
class Line:
    """A way to drive: a share of the track's width left of the centre line, and a character."""

    offset_frac: float
    character: str

    def expert(self, track: Track) -> Expert:
        """Return an expert that drives so."""
        character = character_named(self.character)
        return Expert(track, character, offset_m=self.offset_frac * track.width_m)

    def __str__(self) -> str:
        side = "left" if self.offset_frac > 0 else "right"
        place = (
            f"{abs(self.offset_frac):.0%} of the width {side} of the centre line"
            if self.offset_frac
            else "the centre line"
        )
        return f"{place}, {self.character}"


def best_line(track: Track, output: Output, reward: Reward, seed: int) -> Line:
    """Return the line whose steps get the most reward; one that leaves the track is none.

    Raises RewardError.
    """
    lines = [Line(offset, character) for character in _CHARACTERS for offset in _OFFSETS_FRAC]
    best, most = lines[0], -np.inf
    for line in lines:
        got = _reward_per_step(track, line, Actions(output), output, reward, seed)
        if got is not None and (got - most > _BETTER_FRAC * abs(got) or most == -np.inf):
            best, most = line, got
    return best


def _reward_per_step(
    track: Track, line: Line, actions: Actions, output: Output, reward: Reward, seed: int
) -> float | None:
    """Return the mean reward of a lap by that line; None where it leaves the track."""
    expert, car = line.expert(track), _car(track, seed)
    teller = ParameterTeller(car)
    total, steps = 0.0, 0
    while teller.travelled_m < track.length_m and steps < _LONGEST_STEPS:
        state = car.state
        advice = expert.advise(state.x_m, state.y_m, state.heading_rad)
        label = label_for(output, *advice)
        chosen = int(label.argmax()) if isinstance(output, DiscreteOutput) else label
        command = actions.command(chosen)
        car.act(command.steering_frac, command.throttle_frac)
        total += reward(teller.tell(command.steering_deg, command.speed_mps))
        steps += 1
        if car.is_off:
            return None
    return total / steps


def _car(track: Track, seed: int) -> SimulatedCar:
    chance = Random(seed)  # noqa: S311 - practice, not secrets
    # Nobody looks through this camera.
    camera = Renderer(paint(track).to_grey(), 16, 12)
    return start_on_grid(track, camera, PLAIN, chance)
