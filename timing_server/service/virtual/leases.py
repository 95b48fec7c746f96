"""Which runs workers drive right now, how far they are, and who was heard when. In memory.

Who drives what is on the disk; how long a lease lasts isn't: after a start of the server each
worker has its whole time to be heard again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from timing_server.contract.machines.shows import SHOW_LEASE_S
from timing_server.contract.machines.workers import LEASE_S
from timing_server.rules.units import NS_PER_S
from timing_server.service.entities import Job

#: A worker that wasn't heard for so long is no longer listed.
_LISTED_NS = 60 * NS_PER_S
#: One that was heard so lately is there to claim what comes.
_AT_HAND_NS = 3 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Progress:
    """Until when a claim holds, how many laps its run has tried, since when it could be begun.

    ``ready_race_ns`` is of a run that is played, None until its worker is ready.
    """

    until_race_ns: int
    laps_done: int = 0
    ready_race_ns: int | None = None


class Leases:
    """Written by the writer's thread and the event loop; each value is replaced whole."""

    def __init__(self) -> None:
        self._progress: dict[str, Progress] = {}
        self._heard: dict[str, int] = {}
        self._players: set[str] = set()

    def hear(self, worker_id: str, now_ns: int, *, can_play: bool | None = None) -> None:
        """Note that a worker was heard, and whether it can drive before an audience."""
        self._heard[worker_id] = now_ns
        if can_play is not None:
            (self._players.add if can_play else self._players.discard)(worker_id)

    def players(self, now_ns: int) -> frozenset[str]:
        """Return the workers at hand that can drive before an audience."""
        heard = self._heard
        at_hand = {each for each, at_ns in heard.items() if now_ns - at_ns <= _AT_HAND_NS}
        return frozenset(self._players & at_hand)

    def heard(self, now_ns: int) -> Mapping[str, int]:
        """Return when each worker was heard that still counts."""
        gone = [each for each, at_ns in self._heard.items() if now_ns - at_ns > _LISTED_NS]
        for each in gone:
            self._heard.pop(each, None)
        return dict(self._heard)

    def grant(self, lease_id: str, now_ns: int, laps_done: int = 0) -> None:
        """Let a claim hold from now on for the time of a lease."""
        self._progress[lease_id] = Progress(now_ns + LEASE_S * NS_PER_S, laps_done)

    def grant_show(
        self, lease_id: str, now_ns: int, laps_done: int = 0, *, is_ready: bool = False
    ) -> None:
        """Let the claim of what is played hold; a worker that was ready once remains so."""
        known = self._progress.get(lease_id)
        ready_ns = None if known is None else known.ready_race_ns
        if ready_ns is None and is_ready:
            ready_ns = now_ns
        laps = max(laps_done, 0 if known is None else known.laps_done)
        self._progress[lease_id] = Progress(now_ns + SHOW_LEASE_S * NS_PER_S, laps, ready_ns)

    def ready_since(self, lease_id: str) -> int | None:
        """Return since when a run could be begun that is played, None where it can't yet."""
        known = self._progress.get(lease_id)
        return None if known is None else known.ready_race_ns

    def is_over(self, job: Job, now_ns: int) -> bool:
        """Whether the worker that drives a job was silent for too long."""
        known = self._progress.get(job.lease_id)
        if known is None:
            self.grant(job.lease_id, now_ns)
            return False
        return now_ns > known.until_race_ns

    def laps_done(self, lease_id: str) -> int:
        """Return how many laps a run has tried."""
        known = self._progress.get(lease_id)
        return 0 if known is None else known.laps_done

    def end(self, lease_id: str) -> None:
        """Forget a claim."""
        self._progress.pop(lease_id, None)
