"""The venue's own tracks as they are kept: read and checked once, shapes measured once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import structlog
from pydantic import ValidationError

from timing_server.contract.server.tracks import TrackDocument, TrackShape
from timing_server.service.errors import UnknownIdError
from timing_server.service.tracks.errors import TrackRefusedError
from timing_server.service.tracks.ports import TrackFolder

_log = structlog.get_logger()

_REMEMBERED = 512
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

#: Measures a track. Raises TrackRefusedError.
Measure = Callable[[TrackDocument], TrackShape]


@dataclass(frozen=True, slots=True)
class Kept:
    """One of the venue's tracks as it is kept."""

    track_id: str
    version: str
    document: TrackDocument
    shape: TrackShape


class Shelf:
    """One caller at a time. Errors of the folder are StorageFailedError."""

    def __init__(self, folder: TrackFolder, measure: Measure) -> None:
        self._folder = folder
        self._measure = measure
        self._known: dict[tuple[str, str | None], Kept] = {}

    def all(self) -> list[Kept]:
        """Return every track whose file is whole."""
        found: Iterable[Kept | None] = map(self.read, self._folder.ids())
        return [each for each in found if each is not None]

    def count(self) -> int:
        """Return how many files there are."""
        return len(self._folder.ids())

    def read(self, track_id: str) -> Kept | None:
        """Return a track; None where there is none, or a damaged file."""
        stamp = self._folder.stamp(track_id)
        known = self._known.get((track_id, stamp))
        if known is not None:
            return known
        content = None if stamp is None else self._folder.read(track_id)
        if content is None:
            return None
        version = sha256(content).hexdigest()[:16]
        try:
            document = TrackDocument.model_validate_json(content)
            kept = Kept(track_id, version, _light(document), self._measure(document))
        except (ValidationError, TrackRefusedError) as error:
            _log.warning("track_damaged", track_id=track_id, error=str(error).splitlines()[0])
            return None
        _remember(self._known, (track_id, stamp), kept)
        return kept

    def find(self, track_id: str) -> Kept:
        """Return a track. Raises UnknownIdError."""
        kept = self.read(track_id)
        if kept is None:
            raise UnknownIdError("track", track_id)
        return kept

    def whole(self, track_id: str) -> TrackDocument:
        """Return a track with its ground's picture. Raises UnknownIdError."""
        self.find(track_id)
        return TrackDocument.model_validate_json(self._folder.read(track_id) or b"")

    def write(self, track_id: str, document: TrackDocument) -> Kept:
        """Keep a track, and return it as it is kept now."""
        self._folder.write(track_id, document.model_dump_json(exclude_none=True).encode())
        return self.find(track_id)


def _light(document: TrackDocument) -> TrackDocument:
    """Return a track without its picture's bytes, which are megabytes; where it lies stays."""
    if document.ground is None:
        return document
    ground = document.ground.model_copy(update={"jpeg": ""})
    return document.model_copy(update={"ground": ground})


def _remember(known: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Keep a value; the oldest goes where there are many."""
    known[key] = value
    while len(known) > _REMEMBERED:
        del known[next(iter(known))]
