"""How every process writes its log: structured, one line each, to stderr, and never its end."""

import logging
import sys
from contextlib import suppress
from typing import Protocol, TextIO, cast

import structlog


class UnfailingStderr:
    """Standard error, where a line that can't be written is lost and nothing else.

    A log on a full disk, or piped into a program that has ended, must not end what it tells of: a
    thread that writes the race, times laps or watches over a car would die of its own log line.
    """

    def write(self, text: str) -> None:
        """Write, or lose the text."""
        with suppress(OSError, ValueError):  # ValueError: it is closed
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush, or don't."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()


class Writable(Protocol):
    """Where lines go."""

    def write(self, text: str) -> object:
        """Write; raises nothing."""
        ...

    def flush(self) -> None:
        """Flush; raises nothing."""
        ...


def configure_log(level: int = logging.INFO, out: Writable | None = None) -> None:
    """Log from ``level`` on, to standard error or ``out``; called once, by the process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                # The default prints each frame's variables too, and with them people's tokens.
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", out or UnfailingStderr())),
    )
