"""Asks what was started on a cluster, and says in one sentence what became of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, RayError, RayTaskError

from car_agent.cluster.connection import AWAY, first_line
from car_agent.cluster.errors import ClusterError
from car_agent.training.rewards.errors import RewardError, SandboxMissingError

LOST = "The cluster lost cars that practised there"


@contextmanager
def connected() -> Iterator[None]:
    """Raise ClusterError where the cluster is gone, of which Ray's client says so in many ways."""
    try:
        yield
    except ConnectionError as error:
        raise ClusterError(f"{AWAY}.") from error
    except Exception as error:
        if ray.is_initialized():
            raise
        raise ClusterError(f"{AWAY}.") from error


def ask(method: Any, *arguments: Any) -> Any:
    """Ask an actor for something; ``answers`` has what it says. Raises ClusterError."""
    with connected():
        return method.remote(*arguments)


def answers(asked: Sequence[Any], within_s: float | None = None, lost: str = LOST) -> list[Any]:
    """Return the answers, in their order; ``lost`` are the words for who gives none any more.

    Raises RewardError and SandboxMissingError as they were raised there, ClusterError for all else.
    """
    try:
        with connected():
            return list(ray.get(list(asked), timeout=within_s))
    except RayTaskError as error:
        raise _raised_there(error) from error
    except GetTimeoutError as error:
        raise ClusterError(
            "The cluster's processors are all taken by others: try again when one is free."
        ) from error
    except RayError as error:
        raise ClusterError(f"{lost}.") from error


def _raised_there(error: RayTaskError) -> Exception:
    cause = error.cause
    if isinstance(cause, RewardError):
        return cause
    if isinstance(cause, SandboxMissingError):
        return SandboxMissingError(f"A machine of the cluster can't be used. {cause}")
    return ClusterError(f"A machine of the cluster can't practise: {first_line(cause)}.")
