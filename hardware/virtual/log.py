"""How the venue writes its log: structured, one line each, to stderr."""

import sys

import structlog


def configure_log() -> None:
    """Send structured logs to stderr; called once, by the process that the venue is."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
