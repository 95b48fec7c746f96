"""Plays one run before an audience, or a race of two, from the models' bytes to how it ended."""

from collections.abc import Callable, Mapping
from typing import Protocol, Self, TypeVar

from car_agent.worker.duels import CAR_IDS
from car_agent.worker.limited.driving import track_for
from car_agent.worker.limited.duel.orders import DuelOrder
from car_agent.worker.limited.duel.trial import DuelTrial
from car_agent.worker.limited.orders import DuelEnded, Ended, Failed, RunOrder
from car_agent.worker.limited.trial import Tick, Told, Trial
from car_agent.worker.link import ServerLink
from car_agent.worker.shows.telling import Telling
from car_agent.worker.shows.view import CarView
from hardware.virtual.process.track_map import track_map

_LOOK_S = 0.05

Over_co = TypeVar("Over_co", covariant=True)
Over = TypeVar("Over")


class Playable(Protocol[Over_co]):
    """A process that drives at real pace from its go on."""

    def __enter__(self) -> Self:
        """Begin to load."""

    def __exit__(self, *_: object) -> None:
        """End it, wherever it is."""

    def go(self, at_mono_ns: int) -> None:
        """Let it begin at that instant of the machine's monotonic clock."""

    def listen(self, tick: Tick, every_s: float, on_the_way: Told) -> Over_co | Failed:
        """Return how it ended; what ``tick`` raises ends it."""


def play(
    link: ServerLink,
    lease_id: str,
    order: RunOrder,
    model: bytes,
    rest: Callable[[float], None],
) -> Ended | Failed:
    """Drive a run at real pace once race control starts its heat; return how it ended.

    Raises LeaseGoneError where it isn't wanted any more, WorkerUnfitError, and what ``rest`` raises
    where the worker is to end.
    """
    cars = {1: CarView(CAR_IDS[1], order.model_sha256)}
    paced = order.model_copy(update={"model_bytes": len(model)})
    return _played(link, lease_id, order, Trial(paced, model), cars, rest)


def play_duel(
    link: ServerLink,
    lease_id: str,
    order: DuelOrder,
    models: bytes,
    rest: Callable[[float], None],
) -> DuelEnded | Failed:
    """Let two race each other at real pace; see ``play``."""
    cars = {each.place: CarView(CAR_IDS[each.place], each.host.model_sha256) for each in order.cars}
    return _played(link, lease_id, order, DuelTrial(order, models), cars, rest)


def _played(
    link: ServerLink,
    lease_id: str,
    order: RunOrder | DuelOrder,
    begun: Playable[Over],
    cars: Mapping[int, CarView],
    rest: Callable[[float], None],
) -> Over | Failed:
    with begun as trial:
        track = track_map(track_for(order.design, order.document, order.track_sha256))
        with Telling(link, lease_id, track, cars) as telling:
            is_let_go = False

            def look(laps: int) -> None:
                nonlocal is_let_go
                rest(0.0)
                go_mono_ns = telling.go_mono_ns(laps)
                if go_mono_ns is not None and not is_let_go:
                    trial.go(go_mono_ns)
                    is_let_go = True

            return trial.listen(look, _LOOK_S, telling.hear)
