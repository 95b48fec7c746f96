"""What camera gates say of passes, for marshals to read."""

from typing import Any

from tests.timing_server.web.live_server import NODE_ID, Node, Organiser
from tests.timing_server.web.test_marks import node, raced, seen, tell, verdict

__all__ = ["node", "raced"]


def report(node: Node, **fields: Any) -> dict[str, Any]:
    """What a camera says of the node's newest pass."""
    said = {
        "source": "camera-finish",
        "gate": "finish",
        "outcome": "identified",
        "journal_id": node.journal_id,
        "seq": node.seq,
        "seen_utc": "2026-01-02T03:04:05Z",
        "marks": ["tag-car-1"],
    }
    return said | fields


def send(organiser: Organiser, node: Node, body: dict[str, Any], path: str = "/passes") -> Any:
    where = f"/nodes/{NODE_ID}/cameras{path}"
    return organiser.http.post(where, json=body, headers=node.headers)


def test_a_pass_shows_the_cameras_words(
    organiser: Organiser, node: Node, raced: dict[str, Any]
) -> None:
    """It should show each camera's newest word, with the car's name."""
    path = f"{raced['path']}/passes/{NODE_ID}:{node.journal_id}:{node.seq}/cameras"
    assert organiser.get(path) == []
    assert send(organiser, node, report(node, outcome="missing")).status_code == 204
    assert send(organiser, node, report(node)).status_code == 204
    assert send(organiser, node, report(node, source="camera-2", marks=["x"])).status_code == 204
    other, shown = organiser.get(path)
    assert other["marks"] == [{"mark": "x", "car_id": None, "car_name": None}]
    assert shown["outcome"] == "identified"
    assert shown["marks"] == [{"mark": "tag-car-1", "car_id": "car-1", "car_name": "car-1"}]


def test_a_doubted_pass_waits_for_a_marshal(
    organiser: Organiser, node: Node, raced: dict[str, Any]
) -> None:
    """It should be nobody's where a camera can't tell, though only one mark is known."""
    tell(organiser, node, seen(node, "tag-car-1"), seen(node, "unread"))
    assert verdict(organiser, raced) == "double_identity"
    refused = organiser.refusal(f"{raced['path']}/marks", {"mark": "unread", "car_id": "car-1"})
    assert refused["code"] == "mark_reserved"


def test_a_mark_without_a_pass_is_listed(
    organiser: Organiser, node: Node, raced: dict[str, Any]
) -> None:
    """It should list each crossing once."""
    body = report(node, outcome="mark_without_pass", seq=None)
    send(organiser, node, body)
    send(organiser, node, body)
    (crossing,) = organiser.get("/cameras/unclaimed")
    assert crossing["mark"]["car_name"] == "car-1"


def test_a_camera_says_how_it_is(organiser: Organiser, node: Node, raced: dict[str, Any]) -> None:
    """It should show marshals the newest word of each camera."""
    health = {"source": "camera-finish", "gate": "finish", "states": ["dark"]}
    assert send(organiser, node, health, "").status_code == 204
    (camera,) = organiser.get("/cameras")
    assert camera["health"]["states"] == ["dark"]
    assert camera["node_id"] == NODE_ID
