"""What cars and race control say to each other about the fleet, over the interface."""

from typing import Any

import httpx2

from tests.timing_server.web.live_server import Organiser

CONDITION: dict[str, Any] = {"version": "1", "uptime_s": 5, "is_restartable": True}


def car_headers(organiser: Organiser, car_id: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {organiser.token('car', car_id)}"}


def test_a_car_speaks_for_itself_alone(organiser: Organiser) -> None:
    """It should refuse another car, a stranger, and a car that asks for race control's view."""
    red = car_headers(organiser, "red")
    organiser.token("car", "blue")
    url = organiser.url
    answer = httpx2.post(f"{url}/cars/red/condition", json=CONDITION, headers=red)
    assert answer.json() == {"load_sha256": None, "fetch": [], "errands": []}
    assert httpx2.post(f"{url}/cars/blue/condition", json=CONDITION, headers=red).status_code == 403
    assert httpx2.post(f"{url}/cars/red/condition", json=CONDITION).status_code == 401
    assert httpx2.get(f"{url}/fleet", headers=red).status_code == 403
    assert httpx2.post(f"{url}/cars/red/restart", headers=red).status_code == 403
    wrong = httpx2.post(f"{url}/cars/red/condition", json=CONDITION | {"wifi_dbm": 7}, headers=red)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_request")


def test_the_fleet_shows_errands_and_logs(organiser: Organiser) -> None:
    """It should ask a car once, take its log within a size, and hand that to the organiser."""
    green = car_headers(organiser, "green")
    url = f"{organiser.url}/cars/green"
    assert organiser.refusal("/cars/green/log/request")["code"] == "car_silent"
    httpx2.post(f"{url}/condition", json=CONDITION, headers=green)
    organiser.post("/cars/green/log/request")
    organiser.post("/cars/green/restart")
    errands = httpx2.post(f"{url}/condition", json=CONDITION, headers=green).json()["errands"]
    assert [each["kind"] for each in errands] == ["send_log", "restart"]
    (car,) = [each for each in organiser.get("/fleet") if each["car_id"] == "green"]
    assert (car["is_heard"], car["errands"]) == (True, ["send_log", "restart"])
    text = b"driving <b>fast</b>\n" + b"\xff"
    assert httpx2.put(f"{url}/log", content=text, headers=green).status_code == 204
    huge = httpx2.put(f"{url}/log", content=b"x" * 70_000, headers=green)
    assert (huge.status_code, huge.json()["code"]) == (413, "body_too_large")
    log = organiser.get("/cars/green/log")
    assert log["text"] == "driving <b>fast</b>\n\ufffd"
    assert httpx2.get(f"{url}/log", headers=green).status_code == 403
    assert organiser.refusal("/cars/nobody/restart")["code"] == "unknown_car"
