"""What can go wrong in the workshop: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class TooManyRewardsError(ServiceError, ValueError):
    """Somebody keeps as many rewards as one may have here."""

    code = "too_many_rewards"


class RewardIsExampleError(ServiceError, ValueError):
    """An example is to be changed or deleted."""

    code = "reward_is_example"
