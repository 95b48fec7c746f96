"""Whatever is sent as a picture becomes a small one of this server's own, or is refused."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from timing_server.service.people.errors import PictureTooLargeError, PictureUnreadableError
from timing_server.service.pictures.drivers import SIDE_PX
from timing_server.service.pictures.drivers import small_picture as subject
from timing_server.service.pictures.redrawn import MAX_PIXELS, MAX_UPLOAD_BYTES

ORIENTATION = 0x0112
SECRET = b"at home, 52.5 N"
RED, BLUE, WHITE = (220, 20, 20), (20, 20, 220), (255, 255, 255)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (SIDE_PX, SIDE_PX))
    return image


def is_like(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 24 for one, other in zip(found, colour, strict=True))


def halves(width: int, height: int) -> Image.Image:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(900, 600), (600, 900), (40, 30), (1, 1), (4000, 3)])
def test_any_size_becomes_a_small_square(kind: str, size: tuple[int, int]) -> None:
    """It should cut and scale a picture of any shape to 256 × 256 pixels."""
    decoded(subject(encoded(Image.new("RGB", size, RED), kind)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_any_kind_of_png_is_taken(mode: str) -> None:
    """It should read grey, palette and transparent pictures too."""
    decoded(subject(encoded(Image.new(mode, (300, 200)), "PNG")))


def test_a_printers_jpeg_is_taken() -> None:
    """It should read a JPEG in the colours of print."""
    decoded(subject(encoded(Image.new("CMYK", (300, 200)), "JPEG")))


def test_what_is_transparent_is_white() -> None:
    """It should put a transparent picture on white, and keep what isn't transparent."""
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    image.paste((*RED, 255), (100, 100, 200, 200))
    small = decoded(subject(encoded(image, "PNG")))
    assert is_like(small, (5, 5), WHITE)
    assert is_like(small, (128, 128), RED)


def test_a_phones_picture_stands_upright() -> None:
    """It should turn a picture as the phone says that it was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    small = decoded(subject(encoded(halves(600, 600), "JPEG", exif=exif)))
    assert is_like(small, (128, 20), RED)
    assert is_like(small, (128, 236), BLUE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_is_kept_but_colours(kind: str) -> None:
    """It should drop all that stands beside the pixels: places, comments, profiles."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    content = encoded(halves(300, 300), kind, exif=exif, comment=SECRET, icc_profile=SECRET)
    assert SECRET in content or zlib.compress(SECRET)[2:8] in content
    small = subject(content)
    assert SECRET not in small
    image = decoded(small)
    assert not image.getexif()
    assert not {"comment", "icc_profile"} & image.info.keys()


def test_too_many_pixels_are_refused_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should go by the size in the header, and decode nothing of a bomb."""
    width, height = 8000, MAX_PIXELS // 8000 + 1
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n"
    for name, content in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(99))), (b"IEND", b"")):
        crc = zlib.crc32(name + content)
        bomb += struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)
    monkeypatch.setattr(ImageOps, "exif_transpose", lambda _: pytest.fail("decoded"))
    with pytest.raises(PictureTooLargeError, match="24 million pixels"):
        subject(bomb)


def test_too_many_bytes_are_refused() -> None:
    """It should look at no file that is larger than a phone's picture."""
    with pytest.raises(PictureTooLargeError, match="8 MiB"):
        subject(bytes(MAX_UPLOAD_BYTES + 1))


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PDF", "WEBP", "ICO"])
def test_no_other_decoder_is_asked(kind: str) -> None:
    """It should refuse every other format, however it is called."""
    with pytest.raises(PictureUnreadableError):
        subject(encoded(Image.new("RGB", (64, 64)), kind))


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<svg/>"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    """It should say in one sentence what to send."""
    with pytest.raises(PictureUnreadableError, match="JPEG or PNG"):
        subject(content)


WHOLE = {kind: encoded(halves(90, 60), kind) for kind in ("JPEG", "PNG")}


# A size that Pillow warns of is refused right after.
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@given(st.sampled_from(["JPEG", "PNG"]), st.data())
def test_a_damaged_file_breaks_nothing(kind: str, data: st.DataObject) -> None:
    """It should give a whole small picture or refuse, whatever happened to the file's bytes."""
    content = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        small = subject(cut)
    except (PictureUnreadableError, PictureTooLargeError):
        return
    decoded(small)
