"""Drives runs on a Ray cluster: the same limited process, on whichever of its machines is free.

Each machine of the cluster has Paddock of this release. A run is one task of one processor; it is
driven there by the process that a worker of that machine would start, so that it gives the same
laps. How far it is stays there; a run that a machine took with it is given back.
"""

from contextlib import suppress
from typing import Any, Self

import ray
from ray.exceptions import RayError, RayTaskError

from car_agent.cluster.asking import connected
from car_agent.cluster.connection import first_line
from car_agent.cluster.errors import ClusterError
from car_agent.worker.errors import RunLostError, WorkerUnfitError
from car_agent.worker.limited.duel.orders import DuelOrder
from car_agent.worker.limited.duel.trial import DuelTrial
from car_agent.worker.limited.nursery import Nursery
from car_agent.worker.limited.orders import LINE, DuelEnded, Ended, Failed, Line, RunOrder
from car_agent.worker.limited.trial import Tick, Trial
from timing_server.contract.machines.workers import RENEWAL_S

_HALF = "A machine of the cluster answered with half a run."


_KEPT: list[Nursery] = []


def _nursery() -> Nursery:
    """Return the one of this process, in which Ray lets one run after the other drive.

    One that has ended, by whatever hand, is replaced: the machine is as good as before.
    """
    if _KEPT and not _KEPT[0].is_alive:
        _KEPT.pop().close()
    if not _KEPT:
        _KEPT.append(Nursery())
    return _KEPT[0]


def _driven(order: str, model: bytes) -> str:
    """Drive a run on the machine where this is called; return how it ended."""
    with Trial(RunOrder.model_validate_json(order), model, _nursery()) as trial:
        return trial.listen(lambda _: None, RENEWAL_S).model_dump_json()


def _raced(order: str, models: bytes) -> str:
    """Drive a race of two on the machine where this is called; return how it ended."""
    with DuelTrial(DuelOrder.model_validate_json(order), models) as trial:
        return trial.listen(lambda _: None, RENEWAL_S).model_dump_json()


_TASK: Any = ray.remote(num_cpus=1, max_retries=0)(_driven)
#: Of the one that drives and its models' processes only one works at a time.
_DUEL_TASK: Any = ray.remote(num_cpus=1, max_retries=0)(_raced)


class _Task:
    """What runs on the cluster; ``with`` ends it."""

    def __init__(self, task: Any, order: RunOrder | DuelOrder, content: bytes) -> None:
        self._task: Any = task.remote(order.model_dump_json(), content)
        self._has_ended = False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the task with its process, where it hasn't ended."""
        if not self._has_ended:
            with suppress(ClusterError, RayError, ValueError), connected():
                ray.cancel(self._task, force=True)

    def hold(self, *, is_held: bool) -> None:
        """Do nothing: the cluster's machines time no race."""

    def hear(self, tick: Tick, every_s: float) -> Line:
        """Return what it told last; what ``tick`` raises ends it.

        Raises RunLostError where its machine was lost, ClusterError where the cluster is away.
        """
        while not self._is_done(every_s):
            tick(0)
        line = LINE.validate_json(self._answer())
        self._has_ended = True
        return line

    def _is_done(self, within_s: float) -> bool:
        with connected():
            return bool(ray.wait([self._task], timeout=within_s)[0])

    def _answer(self) -> str:
        try:
            with connected():
                return str(ray.get(self._task))
        except RayTaskError as error:
            if isinstance(error.cause, RunLostError):
                raise error.cause from error
            raise WorkerUnfitError(
                f"A machine of the cluster can't drive: {first_line(error.cause)}."
            ) from error
        except RayError as error:
            raise RunLostError(f"The cluster lost a run: {first_line(error)}.") from error


class ClusterTrial(_Task):
    """One run on the cluster, as ``Trial`` is one on this machine."""

    def __init__(self, order: RunOrder, model: bytes) -> None:
        super().__init__(_TASK, order, model)

    def listen(self, tick: Tick, every_s: float) -> Ended | Failed:
        """Return how the run ended; raises what ``hear`` raises."""
        line = self.hear(tick, every_s)
        if isinstance(line, Ended | Failed):
            return line
        raise WorkerUnfitError(_HALF)


class ClusterDuelTrial(_Task):
    """One race of two on the cluster, as ``DuelTrial`` is one on this machine."""

    def __init__(self, order: DuelOrder, models: bytes) -> None:
        super().__init__(_DUEL_TASK, order, models)

    def listen(self, tick: Tick, every_s: float) -> DuelEnded | Failed:
        """Return how the race ended; raises what ``hear`` raises."""
        line = self.hear(tick, every_s)
        if isinstance(line, DuelEnded | Failed):
            return line
        raise WorkerUnfitError(_HALF)
