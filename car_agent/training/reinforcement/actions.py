"""What a learning car may do: its action space, and what each action means in degrees and m/s."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from car_agent.driving.policy import make_policy
from car_agent.models.card import Action, ContinuousOutput, DiscreteOutput
from car_agent.simulation.evaluation import THROTTLE
from car_agent.training.answers import full_lock_deg

Output = ContinuousOutput | DiscreteOutput
Chosen = np.integer | int | npt.NDArray[np.float32]

#: Where no model_metadata.json says otherwise: fine near the middle, full lock at the ends.
USUAL_ACTIONS = DiscreteOutput(
    actions=tuple(
        Action(steering_deg=steering_deg, speed_mps=speed_mps)
        for steering_deg in (-30.0, -20.0, -10.0, -5.0, 0.0, 5.0, 10.0, 20.0, 30.0)
        for speed_mps in (1.0, 1.6)
    )
)


@dataclass(frozen=True, slots=True)
class Command:
    """What goes to the wheels, as fractions, and what the reward function is told of it."""

    steering_frac: float
    throttle_frac: float
    steering_deg: float
    speed_mps: float


class Actions:
    """Translates an action of the learner to a command, by the policy that drives real cars."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._policy = make_policy(output, THROTTLE)
        self.space: spaces.Space[Chosen] = (
            spaces.Box(-1.0, 1.0, (2,), np.float32)
            if isinstance(output, ContinuousOutput)
            else spaces.Discrete(len(output.actions))
        )

    def command(self, chosen: Chosen) -> Command:
        """Return the command of an action: a list's number, or [steering, speed] in −1..1."""
        output = self._output
        if isinstance(output, DiscreteOutput):
            place = int(chosen)
            answer = np.zeros(len(output.actions), dtype=np.float32)
            answer[place] = 1.0
            wanted, action = self._policy(answer), output.actions[place]
            return Command(
                wanted.steering_frac, wanted.throttle_frac, action.steering_deg, action.speed_mps
            )
        wanted = self._policy(np.asarray(chosen, dtype=np.float32))
        return Command(
            wanted.steering_frac,
            wanted.throttle_frac,
            wanted.steering_frac * full_lock_deg(output),
            wanted.throttle_frac * THROTTLE.max_speed_mps,
        )
