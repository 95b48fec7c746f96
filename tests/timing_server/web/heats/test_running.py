"""A heat's way from the call to its end, over HTTP, as screens see it."""

from typing import Any

from tests.timing_server.web.live_server import Node, Organiser, Screen

LAP_NS = 5_000_000_000


def heat_of(organiser: Organiser, plan: dict[str, Any]) -> Any:
    return organiser.get(f"{plan['path']}/view")["view"].get("heat")


def call(organiser: Organiser, plan: dict[str, Any], **body: Any) -> str:
    """Call a heat; return the path of its commands."""
    heat_id = organiser.post(f"{plan['path']}/next", body)["heat_id"]
    return f"{plan['path']}/heats/{heat_id}"


def test_the_first_crossing_starts_an_armed_heat(organiser: Organiser) -> None:
    """It should start an armed heat at the instant of its first pass, which opens the first lap."""
    plan = organiser.plan(drivers=2, dead_time_s=0)
    node = Node(organiser)
    node.send(node.clock(), node.passing(node.now_mono_ns()))
    heat = call(organiser, plan, heat_id=plan["heats"][1])
    assert organiser.post(f"{heat}/arm")["facts"] == ["HeatArmed"]
    view = heat_of(organiser, plan)
    assert (view["phase"], view["entry_id"]) == ("armed", plan["entries"][1])
    first = node.now_mono_ns()
    node.send(node.passing(first))
    view = heat_of(organiser, plan)
    assert view["phase"] == "running"
    assert view["started_us"] == view["window_opens_us"] == view["lap_opened_us"]
    assert view["started_us"] == (first + node.race_offset_ns) // 1000
    assert [each["verdict"] for each in view["passes"].values()] == ["counted"]
    organiser.post(f"{heat}/stop")


def test_a_rerun_clears_every_screen_at_once(organiser: Organiser) -> None:
    """It should take the heat off every screen with the fact, and put the same entry up next."""
    plan = organiser.plan(drivers=2, dead_time_s=0)
    node = Node(organiser)
    screens = [Screen(organiser.url, plan["event_id"]) for _ in range(2)]
    for screen in screens:
        screen.wait_for(1, "snapshot")
    heat_id = organiser.start_next(plan)
    start = node.now_mono_ns()
    node.send(node.clock(), node.passing(start), node.passing(start + LAP_NS))
    assert len(heat_of(organiser, plan)["laps"]) == 1
    body = {"reason": "the beam moved", "is_rerun": True}
    outcome = organiser.post(f"{plan['path']}/heats/{heat_id}/abandon", body)
    assert outcome["facts"] == ["HeatAbandoned", "HeatPlanned"]
    for screen in screens:
        while not any(each[2]["fact"] == "HeatPlanned" for each in _after(screen, outcome["seq"])):
            screen.wait_for(len(screen.named("patch")) + 1, "patch")
        (abandoned,) = (
            each for each in screen.named("patch") if each[2]["fact"] == "HeatAbandoned"
        )
        assert abandoned[2]["patch"]["heat"] is None
        assert abandoned[2]["patch"]["scene"] == "idle"
        document = screen.document()
        assert "heat" not in document
        assert document["standings"] == {}
        first = min(document["queue"].values(), key=lambda each: each["position"])
        assert first["heat_id"] == outcome["heat_id"]
        assert (first["rerun_of"], first["entry_id"]) == (heat_id, plan["entries"][0])
        screen.close()
    assert organiser.get(f"{plan['path']}/heats/{heat_id}")["phase"] == "abandoned"
    problem = organiser.refusal(f"{plan['path']}/heats/{heat_id}/abandon", body)
    assert problem["code"] == "heat_rerun"


def _after(screen: Screen, seq: int) -> list[tuple[str, str | None, Any]]:
    return [each for each in screen.named("patch") if each[2]["seq"] >= seq]


def test_pauses_and_flags(organiser: Organiser) -> None:
    """It should stop and start the clocks, show the flags, and say since when and why."""
    plan = organiser.plan(drivers=1, dead_time_s=0)
    node = Node(organiser)
    heat_id = organiser.start_next(plan)
    heat = f"{plan['path']}/heats/{heat_id}"
    node.send(node.clock(), node.passing(node.now_mono_ns()))
    closes_us = heat_of(organiser, plan)["window_closes_us"]
    organiser.post(f"{heat}/flag", {"flag": "yellow"})
    assert heat_of(organiser, plan)["flag"] == "yellow"
    assert organiser.refusal(f"{heat}/flag", {"flag": "yellow"})["code"] == "flag_shown"
    organiser.post(f"{heat}/flag", {"flag": "red"})
    view = heat_of(organiser, plan)
    (pause,) = view["pauses"]
    assert (view["phase"], pause["cause"]) == ("paused", "red_flag")
    assert "until_us" not in pause
    organiser.post(f"{heat}/flag", {"flag": "green"})
    view = heat_of(organiser, plan)
    (pause,) = view["pauses"]
    assert (view["phase"], view["flag"]) == ("running", "green")
    late_us = pause["until_us"] - pause["from_us"]
    assert abs(view["window_closes_us"] - closes_us - late_us) <= 1
    assert organiser.refusal(f"{heat}/resume")["code"] == "heat_not_paused"
    assert organiser.refusal(f"{heat}/flag", {"flag": "blue"})["code"] == "invalid_request"
    body = {"cause": "timeout", "entry_id": plan["entries"][0]}
    assert organiser.refusal(f"{heat}/pause", body)["code"] == "no_timeout_left"
    organiser.post(f"{heat}/pause", {})
    organiser.post(f"{heat}/stop")
    assert heat_of(organiser, plan)["phase"] == "finished"


def test_several_cars_in_lanes(organiser: Organiser) -> None:
    """It should show each run of a heat with its place, its gap and its laps."""
    plan = organiser.plan(drivers=2, dead_time_s=0)
    node = Node(organiser)
    path, entries = plan["path"], plan["entries"]
    stage = {"title": "Final", "cars_max": 2, "dead_time_s": 0}
    stage_id = organiser.post(f"{path}/stages", stage)["stage_id"]
    body = {"stage_id": stage_id, "entry_ids": entries, "lanes": [1, 2]}
    heat_id = organiser.post(f"{path}/heats", body)["heat_id"]
    for lane in (1, 2):
        gate = {"node_id": "node-1", "gate": f"lane-{lane}", "role": "finish", "lane": lane}
        organiser.post("/gates", gate | {"event": plan["event_id"]})
    heat = call(organiser, plan, heat_id=heat_id)
    organiser.post(f"{heat}/start")
    start = node.now_mono_ns()
    node.send(
        node.clock(),
        node.passing(start, "lane-1"),
        node.passing(start + 1, "lane-2"),
        node.passing(start + LAP_NS, "lane-1"),
        node.passing(start + LAP_NS + 500_000_001, "lane-2"),
    )
    view = heat_of(organiser, plan)
    runs = [view["runs"][entry_id] for entry_id in entries]
    assert [each["place"] for each in runs] == [1, 2]
    assert [each["lane"] for each in runs] == [1, 2]
    assert [each["best_us"] for each in runs] == [5_000_000, 5_500_000]
    assert runs[1]["gap_us"] == 500_000
    laps = view["laps"].values()
    assert {each["entry_id"] for each in laps} == set(entries)
    organiser.post(f"{heat}/stop")


def test_practice(organiser: Organiser) -> None:
    """It should let entries out and in, and time whoever is on track."""
    plan = organiser.plan(drivers=2, dead_time_s=0)
    node = Node(organiser)
    path, (one, other) = plan["path"], plan["entries"]
    stage = {"title": "Practice", "kind": "practice", "format_name": "practice", "dead_time_s": 0}
    stage_id = organiser.post(f"{path}/stages", stage)["stage_id"]
    heat_id = organiser.post(f"{path}/heats", {"stage_id": stage_id, "entry_ids": [one]})["heat_id"]
    heat = call(organiser, plan, heat_id=heat_id)
    organiser.post(f"{heat}/start")
    organiser.post(f"{heat}/send-out", {"entry_id": other})
    assert organiser.refusal(f"{heat}/send-out", {"entry_id": one})["code"] == "track_full"
    start = node.now_mono_ns()
    node.send(node.clock(), node.passing(start))
    view = heat_of(organiser, plan)
    assert (view["is_practice"], view["entry_id"]) == (True, other)
    assert [view["runs"][each]["is_on_track"] for each in (one, other)] == [False, True]
    organiser.post(f"{heat}/bring-in", {"entry_id": other})
    problem = organiser.refusal(f"{heat}/bring-in", {"entry_id": other})
    assert problem["code"] == "entry_not_on_track"
    organiser.post(f"{heat}/stop")
