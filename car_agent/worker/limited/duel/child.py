"""The process that drives a race of two; each model is in a limited process of its own below it.

``python -m car_agent.worker.limited.duel.child`` gets the length of its order as eight bytes on
standard input, the order's JSON, then the models' files. It answers as the process for one does.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import BinaryIO

from car_agent.worker.errors import WorkerUnfitError
from car_agent.worker.limited.child import end_with_parent, limit
from car_agent.worker.limited.driving import setting_for
from car_agent.worker.limited.duel.driving import drive_duel
from car_agent.worker.limited.duel.hosted import BrokeOffError, Hosted
from car_agent.worker.limited.duel.orders import DuelOrder
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
        _say(out, answer(order, contents, out))


def answer(order: DuelOrder, contents: Sequence[bytes], out: BinaryIO) -> DuelEnded | Failed:
    """Return how a race ended; laps are told to ``out`` on the way."""
    try:
        setting = setting_for(order.rules, order.design, order.document, order.track_sha256)
        simulator = versions()
        with ExitStack() as opened:
            hosts, broken = _hosts(order, contents, opened)
            limit(order)
            sides = drive_duel(
                order, hosts, setting, lambda tried: _say(out, LapTried(tried=tried)), broken
            )
    except WorkerUnfitError as error:
        return Failed(whose="worker", sentence=str(error))
    except (TrackShapeError, TrackFileError) as error:
        return Failed(whose="stage", sentence=str(error))
    return DuelEnded(sides=sides, simulator=simulator)


def _hosts(
    order: DuelOrder, contents: Sequence[bytes], opened: ExitStack
) -> tuple[list[Hosted], dict[int, str]]:
    """Start the models' processes; one that ends at once has broken off."""
    hosts: list[Hosted] = []
    broken: dict[int, str] = {}
    for car, content in zip(order.cars, contents, strict=True):
        try:
            hosts.append(opened.enter_context(Hosted(car.place, car.host, content)))
        except BrokeOffError as error:
            broken[car.place] = str(error)
    return hosts, broken


def _say(out: BinaryIO, line: LapTried | DuelEnded | Failed) -> None:
    out.write(line.model_dump_json().encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
