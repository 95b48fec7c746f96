from datetime import UTC, datetime, timedelta
from typing import Any

from tests.timing_server.web.live_server import Organiser


def patch(organiser: Organiser, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Change something, expecting success."""
    answer = organiser.http.patch(path, json=body)
    assert answer.status_code == 200, answer.text
    outcome: dict[str, Any] = answer.json()
    return outcome


def stage_of(organiser: Organiser, plan: dict[str, Any]) -> dict[str, Any]:
    rows = organiser.get(f"{plan['path']}/stages")
    (row,) = (each for each in rows if each["stage_id"] == plan["stage_id"])
    found: dict[str, Any] = row
    return found


def shown(organiser: Organiser, plan: dict[str, Any]) -> dict[str, Any]:
    view: dict[str, Any] = organiser.get(f"{plan['path']}/view")["view"]
    return view


def test_a_stage_is_changed_by_what_is_sent(organiser: Organiser) -> None:
    """It should keep what isn't sent, and show the board the stage as it is now."""
    plan = organiser.plan(drivers=2, window_s=90, lap_min_s=4)
    path = f"{plan['path']}/stages/{plan['stage_id']}"
    before = stage_of(organiser, plan)
    changed = patch(organiser, path, {"title": "Heats", "window_s": 45.5, "incidents_max": 3})
    assert (changed["facts"], changed["stage_id"]) == (["StageChanged"], plan["stage_id"])
    told = {"title": "Heats", "window_s": 45.5, "incidents_max": 3}
    assert stage_of(organiser, plan) == before | told
    assert shown(organiser, plan)["stage"]["title"] == "Heats"
    assert shown(organiser, plan)["stage"]["window_us"] == 45_500_000
    patch(organiser, path, {"incidents_max": None, "format_name": "most_laps", "is_open": True})
    row = stage_of(organiser, plan)
    assert (row["incidents_max"], row["format_name"], row["is_open"], row["window_s"]) == (
        *(None, "most_laps", True, 45.5),
    )


def test_a_stage_is_changed_to_rules_with_a_name(organiser: Organiser) -> None:
    """It should take format and options from a preset, but for those that are sent along."""
    plan = organiser.plan(window_s=90)
    path = f"{plan['path']}/stages/{plan['stage_id']}"
    patch(organiser, path, {"preset": "campus_2s", "runs_max": 5})
    row = stage_of(organiser, plan)
    assert (row["format_name"], row["off_track_penalty_s"], row["runs_max"]) == (
        *("time_trial", 2.0, 5),
    )
    assert row["window_s"] != 90
    patch(organiser, path, {"kind": "practice"})
    assert stage_of(organiser, plan)["format_name"] == "practice"
    patch(organiser, path, {"kind": "final"})
    assert stage_of(organiser, plan)["format_name"] == "time_trial"
    problem = organiser.refusal(path, {"preset": "rally"}, method="PATCH")
    assert (problem["status"], problem["code"]) == (404, "unknown_preset")
    problem = organiser.refusal(path, {"window_s": 0}, method="PATCH")
    assert (problem["status"], problem["code"]) == (422, "option_out_of_range")


def test_a_stage_that_has_begun_is_only_renamed(organiser: Organiser) -> None:
    """It should say so in the list, take another title, and refuse all else with its code."""
    plan = organiser.plan(drivers=2)
    path = f"{plan['path']}/stages/{plan['stage_id']}"
    assert stage_of(organiser, plan)["has_run"] is False
    heat_id = organiser.start_next(plan)
    assert stage_of(organiser, plan)["has_run"] is True
    for method, body in (("PATCH", {"window_s": 20}), ("DELETE", {})):
        problem = organiser.refusal(path, body, method=method)
        assert (problem["status"], problem["code"]) == (409, "stage_has_run")
        assert problem["params"]["title"] == "Time trial"
    patch(organiser, path, {"title": "Heats"})
    assert shown(organiser, plan)["stage"]["title"] == "Heats"
    assert organiser.refusal(path, {"title": "Heats"}, method="PATCH")["code"] == "stage_unchanged"
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")


def test_a_stage_is_removed_with_its_heats(organiser: Organiser) -> None:
    """It should leave neither queue nor board a trace of it, and nobody to come from it."""
    plan = organiser.plan(drivers=2)
    stages = f"{plan['path']}/stages"
    final_id = organiser.post(stages, {"title": "Final", "kind": "final"})["stage_id"]
    rule = {"from_stage_id": plan["stage_id"], "top_n": 1}
    organiser.post(f"{stages}/{final_id}/progression", rule)
    assert shown(organiser, plan)["cut"]["stage_id"] == final_id
    path = f"{stages}/{plan['stage_id']}"
    removed = organiser.http.delete(path)
    assert (removed.status_code, removed.json()["facts"]) == (200, ["StageRemoved"])
    view = shown(organiser, plan)
    assert (view.get("queue", {}), view["stage"]["stage_id"]) == ({}, final_id)
    assert "cut" not in view
    assert [each["stage_id"] for each in organiser.get(stages)] == [final_id]
    assert organiser.get(f"{stages}/{final_id}/cut")["from_stage_id"] is None
    assert organiser.refusal(path, method="DELETE")["code"] == "unknown_stage"
    assert organiser.refusal(path, {"title": "X"}, method="PATCH")["status"] == 404
    assert organiser.http.delete(f"{stages}/{final_id}").status_code == 200
    assert "stage" not in shown(organiser, plan)


def test_a_late_start_list_says_what_to_expect(organiser: Organiser) -> None:
    """It should show planned and expected times, apart by as much as the event is late."""
    plan = organiser.plan(drivers=3, window_s=60)
    path = f"{plan['path']}/stages/{plan['stage_id']}"

    def times() -> list[tuple[timedelta, timedelta]]:
        rows = organiser.get(f"{path}/start-list")["heats"]
        told = [(each["planned_utc"], each["expected_utc"]) for each in rows]
        return [
            (datetime.fromisoformat(planned) - start, datetime.fromisoformat(expected) - start)
            for planned, expected in told
            if expected is not None
        ]

    assert {each["expected_utc"] for each in organiser.get(f"{path}/start-list")["heats"]} == {None}
    start = datetime.now(UTC) + timedelta(days=1)
    organiser.post(f"{path}/schedule", {"starts_utc": start.isoformat(), "slot_s": 300})
    assert all(abs(expected - planned) < timedelta(seconds=1) for planned, expected in times())
    start = datetime.now(UTC) - timedelta(hours=1)
    organiser.post(f"{path}/schedule", {"starts_utc": start.isoformat(), "slot_s": 300})
    late = [expected - planned for planned, expected in times()]
    assert len(late) == 3
    assert all(each >= timedelta(minutes=59, seconds=59) for each in late)
    organiser.start_next(plan)
    assert len(times()) == 2
