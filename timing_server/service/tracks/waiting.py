"""Who waits for the server's work on tracks: so many in all, and from one address only a few."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from timing_server.service.tracks.errors import TracksBusyError


class WaitingRoom:
    """Lives in the event loop. ``most`` wait at once, ``most_from_one`` of them from one address.

    So one browser can't fill the server with work, nor keep all others out.
    """

    def __init__(self, most: int, most_from_one: int) -> None:
        self._most, self._most_from_one = most, most_from_one
        self._waiting: Counter[str] = Counter()

    @contextmanager
    def place(self, client: str) -> Iterator[None]:
        """Count somebody in for as long as the block lasts. Raises TracksBusyError."""
        is_full = self._waiting.total() >= self._most
        if is_full or self._waiting[client] >= self._most_from_one:
            raise TracksBusyError("The server is busy with other tracks; try again in a minute.")
        self._waiting[client] += 1
        try:
            yield
        finally:
            self._waiting[client] -= 1
            self._waiting += Counter()
