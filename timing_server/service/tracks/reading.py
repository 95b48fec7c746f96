"""Photos and files that people bring as tracks: read one at a time, proposed to be corrected."""

import asyncio
import base64
from collections.abc import Callable

from timing_server.contract.server.tracks import GroundPlace, TrackDocument, TrackProposal
from timing_server.service.errors import UnknownIdError
from timing_server.service.ports import NewId
from timing_server.service.tracks.errors import TracksClosedError
from timing_server.service.tracks.ports import PhotoTaps, TrackRead, TrackTools
from timing_server.service.tracks.tracks import Tracks
from timing_server.service.tracks.waiting import WaitingRoom

#: Reading takes a second or two: so many people wait some seconds at most.
MAX_WAITING = 8
MAX_FROM_ONE_ADDRESS = 2
#: Photos that nobody has saved as a track yet; the oldest is given up.
PHOTOS_KEPT = 20


class TrackReading:
    """Lives in the event loop; what reads or writes files is done in threads."""

    def __init__(self, tracks: Tracks, tools: TrackTools, new_id: NewId) -> None:
        self._tracks = tracks
        self._photos = tools.photos
        self._reader = tools.reader
        self._new_id = new_id
        self._turn = asyncio.Lock()
        self._room = WaitingRoom(MAX_WAITING, MAX_FROM_ONE_ADDRESS)

    def missing(self) -> str | None:
        """Return why nothing can be read here, None where it can."""
        return self._reader.missing()

    async def photo(self, client: str, content: bytes, taps: PhotoTaps) -> TrackProposal:
        """Return the track on a photo. ``client`` is whence it came.

        Raises TrackUnreadableError with one sentence, TracksBusyError, TracksClosedError.
        """
        return await self._read(client, lambda: self._reader.photo(content, taps))

    async def file(self, client: str, content: bytes, suffix: str) -> TrackProposal:
        """Return the track of a file. Likewise."""
        return await self._read(client, lambda: self._reader.file(content, suffix))

    def ground(self, ground_id: str) -> bytes:
        """Return the JPEG under a photo's or a track's id. Reads files. Raises UnknownIdError."""
        content = self._photos.read(ground_id)
        if content is None:
            document = self._tracks.document(ground_id)
        else:
            document = TrackDocument.model_validate_json(content)
        if document.ground is None:
            raise UnknownIdError("picture", ground_id)
        return base64.b64decode(document.ground.jpeg)

    async def _read(self, client: str, work: Callable[[], TrackRead]) -> TrackProposal:
        reason = self._reader.missing()
        if reason is not None:
            raise TracksClosedError(reason)
        with self._room.place(client):
            async with self._turn:
                found = await asyncio.to_thread(work)
                return await asyncio.to_thread(self._proposed, found)

    def _proposed(self, found: TrackRead) -> TrackProposal:
        document, ground_id, place = found.document, None, None
        if document.ground is not None:
            ground_id = self._new_id().replace("-", "")
            content = document.model_dump_json(exclude_none=True).encode()
            self._photos.write(ground_id, content)
            self._photos.keep_newest(PHOTOS_KEPT)
            place = GroundPlace(**document.ground.model_dump(exclude={"jpeg"}))
        return TrackProposal(
            points=document.points,
            width_m=document.width_m,
            notes=found.notes,
            ground=place,
            ground_id=ground_id,
        )


def open_tracks(
    tools: TrackTools, wall_utc: Callable[[], str], new_id: NewId
) -> tuple[Tracks, TrackReading]:
    """Return the tracks of a server, and what reads those that people bring."""
    tracks = Tracks(tools, wall_utc)
    return tracks, TrackReading(tracks, tools, new_id)
