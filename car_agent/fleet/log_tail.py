"""The last lines of the car's own log, for race control to read."""

import re
import threading

from timing_server.contract.log import UnfailingStderr, Writable
from timing_server.contract.machines.fleet import MAX_LOG_BYTES

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class LogTail:
    """Passes lines on and keeps the newest within a size; any thread may write."""

    def __init__(self, limit_bytes: int = MAX_LOG_BYTES, out: Writable | None = None) -> None:
        """``out`` is where lines go, by default standard error."""
        self._out = out or UnfailingStderr()
        self._limit_bytes = limit_bytes
        self._text = ""
        self._lock = threading.Lock()

    def write(self, text: str) -> None:
        """Take what is logged."""
        self._out.write(text)
        with self._lock:
            self._text += text
            if len(self._text) > 2 * self._limit_bytes:
                self._text = self._text[-self._limit_bytes :]

    def flush(self) -> None:
        """Flush what was passed on."""
        self._out.flush()

    def read(self) -> bytes:
        """Return the newest lines that fit, as UTF-8 without colours."""
        with self._lock:
            text = self._text
        content = _COLOURS.sub("", text).encode()
        if len(content) <= self._limit_bytes:
            return content
        return content[-self._limit_bytes :].partition(b"\n")[2]
