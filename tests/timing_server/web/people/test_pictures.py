"""A driver's picture over the interface: given, shown to everybody, and gone when forgotten."""

import io
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from tests.timing_server.web.live_server import Organiser, organising


def jpeg(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def driver(organiser: Organiser) -> str:
    return str(organiser.post("/drivers", {"name": "Turbo Tester"})["driver_id"])


def test_everybody_sees_a_picture_and_may_keep_its_version(
    organiser: Organiser, driver: str
) -> None:
    """It should show what the organiser gave, under a name that changes with it."""
    path = f"/drivers/{driver}/picture"
    assert organiser.refusal(path, method="GET")["code"] == "unknown_picture"
    made = organiser.http.put(path, content=jpeg("red")).json()
    shown = httpx2.get(f"{organiser.url}{path}?v={made['picture_version']}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in shown.headers["cache-control"]
    assert Image.open(io.BytesIO(shown.content)).size == (256, 256)
    again = organiser.http.put(path, content=jpeg("blue")).json()
    assert again["picture_version"] != made["picture_version"]
    older = httpx2.get(f"{organiser.url}{path}?v={made['picture_version']}")
    assert (older.headers["cache-control"], older.content != shown.content) == ("no-cache", True)
    (listed,) = [each for each in organiser.get("/drivers") if each["driver_id"] == driver]
    assert listed["picture_version"] == again["picture_version"]
    changed = organiser.http.patch(f"/drivers/{driver}", json={"country": "DE"}).json()
    assert changed["picture_version"] == again["picture_version"]
    assert organiser.http.delete(path).json()["picture_version"] is None
    assert organiser.refusal(path, method="GET")["status"] == 404


def test_screens_learn_of_a_picture_at_once(organiser: Organiser, driver: str) -> None:
    """It should name the picture in the live document while there is one, and of lone drivers."""
    event = organiser.post("/events", {"name": "Cup"})["event_id"]
    other = organiser.post("/drivers", {"name": "Other Tester"})["driver_id"]
    path = f"/events/{event}/entries"
    alone = organiser.post(path, {"driver_ids": [driver]})["entry_id"]
    team = organiser.post(path, {"driver_ids": [other]})["entry_id"]
    organiser.http.put(f"/drivers/{driver}/picture", content=jpeg("red"))
    entries = organiser.get(f"/events/{event}/view")["view"]["entries"]
    assert httpx2.get(f"{organiser.url}{entries[alone]['picture']}").status_code == 200
    assert "picture" not in entries[team]
    organiser.http.delete(f"/drivers/{driver}/picture")
    assert "picture" not in organiser.get(f"/events/{event}/view")["view"]["entries"][alone]


def test_a_driver_gives_the_own_picture_alone(organiser: Organiser, driver: str) -> None:
    """It should let drivers change their own picture and nobody else's."""
    token = organiser.token("driver", driver)
    other = organiser.post("/drivers", {"name": "Other Tester"})["driver_id"]
    with httpx2.Client(
        base_url=organiser.url, headers={"Authorization": f"Bearer {token}"}
    ) as phone:
        made = phone.put("/me/picture", content=jpeg("red"))
        assert made.json()["driver_id"] == driver
        assert phone.get("/me").json()["driver"]["picture_version"]
        assert phone.put(f"/drivers/{other}/picture", content=jpeg("red")).status_code == 403
        assert phone.delete(f"/drivers/{driver}/picture").status_code == 403
        assert phone.delete("/me/picture").json()["picture_version"] is None
    stranger = httpx2.put(f"{organiser.url}/me/picture", content=jpeg("red"))
    assert stranger.status_code == 401


def test_what_is_no_picture_is_refused(organiser: Organiser, driver: str) -> None:
    """It should refuse by what the bytes are, whatever their type claims, and keep nothing."""
    path = f"/drivers/{driver}/picture"
    for content, status, code in (
        (b"<script>alert(1)</script>", 422, "picture_unreadable"),
        (bytes(8 * 1024 * 1024 + 1), 413, "body_too_large"),
    ):
        answer = organiser.http.put(path, content=content, headers={"Content-Type": "image/jpeg"})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    nobody = organiser.http.put("/drivers/nobody/picture", content=jpeg("red"))
    assert nobody.json()["code"] == "unknown_driver"
    assert organiser.refusal(path, method="GET")["status"] == 404


def test_a_picture_survives_a_restart_and_goes_with_the_person(tmp_path: Path) -> None:
    """It should keep a picture with the names, and leave no byte of it once forgotten."""
    with organising(tmp_path) as organiser:
        driver = organiser.post("/drivers", {"name": "Turbo Tester"})["driver_id"]
        path = f"/drivers/{driver}/picture"
        version = organiser.http.put(path, content=jpeg("red")).json()["picture_version"]
    with organising(tmp_path) as organiser:
        assert organiser.get(f"/drivers/{driver}")["picture_version"] == version
        content = organiser.http.get(path).content
        organiser.post(f"/drivers/{driver}/forget")
        assert organiser.refusal(path, method="GET")["status"] == 404
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("paddock.sqlite3*"))
    assert content[-200:-100] not in kept
    assert version.encode() not in kept
