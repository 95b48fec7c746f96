"""What boards show, over the interface: who may say so, and that every screen hears of it."""

import io

import httpx2
from PIL import Image

from tests.timing_server.web.live_server import Organiser


def logo(width: int = 400) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, 100), "red").save(file, "PNG")
    return file.getvalue()


def test_a_marshal_chooses_the_scene(organiser: Organiser) -> None:
    """It should let race control choose, tell every screen, and let nobody else."""
    token = organiser.token("marshal", "flag-1")
    with httpx2.Client(
        base_url=organiser.url, headers={"Authorization": f"Bearer {token}"}
    ) as marshal:
        assert marshal.put("/venue/scene", json={"scene": "standings"}).status_code == 200
        assert organiser.get("/venue/notice")["scene"] == "standings"
        refused = marshal.put("/venue/scene", json={"scene": "fireworks"})
        assert refused.status_code == 422
        assert marshal.post("/venue/sponsors?name=X", content=logo()).status_code == 403
    assert httpx2.put(f"{organiser.url}/venue/scene", json={"scene": "auto"}).status_code == 401
    organiser.http.put("/venue/scene", json={"scene": "auto"})
    assert organiser.get("/venue/notice")["scene"] == "auto"


def test_sponsors_come_and_go(organiser: Organiser) -> None:
    """It should show what was sent, redrawn, in order, and nothing of what was deleted."""
    for name in ("Axle Grease Co", "Bearing Bros"):
        made = organiser.http.post("/venue/sponsors", params={"name": name}, content=logo())
        assert made.status_code == 201
    first, second = organiser.get("/venue/sponsors")["sponsors"]
    assert organiser.get("/venue/notice")["sponsors"] == [first, second]
    shown = httpx2.get(f"{organiser.url}{first['picture']}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert "immutable" in shown.headers["cache-control"]
    assert Image.open(io.BytesIO(shown.content)).size == (400, 100)
    order = {"sponsor_ids": [second["sponsor_id"]]}
    ordered = organiser.http.put("/venue/sponsors/order", json=order).json()["sponsors"]
    assert [each["name"] for each in ordered] == ["Bearing Bros", "Axle Grease Co"]
    gone = organiser.http.delete(f"/venue/sponsors/{first['sponsor_id']}").json()["sponsors"]
    assert [each["name"] for each in gone] == ["Bearing Bros"]
    assert httpx2.get(f"{organiser.url}{first['picture']}").status_code == 404
    no_picture = organiser.http.post("/venue/sponsors", params={"name": "X"}, content=b"<svg/>")
    assert (no_picture.status_code, no_picture.json()["code"]) == (422, "picture_unreadable")
