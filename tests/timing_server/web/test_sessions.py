"""Codes, cookies and what protects them, over real loopback."""

from pathlib import Path

import httpx2
import pytest

from tests.timing_server.web.live_server import PATIENCE_S, Organiser, serving
from timing_server.web.auth import SESSION_COOKIE


@pytest.fixture
def browser(organiser: Organiser) -> httpx2.Client:
    """A browser without any credential, which sends Origin as browsers do."""
    origin = organiser.url.removesuffix("/api/v1")
    return httpx2.Client(base_url=organiser.url, headers={"Origin": origin}, timeout=PATIENCE_S)


def code_for(organiser: Organiser, role: str = "organiser") -> str:
    return str(organiser.post("/codes", {"role": role, "principal": "someone"})["code"])


def test_a_code_logs_a_browser_in_once(organiser: Organiser, browser: httpx2.Client) -> None:
    """It should set a strict HttpOnly cookie of limited life, and refuse the code afterwards."""
    code = code_for(organiser)
    typed = f" {code.lower().replace('-', ' ')} "
    answer = browser.post("/session", json={"code": typed})
    assert answer.json() == {"role": "organiser", "principal": "someone", "scope": None}
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age=43200" in cookie
    assert browser.get("/session").json()["role"] == "organiser"
    assert browser.get("/nodes").status_code == 200
    again = browser.post("/session", json={"code": code})
    assert (again.status_code, again.json()["code"]) == (403, "code_refused")
    token = browser.cookies["paddock_session"]
    assert browser.delete("/session").status_code == 204
    assert browser.get("/session").json()["role"] == "public"
    stolen = {"Authorization": f"Bearer {token}"}
    assert browser.get("/nodes", headers=stolen).status_code == 401
    browser.close()


def test_a_page_of_another_site_can_not_act(organiser: Organiser, browser: httpx2.Client) -> None:
    """It should refuse writes whose Origin isn't the Host, and cookies without any Origin."""
    browser.post("/session", json={"code": code_for(organiser)})
    body = {"name": "Intruder"}
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", "http://["):
        answer = browser.post("/drivers", json=body, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin"), origin
    bare = httpx2.Client(base_url=organiser.url, cookies=browser.cookies)
    assert bare.post("/drivers", json=body).json()["code"] == "wrong_origin"
    # What makes a session valid must make it need an origin, however odd the rest of the request.
    session = f"{SESSION_COOKIE}={bare.cookies[SESSION_COOKIE]}"
    for odd in ({"Authorization": "Basic abc"}, {"Cookie": f'a b="; {session}'}):
        answer = httpx2.post(
            f"{organiser.url}/drivers", json=body, headers={"Cookie": session, **odd}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin"), odd
    stranger = httpx2.post(f"{organiser.url}/drivers", json=body, headers={"Cookie": "a/b=1"})
    assert stranger.json()["code"] == "not_signed_in"
    assert browser.post("/drivers", json={"name": "Own Page"}).status_code == 201
    foreign = {"Origin": "http://evil.example"}
    guess = httpx2.post(f"{organiser.url}/session", json={"code": "x"}, headers=foreign)
    assert guess.json()["code"] == "wrong_origin"
    bare.close()
    browser.close()


def test_a_car_that_nobody_signed_up_gets_nothing(organiser: Organiser) -> None:
    """It should refuse a code and a token with the car's id, and give both once it is known."""
    body = {"role": "car", "principal": "made-up"}
    for path in ("/codes", "/credentials"):
        answer = organiser.http.post(path, json=body)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (404, "unknown_car")
        assert problem["params"] == {"id": "made-up"}
    organiser.post("/cars", {"car_id": "made-up", "name": "Made Up"})
    for path in ("/codes", "/credentials"):
        assert organiser.http.post(path, json=body).status_code == 201


def test_codes_are_tried_five_times_a_minute(tmp_path: Path) -> None:
    """It should answer 429 after five wrong ones, with a right one too, and no header helps."""
    with serving(tmp_path) as url:
        right = (tmp_path / "setup-code").read_text().strip()
        for number in range(5):
            headers = {"X-Forwarded-For": f"10.0.0.{number}"}
            answer = httpx2.post(f"{url}/pair", json={"code": "WRONG"}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "code_refused")
        answer = httpx2.post(f"{url}/session", json={"code": right})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tries")
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert (tmp_path / "setup-code").exists()


def test_the_setup_code_works_once_and_stays_until_then(tmp_path: Path) -> None:
    """It should survive restarts, be for this user alone, and vanish when it is used."""
    file = tmp_path / "setup-code"
    with serving(tmp_path):
        code = file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600
    with serving(tmp_path) as url:
        assert file.read_text() == code
        answer = httpx2.post(f"{url}/pair", json={"code": code.strip()})
        assert answer.json()["role"] == "organiser"
        assert not file.exists()
        assert httpx2.post(f"{url}/pair", json={"code": code.strip()}).status_code == 403
    with serving(tmp_path):
        assert not file.exists()


def test_a_code_pairs_a_device(organiser: Organiser) -> None:
    """It should make a token of the code's role, for the device's own id."""
    code = organiser.post("/codes", {"role": "node", "principal": "node-9"})["code"]
    pairing = httpx2.post(f"{organiser.url}/pair", json={"code": code}).json()
    assert (pairing["role"], pairing["scope"]) == ("node", "node-9")
    listed = [each["principal"] for each in organiser.get("/credentials")]
    assert "node-9" in listed
