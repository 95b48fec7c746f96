"""Tracks over the interface: designs and the venue's own, drawn, kept, deleted and brought back."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pypdf import PdfReader

from hardware.virtual.world.track_files import open_track
from tests.timing_server.web.live_server import Organiser, serving
from timing_server.service.tracks import tracks

POINTS = [[0.0, 0.0], [2.0, -0.4], [4.0, 0.0], [4.4, 1.5], [4.0, 3.0], [2.0, 3.4], [0.0, 3.0]]
TRACK = {"name": "Club night", "points": POINTS, "width_m": 0.8}


def id_of(number: int) -> str:
    return f"{number:032x}"


class Phone:
    """A driver's browser, signed in."""

    def __init__(self, organiser: Organiser, name: str) -> None:
        self.driver_id = str(organiser.post("/drivers", {"name": name})["driver_id"])
        body = {"role": "driver", "principal": self.driver_id, "scope": self.driver_id}
        token = organiser.post("/credentials", body)["token"]
        self.http = httpx2.Client(
            base_url=organiser.url, headers={"Authorization": f"Bearer {token}"}, timeout=60
        )


@pytest.fixture
def phone(organiser: Organiser) -> Iterator[Phone]:
    opened = Phone(organiser, "Turbo Tester")
    yield opened
    opened.http.close()


def put(http: httpx2.Client, number: int, **changes: Any) -> Any:
    return http.put(f"/tracks/{id_of(number)}", json=TRACK | changes)


def test_one_browser_cannot_fill_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should answer with a sentence and 429 where so many measure or print already."""
    monkeypatch.setattr(tracks, "SKETCHING", (16, 0))
    monkeypatch.setattr(tracks, "PRINTING", (0, 3))
    with serving(tmp_path) as url:
        organiser = Organiser(url, tmp_path)
        for answer in (
            organiser.http.post("/tracks/sketch", json={"points": POINTS, "width_m": 0.8}),
            organiser.http.get("/tracks/oval/sheets"),
            organiser.http.get("/tracks/oval/sheets.pdf"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (429, "tracks_busy")
        assert organiser.http.get("/tracks/oval").is_success
        organiser.close()


def test_designs_are_listed_for_everybody(organiser: Organiser) -> None:
    """It should name Paddock's tracks, the demo's first, with their lines in metres."""
    answer = httpx2.get(f"{organiser.url}/tracks")
    rows = [each for each in answer.json() if not each["is_own"]]
    assert [each["track_id"] for each in rows][:2] == ["demo", "oval"]
    plan = httpx2.get(f"{organiser.url}/tracks/oval")
    shape = plan.json()["shape"]
    assert (shape["length_m"], shape["width_m"]) == (10.454, 0.9)
    tag = plan.headers["etag"]
    again = httpx2.get(f"{organiser.url}/tracks/oval", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    desk = httpx2.get(f"{organiser.url}/tracks/desk").json()
    assert (desk["is_open"], desk["reason"], desk["reads_files"]) == (True, None, True)


def test_a_drawn_track_is_measured_and_not_kept(organiser: Organiser, phone: Phone) -> None:
    """It should say what a driver's points make, to nobody who isn't signed in."""
    body = {"points": POINTS, "width_m": 0.8}
    shape = phone.http.post("/tracks/sketch", json=body).json()
    assert 14 < shape["length_m"] < 15
    assert shape["troubles"] == []
    assert httpx2.post(f"{organiser.url}/tracks/sketch", json=body).status_code == 401
    same = body | {"points": [[0, 0], [0, 0], [1, 1], [0, 1]]}
    assert phone.http.post("/tracks/sketch", json=same).json()["code"] == "track_refused"
    far = body | {"points": [[0, 0], [1, 0], [1, 1], [1e12, 1]]}
    assert phone.http.post("/tracks/sketch", json=far).status_code == 422


def test_a_track_is_kept_as_a_file_that_commands_drive_on(
    organiser: Organiser, phone: Phone, folder: Path
) -> None:
    """It should be listed with its owner, and be opened by its file's path."""
    made = put(phone.http, 1)
    assert made.status_code == 200, made.text
    assert (made.json()["driver_id"], made.json()["points"]) == (phone.driver_id, POINTS)
    row = next(each for each in organiser.get("/tracks") if each["track_id"] == id_of(1))
    assert (row["name"], row["driver_name"], row["is_own"]) == ("Club night", "Turbo Tester", True)
    file = folder / "tracks" / f"{id_of(1)}.track"
    assert round(open_track(str(file)).length_m, 3) == row["length_m"]
    assert [each.name for each in file.parent.iterdir() if each.is_file()] == [file.name]
    again = put(phone.http, 1)
    assert again.json() == made.json()


def test_who_saves_later_than_somebody_else_is_told(organiser: Organiser, phone: Phone) -> None:
    """It should overwrite what was opened, and nothing newer."""
    first = put(phone.http, 2).json()
    second = put(organiser.http, 2, name="Renamed", version=first["version"]).json()
    assert (second["name"], second["driver_id"]) == ("Renamed", phone.driver_id)
    late = put(phone.http, 2, name="Late", version=first["version"])
    assert (late.status_code, late.json()["code"]) == (409, "track_changed")
    plan = organiser.http.get(f"/tracks/{id_of(2)}")
    assert (plan.json()["name"], plan.json()["version"]) == ("Renamed", second["version"])


def test_drivers_change_their_own_alone(organiser: Organiser, phone: Phone) -> None:
    """It should refuse other people's and the venue's, and anything of a design."""
    put(organiser.http, 3)
    for refused in (put(phone.http, 3, name="Mine"), phone.http.delete(f"/tracks/{id_of(3)}")):
        assert (refused.status_code, refused.json()["code"]) == (403, "not_own_track")
    assert organiser.http.put("/tracks/oval", json=TRACK).status_code == 422
    assert httpx2.put(f"{organiser.url}/tracks/{id_of(3)}", json=TRACK).status_code == 401


def test_a_deleted_track_can_be_brought_back(organiser: Organiser, phone: Phone) -> None:
    """It should be gone for everybody until then, and come back as it was."""
    before = put(phone.http, 4).json()
    path = f"/tracks/{id_of(4)}"
    assert phone.http.delete(path).status_code == 204
    assert organiser.http.get(path).json()["code"] == "unknown_track"
    other = Phone(organiser, "Apex Tester")
    assert other.http.post(f"{path}/restore").json()["code"] == "not_own_track"
    assert phone.http.post(f"{path}/restore").json() == before
    assert phone.http.post(f"{path}/restore").json()["code"] == "unknown_track"
    other.http.close()


def test_everybody_keeps_so_many(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should refuse one more, but change what there is."""
    monkeypatch.setattr(tracks, "TRACKS_PER_OWNER", 2)
    first = put(phone.http, 10).json()
    put(phone.http, 11)
    refused = put(phone.http, 12)
    assert (refused.status_code, refused.json()["params"]) == (409, {"most": 2})
    assert put(phone.http, 10, width_m=0.9, version=first["version"]).status_code == 200


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", json.dumps({"points": 1}).encode()])
def test_a_damaged_file_hides_no_other_track(
    organiser: Organiser, folder: Path, content: bytes
) -> None:
    """It should be passed over in the list, and be unknown when it is asked for."""
    put(organiser.http, 20)
    (folder / "tracks" / f"{id_of(21)}.track").write_bytes(content)
    (folder / "tracks" / "stray.track").write_bytes(content)
    ids = [each["track_id"] for each in organiser.get("/tracks")]
    assert id_of(20) in ids
    assert id_of(21) not in ids
    assert organiser.http.get(f"/tracks/{id_of(21)}").status_code == 404


def test_tracks_leave_as_files_for_other_tools(organiser: Organiser, tmp_path: Path) -> None:
    """It should hand out a design or an own track as N×6 metres, and an own one with its points."""
    put(organiser.http, 30)
    for track_id in ("esses", id_of(30)):
        answer = httpx2.get(f"{organiser.url}/tracks/{track_id}/file.npy")
        assert answer.headers["content-disposition"].startswith("attachment")
        file = tmp_path / f"{track_id}.npy"
        file.write_bytes(answer.content)
        length_m = organiser.get(f"/tracks/{track_id}")["length_m"]
        assert open_track(str(file)).length_m == pytest.approx(length_m, abs=0.005)
    answer = httpx2.get(f"{organiser.url}/tracks/{id_of(30)}/file.track")
    file = tmp_path / "own.track"
    file.write_bytes(answer.content)
    assert open_track(str(file)).name == "Club night"
    assert "owner" not in answer.json()
    assert organiser.http.get("/tracks/demo/file.track").status_code == 422


def test_tracks_are_printed_to_scale(organiser: Organiser, phone: Phone) -> None:
    """It should tell drivers how much paper that is, and give them the sheets."""
    made = put(phone.http, 31)
    assert made.status_code == 200
    for track_id in ("oval", id_of(31)):
        query = {"paper": "a3", "printed": "centre"}
        told = phone.http.get(f"/tracks/{track_id}/sheets", params=query).json()
        pdf = phone.http.get(f"/tracks/{track_id}/sheets.pdf", params=query)
        assert pdf.headers["content-type"] == "application/pdf"
        assert len(PdfReader(io.BytesIO(pdf.content)).pages) == told["sheets_n"] + 1
    for file in ("sheets", "sheets.pdf"):
        assert httpx2.get(f"{organiser.url}/tracks/oval/{file}").status_code == 401
    assert phone.http.get("/tracks/oval/sheets", params={"paper": "a0"}).status_code == 422
    ring = [[20 * x, 20 * y] for x, y in ((1, 0), (0.7, 0.7), (0, 1), (-1, 0), (0, -1))]
    put(phone.http, 32, points=ring)
    refused = phone.http.get(f"/tracks/{id_of(32)}/sheets")
    assert (refused.status_code, refused.json()["code"]) == (422, "track_refused")
    assert "sheets of A4" in refused.json()["detail"]


def test_a_track_that_no_hall_has_is_not_kept(phone: Phone) -> None:
    """It should measure what is too large to see by how much, and never what would take long."""
    wide = [[0, 0], [70, 0], [70, 40], [0, 40]]
    shape = phone.http.post("/tracks/sketch", json={"points": wide, "width_m": 1}).json()
    assert shape["troubles"] == ["wide"]
    assert put(phone.http, 50, points=wide).json()["code"] == "track_refused"
    zigzag = [[100 * (-1) ** at, 99 - at] for at in range(190)]
    refused = phone.http.post("/tracks/sketch", json={"points": zigzag, "width_m": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "track_refused")
    assert "1000 m" in refused.json()["detail"]
