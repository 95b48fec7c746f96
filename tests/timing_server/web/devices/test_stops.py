"""Emergency stops on their way from a node's journal to the heat."""

from typing import Any

import pytest

from tests.timing_server.web.live_server import Node, Organiser

_S = 1_000_000_000


def press(node: Node, mono_ns: int, *, is_pressed: bool = True) -> dict[str, Any]:
    return node.record(
        "button",
        mono_ns=mono_ns,
        button="stop-left",
        role="e_stop",
        is_pressed=is_pressed,
        bound_ns=0,
    )


def sheet(organiser: Organiser, plan: dict[str, Any], heat_id: str) -> Any:
    return organiser.get(f"{plan['path']}/heats/{heat_id}/sheet")


def test_a_backlog_stops_no_later_heat(organiser: Organiser) -> None:
    """It should let a heat go on that began long after a press that was let go, heard late."""
    plan = organiser.plan(window_s=60)
    node = Node(organiser)
    node.send(node.clock())
    heat_id = organiser.start_next(plan)
    line = node.passing(node.now_mono_ns())
    long_ago_ns = node.now_mono_ns() - 600 * _S
    pressed = press(node, long_ago_ns)
    node.send(line, pressed, press(node, long_ago_ns + _S, is_pressed=False))
    found = sheet(organiser, plan, heat_id)
    assert found["phase"] == "running"
    assert [each["verdict"] for each in found["passes"]] == ["counted"]


def test_a_broken_button(organiser: Organiser) -> None:
    """It should lift the stop of a button that is never let go only where somebody says so."""
    plan = organiser.plan(window_s=60)
    node = Node(organiser)
    node.send(node.clock())
    heat_id = organiser.start_next(plan)
    node.send(press(node, node.now_mono_ns()))
    assert sheet(organiser, plan, heat_id)["phase"] == "paused"
    lift = f"{plan['path']}/emergency-stop/lift"
    assert organiser.refusal(lift)["code"] == "emergency_stop_held"
    assert organiser.refusal(f"{plan['path']}/heats/{heat_id}/resume")["code"] == "emergency_stop"
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    assert organiser.refusal(f"{plan['path']}/close")["code"] == "emergency_stop"
    organiser.post(lift, {"is_despite_held": True})
    organiser.post(f"{plan['path']}/close")


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("clock", {"bound_ns": 2**53}),
        ("clock", {"race_offset_ns": 2**61}),
        ("pass", {"mono_ns": 2**61}),
        ("button", {"bound_ns": 2**53}),
    ],
)
def test_no_instant_is_too_large_to_show(
    organiser: Organiser, kind: str, change: dict[str, Any]
) -> None:
    """It should refuse a record of which no screen could show the microseconds."""
    node = Node(organiser)
    made = {"clock": node.clock(), "pass": node.passing(1), "button": press(node, 1)}
    answer = node.post(made[kind] | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
