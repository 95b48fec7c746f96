"""Pictures that people send: whatever comes is decoded, shaped and written anew, small.

Nothing of the file that came in is kept but its colours: no name, no type that it claims, none of
the notes that phones write into pictures, such as where they were taken.
"""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageOps

from timing_server.service.people.errors import PictureTooLargeError, PictureUnreadableError

#: What a phone's camera writes is below this.
MAX_UPLOAD_BYTES: Final = 8 * 1024 * 1024
#: A picture is decoded whole: so many pixels take about 100 MB for a moment.
MAX_PIXELS = 24_000_000
_QUALITY = 85
_BEHIND_TRANSPARENCY = (255, 255, 255)
#: What the library raises for a file that isn't what it says.
UNREADABLE = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError),
    *(struct.error, zlib.error),
)

Shape = Callable[[Image.Image], Image.Image]


def redrawn(content: bytes, shape: Shape, draft_px: tuple[int, int]) -> bytes:
    """Return a JPEG or PNG upright and shaped, on white, as a JPEG.

    ``draft_px`` is the least size that a JPEG may be decoded at, instead of its whole one. Raises
    PictureTooLargeError before anything is decoded, PictureUnreadableError.
    """
    if len(content) > MAX_UPLOAD_BYTES:
        most = MAX_UPLOAD_BYTES // 2**20
        raise PictureTooLargeError(f"A picture may have at most {most} MiB; send a smaller one.")
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            _check_size(image)
            image.draft("RGB", draft_px)
            shaped = shape(_plain(ImageOps.exif_transpose(image)))
    except PictureTooLargeError:
        raise
    except (*UNREADABLE, Image.DecompressionBombError) as error:
        raise PictureUnreadableError("Send a picture as a JPEG or PNG file.") from error
    # A fresh one: what stood beside the pixels, such as comments, would be written along.
    fresh = Image.new("RGB", shaped.size, _BEHIND_TRANSPARENCY)
    fresh.paste(shaped, mask=shaped.getchannel("A") if shaped.mode == "RGBA" else None)
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
