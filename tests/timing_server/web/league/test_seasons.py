"""Seasons over HTTP: begun, given events, ranked from the events' logs."""

import time
from typing import Any

from tests.timing_server.web.live_server import Node, Organiser
from timing_server.rules.units import NS_PER_MS


def race(organiser: Organiser, laps_ms: list[int]) -> dict[str, Any]:
    """Run an event of one heat for each driver, with one lap each."""
    plan = organiser.plan(drivers=len(laps_ms), dead_time_s=0)
    node = Node(organiser)
    node.send(node.clock())
    for lap_ms in laps_ms:
        heat_id = organiser.start_next(plan)
        first_ns = node.now_mono_ns()
        last_ns = first_ns + lap_ms * NS_PER_MS
        while node.now_mono_ns() < last_ns:
            time.sleep(0.02)
        node.send(node.passing(first_ns), node.passing(last_ns))
        organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    return plan


def test_a_season_ranks_its_events_and_drops_the_worst(organiser: Organiser) -> None:
    """It should add points over events, and count an event no more when told so."""
    season_id = organiser.post("/seasons", {"name": "Spring", "points": [10, 6], "drops_n": 0})[
        "season_id"
    ]
    assert organiser.get("/seasons")[-1]["name"] == "Spring"
    first = race(organiser, [30, 40])
    organiser.post(f"/seasons/{season_id}/events", {"event_id": first["event_id"]})
    found = organiser.get(f"/seasons/{season_id}/standings")
    assert [(row["name"], row["points"]) for row in found["standings"]] == [
        ("Turbo Tester 0", 10),
        ("Turbo Tester 1", 6),
    ]
    organiser.post(
        f"/seasons/{season_id}/events", {"event_id": first["event_id"], "weight_pct": 50}
    )
    halved = organiser.get(f"/seasons/{season_id}/standings")["standings"]
    assert [row["points"] for row in halved] == [5, 3]
    path = f"/seasons/{season_id}/events/{first['event_id']}"
    assert organiser.http.request("DELETE", path).is_success
    assert organiser.get(f"/seasons/{season_id}/standings")["standings"] == []
    assert organiser.refusal(path, method="DELETE")["code"] == "event_not_counted"


def test_a_season_is_no_event(organiser: Organiser) -> None:
    """It should find no event under a season's id, and go on ranking the season."""
    season_id = organiser.post("/seasons", {"name": "Summer", "points": [1], "drops_n": 0})[
        "season_id"
    ]
    for part in ("heats", "standings", "entries", "stages", "passes", "sign-up", "view"):
        refused = organiser.refusal(f"/events/{season_id}/{part}", method="GET")
        assert (refused["status"], refused["code"]) == (404, "unknown_event"), part
    assert organiser.get(f"/seasons/{season_id}/standings")["standings"] == []


def test_a_season_refuses_what_makes_no_sense(organiser: Organiser) -> None:
    """It should name what is wrong with a scheme, and know its events."""
    rising = {"name": "Odd", "points": [1, 2]}
    assert organiser.refusal("/seasons", rising)["code"] == "points_not_falling"
    assert organiser.refusal("/seasons", {"name": "None", "points": []})["status"] == 422
    season_id = organiser.post("/seasons", {"name": "Spring"})["season_id"]
    unknown = organiser.refusal(f"/seasons/{season_id}/events", {"event_id": "nowhere"})
    assert unknown["code"] == "unknown_event"
    assert organiser.refusal("/seasons/nowhere/events", {"event_id": "x"})["status"] == 404
    changed = organiser.http.put(f"/seasons/{season_id}", json={"name": "Summer", "drops_n": 2})
    assert changed.is_success
    assert organiser.get("/seasons")[-1]["drops_n"] == 2
