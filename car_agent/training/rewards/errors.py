"""What can go wrong with a reward function, each in one sentence for its driver."""

from car_agent.errors import CarError


class RewardError(CarError, ValueError):
    """A driver's reward function can't be used; names the line and the parameters that did it.

    ``line`` is the number of the driver's line, None where it isn't known; ``words`` say what is
    wrong without file, line and parameters.
    """

    def __init__(self, sentence: str, line: int | None = None, words: str = "") -> None:
        super().__init__(sentence)
        self.line = line
        self.words = words


class SandboxMissingError(CarError, OSError):
    """Reward functions can't be confined on this machine; says how to mend that."""

    exit_code = 2
