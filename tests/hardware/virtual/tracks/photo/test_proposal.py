"""A track from a photo of a mat, against what was really painted on it."""

import cv2
import numpy as np
import pytest

from hardware.virtual.errors import TrackPhotoError
from hardware.virtual.tracks.photo.proposal import Proposal, propose
from hardware.virtual.tracks.photo.straighten import Taps
from hardware.virtual.tracks.smooth import farthest_m, smooth_line
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.looks import PLAIN_LOOKS, Looks
from hardware.virtual.world.track import Points
from tests.hardware.virtual.tracks.photo.taken import Photo, photo_of

#: What the docs promise of a photo in which the mat is some 1,500 pixels wide.
TOLERANCE_M = 0.03
STEEP = np.array([(0.36, 0.28), (0.7, 0.25), (0.98, 0.93), (0.02, 0.96)])


def proposed(photo: Photo) -> tuple[Proposal, Points]:
    """Return the proposal, and its line on the ground of the track that was photographed."""
    made = propose(photo.jpeg(), photo.taps, "mat")
    return made, smooth_line(np.array(made.document.points)) + photo.origin_m


@pytest.mark.parametrize("name", list(DESIGNS))
def test_the_road_is_found_where_it_is(name: str) -> None:
    """It should propose the painted line within 3 cm, its width, and where the finish line lies."""
    track = track_named(name)
    made, line = proposed(photo_of(track))
    assert made.notes == ("road_found", "line_found", "direction")
    assert farthest_m(track.centre[::3], line) < TOLERANCE_M
    assert farthest_m(line[::3], track.centre) < TOLERANCE_M
    assert made.document.width_m == pytest.approx(track.width_m, abs=0.025)
    assert np.hypot(*(line[0] - track.centre[0])) < 0.05


@pytest.mark.parametrize(
    "changes",
    [
        {"noise": 12.0, "shade": 0.6},
        {"view": STEEP},
        {"tap_error_px": 2.0, "seed": 5},
        {"view": np.roll(np.array([(0.1, 0.1), (0.9, 0.15), (0.95, 0.9), (0.05, 0.85)]), 1, 0)},
    ],
)
def test_poor_photos_give_the_road_too(changes: dict[str, object]) -> None:
    """It should find it in noise and half light, at a steep angle, by shaky taps, turned round."""
    track = track_named("demo")
    made, line = proposed(photo_of(track, **changes))  # type: ignore[arg-type]
    assert "road_found" in made.notes
    assert farthest_m(track.centre[::3], line) < 2 * TOLERANCE_M


def test_a_border_that_is_hidden_in_places_is_bridged() -> None:
    """It should follow the road past a shoe on one border and glare on the other."""
    track = track_named("demo")
    photo = photo_of(track)
    shoe, glare = (
        photo.pixel_of(*track.at(along_m, offset_m)[:2])
        for along_m, offset_m in ((2.0, -0.43), (11.0, 0.43))
    )
    cv2.circle(photo.picture, shoe, 30, (30, 30, 30), -1)
    cv2.circle(photo.picture, glare, 30, (250, 250, 250), -1)
    made, line = proposed(photo)
    assert "road_found" in made.notes
    assert farthest_m(track.centre[::3], line) < 4 * TOLERANCE_M


@pytest.mark.parametrize("name", ["demo", "bean"])
def test_a_dark_road_without_borders_is_found(name: str) -> None:
    """It should follow the road's own edge where no tape bounds it, past the line across it."""
    track = track_named(name)
    plain = Looks(border_bgr=PLAIN_LOOKS.field_bgr, seed=3)
    made, line = proposed(photo_of(track, looks=plain))
    assert made.notes[0] == "dark_road"
    assert farthest_m(track.centre[::3], line) < 2 * TOLERANCE_M
    assert made.document.width_m == pytest.approx(track.width_m - 0.1, abs=0.04)


def test_what_is_not_found_is_said() -> None:
    """It should lay a plain round within the rectangle where there are no borders."""
    photo = photo_of(track_named("oval"))
    photo.picture[:] = np.random.default_rng(2).integers(90, 130, photo.picture.shape)
    made, _ = proposed(photo)
    points = np.array(made.document.points)
    assert made.notes == ("no_road",)
    assert (points > 0).all()
    assert (points < (photo.taps.width_m, photo.taps.height_m)).all()
    assert made.document.ground is not None


def test_a_road_that_leaves_the_picture_is_none() -> None:
    """It should not close a road by itself whose end the photo doesn't show."""
    track = track_named("demo")
    photo = photo_of(track)
    photo.picture[:, 1200:] = 100
    made, _ = proposed(photo)
    assert "no_road" in made.notes


@pytest.mark.parametrize(
    ("corners", "width_m", "words"),
    [
        ([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9)], 3.0, "Four corners"),
        ([(0.1, 0.1), (0.1, 0.9), (0.9, 0.9), (0.9, 0.1)], 3.0, "clockwise"),
        ([(0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)], 3.0, "clockwise"),
        ([(0.5, 0.5), (0.505, 0.5), (0.505, 0.505), (0.5, 0.505)], 3.0, "too small"),
        ([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, float("nan"))], 3.0, "Four corners"),
        ([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)], 0.0, "5 cm to 60 m"),
        ([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)], float("inf"), "5 cm to 60 m"),
    ],
)
def test_taps_that_make_no_rectangle_are_refused(
    corners: list[tuple[float, float]], width_m: float, words: str
) -> None:
    """It should say in one sentence what is wrong with them."""
    photo = photo_of(track_named("oval"))
    with pytest.raises(TrackPhotoError, match=words):
        propose(photo.jpeg(), Taps(corners, width_m, 2.0), "mat")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" * 9])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    """It should say which files it takes."""
    with pytest.raises(TrackPhotoError, match="JPEG or PNG"):
        propose(content, photo_of(track_named("oval")).taps, "mat")
