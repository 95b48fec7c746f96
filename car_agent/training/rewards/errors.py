"""What can go wrong with a reward function, each in one sentence for its driver."""

from car_agent.errors import CarError


class RewardError(CarError, ValueError):
    """A driver's reward function can't be used; names the line and the parameters that did it."""

    exit_code = 2


class SandboxMissingError(CarError, OSError):
    """Reward functions can't be confined on this machine; says how to mend that."""

    exit_code = 2
