"""The tracks there are to drive on: the project's designs, and the venue's own as files."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TypeVar

from timing_server.contract.server.tracks import (
    Ground,
    GroundPlace,
    Paper,
    Point,
    Printed,
    TrackDocument,
    TrackPlan,
    TrackRow,
    TrackSave,
    TrackShape,
    TrackSheets,
)
from timing_server.service.entities import Driver
from timing_server.service.errors import ServiceError, UnknownIdError
from timing_server.service.tracks.errors import (
    NotOwnTrackError,
    TooManyTracksError,
    TrackChangedError,
    TrackRefusedError,
    TracksClosedError,
)
from timing_server.service.tracks.ports import TrackDesk, TrackTools, Which
from timing_server.service.tracks.raced import RacedTracks, RaceTrack
from timing_server.service.tracks.shelf import Kept, Shelf
from timing_server.service.tracks.waiting import WaitingRoom

TRACKS_PER_OWNER = 20
TRACKS_IN_ALL = 300
#: How many wait at most, and how many of them from one address: each measures what is drawn for
#: some milliseconds, or makes sheets of paper for some seconds.
SKETCHING, PRINTING = (16, 4), (8, 3)

#: What nobody can paint or drive; other troubles are somebody's to mend later.
_NO_HALLS = frozenset({"long", "short", "wide"})

Drivers = Mapping[str, Driver]
_T = TypeVar("_T")


class Tracks:
    """Reads and writes files and measures: not for the event loop, and one caller at a time."""

    def __init__(self, tools: TrackTools, wall_utc: Callable[[], str]) -> None:
        self._folder = folder = tools.folder
        self._photos = tools.photos
        self._open_desk = tools.open_desk
        self._wall_utc = wall_utc
        self._desk: TrackDesk | None = None
        # Measuring takes milliseconds of a processor that a race needs: one at a time.
        self._lock = Lock()
        self._printing = Lock()
        #: For the event loop, before it has something done: see ``SKETCHING`` and ``PRINTING``.
        self.sketching, self.printing = WaitingRoom(*SKETCHING), WaitingRoom(*PRINTING)
        self._raced = RacedTracks()
        self._shelf = Shelf(folder, lambda each: self._shape(each.points, each.width_m))

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
            designs = [_design_row(name, desk.design_shape(name)) for name in desk.design_names()]
            own = [_row(kept, drivers) for kept in self._shelf.all()]
            return designs + sorted(own, key=lambda row: (row.name.casefold(), row.track_id))

    def plan(self, track_id: str, drivers: Drivers) -> TrackPlan:
        """Return a track whole. Raises UnknownIdError, TracksClosedError."""
        with self._lock:
            desk = self._opened()
            if track_id in desk.design_names():
                shape, points = desk.design_shape(track_id), desk.design_points(track_id)
                row = _design_row(track_id, shape)
                return TrackPlan(**row.model_dump(), points=points, shape=shape)
            return _plan(self._shelf.find(track_id), drivers)

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

    def npy(self, track_id: str) -> bytes:
        """Return a track as the community's tools read it. Likewise."""
        with self._lock:
            return self._opened().npy(self._which(track_id))

    def sheets(self, track_id: str, paper: Paper, printed: Printed) -> TrackSheets:
        """Return how much paper a track takes. Likewise, and TrackRefusedError."""
        return self._printed(track_id, lambda desk, which: desk.sheets(which, paper, printed))

    def pdf(self, track_id: str, paper: Paper, printed: Printed) -> bytes:
        """Return a track at its real size. Likewise; takes seconds."""
        return self._printed(track_id, lambda desk, which: desk.pdf(which, paper, printed))

    def _printed(self, track_id: str, work: Callable[[TrackDesk, Which], _T]) -> _T:
        """Do what takes long one at a time, while others go on drawing."""
        with self._lock:
            desk, which = self._opened(), self._which(track_id)
        with self._printing:
            return self._refusing(lambda: work(desk, which))

    def document(self, track_id: str) -> TrackDocument:
        """Return one of the venue's own as a file for others, without whose it is. Likewise."""
        with self._lock:
            self._opened()
            bare = {"owner": None, "made_utc": None}
            return self._shelf.whole(track_id).model_copy(update=bare)

    def to_race(self, track_id: str) -> RaceTrack:
        """Return a track as a race needs it, to be kept as it is now. Likewise."""
        with self._lock:
            desk = self._opened()
            if track_id in desk.design_names():
                return RaceTrack(track_id, track_id, desk.sha256(track_id))
            whole = self._shelf.whole(track_id)
            bare = whole.model_copy(update={"owner": None, "made_utc": None})
            text = bare.model_dump_json(exclude_none=True)
            return RaceTrack(track_id, bare.name, desk.sha256(bare), text)

    def raced(self, name: str, sha256: str, document: TrackDocument | None) -> TrackShape:
        """Return what a race's track looks like; ``document`` None: it is a design.

        Raises UnknownIdError where this release's design isn't the one that was raced, likewise.
        """
        with self._lock:
            desk = self._opened()
            return self._refusing(lambda: self._raced.shape(desk, name, sha256, document))

    def save(
        self, track_id: str, wanted: TrackSave, driver_id: str | None, drivers: Drivers
    ) -> TrackPlan:
        """Keep a track, new or changed; ``driver_id``: who asks, None for those who may do all.

        The same again changes nothing. Raises TrackRefusedError, TrackChangedError,
        NotOwnTrackError, TooManyTracksError, StorageFailedError, UnknownIdError for the ground.
        """
        with self._lock:
            if _NO_HALLS.intersection(self._shape(wanted.points, wanted.width_m).troubles):
                raise TrackRefusedError("This track is larger, or smaller, than any hall's.")
            before = self._shelf.read(track_id)
            if before is None:
                self._check_room(driver_id)
                made = {"owner": driver_id, "made_utc": self._wall_utc()}
                document = _document(wanted, self._ground(wanted)).model_copy(update=made)
                return _plan(self._shelf.write(track_id, document), drivers)
            _check_own(before, driver_id)
            old = self._shelf.whole(track_id)
            kept = {"owner": old.owner, "made_utc": old.made_utc}
            document = _document(wanted, self._ground(wanted) or old.ground)
            document = document.model_copy(update=kept)
            if document == old:
                return _plan(before, drivers)
            if before.version != wanted.version:
                message = "Somebody else has saved this track meanwhile; open it again."
                raise TrackChangedError(message)
            return _plan(self._shelf.write(track_id, document), drivers)

    def delete(self, track_id: str, driver_id: str | None) -> None:
        """Lay a track aside. Raises UnknownIdError, NotOwnTrackError, StorageFailedError."""
        with self._lock:
            self._opened()
            _check_own(self._shelf.find(track_id), driver_id)
            self._folder.delete(track_id)

    def restore(self, track_id: str, driver_id: str | None, drivers: Drivers) -> TrackPlan:
        """Bring a deleted track back. Likewise."""
        with self._lock:
            self._opened()
            if not self._folder.restore(track_id):
                raise UnknownIdError("track", track_id)
            kept = self._shelf.find(track_id)
            try:
                _check_own(kept, driver_id)
            except NotOwnTrackError:
                self._folder.delete(track_id)
                raise
            return _plan(kept, drivers)

    def _opened(self) -> TrackDesk:
        if self._desk is None:
            reason = self.missing()
            if self._open_desk is None or reason is not None:
                raise TracksClosedError(reason or "")
            self._desk = self._open_desk()
        return self._desk

    def _shape(self, points: tuple[Point, ...], width_m: float) -> TrackShape:
        return self._refusing(lambda: self._opened().shape(points, width_m))

    def _which(self, track_id: str) -> Which:
        """Return a design's name, or the track of an id. Raises UnknownIdError."""
        if track_id in self._opened().design_names():
            return track_id
        return self._shelf.find(track_id).document

    @staticmethod
    def _refusing(work: Callable[[], _T]) -> _T:
        try:
            return work()
        except ServiceError:
            raise
        except ValueError as error:
            raise TrackRefusedError(str(error)) from error

    def _ground(self, wanted: TrackSave) -> Ground | None:
        """Return the picture of a photo, or of another of the venue's tracks."""
        if wanted.ground_from is None:
            return None
        content = self._photos.read(wanted.ground_from)
        if content is None:
            return self._shelf.whole(wanted.ground_from).ground
        return TrackDocument.model_validate_json(content).ground

    def _check_room(self, driver_id: str | None) -> None:
        if self._shelf.count() >= TRACKS_IN_ALL:
            message = f"This venue keeps {TRACKS_IN_ALL} tracks at most; delete one first."
            raise TooManyTracksError(message, most=TRACKS_IN_ALL)
        if driver_id is None:
            return
        own = [kept for kept in self._shelf.all() if kept.document.owner == driver_id]
        if len(own) >= TRACKS_PER_OWNER:
            message = f"Only {TRACKS_PER_OWNER} tracks are kept for each; delete one first."
            raise TooManyTracksError(message, most=TRACKS_PER_OWNER)


def _document(wanted: TrackSave, ground: Ground | None) -> TrackDocument:
    return TrackDocument(
        name=wanted.name, points=wanted.points, width_m=wanted.width_m, ground=ground
    )


def _check_own(kept: Kept, driver_id: str | None) -> None:
    if driver_id is not None and kept.document.owner != driver_id:
        raise NotOwnTrackError("Drivers change tracks of their own; make a copy of this one.")


def _design_row(name: str, shape: TrackShape) -> TrackRow:
    return TrackRow(
        track_id=name, name=name, length_m=shape.length_m, width_m=shape.width_m, is_own=False
    )


def _row(kept: Kept, drivers: Drivers) -> TrackRow:
    # A driver who was forgotten has left the track to the venue.
    driver = drivers.get(kept.document.owner or "")
    return TrackRow(
        track_id=kept.track_id,
        name=kept.document.name,
        length_m=kept.shape.length_m,
        width_m=kept.shape.width_m,
        is_own=True,
        driver_id=driver.driver_id if driver else None,
        driver_name=driver.shown_name if driver else None,
        has_ground=kept.document.ground is not None,
    )


def _plan(kept: Kept, drivers: Drivers) -> TrackPlan:
    ground = kept.document.ground
    return TrackPlan(
        **_row(kept, drivers).model_dump(),
        points=kept.document.points,
        shape=kept.shape,
        ground=None if ground is None else GroundPlace(**ground.model_dump(exclude={"jpeg"})),
        version=kept.version,
    )
