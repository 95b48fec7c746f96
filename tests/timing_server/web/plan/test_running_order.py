from typing import Any

from tests.timing_server.web.live_server import Organiser


def planned(organiser: Organiser, plan: dict[str, Any]) -> list[str]:
    """Return the names of who drives when, in the order of calling, of the plan's stage."""
    shown = organiser.get(f"{plan['path']}/stages/{plan['stage_id']}/start-list")
    return ["+".join(name[-1] for name in row["names"]) for row in shown["heats"]]


def add_stage(organiser: Organiser, plan: dict[str, Any], **body: Any) -> str:
    answer = organiser.post(f"{plan['path']}/stages", {"title": "Next", **body})
    return str(answer["stage_id"])


def test_rounds_are_planned_at_once(organiser: Organiser) -> None:
    """It should plan every heat of the rounds in one command, done once under one key."""
    plan = organiser.plan(drivers=4)
    plan["stage_id"] = add_stage(organiser, plan, cars_max=2)
    path = f"{plan['path']}/stages/{plan['stage_id']}/rounds"
    body = {"order": "number", "rounds_n": 2, "has_lanes": True}
    first = organiser.post(path, body, **{"Idempotency-Key": "rounds-1"})
    again = organiser.post(path, body, **{"Idempotency-Key": "rounds-1"})
    assert first == again
    assert first["facts"] == ["HeatPlanned"] * 4
    assert len(first["heat_ids"]) == 4
    assert planned(organiser, plan) == ["0+1", "2+3", "0+1", "2+3"]
    heats = organiser.get(f"{plan['path']}/stages/{plan['stage_id']}/start-list")["heats"]
    assert [row["round_number"] for row in heats] == [1, 1, 2, 2]
    assert [row["lanes"] for row in heats] == [[1, 2], [1, 2], [2, 1], [2, 1]]


def test_a_round_follows_the_standings_of_another_stage(organiser: Organiser) -> None:
    """It should have the best of qualifying drive last."""
    plan = organiser.plan(drivers=3)
    for entry_id, lap_us in zip(plan["entries"], (8_000_000, 7_000_000), strict=False):
        heat = f"{plan['path']}/heats/{organiser.start_next(plan)}"
        lap = {"entry_id": entry_id, "duration_us": lap_us, "reason": "beam was unplugged"}
        organiser.post(f"{heat}/credits", lap)
        organiser.post(f"{heat}/stop")
    qualifying, plan["stage_id"] = plan["stage_id"], add_stage(organiser, plan)
    path = f"{plan['path']}/stages/{plan['stage_id']}/rounds"
    organiser.post(path, {"order": "standings", "from_stage_id": qualifying})
    assert planned(organiser, plan) == ["2", "0", "1"]
    organiser.post(path, {"order": "reverse"})
    assert planned(organiser, plan) == ["2", "0", "1", "1", "0", "2"]
    problem = organiser.refusal(path, {"order": "standings", "from_stage_id": "none"})
    assert (problem["status"], problem["code"]) == (404, "unknown_stage")
    problem = organiser.refusal(path, {"order": "seed"})
    assert (problem["status"], problem["code"]) == (409, "field_not_drawn")
    problem = organiser.refusal(path, {"entry_ids": ["none"]})
    assert (problem["status"], problem["code"]) == (404, "unknown_entry")


def test_the_queue_is_reordered_by_hand(organiser: Organiser) -> None:
    """It should call heats in the order that was asked for, and take one out."""
    plan = organiser.plan(drivers=3)
    one, two, three = plan["heats"]
    organiser.post(f"{plan['path']}/heats/order", {"heat_ids": [three, one]})
    assert planned(organiser, plan) == ["2", "0", "1"]
    removed = organiser.http.delete(f"{plan['path']}/heats/{one}")
    assert (removed.status_code, removed.json()["facts"]) == (200, ["HeatRemoved"])
    assert planned(organiser, plan) == ["2", "1"]
    assert organiser.post(f"{plan['path']}/next")["heat_id"] == three
    problem = organiser.refusal(f"{plan['path']}/heats/order", {"heat_ids": [three, two]})
    assert (problem["status"], problem["code"]) == (409, "heat_called")
    problem = organiser.refusal(f"{plan['path']}/heats/order", {"heat_ids": [two, two]})
    assert (problem["status"], problem["code"]) == (422, "heat_repeated")
    organiser.post(f"{plan['path']}/heats/{three}/stop")


def test_cars_share_a_heat_if_the_stage_says_so(organiser: Organiser) -> None:
    """It should refuse more cars than may be on track at once, and lanes that clash."""
    plan = organiser.plan(drivers=2)
    body = {"stage_id": plan["stage_id"], "entry_ids": plan["entries"]}
    problem = organiser.refusal(f"{plan['path']}/heats", body)
    assert (problem["status"], problem["code"]) == (422, "too_many_entries")
    body["stage_id"] = add_stage(organiser, plan, cars_max=2)
    problem = organiser.refusal(f"{plan['path']}/heats", {**body, "lanes": [1, 1]})
    assert (problem["status"], problem["code"]) == (422, "wrong_lanes")
    heat_id = organiser.post(f"{plan['path']}/heats", {**body, "lanes": [2, 1]})["heat_id"]
    assert organiser.get(f"{plan['path']}/heats/{heat_id}")["heat_id"] == heat_id


def test_drivers_queue_with_their_own_entry(organiser: Organiser) -> None:
    """It should let a driver join and leave an open stage's queue, for nobody else."""
    plan = organiser.plan(drivers=2)
    stage_id = add_stage(organiser, plan, is_open=True)
    own, other = ({"entry_id": each} for each in plan["entries"])
    (driver_id,) = organiser.get(f"{plan['path']}/entries")[0]["driver_ids"]
    body = {"role": "driver", "principal": "phone-1", "scope": driver_id}
    token = organiser.post("/credentials", body)["token"]
    driver = {"Authorization": f"Bearer {token}"}
    path = f"{plan['path']}/stages/{stage_id}"
    heat_id = organiser.post(f"{path}/join", own, **driver)["heat_id"]
    assert organiser.get(f"{plan['path']}/heats")[-1]["heat_id"] == heat_id
    assert organiser.refusal(f"{path}/join", own, **driver)["code"] == "already_queued"
    for action in ("join", "leave"):
        assert organiser.refusal(f"{path}/{action}", other, **driver)["code"] == "forbidden"
    assert organiser.post(f"{path}/leave", own, **driver)["heat_id"] == heat_id
    assert organiser.refusal(f"{path}/leave", own, **driver)["code"] == "not_queued"
    closed = f"{plan['path']}/stages/{plan['stage_id']}/join"
    assert organiser.refusal(closed, own, **driver)["code"] == "stage_not_open"
    organiser.post(f"{path}/join", other)
