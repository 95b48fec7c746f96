"""Pictures of drivers: whatever is sent is decoded, cut square and written anew, small.

Nothing of the file that came in is kept but its colours: no name, no type that it claims, none of
the notes that phones write into pictures, such as where they were taken.
"""

import io
import struct
import zlib
from concurrent.futures import Future
from hashlib import sha256
from threading import Lock

from PIL import Image, ImageOps

from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.people.errors import PictureTooLargeError, PictureUnreadableError
from timing_server.service.ports import Picture, Store

#: What a phone's camera writes is below this.
MAX_UPLOAD_BYTES = 8 * 1024 * 1024
#: A picture is decoded whole: so many pixels take about 100 MB for a moment.
MAX_PIXELS = 24_000_000
SIDE_PX = 256
_QUALITY = 85
#: A JPEG may be decoded at a fraction of its size; twice the side keeps it sharp.
_DRAFT_PX = (2 * SIDE_PX, 2 * SIDE_PX)
_BEHIND_TRANSPARENCY = (255, 255, 255)
#: What the library raises for a file that isn't what it says.
UNREADABLE = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError),
    *(struct.error, zlib.error),
)


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
    if len(content) > MAX_UPLOAD_BYTES:
        most = MAX_UPLOAD_BYTES // 2**20
        raise PictureTooLargeError(f"A picture may have at most {most} MiB; send a smaller one.")
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            _check_size(image)
            image.draft("RGB", _DRAFT_PX)
            squared = ImageOps.fit(_plain(ImageOps.exif_transpose(image)), (SIDE_PX, SIDE_PX))
    except PictureTooLargeError:
        raise
    except (*UNREADABLE, Image.DecompressionBombError) as error:
        raise PictureUnreadableError("Send a picture as a JPEG or PNG file.") from error
    # A fresh one: what stood beside the pixels, such as comments, would be written along.
    fresh = Image.new("RGB", squared.size, _BEHIND_TRANSPARENCY)
    fresh.paste(squared, mask=squared.getchannel("A") if squared.mode == "RGBA" else None)
    file = io.BytesIO()
    fresh.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        most = MAX_PIXELS // 1_000_000
        sentence = f"A picture may have at most {most} million pixels; send a smaller one."
        raise PictureTooLargeError(sentence)


def _plain(image: Image.Image) -> Image.Image:
    """Return an image in red, green and blue, with what is transparent where there is any."""
    if image.mode == "RGB":
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _check_driver(draft: Draft, driver_id: str) -> None:
    if driver_id not in draft.known.registry.drivers:
        raise UnknownIdError("driver", driver_id)
