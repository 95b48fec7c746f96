"""Marks come in from cameras and decoders, and say whose a pass was."""

import io
import re
import uuid
from typing import Any

import httpx2
import pytest
from pypdf import PdfReader

from tests.timing_server.web.live_server import NODE_ID, Node, Organiser


@pytest.fixture
def node(organiser: Organiser) -> Node:
    return Node(organiser)


@pytest.fixture
def raced(organiser: Organiser, node: Node) -> dict[str, Any]:
    """A running heat of car-1 with its mark, and one pass; car-2 wears another mark."""
    plan = organiser.plan()
    for car_id in ("car-1", "car-2"):
        organiser.http.post("/cars", json={"car_id": car_id, "name": car_id})
        bound = organiser.post(f"{plan['path']}/marks", {"mark": f"tag-{car_id}", "car_id": car_id})
        assert bound["mark"] == f"tag-{car_id}"
    equipped = {"entry_id": plan["entries"][0], "car_id": "car-1"}
    organiser.post(f"{plan['path']}/heats/{plan['heats'][0]}/equip", equipped)
    organiser.start_next(plan)
    node.send(node.clock(), node.passing(node.now_mono_ns()))
    return plan


def seen(node: Node, mark: str, seq: int | None = None, **fields: Any) -> dict[str, Any]:
    """Say that a mark was seen in a pass of the node's journal, the newest by default."""
    said = {"journal_id": node.journal_id, "seq": seq or node.seq, "mark": mark}
    return said | {"source": "camera-1", "confidence_pct": 97} | fields


def tell(organiser: Organiser, node: Node, *identifications: dict[str, Any]) -> Any:
    body = {"identifications": identifications}
    return organiser.http.post(f"/nodes/{NODE_ID}/identifications", json=body, headers=node.headers)


def verdict(organiser: Organiser, plan: dict[str, Any]) -> str:
    passes = organiser.get(f"{plan['path']}/passes")
    return str(passes[-1]["verdict"])


def test_a_pass_of_the_right_car_counts(
    organiser: Organiser, node: Node, raced: dict[str, Any]
) -> None:
    """It should store each identification once, and leave a pass of the run's own car counted."""
    answer = tell(organiser, node, seen(node, "tag-car-1"), seen(node, "tag-car-1"))
    assert (answer.status_code, answer.json()) == (200, {"stored": 1})
    assert tell(organiser, node, seen(node, "tag-car-1")).json() == {"stored": 0}
    assert verdict(organiser, raced) == "counted"


def test_a_pass_of_a_strange_car_does_not_count(
    organiser: Organiser, node: Node, raced: dict[str, Any]
) -> None:
    """It should doubt a pass of a car that isn't in the heat, at once on every screen."""
    said = seen(node, "tag-car-2", node_id=NODE_ID)
    assert tell(organiser, node, said).json() == {"stored": 1}
    assert verdict(organiser, raced) == "unknown_entry"
    heat = organiser.get(f"{raced['path']}/view")["view"]["heat"]
    assert [each["verdict"] for each in heat["passes"].values()] == ["unknown_entry"]


def test_a_mark_may_be_seen_before_the_pass_is_heard(
    organiser: Organiser, node: Node, raced: dict[str, Any]
) -> None:
    """It should wait with what was seen in a pass until the pass itself comes."""
    early = seen(node, "tag-car-2", seq=node.seq + 1)
    assert tell(organiser, node, early).json() == {"stored": 1}
    assert verdict(organiser, raced) == "counted"
    node.send(node.passing(node.now_mono_ns() + 3_000_000_000))
    assert verdict(organiser, raced) == "unknown_entry"


def test_marks_are_listed_with_their_cars(organiser: Organiser, raced: dict[str, Any]) -> None:
    """It should tell everybody which car wears which mark, and refuse to say the same twice."""
    expected = [{"mark": f"tag-{car_id}", "car_id": car_id} for car_id in ("car-1", "car-2")]
    path = f"{raced['path']}/marks"
    assert organiser.get(path) == expected
    assert organiser.refusal(path, expected[0])["code"] == "mark_worn_already"
    assert organiser.refusal(path, {"mark": "tag-9", "car_id": "car-9"})["code"] == "unknown_car"
    organiser.post(path, {"mark": "tag-car-1", "car_id": "car-2"})
    assert organiser.get(path)[0] == {"mark": "tag-car-1", "car_id": "car-2"}


def test_only_a_node_says_what_it_saw(organiser: Organiser, node: Node) -> None:
    """It should refuse identifications in a strange node's name, and malformed ones."""
    body = {"identifications": [seen(node, "tag-1", seq=1)]}
    path = f"/nodes/{NODE_ID}/identifications"
    assert organiser.refusal(path, body)["status"] == 403
    other = organiser.http.post("/nodes/other/identifications", json=body, headers=node.headers)
    assert other.status_code == 403
    wrong = tell(organiser, node, seen(node, "tag-1", seq=1, confidence_pct=101))
    assert wrong.json()["params"]["where"] == "identifications.0.confidence_pct"
    unknown = seen(node, "tag-1", seq=1, journal_id=str(uuid.uuid4()))
    assert tell(organiser, node, unknown).json() == {"stored": 1}


def test_marks_are_printed(organiser: Organiser) -> None:
    """It should print what cars wear, the first eight before that, for organisers alone."""
    path = organiser.plan()["path"]
    assert organiser.get(f"{path}/marks/sheet") == {
        "numbers": [*range(8)],
        "is_printable": True,
    }
    organiser.http.post("/cars", json={"car_id": "car-1", "name": "car-1"})
    for mark in ("mark-12", "tag-9", "mark-999", "mark-3"):
        organiser.post(f"{path}/marks", {"mark": mark, "car_id": "car-1"})
    assert organiser.get(f"{path}/marks/sheet")["numbers"] == [3, 12]
    sheet = organiser.http.get(f"{path}/marks/sheet.pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet.content)).pages)
    assert re.findall(r"mark-[0-9]+", text) == ["mark-3", "mark-12"]
    spectator = httpx2.get(f"{organiser.url}{path}/marks/sheet.pdf", trust_env=False)
    assert spectator.status_code == 401
