"""What race control is offered after a machine that keeps time was away in mid-heat."""

from pathlib import Path
from typing import Any

from tests.timing_server.web.live_server import Node, Organiser, organising

LAP_NS = 5_000_000_000


def heat_of(organiser: Organiser, plan: dict[str, Any]) -> Any:
    return organiser.get(f"{plan['path']}/view")["view"]["heat"]


def test_a_restart_of_the_server_is_told(tmp_path: Path) -> None:
    """It should say that the server was away, and let race control go on, stop or race again."""
    with organising(tmp_path) as organiser:
        plan = organiser.plan(drivers=1)
        organiser.start_next(plan)
        assert heat_of(organiser, plan)["interruptions"] == []
    with organising(tmp_path) as organiser:
        view = heat_of(organiser, plan)
        (interruption,) = view["interruptions"]
        assert (view["phase"], interruption["cause"]) == ("running", "server_restarted")
        assert not interruption["is_settled"]
        heat = f"{plan['path']}/heats/{view['heat_id']}"
        assert organiser.post(f"{heat}/continue")["facts"] == ["HeatContinued"]
        assert heat_of(organiser, plan)["interruptions"][0]["is_settled"]
        assert organiser.refusal(f"{heat}/continue")["code"] == "heat_not_interrupted"
        organiser.post(f"{heat}/stop")
    with organising(tmp_path) as organiser:
        assert len(heat_of(organiser, plan)["interruptions"]) == 1


def test_a_restart_of_the_node_is_told_and_its_time_offered_back(organiser: Organiser) -> None:
    """It should never time the lap over two boots, offer its time once, and take the word back."""
    plan = organiser.plan(drivers=1, dead_time_s=0)
    node = Node(organiser)
    heat_id = organiser.start_next(plan)
    start = node.now_mono_ns()
    node.send(node.clock(), node.passing(start), node.passing(start + LAP_NS))
    again = Node(organiser)
    again.race_offset_ns = node.race_offset_ns + 7
    again.send(again.clock(), again.passing(start + 3 * LAP_NS - 7))
    again.send(again.clock())
    view = heat_of(organiser, plan)
    assert [each["cause"] for each in view["interruptions"]] == ["node_restarted"]
    laps = sorted(view["laps"].values(), key=lambda lap: lap["number"])
    assert [lap.get("invalid") for lap in laps] == [None, "two_boots"]
    (offer,) = view["offers"]
    assert offer == {
        "entry_id": plan["entries"][0],
        "extra_us": 2 * LAP_NS // 1000,
        "reason": "two_boots",
    }
    run = f"{plan['path']}/heats/{heat_id}/runs/{offer['entry_id']}"
    closes_us = view["window_closes_us"]
    organiser.post(f"{run}/extend", {"extra_us": offer["extra_us"], "reason": "restart"})
    view = heat_of(organiser, plan)
    assert view["offers"] == []
    assert view["window_closes_us"] == closes_us + offer["extra_us"]
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
