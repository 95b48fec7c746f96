"""Several cars on one track, over HTTP alone: lanes, marks, the tray, and what screens show."""

from typing import Any

import pytest

from tests.timing_server.web.live_server import NODE_ID, Node, Organiser


@pytest.fixture(scope="module")
def node(organiser: Organiser) -> Node:
    return Node(organiser)


@pytest.fixture
def plan(organiser: Organiser, node: Node) -> dict[str, Any]:
    """A running heat of three: two with a lane of their own, the third with a mark."""
    plan = organiser.plan(drivers=3, cars_max=3, dead_time_s=0)
    organiser.http.post("/cars", json={"car_id": "car-3", "name": "Third"})
    for lane in (1, 2):
        gate = {"node_id": NODE_ID, "gate": f"beam-{lane}", "role": "finish", "lane": lane}
        organiser.post("/gates", gate | {"event": plan["event_id"]})
    organiser.post(f"{plan['path']}/marks", {"mark": "tag-3", "car_id": "car-3"})
    body = {"stage_id": plan["stage_id"], "entry_ids": plan["entries"], "lanes": [1, 2, 3]}
    plan["heat"] = organiser.post(f"{plan['path']}/heats", body)["heat_id"]
    equipped = {"entry_id": plan["entries"][2], "car_id": "car-3"}
    organiser.post(f"{plan['path']}/heats/{plan['heat']}/equip", equipped)
    organiser.post(f"{plan['path']}/next", {"heat_id": plan["heat"]})
    organiser.post(f"{plan['path']}/heats/{plan['heat']}/start")
    node.send(*([node.clock()] if node.seq == 0 else []))
    return plan


def cross(node: Node, gate: str, mono_ns: int | None = None) -> str:
    """Let a car break a beam, now or at another instant; returns the pass's address."""
    node.send(node.passing(node.now_mono_ns() if mono_ns is None else mono_ns, gate))
    return f"{NODE_ID}:{node.journal_id}:{node.seq}"


def runs(organiser: Organiser, plan: dict[str, Any]) -> list[int]:
    """Return how many laps each run has, as screens show it."""
    view = organiser.get(f"{plan['path']}/view")["view"]["heat"]["runs"]
    return [view[entry_id]["laps"] for entry_id in plan["entries"]]


def test_lanes_and_marks_tell_cars_apart(
    organiser: Organiser, node: Node, plan: dict[str, Any]
) -> None:
    """It should give each car its own laps by lane and by mark, and a place among the others."""
    # Laps that no clock takes for equally long.
    start_ns = node.now_mono_ns()
    for after_ms, gate in ((0, "beam-1"), (1, "beam-2"), (10, "beam-1"), (20, "beam-1")):
        cross(node, gate, start_ns + after_ms * 1_000_000)
    cross(node, "beam-2", start_ns + 31_000_000)
    for after_ms in (2, 82):
        cross(node, "finish", start_ns + after_ms * 1_000_000)
        seen = {"journal_id": node.journal_id, "seq": node.seq, "mark": "tag-3"}
        body = {"identifications": [seen | {"source": "camera-1", "confidence_pct": 99}]}
        path = f"/nodes/{NODE_ID}/identifications"
        told = organiser.http.post(path, json=body, headers=node.headers)
        assert told.json() == {"stored": 1}
    assert runs(organiser, plan) == [2, 1, 1]
    shown = organiser.get(f"{plan['path']}/view")["view"]["heat"]["runs"]
    assert [shown[entry_id]["place"] for entry_id in plan["entries"]] == [1, 2, 3]


def test_what_nobody_owns_waits_for_a_marshal(
    organiser: Organiser, node: Node, plan: dict[str, Any]
) -> None:
    """It should keep a pass that nobody owns in the tray until it is given to an entry."""
    cross(node, "beam-2")
    strange = cross(node, "finish")
    tray = organiser.get(f"{plan['path']}/tray")
    assert [(each["pass_ref"], each["verdict"]) for each in tray] == [(strange, "unknown_entry")]
    given = {"heat_id": plan["heat"], "entry_id": plan["entries"][1], "reason": "seen on video"}
    organiser.post(f"{plan['path']}/passes/{strange}/reassign", given)
    assert organiser.get(f"{plan['path']}/tray") == []
    assert runs(organiser, plan) == [0, 1, 0]
    organiser.post(f"{plan['path']}/rulings/undo", {"reason": "not seen"})
    assert runs(organiser, plan) == [0, 0, 0]
