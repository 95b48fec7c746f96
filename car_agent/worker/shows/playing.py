"""Plays one run before an audience, from its model's bytes to how it ended."""

from collections.abc import Callable

from car_agent.worker.limited.driving import track_for
from car_agent.worker.limited.orders import Ended, Failed, RunOrder
from car_agent.worker.limited.trial import Trial
from car_agent.worker.link import ServerLink
from car_agent.worker.record import CAR_ID
from car_agent.worker.shows.telling import Telling
from car_agent.worker.shows.view import CarView
from hardware.virtual.process.track_map import track_map

_LOOK_S = 0.05


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
    car = CarView(CAR_ID, order.model_sha256)
    paced = order.model_copy(update={"model_bytes": len(model)})
    track = track_for(order.design, order.document, order.track_sha256)
    with (
        Trial(paced, model) as trial,
        Telling(link, lease_id, track_map(track), car) as telling,
    ):
        is_let_go = False

        def look(laps: int) -> None:
            nonlocal is_let_go
            rest(0.0)
            go_mono_ns = telling.go_mono_ns(laps)
            if go_mono_ns is not None and not is_let_go:
                trial.go(go_mono_ns)
                is_let_go = True

        return trial.listen(look, _LOOK_S, telling.hear)
