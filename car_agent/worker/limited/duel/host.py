"""The limited process of one model in a race of two: gets pictures, answers with commands.

``python -m car_agent.worker.limited.duel.host`` gets the length of its order as eight bytes on
standard input, the order's JSON, the model's file, then picture after picture. It answers on
standard output: a line of JSON about what it sees with, then a command for each picture, or why
there is none. Its processor time is its own model's alone.
"""

import os
import sys
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np

from car_agent.errors import CarError
from car_agent.models.load import ORT_ERRORS, LoadedModel, read_content, start_model
from car_agent.models.papers import Papers
from car_agent.simulation.evaluation import Decide, decider, picture_px
from car_agent.worker.errors import SlowModelError
from car_agent.worker.limited.child import end_with_parent, limit, too_large
from car_agent.worker.limited.driving import TOO_SLOW, failed_on_picture
from car_agent.worker.limited.duel.orders import (
    ANSWERED,
    ASKED,
    SENTENCE_MAX_BYTES,
    HostOrder,
    HostSeen,
)
from car_agent.worker.limited.orders import LENGTH_BYTES
from hardware.cameras.frames import Pixels

_NS_PER_S = 1e9


def main() -> None:
    """Answer until no more is asked."""
    end_with_parent()
    given = sys.stdin.buffer
    length = int.from_bytes(given.read(LENGTH_BYTES), "big")
    order = HostOrder.model_validate_json(given.read(length))
    content = given.read(order.model_bytes)
    # The runtime writes warnings there; the answers have a descriptor of their own.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    cv2.setNumThreads(1)
    with suppress(BrokenPipeError):
        _serve(order, content, given, out)


def _serve(order: HostOrder, content: bytes, given: BinaryIO, out: BinaryIO) -> None:
    try:
        model = _opened(order, content)
        card = model.card
        seen = HostSeen(channels=card.channels, width_px=card.width_px, height_px=card.height_px)
    except CarError as error:
        seen, model = HostSeen(sentence=str(error)[:SENTENCE_MAX_BYTES]), None
    except MemoryError:
        seen, model = HostSeen(sentence=too_large(order.memory_bytes)), None
    out.write(seen.model_dump_json().encode() + b"\n")
    out.flush()
    if model is not None:
        answer(_Host(model, order.grace_s), given, out)


def _opened(order: HostOrder, content: bytes) -> LoadedModel:
    if sha256(content).hexdigest() != order.model_sha256:
        raise CarError("The model that came isn't the one that was sent.")
    limit(order)
    return start_model(read_content(content, Papers(), Path("model.onnx")))


class _Host:
    """Asks the model, which may take no more processor time than the time that it drives."""

    def __init__(self, model: LoadedModel, grace_s: float) -> None:
        width_px, height_px = picture_px(model.card)
        depth = (3,) if model.card.channels == "rgb" else ()
        self._shape = (height_px, width_px, *depth)
        self._decide: Decide = decider(model)
        self._grace_s = grace_s
        self._newest_ns = -1
        self._from_s = time.process_time()

    def decide(self, now_ns: int, picture: bytes) -> tuple[float, float]:
        """Return a command. Raises CarError, ORT_ERRORS, MemoryError."""
        if now_ns < self._newest_ns:
            self._from_s = time.process_time()  # it is driven anew, alone
        self._newest_ns = now_ns
        pixels: Pixels = np.frombuffer(picture, dtype=np.uint8).reshape(self._shape)
        wanted = self._decide(pixels)
        taken_s = time.process_time() - self._from_s
        if taken_s > self._grace_s + now_ns / _NS_PER_S:
            raise SlowModelError(TOO_SLOW)
        return wanted


def answer(host: "_Host", given: BinaryIO, out: BinaryIO) -> None:
    """Answer each picture until none comes, or the model fails."""
    while head := given.read(ASKED.size):
        now_ns, length = ASKED.unpack(head)
        picture = given.read(length)
        sentence = ""
        try:
            wanted = host.decide(now_ns, picture)
        except CarError as error:
            sentence = str(error)
        except ORT_ERRORS as error:
            sentence = failed_on_picture(error)
        except MemoryError:
            sentence = "The model asked for more memory than it may."
        if sentence:
            told = sentence.encode()[:SENTENCE_MAX_BYTES]
            out.write(ANSWERED.pack(len(told), 0.0, 0.0) + told)
        else:
            out.write(ANSWERED.pack(0, *wanted))
        out.flush()
        if sentence:
            return


if __name__ == "__main__":
    main()
