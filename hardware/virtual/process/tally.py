"""The venue's own count of crossings, off-tracks and resets, kept in a file as it grows."""

from collections import defaultdict
from pathlib import Path

import structlog
from pydantic import ValidationError

from hardware.virtual.errors import TallyFileError
from hardware.virtual.world.beam import BeamChange, CrossingCounter
from timing_server.contract.machines.devices import VenueTally

_log = structlog.get_logger()


class Tally:
    """Counts, and writes each change to a file atomically (a reader never sees half of one).

    A file that is already there is continued: a venue that was killed goes on counting. Edges are
    told twice: ``happened`` when the venue makes one, ``sensed`` when a timing node has handled it.
    ``path`` None keeps the count in memory.

    Raises TallyFileError where the file can't be read or written at the start; later failures are
    logged, and made good by the next change.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        counted = _read(path) if path else None
        self._sensed = counted.crossings if counted else 0
        self._all = self._sensed + (counted.unsensed if counted else 0)
        self._off_tracks = counted.off_tracks if counted else 0
        self._resets = counted.resets if counted else 0
        #: By gate.
        self._spectators: defaultdict[str, CrossingCounter] = defaultdict(CrossingCounter)
        self._nodes: defaultdict[str, CrossingCounter] = defaultdict(CrossingCounter)
        self._write()

    @property
    def counted(self) -> VenueTally:
        """The count as it stands."""
        return VenueTally(
            crossings=self._sensed,
            off_tracks=self._off_tracks,
            resets=self._resets,
            unsensed=max(0, self._all - self._sensed),
        )

    def happened(self, change: BeamChange) -> None:
        """Take an edge of a beam as a spectator sees it."""
        if self._spectators[change.gate].is_new_crossing(change):
            self._all += 1
            self._save()

    def sensed(self, change: BeamChange) -> None:
        """Take an edge that a timing node has handled."""
        if self._nodes[change.gate].is_new_crossing(change):
            self._sensed += 1
            self._save()

    def node_joined(self) -> None:
        """Remember that whoever senses from now on hasn't seen the edges before."""
        self._nodes.clear()

    def left_track(self) -> None:
        """Count a car that left the road with all four wheels."""
        self._off_tracks += 1
        self._save()

    def was_reset(self) -> None:
        """Count a car that the crew put back onto the road."""
        self._resets += 1
        self._save()

    def _save(self) -> None:
        """Write after a change; a disk that is full for a while costs no race and no count."""
        try:
            self._write()
        except TallyFileError as error:
            _log.error("tally_not_written", reason=str(error))

    def _write(self) -> None:
        if self._path is None:
            return
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            fresh.write_text(self.counted.model_dump_json() + "\n", encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise TallyFileError(
                f"The tally file {self._path} can't be written: {error.strerror}."
            ) from error


def _read(path: Path) -> VenueTally | None:
    try:
        return VenueTally.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TallyFileError(f"The tally file {path} can't be read: {error.strerror}.") from error
    except ValidationError as error:
        raise TallyFileError(
            f"The tally file {path} holds no tally; move it away or name another."
        ) from error
