"""Keeps the logs that people bring, each for its owner alone, and reads them for the analysis."""

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import sha256
from threading import Lock

from timing_server.service.analysis.laps import Run
from timing_server.service.errors import UnknownIdError
from timing_server.service.models.models import called
from timing_server.service.training_logs.errors import TooManyLogsError
from timing_server.service.training_logs.ports import LogCard, LogFolder
from timing_server.service.training_logs.simtrace import read_simtrace

LOGS_PER_OWNER = 20
#: Reading one takes a second or two; so many stay open for those who look at them.
OPEN_KEPT = 4


class TrainingLogs:
    """All of it reads or writes files: not for the event loop."""

    def __init__(self, folder: LogFolder) -> None:
        self._folder = folder
        self._open: OrderedDict[tuple[str, str], Run] = OrderedDict()
        self._lock = Lock()

    def take(self, owner: str, name: str, content: bytes, now_utc: str) -> LogCard:
        """Keep a log. The same again only renames it.

        Raises LogUnreadableError, LogTooLargeError, TooManyLogsError or StorageFailedError.
        """
        with self._lock:
            log_id = sha256(content).hexdigest()
            known = {each.log_id for each in self._folder.cards(owner)}
            if log_id not in known and len(known) >= LOGS_PER_OWNER:
                message = f"Only {LOGS_PER_OWNER} logs are kept for each; delete one first."
                raise TooManyLogsError(message, most=LOGS_PER_OWNER)
            run = read_simtrace(content)
            card = LogCard(log_id, owner, called(name), len(content), len(run.laps), now_utc)
            self._folder.keep(card, content)
            self._remember((owner, log_id), run)
            return card

    def cards(self, owner: str) -> Sequence[LogCard]:
        """Return an owner's logs, the oldest first."""
        return self._folder.cards(owner)

    def run(self, owner: str, log_id: str) -> Run:
        """Return a log's episodes. Raises UnknownIdError, also for a log of anybody else's."""
        with self._lock:
            found = self._open.get((owner, log_id))
            if found is not None:
                self._open.move_to_end((owner, log_id))
                return found
            content = self._folder.read(owner, log_id)
            if content is None:
                raise UnknownIdError("log", log_id)
            found = read_simtrace(content)
            self._remember((owner, log_id), found)
            return found

    def delete(self, owner: str, log_id: str) -> None:
        """Forget a log. Raises UnknownIdError or StorageFailedError."""
        with self._lock:
            if self._folder.read(owner, log_id) is None:
                raise UnknownIdError("log", log_id)
            self._open.pop((owner, log_id), None)
            self._folder.delete(owner, log_id)

    def forget(self, owner: str) -> None:
        """Forget all that an owner brought. Raises StorageFailedError."""
        with self._lock:
            for key in [key for key in self._open if key[0] == owner]:
                del self._open[key]
            self._folder.forget(owner)

    def _remember(self, key: tuple[str, str], run: Run) -> None:
        self._open[key] = run
        while len(self._open) > OPEN_KEPT:
            self._open.popitem(last=False)
