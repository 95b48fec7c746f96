"""Why a bundle isn't taken: one sentence each, naming the fact where one was changed."""

from timing_server.service.errors import ServiceError


class BundleError(ServiceError, ValueError):
    """A file isn't a bundle that this release can read."""

    code = "bundle_unreadable"


class BundleTooLargeError(ServiceError, ValueError):
    """An event's models and tracks are more than a bundle may hold."""

    code = "bundle_too_large"


class BundleChangedError(BundleError):
    """A bundle isn't as the venue signed it; ``seq`` is the first fact that isn't, 0 for a file
    beside the log.
    """

    code = "bundle_changed"

    def __init__(self, sentence: str, seq: int = 0) -> None:
        super().__init__(sentence, seq=seq)
        self.seq = seq


class StrangeVenueError(ServiceError, PermissionError):
    """A bundle is whole, but signed with another key than the venue's that is trusted."""

    code = "bundle_of_strange_venue"
