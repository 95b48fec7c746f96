"""Where a training's cars drive: here, on a Ray cluster, or there for as long as it can be used."""

import importlib
from collections.abc import Callable

from car_agent.cluster.errors import ClusterError
from car_agent.training.reinforcement.course import Order, train
from car_agent.training.reinforcement.learners.cars import Cars
from car_agent.training.reinforcement.learners.protocol import CarsWanted, Fleet, Hire
from car_agent.training.reinforcement.telling.show import Outcome, Place, Show
from car_agent.training.rewards.errors import SandboxMissingError
from car_agent.training.room import Room

#: A cluster that loses cars so often isn't asked again.
_TRIES = 3
LOST = "The cluster lost the cars that practised there; the training goes on from its last round."
_UNRELIABLE = f"The cluster lost the cars {_TRIES} times."


def train_at(
    cluster: str | None, order: Order, show: Show, room: Room, *, or_here: bool = False
) -> Outcome:
    """Train as ``train`` does, with cars that drive here or on the ``cluster`` of that address.

    ``or_here``: where it can't be used, or loses cars again and again, they drive here instead, and
    ``show`` is told why. Else that raises ClusterError, or SandboxMissingError.
    """
    if cluster is None:
        return train(order, show, room)
    if not or_here:
        return train(order, show, room, hire_on(cluster, show))
    for _ in range(_TRIES):
        try:
            return train(order, show, room, _there_or_here(cluster, show))
        except ClusterError:
            show.say(LOST)
    return train(order, show, room, _here_because(_UNRELIABLE, show))


def hire_on(cluster: str, show: Show) -> Hire:
    """Return what has cars stand ready on a cluster. Raises ClusterError where Ray is missing."""
    try:
        there = importlib.import_module("car_agent.cluster.cars")
    except ModuleNotFoundError as error:
        raise ClusterError(
            f"A cluster needs Ray, which is not installed ({error.name} is missing): "
            "make setup-cluster."
        ) from error
    hire: Callable[[str, Show, CarsWanted], Fleet] = there.ClusterCars
    return lambda wanted: hire(cluster, show, wanted)


def _there_or_here(cluster: str, show: Show) -> Hire:
    def hire(wanted: CarsWanted) -> Fleet:
        try:
            return hire_on(cluster, show)(wanted)
        except (ClusterError, SandboxMissingError) as error:
            return _here_because(str(error), show)(wanted)

    return hire


def _here_because(problem: str, show: Show) -> Hire:
    def hire(wanted: CarsWanted) -> Fleet:
        cars = Cars(wanted)
        show.place(Place(cars=wanted.count, problem=problem))
        return cars

    return hire
