"""What can go wrong with logs that people bring: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class LogUnreadableError(ServiceError, ValueError):
    """A file is no SimTrace log, or one that nobody could have driven; ``reason`` says where."""

    code = "log_unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)


class LogTooLargeError(ServiceError, ValueError):
    """A file has more bytes, rows or episodes than are taken."""

    code = "log_too_large"


class TooManyLogsError(ServiceError, ValueError):
    """Somebody keeps as many logs as they may."""

    code = "too_many_logs"
