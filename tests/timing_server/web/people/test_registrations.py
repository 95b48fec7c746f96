"""From a phone in the hall to an entry, over real loopback."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.timing_server.web.live_server import PATIENCE_S, Organiser, organising, serving
from timing_server.service.people.registrations import ASKED_A_MINUTE

WISH = {
    "name": "Wilhelmina Apexhausen",
    "nickname": "Overcut",
    "shown_as": "nickname",
    "contact": "overcut@example.org",
    "team": "Kerb Riders",
    "region": "North",
    "class_name": "Open",
}


@pytest.fixture
def phone(organiser: Organiser) -> Iterator[httpx2.Client]:
    """A browser without any credential, which sends Origin as browsers do."""
    origin = organiser.url.removesuffix("/api/v1")
    headers = {"Origin": origin}
    with httpx2.Client(base_url=organiser.url, headers=headers, timeout=PATIENCE_S) as client:
        yield client


@pytest.fixture
def event(organiser: Organiser) -> str:
    """A planned event."""
    return str(organiser.post("/events", {"name": "Cup"})["event_id"])


def ask(phone: httpx2.Client, event: str, **changes: Any) -> Any:
    answer = phone.post(f"/events/{event}/registrations", json=WISH | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_from_the_phone_to_an_entry(organiser: Organiser, phone: httpx2.Client, event: str) -> None:
    """It should show nothing before the approval, and an entry with its groups after it."""
    made = ask(phone, event)
    me = phone.get("/me").json()
    assert (me["driver"], me["registrations"][0]["status"]) == (None, "pending")
    for path in ("/drivers", f"/events/{event}/entries", f"/events/{event}/log"):
        assert "Overcut" not in httpx2.get(f"{organiser.url}{path}").text
    (waiting,) = organiser.get(f"/events/{event}/registrations")
    assert (waiting["name"], waiting["shown_name"]) == (WISH["name"], "Overcut")
    path = f"/registrations/{made['registration_id']}"
    outcome = organiser.post(f"{path}/approve", {"number": 7, "region": "South"})
    assert (outcome["status"], outcome["number"]) == ("approved", 7)
    (entry,) = organiser.get(f"/events/{event}/entries")
    assert (entry["number"], entry["name"]) == (7, "Overcut")
    added = organiser.get(f"/events/{event}/log")["facts"][-1]["fact"]["body"]
    (team,) = [each for each in organiser.get("/teams") if each["name"] == "Kerb Riders"]
    assert (added["region"], added["class_name"], added["team_id"]) == (
        *("South", "Open"),
        team["team_id"],
    )
    me = phone.get("/me").json()
    assert me["driver"]["shown_name"] == "Overcut"
    assert me["registrations"][0]["entry_id"] == outcome["entry_id"]
    again = organiser.refusal(f"{path}/decline")
    assert again["code"] == "registration_decided"


def test_a_driver_may_do_what_is_theirs_alone(
    organiser: Organiser, phone: httpx2.Client, event: str
) -> None:
    """It should give the phone the role of that driver and nothing that marshals may."""
    made = ask(phone, event)
    who = phone.get("/session").json()
    assert (who["role"], who["scope"]) == ("driver", made["driver_id"])
    assert phone.get("/nodes").status_code == 403
    assert phone.get(f"/events/{event}/registrations").status_code == 403
    approval = f"/registrations/{made['registration_id']}/approve"
    assert phone.post(approval, json={}).json()["code"] == "forbidden"
    renamed = phone.patch("/me", json={"name": "Somebody Else"})
    assert renamed.status_code == 422
    me = phone.patch("/me", json={"shown_as": "initials", "contact": ""}).json()
    assert me["registrations"][0]["shown_name"] == "W.A."
    organiser.post(approval)
    assert phone.get("/me").json()["driver"]["shown_name"] == "W.A."
    me = phone.patch("/me", json={"shown_as": "full"}).json()
    assert me["driver"]["shown_name"] == WISH["name"]
    assert organiser.http.get("/me").json()["code"] == "not_a_driver"


def test_once_is_enough(organiser: Organiser, phone: httpx2.Client, event: str) -> None:
    """It should take one registration of a person, also when the same request comes twice."""
    key = {"Idempotency-Key": "join-1"}
    path = f"/events/{event}/registrations"
    first = phone.post(path, json=WISH, headers=key)
    cookies = dict(phone.cookies)
    phone.cookies.clear()
    lost = phone.post(path, json=WISH, headers=key)
    assert lost.json() == first.json()
    assert dict(phone.cookies) != cookies
    assert phone.get("/me").json()["driver_id"] == first.json()["driver_id"]
    again = phone.post(path, json=WISH)
    assert (again.status_code, again.json()["code"]) == (409, "already_registered")
    assert len(organiser.get(path)) == 1


def test_a_repeat_from_elsewhere_is_somebody_else(
    organiser: Organiser, phone: httpx2.Client, event: str
) -> None:
    """It should sign nobody in as a driver for knowing the key and the body of the request."""
    key = {"Idempotency-Key": "1"}
    path = f"/events/{event}/registrations"
    mine = phone.post(path, json=WISH, headers=key).json()
    elsewhere = httpx2.HTTPTransport(local_address="127.0.0.2")
    with httpx2.Client(base_url=organiser.url, transport=elsewhere, timeout=PATIENCE_S) as other:
        theirs = other.post(path, json=WISH, headers=key)
        assert theirs.status_code == 201
        assert theirs.json()["driver_id"] != mine["driver_id"]
        assert other.get("/me").json()["driver_id"] == theirs.json()["driver_id"]


def test_a_no_has_a_reason_and_may_become_a_yes(
    organiser: Organiser, phone: httpx2.Client, event: str
) -> None:
    """It should tell the person why, forget how to reach them, and take another try."""
    made = ask(phone, event)
    path = f"/registrations/{made['registration_id']}"
    organiser.post(f"{path}/decline", {"reason": "Bring your own car, please."})
    (mine,) = phone.get("/me").json()["registrations"]
    assert (mine["status"], mine["reason"]) == ("declined", "Bring your own car, please.")
    assert mine["contact"] == ""
    assert ask(phone, event)["registration_id"] == made["registration_id"]
    organiser.post(f"{path}/approve")
    assert organiser.get(f"/events/{event}/entries")


def test_the_organiser_registers_others(organiser: Organiser, event: str) -> None:
    """It should register people at the desk without turning the organiser into them."""
    path = f"/events/{event}/registrations"
    made = [organiser.post(path, WISH)["driver_id"] for _ in range(2)]
    assert len(set(made)) == 2
    assert organiser.get("/session")["role"] == "organiser"


def test_a_forgotten_person_never_asked(
    organiser: Organiser, phone: httpx2.Client, event: str
) -> None:
    """It should drop the registration and the session of somebody who was never approved."""
    made = ask(phone, event)
    organiser.post(f"/drivers/{made['driver_id']}/forget")
    assert organiser.get(f"/events/{event}/registrations") == []
    assert phone.get("/me").status_code == 401


def test_what_can_not_be_joined(organiser: Organiser, phone: httpx2.Client, event: str) -> None:
    """It should refuse unknown and closed events, taken numbers and unknown registrations."""
    nowhere = phone.post("/events/nowhere/registrations", json=WISH)
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "unknown_event")
    made = [organiser.post(f"/events/{event}/registrations", WISH) for _ in range(2)]
    paths = [f"/registrations/{each['registration_id']}/approve" for each in made]
    organiser.post(paths[0], {"number": 5})
    assert organiser.refusal(paths[1], {"number": 5})["code"] == "number_taken"
    (_, waiting) = organiser.get(f"/events/{event}/registrations")
    assert waiting["status"] == "pending"
    assert organiser.refusal("/registrations/none/approve")["code"] == "unknown_registration"
    organiser.post(f"/events/{event}/open")
    organiser.post(f"/events/{event}/close")
    closed = phone.post(f"/events/{event}/registrations", json=WISH)
    assert closed.json()["code"] == "registration_closed"


def test_strangers_are_limited(tmp_path: Path) -> None:
    """It should stop an address that floods the list, and not the organiser."""
    with organising(tmp_path) as organiser:
        event = organiser.post("/events", {"name": "Cup"})["event_id"]
        path = f"/events/{event}/registrations"
        for _ in range(ASKED_A_MINUTE):
            assert httpx2.post(f"{organiser.url}{path}", json=WISH).status_code == 201
        flood = httpx2.post(f"{organiser.url}{path}", json=WISH)
        assert (flood.status_code, flood.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(flood.headers["retry-after"]) <= 60
        organiser.post(path, WISH)


def test_two_organisers_at_once(organiser: Organiser, event: str) -> None:
    """It should make one entry where two say yes in the same moment, and tell the other so."""
    made = organiser.post(f"/events/{event}/registrations", WISH)
    url = f"{organiser.url}/registrations/{made['registration_id']}/approve"
    bearer = {"Authorization": organiser.http.headers["Authorization"]}
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(httpx2.post, url, json={}, headers=bearer) for _ in range(8)]
    codes = sorted(each.result().status_code for each in asked)
    assert codes == [200, *[409] * 7]
    assert len(organiser.get(f"/events/{event}/entries")) == 1


def test_sign_up_can_be_closed_before_the_event_is(
    organiser: Organiser, phone: httpx2.Client, event: str
) -> None:
    """It should refuse newcomers by the organiser's word, and still let in who waits already."""
    made = ask(phone, event)
    path = f"/events/{event}/sign-up"
    stranger = httpx2.Client(base_url=organiser.url)
    assert stranger.get(path).json() == {"is_open": True}
    assert phone.put(path, json={"is_open": False}).status_code == 403
    assert organiser.http.put(path, json={"is_open": False}).json() == {"is_open": False}
    assert stranger.get(path).json() == {"is_open": False}
    refused = stranger.post(f"/events/{event}/registrations", json=WISH)
    assert (refused.status_code, refused.json()["code"]) == (409, "sign_up_closed")
    outcome = organiser.post(f"/registrations/{made['registration_id']}/approve")
    assert outcome["status"] == "approved"
    organiser.http.put(path, json={"is_open": True})
    assert stranger.post(f"/events/{event}/registrations", json=WISH).status_code == 201
    assert organiser.refusal("/events/nowhere/sign-up", method="GET")["status"] == 404
    stranger.close()


def test_closed_sign_up_outlives_a_restart(tmp_path: Path) -> None:
    """It should still be closed when the server comes back."""
    with organising(tmp_path) as organiser:
        event = organiser.post("/events", {"name": "Cup"})["event_id"]
        organiser.http.put(f"/events/{event}/sign-up", json={"is_open": False})
    with serving(tmp_path) as url:
        assert httpx2.get(f"{url}/events/{event}/sign-up").json() == {"is_open": False}
