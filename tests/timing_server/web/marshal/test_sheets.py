from tests.timing_server.web.live_server import Node
from tests.timing_server.web.marshal.raced import Raced


def test_a_sheet_shows_all_that_can_be_ruled_on(raced: Raced) -> None:
    """It should hold every pass and lap, each with the rulings that would be taken."""
    sheet = raced.sheet()
    assert (sheet["number"], sheet["phase"]) == (1, "finished")
    assert sheet["protests_until_us"] == sheet["ended_us"] + 600_000_000
    assert [each["verdict"] for each in sheet["passes"]] == ["counted"] * 4
    assert [each["offers"] for each in sheet["passes"]] == [["void"]] * 4
    (run,) = sheet["runs"]
    assert run["entry_id"] == raced.entries[0]
    assert [lap["offers"] for lap in run["laps"]] == [["void", "split", "penalise"]] * 3
    missing = raced.organiser.http.get(f"{raced.path}/heats/nothing/sheet")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_heat")


def test_a_pass_that_is_nobodys_waits_in_the_tray(raced: Raced) -> None:
    """It should offer the pass of a shared track to its entries, until a marshal says whose."""
    organiser = raced.organiser
    plan = organiser.plan(drivers=2, dead_time_s=0, cars_max=2)
    body = {"stage_id": plan["stage_id"], "entry_ids": plan["entries"]}
    heat_id = organiser.post(f"{plan['path']}/heats", body)["heat_id"]
    organiser.post(f"{plan['path']}/next", {"heat_id": heat_id})
    organiser.post(f"{plan['path']}/heats/{heat_id}/start")
    node = Node(organiser)
    node.send(node.clock(), node.passing(node.now_mono_ns()))
    (row,) = organiser.get(f"{plan['path']}/tray")
    assert (row["verdict"], row["entry_ids"]) == ("unknown_entry", plan["entries"])
    assert row["elapsed_us"] >= 0
    whose = {"heat_id": heat_id, "entry_id": plan["entries"][1]}
    organiser.post(f"{plan['path']}/passes/{row['pass_ref']}/reassign", whose)
    assert organiser.get(f"{plan['path']}/tray") == []
    (scored,) = organiser.get(f"{plan['path']}/heats/{heat_id}/sheet")["passes"]
    assert (scored["verdict"], scored["entry_id"]) == ("counted", plan["entries"][1])
