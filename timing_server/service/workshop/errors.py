"""What can go wrong in the workshop: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class TooManyRewardsError(ServiceError, ValueError):
    """Somebody keeps as many rewards as one may have here."""

    code = "too_many_rewards"


class RewardIsExampleError(ServiceError, ValueError):
    """An example is to be changed or deleted."""

    code = "reward_is_example"


class TrainingClosedError(ServiceError, RuntimeError):
    """This server lacks what training needs; the sentence says what to install."""

    code = "training_closed"


class TooManyTrainingsError(ServiceError, ValueError):
    """Somebody keeps as many trainings as one may have here."""

    code = "too_many_trainings"


class TrainingsBusyError(ServiceError, RuntimeError):
    """Somebody has as many trainings waiting as is fair."""

    code = "trainings_busy"


class TrainingOverError(ServiceError, ValueError):
    """A training that is over can't be gone on with, or isn't over yet."""

    code = "training_over"


class TrainingUnderWayError(ServiceError, ValueError):
    """A training isn't over, and what is asked for needs that."""

    code = "training_under_way"


class NoModelYetError(ServiceError, LookupError):
    """A training ended before there was a model."""

    code = "no_model_yet"


class RangesReversedError(ServiceError, ValueError):
    """A range of an action space ends before it begins."""

    code = "ranges_reversed"


class SacNeedsRangesError(ServiceError, ValueError):
    """SAC is asked for with an action space that is a list."""

    code = "sac_needs_ranges"


class ModelTestsClosedError(ServiceError, RuntimeError):
    """This server lacks what driving a model on a virtual track needs."""

    code = "tests_closed"


class ModelTestsBusyError(ServiceError, RuntimeError):
    """Somebody, or everybody together, has as many tests waiting as is fair."""

    code = "tests_busy"


class NotLetInError(ServiceError, PermissionError):
    """Somebody who signed up wants to make something before the organiser has said yes."""

    code = "not_let_in"
