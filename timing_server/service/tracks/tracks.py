"""The tracks there are to drive on: the project's designs, and the venue's own as files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TypeVar

import structlog
from pydantic import ValidationError

from timing_server.contract.server.tracks import (
    GroundPlace,
    Point,
    TrackDocument,
    TrackPlan,
    TrackRow,
    TrackSave,
    TrackShape,
)
from timing_server.service.entities import Driver
from timing_server.service.errors import UnknownIdError
from timing_server.service.tracks.errors import (
    NotOwnTrackError,
    TooManyTracksError,
    TrackChangedError,
    TrackRefusedError,
    TracksClosedError,
)
from timing_server.service.tracks.ports import OpenTrackDesk, TrackDesk, TrackFolder

_log = structlog.get_logger()

TRACKS_PER_OWNER = 20
TRACKS_IN_ALL = 300
_REMEMBERED = 64

Drivers = Mapping[str, Driver]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Kept:
    """One of the venue's tracks as it is kept."""

    track_id: str
    version: str
    document: TrackDocument


class Tracks:
    """Reads and writes files and measures: not for the event loop, and one caller at a time."""

    def __init__(
        self, folder: TrackFolder, open_desk: OpenTrackDesk | None, wall_utc: Callable[[], str]
    ) -> None:
        self._folder = folder
        self._open_desk = open_desk
        self._wall_utc = wall_utc
        self._desk: TrackDesk | None = None
        # Measuring takes milliseconds of a processor that a race needs: one at a time.
        self._lock = Lock()
        self._kept: dict[tuple[str, str], Kept] = {}
        self._shapes: dict[str, TrackShape] = {}

    def missing(self) -> str | None:
        """Return why this server has no tracks, None where it has."""
        if self._open_desk is not None:
            return None
        return (
            "This server can't measure tracks: it lacks numpy. Install Paddock's extra 'venue' "
            "beside 'server'."
        )

    def rows(self, drivers: Drivers) -> list[TrackRow]:
        """Return all tracks, the designs first, then the venue's by name.

        Raises TracksClosedError.
        """
        with self._lock:
            desk = self._opened()
            designs = [
                _row(name, name, desk.design_shape(name), None, drivers)
                for name in desk.design_names()
            ]
            return designs + self._own_rows(drivers)

    def plan(self, track_id: str, drivers: Drivers) -> TrackPlan:
        """Return a track whole. Raises UnknownIdError, TracksClosedError."""
        with self._lock:
            desk = self._opened()
            if track_id in desk.design_names():
                shape, points = desk.design_shape(track_id), desk.design_points(track_id)
                row = _row(track_id, track_id, shape, None, drivers)
                return TrackPlan(**row.model_dump(), points=points, shape=shape)
            kept = self._found(track_id)
            return self._plan_of(kept, drivers)

    def sketch(self, points: tuple[Point, ...], width_m: float) -> TrackShape:
        """Return what points and a width make. Raises TrackRefusedError, TracksClosedError."""
        with self._lock:
            return self._shape(points, width_m)

    def named(self, track_id: str) -> str:
        """Return what a command calls a track: a design's name, or its file's path.

        Raises UnknownIdError, TracksClosedError.
        """
        with self._lock:
            if track_id in self._opened().design_names():
                return track_id
            path = self._folder.path_of(track_id)
            if path is None:
                raise UnknownIdError("track", track_id)
            return str(path.resolve())

    def save(
        self, track_id: str, wanted: TrackSave, driver_id: str | None, drivers: Drivers
    ) -> TrackPlan:
        """Keep a track, new or changed; ``driver_id``: who asks, None for those who may do all.

        The same again changes nothing. Raises TrackRefusedError, TrackChangedError,
        NotOwnTrackError, TooManyTracksError, StorageFailedError.
        """
        with self._lock:
            self._shape(wanted.points, wanted.width_m)
            before = self._read(track_id)
            if before is None:
                self._check_room(driver_id)
                owner, ground = driver_id, None
            else:
                _check_own(before, driver_id)
                owner, ground = before.document.owner, before.document.ground
            document = TrackDocument(
                name=wanted.name,
                points=wanted.points,
                width_m=wanted.width_m,
                ground=ground if wanted.keeps_ground else None,
                owner=owner,
                made_utc=before.document.made_utc if before else self._wall_utc(),
            )
            if before is None or document != before.document:
                if before is not None and before.version != wanted.version:
                    message = "Somebody else has saved this track meanwhile; open it again."
                    raise TrackChangedError(message)
                self._folder.write(track_id, document.model_dump_json(exclude_none=True).encode())
            return self._plan_of(self._found(track_id), drivers)

    def delete(self, track_id: str, driver_id: str | None) -> None:
        """Lay a track aside. Raises UnknownIdError, NotOwnTrackError, StorageFailedError."""
        with self._lock:
            _check_own(self._found(track_id), driver_id)
            self._folder.delete(track_id)

    def restore(self, track_id: str, driver_id: str | None, drivers: Drivers) -> TrackPlan:
        """Bring a deleted track back. Likewise."""
        with self._lock:
            if not self._folder.restore(track_id):
                raise UnknownIdError("track", track_id)
            kept = self._found(track_id)
            try:
                _check_own(kept, driver_id)
            except NotOwnTrackError:
                self._folder.delete(track_id)
                raise
            return self._plan_of(kept, drivers)

    def _opened(self) -> TrackDesk:
        if self._desk is None:
            reason = self.missing()
            if self._open_desk is None or reason is not None:
                raise TracksClosedError(reason or "")
            self._desk = self._open_desk()
        return self._desk

    def _shape(self, points: tuple[Point, ...], width_m: float) -> TrackShape:
        try:
            return self._opened().shape(points, width_m)
        except ValueError as error:
            raise TrackRefusedError(str(error)) from error

    def _own_rows(self, drivers: Drivers) -> list[TrackRow]:
        found = [self._read(track_id) for track_id in self._folder.ids()]
        rows = [
            _row(each.track_id, each.document.name, self._shape_of(each), each.document, drivers)
            for each in found
            if each is not None
        ]
        return sorted(rows, key=lambda row: (row.name.casefold(), row.track_id))

    def _plan_of(self, kept: Kept, drivers: Drivers) -> TrackPlan:
        document, shape = kept.document, self._shape_of(kept)
        row = _row(kept.track_id, document.name, shape, document, drivers)
        ground = document.ground
        place = None if ground is None else GroundPlace(**ground.model_dump(exclude={"jpeg"}))
        return TrackPlan(
            **row.model_dump(),
            points=document.points,
            shape=shape,
            ground=place,
            version=kept.version,
        )

    def _shape_of(self, kept: Kept) -> TrackShape:
        found = self._shapes.get(kept.version)
        if found is None:
            found = self._shape(kept.document.points, kept.document.width_m)
            _remember(self._shapes, kept.version, found)
        return found

    def _found(self, track_id: str) -> Kept:
        kept = self._read(track_id)
        if kept is None:
            raise UnknownIdError("track", track_id)
        return kept

    def _read(self, track_id: str) -> Kept | None:
        """Return a track as it is kept; None where there is none, or a damaged file."""
        content = self._folder.read(track_id)
        if content is None:
            return None
        version = sha256(content).hexdigest()[:16]
        known = self._kept.get((track_id, version))
        if known is not None:
            return known
        try:
            document = TrackDocument.model_validate_json(content)
            self._shape(document.points, document.width_m)
        except (ValidationError, TrackRefusedError) as error:
            _log.warning("track_damaged", track_id=track_id, error=str(error).splitlines()[0])
            return None
        kept = Kept(track_id, version, document)
        _remember(self._kept, (track_id, version), kept)
        return kept

    def _check_room(self, driver_id: str | None) -> None:
        ids = self._folder.ids()
        owners = [kept.document.owner for each in ids if (kept := self._read(each)) is not None]
        if len(ids) >= TRACKS_IN_ALL:
            message = f"This venue keeps {TRACKS_IN_ALL} tracks at most; delete one first."
            raise TooManyTracksError(message, most=TRACKS_IN_ALL)
        if driver_id is not None and owners.count(driver_id) >= TRACKS_PER_OWNER:
            message = f"Only {TRACKS_PER_OWNER} tracks are kept for each; delete one first."
            raise TooManyTracksError(message, most=TRACKS_PER_OWNER)


def _check_own(kept: Kept, driver_id: str | None) -> None:
    if driver_id is not None and kept.document.owner != driver_id:
        raise NotOwnTrackError("Drivers change tracks of their own; make a copy of this one.")


def _row(
    track_id: str,
    name: str,
    shape: TrackShape,
    document: TrackDocument | None,
    drivers: Drivers,
) -> TrackRow:
    driver = drivers.get(document.owner or "") if document else None
    return TrackRow(
        track_id=track_id,
        name=name,
        length_m=shape.length_m,
        width_m=shape.width_m,
        is_own=document is not None,
        driver_id=driver.driver_id if driver else None,
        driver_name=driver.shown_name if driver else None,
        has_ground=document is not None and document.ground is not None,
    )


def _remember(known: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Keep a value; the oldest goes where there are many."""
    known[key] = value
    while len(known) > _REMEMBERED:
        del known[next(iter(known))]
