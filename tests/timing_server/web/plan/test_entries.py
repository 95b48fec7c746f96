from typing import Any

from tests.timing_server.web.live_server import Organiser


def entry_row(organiser: Organiser, plan: dict[str, Any], number: int) -> Any:
    return organiser.get(f"{plan['path']}/entries")[number]


def test_an_entry_belongs_to_groups(organiser: Organiser) -> None:
    """It should be entered with groups, change those that are sent, and name its team."""
    plan = organiser.plan()
    team_id = organiser.post("/teams", {"name": "The Loose Nuts"})["team_id"]
    driver_id = organiser.post("/drivers", {"name": "Gravel Gauss"})["driver_id"]
    body = {"driver_ids": [driver_id], "region": "North", "class_name": "Open", "team_id": team_id}
    entry_id = organiser.post(f"{plan['path']}/entries", body)["entry_id"]
    row = entry_row(organiser, plan, 1)
    assert (row["region"], row["class_name"], row["team"]) == ("North", "Open", "The Loose Nuts")
    path = f"{plan['path']}/entries/{entry_id}"
    answer = organiser.http.patch(path, json={"region": "South", "team_id": None})
    assert answer.status_code == 200
    assert answer.json()["facts"] == ["EntryGrouped"]
    row = entry_row(organiser, plan, 1)
    assert (row["region"], row["class_name"], row["team_id"]) == ("South", "Open", None)
    problem = organiser.refusal(path, {"region": "South"}, "PATCH")
    assert (problem["status"], problem["code"]) == (409, "entry_unchanged")
    problem = organiser.refusal(path, {"team_id": "nobody"}, "PATCH")
    assert (problem["status"], problem["code"]) == (404, "unknown_team")
    problem = organiser.refusal(f"{plan['path']}/entries/none", {"region": "South"}, "PATCH")
    assert (problem["status"], problem["code"]) == (404, "unknown_entry")


def test_a_marshal_checks_in(organiser: Organiser) -> None:
    """It should let a marshal note who is here and who isn't, and nobody below."""
    plan = organiser.plan()
    path = f"{plan['path']}/entries/{plan['entries'][0]}"
    marshal = {"Authorization": f"Bearer {organiser.token('marshal', 'gate-keeper')}"}
    assert organiser.post(f"{path}/check-in", **marshal)["facts"] == ["EntryCheckedIn"]
    assert entry_row(organiser, plan, 0)["is_checked_in"]
    assert organiser.refusal(f"{path}/check-in")["code"] == "entry_checked_in"
    assert organiser.post(f"{path}/check-out", **marshal)["facts"] == ["EntryCheckedOut"]
    assert not entry_row(organiser, plan, 0)["is_checked_in"]
    driver = {"Authorization": f"Bearer {organiser.token('driver', 'driver-0')}"}
    assert organiser.refusal(f"{path}/check-in", **driver)["status"] == 403
    assert organiser.refusal(f"{path}/withdraw", **marshal)["status"] == 403


def test_a_guests_car_is_marked_wherever_it_is_read(organiser: Organiser) -> None:
    """It should stand on the entry list, the start list, the board and the results."""
    plan = organiser.plan(drivers=2)
    entry_id = plan["entries"][0]
    path = f"{plan['path']}/entries/{entry_id}"
    marshal = {"Authorization": f"Bearer {organiser.token('marshal', 'gate-keeper')}"}
    declared = organiser.post(f"{path}/timed-only", {"is_timed_only": True}, **marshal)
    assert declared["facts"] == ["EntryCarDeclared"]
    assert [entry_row(organiser, plan, at)["is_timed_only"] for at in (0, 1)] == [True, False]
    view = organiser.get(f"{plan['path']}/view")["view"]
    assert view["entries"][entry_id]["is_timed_only"]
    starts = organiser.get(f"{plan['path']}/stages/{plan['stage_id']}/start-list")["heats"]
    assert [each["timed_only_ids"] for each in starts] == [[entry_id], []]
    driver = {"Authorization": f"Bearer {organiser.token('driver', 'driver-0')}"}
    refusal = organiser.refusal(f"{path}/timed-only", {"is_timed_only": False}, **driver)
    assert refusal["status"] == 403


def test_an_entry_withdraws_and_comes_back(organiser: Organiser) -> None:
    """It should be passed over while it is withdrawn."""
    plan = organiser.plan(drivers=2)
    path = f"{plan['path']}/entries/{plan['entries'][0]}"
    organiser.post(f"{path}/withdraw")
    assert entry_row(organiser, plan, 0)["is_withdrawn"]
    assert organiser.post(f"{plan['path']}/next")["heat_id"] == plan["heats"][1]
    organiser.post(f"{plan['path']}/heats/{plan['heats'][1]}/stop")
    organiser.post(f"{path}/reinstate")
    assert not entry_row(organiser, plan, 0)["is_withdrawn"]
    assert organiser.refusal(f"{path}/reinstate")["code"] == "entry_not_withdrawn"


def test_drivers_are_substituted(organiser: Organiser) -> None:
    """It should show who drives now."""
    plan = organiser.plan()
    driver_id = organiser.post("/drivers", {"name": "Understudy Ulla"})["driver_id"]
    path = f"{plan['path']}/entries/{plan['entries'][0]}/substitute"
    organiser.post(path, {"driver_ids": [driver_id], "reason": "missed the train"})
    row = entry_row(organiser, plan, 0)
    assert (row["driver_ids"], row["name"]) == ([driver_id], "Understudy Ulla")
    problem = organiser.refusal(path, {"driver_ids": ["nobody"]})
    assert (problem["status"], problem["code"]) == (404, "unknown_driver")


def test_a_no_show_is_a_ruling(organiser: Organiser) -> None:
    """It should pass the heat over, and be reversed like any ruling."""
    plan = organiser.plan(drivers=2)
    path = f"{plan['path']}/entries/{plan['entries'][0]}/no-show"
    organiser.post(f"{plan['path']}/next")
    ruled = organiser.post(path, {"reason": "not seen"})
    assert ruled["facts"] == ["HeatStoodDown", "RunRuled"]
    assert (ruled["heat_id"], ruled["entry_id"]) == (plan["heats"][0], plan["entries"][0])
    assert organiser.refusal(path)["code"] == "no_heat_waits"
    assert organiser.post(f"{plan['path']}/next")["heat_id"] == plan["heats"][1]
    organiser.post(f"{plan['path']}/heats/{plan['heats'][1]}/stop")
    organiser.post(f"{plan['path']}/rulings/{ruled['ruling_id']}/reverse", {"reason": "was there"})
    organiser.post(f"{plan['path']}/heats/order", {"heat_ids": plan["heats"]})
    assert organiser.post(f"{plan['path']}/next")["heat_id"] == plan["heats"][0]
