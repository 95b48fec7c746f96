from typing import Any

import pytest

from tests.timing_server.web.live_server import Organiser


def event_path(organiser: Organiser) -> str:
    event_id = organiser.post("/events", {"name": "Plan", "time_zone": "Europe/Madrid"})["event_id"]
    return f"/events/{event_id}"


#: Every option with a value that isn't the default.
OPTIONS: dict[str, Any] = {
    "window_s": 90.5,
    "grace_s": 30.0,
    "idle_limit_s": 60.0,
    "dead_time_s": 1.5,
    "resolution_ms": 10.0,
    "laps_n": 5,
    "start_mode": "lights",
    "warmup_laps": 1,
    "max_laps": 12,
    "timeouts_max": 1,
    "timeout_s": 30.0,
    "cars_max": 4,
    "contact_limit_s": 3.5,
    "contact_lost": "finish_lap",
    "needs_agent": True,
    "runs_max": 3,
    "runs_counted": "last",
    "lap_min_s": 5.0,
    "lap_max_s": 40.0,
    "off_track_penalty_s": 2.0,
    "reset_penalty_s": 5.0,
    "incidents_max": 3,
    "protest_limit_s": 300.0,
    "points": [25, 18, 15],
    "match_format": "most_laps",
    "has_bronze_final": False,
}


def test_a_stage_keeps_every_option(organiser: Organiser) -> None:
    """It should list a stage with all that it was told."""
    path = event_path(organiser)
    body = {"title": "Final", "kind": "final", "is_open": True, "format_name": "points", **OPTIONS}
    stage_id = organiser.post(f"{path}/stages", body)["stage_id"]
    (row,) = organiser.get(f"{path}/stages")
    told = {
        "stage_id": stage_id,
        "starts_utc": None,
        "slot_s": 0.0,
        "field": None,
        "has_run": False,
        "is_virtual": False,
        "track": None,
        "track_sha256": None,
    }
    assert row == body | told


def test_a_preset_gives_what_is_not_sent(organiser: Organiser) -> None:
    """It should plan by a preset's format and options, but for those that are sent along."""
    path = event_path(organiser)
    body = {"title": "Campus", "preset": "campus_2s", "window_s": 120}
    organiser.post(f"{path}/stages", body)
    (row,) = organiser.get(f"{path}/stages")
    assert row["format_name"] == "time_trial"
    assert (row["off_track_penalty_s"], row["runs_max"], row["window_s"]) == (2.0, 2, 120.0)
    assert (row["timeouts_max"], row["timeout_s"]) == (1, 60.0)
    problem = organiser.refusal(f"{path}/stages", {"title": "X", "preset": "rally"})
    assert (problem["status"], problem["code"]) == (404, "unknown_preset")


def test_practice_has_its_own_format(organiser: Organiser) -> None:
    """It should need no format for practice, and rank nobody by another one."""
    path = event_path(organiser)
    organiser.post(f"{path}/stages", {"title": "Practice", "kind": "practice"})
    assert organiser.get(f"{path}/stages")[0]["format_name"] == "practice"
    body = {"title": "X", "kind": "practice", "format_name": "time_trial"}
    problem = organiser.refusal(f"{path}/stages", body)
    assert (problem["status"], problem["code"]) == (422, "practice_unranked")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "parade"}, "invalid_request"),
        ({"format_name": "rally"}, "unknown_format"),
        ({"match_format": "single_elimination"}, "option_unknown"),
        ({"window_s": 0}, "option_out_of_range"),
        ({"lap_min_s": 9, "lap_max_s": 8}, "option_out_of_range"),
        ({"cars_max": 0}, "invalid_request"),
    ],
)
def test_wrong_options_are_named(organiser: Organiser, body: dict[str, Any], code: str) -> None:
    """It should refuse with a code, whether the interface or the rules know better."""
    path = event_path(organiser)
    problem = organiser.refusal(f"{path}/stages", {"title": "X", **body})
    assert (problem["status"], problem["code"]) == (422, code)


def test_a_start_list_has_times_and_names(organiser: Organiser) -> None:
    """It should list the stage's heats in the order of calling, each a slot after the last."""
    plan = organiser.plan(drivers=3, cars_max=2)
    path, stage = plan["path"], f"{plan['path']}/stages/{plan['stage_id']}"
    assert [row["planned_utc"] for row in organiser.get(f"{stage}/start-list")["heats"]] == (
        [None] * 3
    )
    schedule = {"starts_utc": "2026-05-01T10:00:00+02:00", "slot_s": 240}
    organiser.post(f"{stage}/schedule", schedule)
    entries = [plan["entries"][2], plan["entries"][0]]
    body = {"stage_id": plan["stage_id"], "entry_ids": entries, "lanes": [2, 1]}
    shared = organiser.post(f"{path}/heats", body)["heat_id"]
    organiser.post(f"{path}/heats/order", {"heat_ids": [shared, plan["heats"][1]]})
    shown = organiser.get(f"{stage}/start-list")
    assert (shown["title"], shown["time_zone"]) == ("Time trial", "UTC")
    assert [row["heat_id"] for row in shown["heats"]] == [
        *(shared, plan["heats"][1], plan["heats"][0], plan["heats"][2]),
    ]
    assert [row["planned_utc"][11:16] for row in shown["heats"]] == [
        *("10:00", "10:04", "10:08", "10:12"),
    ]
    first = shown["heats"][0]
    assert (first["entry_ids"], first["lanes"], first["phase"]) == (entries, [2, 1], "idle")
    assert first["names"] == ["Turbo Tester 2", "Turbo Tester 0"]
    assert (first["round_number"], first["number"]) == (2, 4)
    assert organiser.refusal(f"{path}/stages/none/schedule", schedule)["code"] == "unknown_stage"
    assert organiser.http.get(f"{path}/stages/none/start-list").status_code == 404


def test_a_heat_that_waits_for_nobody_is_not_on_the_start_list(organiser: Organiser) -> None:
    """It should list no heat whose driver was ruled a no-show, and the others at their times."""
    plan = organiser.plan(drivers=2)
    stage = f"{plan['path']}/stages/{plan['stage_id']}"
    schedule = {"starts_utc": "2026-05-01T10:00:00+02:00", "slot_s": 240}
    organiser.post(f"{stage}/schedule", schedule)
    organiser.post(f"{plan['path']}/entries/{plan['entries'][0]}/no-show")
    (row,) = organiser.get(f"{stage}/start-list")["heats"]
    assert (row["heat_id"], row["planned_utc"][11:16]) == (plan["heats"][1], "10:04")
