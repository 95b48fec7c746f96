"""Pictures of sponsors: redrawn, kept in the organiser's order, gone when they are deleted."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.timing_server.service.desk import PATIENCE_S, Desk, open_desk
from timing_server.service.errors import UnknownIdError
from timing_server.service.office import Caller
from timing_server.service.people.errors import PictureUnreadableError, TooManyPicturesError
from timing_server.service.pictures import sponsors as subject
from timing_server.service.pictures.sponsors import BOX_PX, SponsorPictures

CALLER = Caller("organiser")


def encoded(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return file.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("given", "expected"),
    [((300, 100), (300, 100)), ((4000, 1000), (1280, 320)), ((1000, 4000), (160, 640))],
)
def test_a_banner_keeps_its_shape(given: tuple[int, int], expected: tuple[int, int]) -> None:
    """It should shrink a picture into the box, cut nothing off, and blow nothing up."""
    image = Image.open(io.BytesIO(subject.small_banner(encoded(given))))
    assert (image.format, image.size) == ("JPEG", expected)
    assert image.width <= BOX_PX[0]


def test_what_is_transparent_is_white() -> None:
    """It should put a transparent logo on white."""
    image = Image.open(io.BytesIO(subject.small_banner(encoded((40, 20), mode="RGBA"))))
    assert image.getpixel((5, 5)) == (255, 255, 255)


def test_what_is_no_picture_is_refused() -> None:
    """It should not take a page or a script for a picture."""
    with pytest.raises(PictureUnreadableError):
        subject.small_banner(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")


def names(pictures: SponsorPictures) -> list[str]:
    return [each.name for each in pictures.shown]


def test_order_and_deletion_outlive_a_restart(desk: Desk) -> None:
    """It should keep what is shown and in which order, and nothing of what was deleted."""
    made = SponsorPictures(desk.office, desk.store)
    for at, name in enumerate(("Axle Grease Co", "Bearing Bros", "Camber Cafe")):
        made.add(CALLER, f"s{at}", name, b"jpeg").result(PATIENCE_S)
    made.order(CALLER, ("s2", "s0")).result(PATIENCE_S)
    assert names(made) == ["Camber Cafe", "Axle Grease Co", "Bearing Bros"]
    made.delete(CALLER, "s0").result(PATIENCE_S)
    again = SponsorPictures(desk.office, desk.store)
    assert names(again) == ["Camber Cafe", "Bearing Bros"]
    assert again.picture("s1")[1] == b"jpeg"
    for gone in (lambda: again.picture("s0"), lambda: again.delete(CALLER, "s0").result()):
        with pytest.raises(UnknownIdError):
            gone()


def test_boards_show_only_so_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should refuse more than boards can show, and keep none of it."""
    monkeypatch.setattr(subject, "MOST", 1)
    made = SponsorPictures(desk.office, desk.store)
    made.add(CALLER, "s0", "Axle Grease Co", b"jpeg").result(PATIENCE_S)
    with pytest.raises(TooManyPicturesError):
        made.add(CALLER, "s1", "Bearing Bros", b"jpeg").result(PATIENCE_S)
    assert desk.store.blob("sponsor:s1") is None


def test_a_repeat_changes_nothing_back(desk: Desk) -> None:
    """It should not show again what was deleted since, when an old command is repeated."""
    made = SponsorPictures(desk.office, desk.store)
    first = Caller("organiser", "key-1", "a" * 64)
    made.add(first, "s0", "Axle Grease Co", b"jpeg").result(PATIENCE_S)
    made.delete(CALLER, "s0").result(PATIENCE_S)
    made.add(first, "s9", "Axle Grease Co", b"jpeg").result(PATIENCE_S)
    assert names(made) == []
