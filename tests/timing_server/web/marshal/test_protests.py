import httpx2

from tests.timing_server.web.marshal.raced import Raced


def driver_token(raced: Raced, entry: int) -> dict[str, str]:
    """Return the header of the driver of an entry."""
    entries = raced.organiser.get(f"{raced.path}/entries")
    (driver_id,) = entries[entry]["driver_ids"]
    body = {"role": "driver", "principal": f"driver-{entry}", "scope": driver_id}
    token = raced.organiser.post("/credentials", body)["token"]
    return {"Authorization": f"Bearer {token}"}


def test_a_protest_is_lodged_and_decided(raced: Raced) -> None:
    """It should be readable by everybody, decided once, and change no result by itself."""
    body = {"heat_id": raced.heats[0], "entry_id": raced.entries[1], "reason": "He pushed me"}
    protest_id = raced.rule("/protests", body)["ruling_id"]
    url = f"{raced.organiser.url}{raced.path}/protests"
    (lodged,) = httpx2.get(url).json()
    assert (lodged["protest_id"], lodged["state"]) == (protest_id, "open")
    assert (lodged["heat_number"], lodged["reason"]) == (1, "He pushed me")
    decision = {"is_upheld": True, "reason": "seen on video"}
    decided = raced.rule(f"/protests/{protest_id}/decide", decision)
    (shown,) = httpx2.get(url).json()
    assert (shown["state"], shown["decision_id"]) == ("upheld", decided["ruling_id"])
    assert (shown["decided_by"], shown["decision_reason"]) == ("organiser", "seen on video")
    again = raced.organiser.refusal(f"{raced.path}/protests/{protest_id}/decide", decision)
    assert (again["status"], again["code"]) == (409, "protest_already_decided")
    assert raced.ranks() == {raced.entries[0]: 1, raced.entries[1]: 2}


def test_a_withdrawn_protest_stays_in_the_list(raced: Raced) -> None:
    """It should say that a protest was withdrawn."""
    body = {"heat_id": raced.heats[0], "entry_id": raced.entries[1], "reason": "pushed"}
    protest_id = raced.rule("/protests", body)["ruling_id"]
    raced.rule(f"/rulings/{protest_id}/reverse", {"reason": "shook hands"})
    (shown,) = raced.organiser.get(f"{raced.path}/protests")
    assert shown["state"] == "withdrawn"


def test_drivers_protest_for_themselves(raced: Raced) -> None:
    """It should let a driver protest for an own entry, and neither for others nor decide."""
    headers = driver_token(raced, 1)
    http = raced.organiser.http
    body = {"heat_id": raced.heats[0], "entry_id": raced.entries[1], "reason": "pushed"}
    lodged = http.post(f"{raced.path}/protests", json=body, headers=headers)
    assert lodged.status_code == 201, lodged.text
    other = http.post(
        f"{raced.path}/protests", json=body | {"entry_id": raced.entries[0]}, headers=headers
    )
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    path = f"{raced.path}/protests/{lodged.json()['ruling_id']}/decide"
    decided = http.post(path, json={"is_upheld": True, "reason": "me"}, headers=headers)
    assert (decided.status_code, decided.json()["code"]) == (403, "forbidden")
    stranger = httpx2.post(f"{raced.organiser.url}{raced.path}/protests", json=body)
    assert stranger.status_code == 401


def test_a_protest_has_a_reason(raced: Raced) -> None:
    """It should refuse a protest that says nothing."""
    body = {"heat_id": raced.heats[0], "entry_id": raced.entries[1], "reason": "  "}
    refusal = raced.organiser.refusal(f"{raced.path}/protests", body)
    assert (refusal["status"], refusal["params"]["where"]) == (422, "reason")
