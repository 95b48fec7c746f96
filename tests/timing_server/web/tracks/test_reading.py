"""Photos and files over the interface: read by real processes, corrected, and kept as tracks."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx2
import numpy as np
import pytest

from hardware.virtual.world.designs import track_named
from hardware.virtual.world.track_files import open_track
from tests.hardware.virtual.tracks.photo.taken import Photo, photo_of
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.tracks.test_tracks import Phone, id_of, put

PATIENCE_S = 150.0


@pytest.fixture(scope="module")
def phone(organiser: Organiser) -> Iterator[Phone]:
    opened = Phone(organiser, "Turbo Tester")
    opened.http.timeout = PATIENCE_S
    yield opened
    opened.http.close()


@pytest.fixture(scope="module")
def photo() -> Photo:
    return photo_of(track_named("oval"))


def query(photo: Photo, **changes: Any) -> dict[str, Any]:
    (x, y), taps = zip(*photo.taps.corners, strict=True), photo.taps
    sides = {"width_m": round(taps.width_m, 3), "height_m": round(taps.height_m, 3)}
    return {"x": list(x), "y": list(y), **sides} | changes


def array(rows: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, rows)
    return file.getvalue()


def test_a_photo_becomes_a_track_with_its_ground(
    organiser: Organiser, phone: Phone, photo: Photo, folder: Path
) -> None:
    """It should find the road, hand out the ground from above, and keep it in the track's file."""
    read = phone.http.post("/tracks/photos", params=query(photo), content=photo.jpeg())
    assert read.status_code == 200, read.text
    found = read.json()
    assert found["notes"] == ["road_found", "line_found", "direction"]
    assert found["width_m"] == pytest.approx(0.9, abs=0.025)
    ground_id, place = found["ground_id"], found["ground"]
    picture = phone.http.get(f"/tracks/{ground_id}/ground.jpg")
    assert picture.headers["content-type"] == "image/jpeg"
    image = cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    rows, columns = image.shape[:2]
    assert columns / rows == pytest.approx(place["width_m"] / place["height_m"], abs=0.01)
    made = put(phone.http, 40, points=found["points"], width_m=0.9, ground_from=ground_id)
    assert (made.json()["has_ground"], made.json()["ground"]) == (True, place)
    kept = open_track(str(folder / "tracks" / f"{id_of(40)}.track"))
    assert kept.ground is not None
    version = made.json()["version"]
    renamed = put(
        phone.http, 40, name="Renamed", points=found["points"], width_m=0.9, version=version
    )
    assert renamed.json()["has_ground"], "it stays until another picture comes"
    assert phone.http.get(f"/tracks/{id_of(40)}/ground.jpg").content == picture.content
    copied = put(phone.http, 41, points=found["points"], ground_from=id_of(40))
    assert copied.json()["has_ground"]
    assert httpx2.get(f"{organiser.url}/tracks/{ground_id}/ground.jpg").status_code == 401
    assert list((folder / "tracks" / "incoming").iterdir()) == []


def test_a_community_file_becomes_a_track(phone: Phone) -> None:
    """It should give the points that make its line again, and its width."""
    esses = track_named("esses")
    read = phone.http.post("/tracks/imports", content=array(esses.rows()))
    assert read.status_code == 200, read.text
    shape = phone.http.post(
        "/tracks/sketch", json={key: read.json()[key] for key in ("points", "width_m")}
    ).json()
    assert shape["length_m"] == pytest.approx(esses.length_m, abs=0.05)
    assert read.json()["ground_id"] is None


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY junk", b"cos\nsystem\n(S'true'\ntR."])
def test_files_that_hold_no_track_are_refused(phone: Phone, content: bytes, folder: Path) -> None:
    """It should say why in one sentence, and keep nothing."""
    refused = phone.http.post("/tracks/imports", content=content)
    assert (refused.status_code, refused.json()["code"]) == (422, "track_unreadable")
    assert "Traceback" not in refused.text
    assert list((folder / "tracks" / "incoming").iterdir()) == []


def test_photos_that_show_nothing_are_refused(phone: Phone, photo: Photo) -> None:
    """It should name what is wrong with the file or with the taps."""
    refused = phone.http.post("/tracks/photos", params=query(photo), content=b"no photo")
    assert (refused.status_code, refused.json()["code"]) == (422, "track_unreadable")
    assert "JPEG or PNG" in refused.json()["detail"]
    crossed = query(photo, x=[0.1, 0.9, 0.1, 0.9], y=[0.1, 0.1, 0.9, 0.9])
    refused = phone.http.post("/tracks/photos", params=crossed, content=photo.jpeg())
    assert "clockwise" in refused.json()["detail"]
    three = query(photo, x=[0.1, 0.9, 0.1])
    assert phone.http.post("/tracks/photos", params=three, content=b"x").status_code == 422


def test_strangers_have_nothing_read(organiser: Organiser, photo: Photo) -> None:
    """It should ask who is there before it takes a byte."""
    for path in ("photos", "imports"):
        answer = httpx2.post(
            f"{organiser.url}/tracks/{path}", params=query(photo), content=photo.jpeg()
        )
        assert answer.status_code == 401


def test_a_picture_is_asked_for_by_an_id_that_is_there(phone: Phone) -> None:
    """It should be unknown where there is no such photo, and refused for the ground of a track."""
    assert phone.http.get(f"/tracks/{id_of(99)}/ground.jpg").status_code == 404
    put(phone.http, 42)
    assert phone.http.get(f"/tracks/{id_of(42)}/ground.jpg").json()["code"] == "unknown_picture"
    refused = put(phone.http, 43, ground_from=id_of(98))
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_track")
