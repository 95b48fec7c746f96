"""Pictures of drivers: cut square and small."""

from concurrent.futures import Future
from hashlib import sha256
from threading import Lock
from typing import Final

from PIL import ImageOps

from timing_server.service.entities import Picture
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.pictures.redrawn import redrawn
from timing_server.service.ports import Store

SIDE_PX: Final = 256
#: A JPEG may be decoded at a fraction of its size; twice the side keeps it sharp.
_DRAFT_PX = (2 * SIDE_PX, 2 * SIDE_PX)


class Pictures:
    """Takes and hands out pictures; one is decoded at a time, whoever sends how many."""

    def __init__(self, office: Office, store: Store) -> None:
        self._office = office
        self._store = store
        self._decoding = Lock()

    def small(self, content: bytes) -> bytes:
        """Return a JPEG or PNG as a JPEG of 256 × 256 pixels. Takes a moment: not for the loop.

        Raises PictureTooLargeError or PictureUnreadableError.
        """
        with self._decoding:
            return small_picture(content)

    def put(self, caller: Caller, driver_id: str, small: bytes) -> "Future[Outcome]":
        """Give a driver a picture that ``small`` made. The future raises UnknownIdError."""
        version = sha256(small).hexdigest()[:16]

        def work(draft: Draft) -> Outcome:
            _check_driver(draft, driver_id)
            draft.put_picture(Picture(driver_id, version, small))
            return {"driver_id": driver_id, "picture_version": version}

        return self._office.once(caller, work)

    def take_away(self, caller: Caller, driver_id: str) -> "Future[Outcome]":
        """Delete a driver's picture, where there is one. The future raises UnknownIdError."""

        def work(draft: Draft) -> Outcome:
            _check_driver(draft, driver_id)
            draft.delete_picture(driver_id)
            return {"driver_id": driver_id, "picture_version": None}

        return self._office.once(caller, work)

    def of(self, driver_id: str) -> Picture:
        """Return a driver's picture. Reads the database. Raises UnknownIdError."""
        found = self._store.picture(driver_id)
        if found is None:
            raise UnknownIdError("picture", driver_id)
        return found


def small_picture(content: bytes) -> bytes:
    """Return a JPEG or PNG upright, cut square around its middle, as a JPEG of 256 × 256 pixels.

    Raises PictureTooLargeError before anything is decoded, PictureUnreadableError.
    """
    return redrawn(content, lambda image: ImageOps.fit(image, (SIDE_PX, SIDE_PX)), _DRAFT_PX)


def _check_driver(draft: Draft, driver_id: str) -> None:
    if driver_id not in draft.known.registry.drivers:
        raise UnknownIdError("driver", driver_id)
