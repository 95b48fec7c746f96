"""What camera gates say of passes, for marshals to read."""

import json
from typing import Any

from tests.timing_server.web.devices.test_frames import jpeg
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


def camera_at(organiser: Organiser, gate: str) -> Any:
    """Return a camera as race control has it."""
    (found,) = (each for each in organiser.get("/cameras") if each["health"]["gate"] == gate)
    return found


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
    camera = camera_at(organiser, "finish")
    assert camera["health"]["states"] == ["dark"]
    assert camera["node_id"] == NODE_ID


def test_a_camera_is_asked_for_a_picture(organiser: Organiser, node: Node) -> None:
    """It should tell the node's camera where the line is, and show the picture that comes."""
    path = f"/nodes/{NODE_ID}/cameras/line-a"
    assert organiser.refusal(f"{path}/look", {})["status"] == 404, "no such camera was heard"
    send(organiser, node, {"source": "camera-a", "gate": "line-a"}, "")
    line = {"line_px": [[60.0, 240.0], [580.0, 236.0]]}
    with organiser.http.sse("/devices/live", headers=node.headers) as stream:
        orders = (each for each in stream if each.event == "camera")
        organiser.post(f"{path}/look", {})
        assert json.loads(next(orders).data)["line_px"] is None
        assert organiser.http.put(f"{path}/line", json=line).status_code == 204
        order = json.loads(next(orders).data)
    assert order == {"node_id": NODE_ID, "gate": "line-a", **line}
    assert organiser.http.get(f"{path}/picture").status_code == 404
    sent = organiser.http.put(f"{path}/picture", content=jpeg(), headers=node.headers)
    assert sent.status_code == 204
    assert camera_at(organiser, "line-a")["picture_seq"] == 1
    shown = organiser.http.get(f"{path}/picture")
    assert shown.content.startswith(b"\xff\xd8")


def test_what_is_no_line_or_picture(organiser: Organiser, node: Node) -> None:
    """It should refuse ends that are one point, and bytes that are no picture."""
    path = f"/nodes/{NODE_ID}/cameras/line-b"
    send(organiser, node, {"source": "camera-b", "gate": "line-b"}, "")
    short = {"line_px": [[60, 240], [70, 240]]}
    assert organiser.http.put(f"{path}/line", json=short).status_code == 422
    broken = organiser.http.put(f"{path}/picture", content=b"no picture", headers=node.headers)
    assert broken.status_code == 422
    stranger = organiser.http.put(f"{path}/picture", content=jpeg())
    assert stranger.status_code == 403
    assert camera_at(organiser, "line-b")["picture_seq"] == 0
