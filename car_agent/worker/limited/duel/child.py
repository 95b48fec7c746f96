"""The process that drives a race of two; each model is in a limited process of its own below it.

``python -m car_agent.worker.limited.duel.child`` gets the length of its order as eight bytes on
standard input, the order's JSON, then the models' files; of a race that is played also the instant
of its go. It answers as the process for one does.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from car_agent.worker.errors import WorkerUnfitError
from car_agent.worker.limited.child import Lines, end_with_parent, limit
from car_agent.worker.limited.driving import setting_for
from car_agent.worker.limited.duel.driving import drive_duel
from car_agent.worker.limited.duel.hosted import (
    PATIENCE_S,
    PLAYED_PATIENCE_S,
    BrokeOffError,
    Hosted,
)
from car_agent.worker.limited.duel.orders import DuelOrder
from car_agent.worker.limited.duel.playing import DuelPlayer
from car_agent.worker.limited.orders import LENGTH_BYTES, DuelEnded, Failed, LapTried
from car_agent.worker.simulator import versions
from hardware.virtual.errors import TrackFileError, TrackShapeError


def main() -> None:
    """Drive one race."""
    end_with_parent()
    given = sys.stdin.buffer
    length = int.from_bytes(given.read(LENGTH_BYTES), "big")
    order = DuelOrder.model_validate_json(given.read(length))
    contents = [given.read(each.host.model_bytes) for each in order.cars]
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(BrokenPipeError):
        lines = Lines(out, given)
        lines.say(answer(order, contents, lines))


def answer(order: DuelOrder, contents: Sequence[bytes], lines: Lines) -> DuelEnded | Failed:
    """Return how a race ended; laps are told on the way, of one that is played also more."""
    player = DuelPlayer(order, lines.say, lines.go_mono_ns) if order.is_played else None
    try:
        setting = setting_for(order.rules, order.design, order.document, order.track_sha256)
        simulator = versions()
        with ExitStack() as opened:
            hosts, broken = _hosts(order, contents, opened)
            limit(order)
            tried = lambda laps: lines.say(LapTried(tried=laps))  # noqa: E731 - as short as it is
            sides = drive_duel(order, hosts, setting, tried, broken, player)
    except WorkerUnfitError as error:
        return Failed(whose="worker", sentence=str(error))
    except (TrackShapeError, TrackFileError) as error:
        return Failed(whose="stage", sentence=str(error))
    anew_ns = 0 if player is None else player.anew_ns
    return DuelEnded(sides=sides, simulator=simulator, anew_ns=anew_ns)


def _hosts(
    order: DuelOrder, contents: Sequence[bytes], opened: ExitStack
) -> tuple[list[Hosted], dict[int, str]]:
    """Start the models' processes; one that ends at once has broken off."""
    hosts: list[Hosted] = []
    broken: dict[int, str] = {}
    # On track an audience waits for no model that does nothing; one that thinks is waited for.
    patience_s = PLAYED_PATIENCE_S if order.is_played else PATIENCE_S
    for car, content in zip(order.cars, contents, strict=True):
        try:
            hosted = Hosted(car.place, car.host, content, patience_s)
            hosts.append(opened.enter_context(hosted))
        except BrokeOffError as error:
            broken[car.place] = str(error)
    return hosts, broken


if __name__ == "__main__":
    main()
