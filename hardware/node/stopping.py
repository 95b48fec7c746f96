"""How a node comes to its end: by a signal, or by a part or a thread that can't go on."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

from hardware.node.errors import NodeError

_log = structlog.get_logger()


class StopFlag:
    """Why and that the node should end; set by a signal or by a part that can't go on."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.error: NodeError | None = None

    def stop(self, error: NodeError | None = None) -> None:
        """Ask the node to end; the first reason given stays."""
        if not self._event.is_set():
            self.error = error
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Whether the node should end."""
        return self._event.is_set()

    def wait(self, patience_s: float) -> bool:
        """Wait; True where the node should end."""
        return self._event.wait(patience_s)


@contextmanager
def ended_by_signals(stop: StopFlag) -> Iterator[None]:
    """Turn SIGTERM and SIGINT into a clean end."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.stop()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def ended_by_crashes(stop: StopFlag) -> Iterator[None]:
    """End the node when one of its threads dies: half a node must not look like a whole one."""
    before = threading.excepthook

    def end(crash: threading.ExceptHookArgs) -> None:
        name = crash.thread.name if crash.thread else "?"
        _log.critical("thread_crashed", thread=name, exc_info=crash.exc_value)
        stop.stop(
            NodeError(f"The node's part '{name}' broke down: {crash.exc_value!r}; see above.")
        )

    threading.excepthook = end
    try:
        yield
    finally:
        threading.excepthook = before
