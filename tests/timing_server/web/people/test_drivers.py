"""Drivers and teams: shown as they choose, private where they should be, gone when forgotten."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.timing_server.web.live_server import Organiser, organising

SECRET = {
    "name": "Wilhelmina Apexhausen",
    "nickname": "Overcut",
    "shown_as": "nickname",
    "contact": "overcut@example.org",
    "sponsor": "Kerb & Sons",
    "country": "DE",
}


def test_everybody_sees_what_was_chosen(organiser: Organiser) -> None:
    """It should show the chosen name to strangers, and the rest to the organiser alone."""
    made = organiser.post("/drivers", SECRET)
    assert made["shown_name"] == "Overcut"
    public = httpx2.get(f"{organiser.url}/drivers")
    assert "Overcut" in public.text
    assert "Apexhausen" not in public.text
    assert "example.org" not in public.text
    path = f"/drivers/{made['driver_id']}"
    assert organiser.get(path)["contact"] == SECRET["contact"]
    assert organiser.get("/drivers/profiles")[0]["driver_id"]
    assert httpx2.get(f"{organiser.url}/drivers/profiles").status_code == 401
    assert httpx2.get(f"{organiser.url}{path}").status_code == 401
    changed = organiser.http.patch(path, json={"shown_as": "initials", "contact": ""}).json()
    assert (changed["shown_name"], changed["contact"]) == ("W.A.", "")
    assert changed["sponsor"] == "Kerb & Sons"


def test_the_log_and_the_screens_hold_display_names_alone(organiser: Organiser) -> None:
    """It should keep full names out of every public answer about an event."""
    driver = organiser.post("/drivers", SECRET)
    event = organiser.post("/events", {"name": "Cup"})["event_id"]
    body = {"driver_ids": [driver["driver_id"]]}
    entry = organiser.post(f"/events/{event}/entries", body)
    for path in (f"/events/{event}/entries", f"/events/{event}/view", f"/events/{event}/log"):
        text = httpx2.get(f"{organiser.url}{path}").text
        assert "Apexhausen" not in text, path
        assert "example.org" not in text, path
    (row,) = organiser.get(f"/events/{event}/entries")
    assert (row["entry_id"], row["name"]) == (entry["entry_id"], "Overcut")


def test_a_forgotten_driver_leaves_a_number(tmp_path: Path) -> None:
    """It should take the person out of every answer and every byte on the disk, and no lap."""
    with organising(tmp_path) as organiser:
        driver = organiser.post("/drivers", SECRET, **{"Idempotency-Key": "sign-up"})
        path = f"/drivers/{driver['driver_id']}"
        event = organiser.post("/events", {"name": "Cup"})["event_id"]
        body = {"driver_ids": [driver["driver_id"]], "number": 77}
        organiser.post(f"/events/{event}/entries", body)
        session = organiser.token("driver", driver["driver_id"])
        log = organiser.get(f"/events/{event}/log")
        assert organiser.post(f"{path}/forget") == {"driver_id": driver["driver_id"]}
        assert organiser.get(f"/events/{event}/log") == log
        (row,) = organiser.get(f"/events/{event}/entries")
        assert (row["name"], row["number"]) == ("#77", 77)
        assert organiser.get(f"/events/{event}/view")["view"]["entries"]
        who = httpx2.get(f"{organiser.url}/session", headers={"Authorization": f"Bearer {session}"})
        assert who.json()["role"] == "public"
        assert organiser.refusal(f"{path}/forget")["code"] == "unknown_driver"
        body["number"] = 78
        assert organiser.refusal(f"/events/{event}/entries", body)["code"] == "unknown_driver"
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("paddock.sqlite3*"))
    for secret in ("Apexhausen", "Overcut", "overcut@example.org"):
        assert secret.encode() not in kept, secret


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE drivers;--",
        '=HYPERLINK("http://evil")',
        "مينا أبكس",
        "李雷 / 韩梅梅",
        "Ñandú Čurda Ÿ",
        "किरण",
        "🏎️ 👩‍👩‍👧‍👦",
        "../../etc/passwd",
        "${7*7} {{7*7}} %s %n",
        "null",
        "Z\u0301a\u0302l\u0303g\u0304o\u0305",
    ],
)
def test_names_of_every_script_stay_text(organiser: Organiser, name: str) -> None:
    """It should keep hostile and foreign names to the letter, and break on none."""
    for shown_as in ("full", "initials", "nickname"):
        body: dict[str, Any] = {"name": name, "nickname": name, "shown_as": shown_as}
        made = organiser.post("/drivers", body)
        assert made["name"] == made["nickname"]
        listed = {each["driver_id"]: each["name"] for each in organiser.get("/drivers")}
        assert listed[made["driver_id"]] == made["shown_name"]
    answer = organiser.http.get("/drivers")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert json.loads(answer.content)


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "\u200d", "\u3000", "\u3164\u3164", "\u2800", "\u0301", "\ufe0f"),
        *("a\u202eb", "a\u0000b", "a\nb", "a\u200bb", "\ufeffa", "x" * 41, "a\ud7ff\ue000"),
    ],
)
def test_names_that_deceive_are_refused(organiser: Organiser, name: str) -> None:
    """It should refuse names that are invisible, steer the text, or are too long."""
    problem = organiser.refusal("/drivers", {"name": name})
    assert problem["status"] == 422
    problem = organiser.refusal("/teams", {"name": name})
    assert problem["status"] == 422


def test_teams_have_names(organiser: Organiser) -> None:
    """It should name, list and rename teams."""
    made = organiser.post("/teams", {"name": "Kerb Riders", "colour": "#112233"})
    path = f"/teams/{made['team_id']}"
    changed = organiser.http.patch(path, json={"name": "Kerb Hoppers"}).json()
    assert changed == made | {"name": "Kerb Hoppers"}
    assert changed in organiser.get("/teams")
    gone = organiser.http.patch("/teams/none", json={"name": "x"})
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_team")
