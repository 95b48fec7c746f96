"""Journals come in: every record once, in any order, and nothing that is wrong does harm."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.timing_server.web.live_server import NODE_ID, Node, Organiser, Screen
from tests.waiting import wait_until


@pytest.fixture
def node(organiser: Organiser) -> Node:
    return Node(organiser)


def passes_stored(organiser: Organiser) -> int:
    return int(organiser.get("/log/summary")["passes"])


def test_batches_may_come_twice_and_in_any_order(organiser: Organiser, node: Node) -> None:
    """It should store each record once and acknowledge only what has no gap below it."""
    before = passes_stored(organiser)
    records = [node.clock(), *(node.passing(n) for n in range(1, 6))]
    assert node.send(*records[3:]) == 0
    assert node.send(*records[:2]) == 2
    assert node.send(*reversed(records)) == 6
    assert node.send(*records) == 6
    assert node.send() == 6
    assert passes_stored(organiser) == before + 5


def test_other_content_under_a_stored_key_is_an_alarm(organiser: Organiser, node: Node) -> None:
    """It should answer 409 naming the record, and store the rest of the batch."""
    before = passes_stored(organiser)
    first, second, third = (node.passing(n) for n in range(1, 4))
    node.send(first, second)
    answer = node.post(first | {"mono_ns": 99}, second, third)
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (409, "journal_conflict")
    assert problem["params"] == {"seq": 1, "acked_seq": 3}
    assert passes_stored(organiser) == before + 3
    other_boot = second | {"boot_id": str(uuid.uuid4())}
    assert node.post(other_boot).json()["params"]["seq"] == 2
    twice = node.passing(7)
    assert node.post(twice, twice | {"gate": "other"}).json()["params"]["seq"] == 4
    assert passes_stored(organiser) == before + 4


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"mono_ns": -1}, "mono_ns"),
        ({"edges": 0}, "edges"),
        ({"sensors": []}, "sensors"),
        ({"gate": "no spaces"}, "gate"),
        ({"boot_id": "not-a-uuid"}, "boot_id"),
        ({"wall_utc": "yesterday"}, "wall_utc"),
        ({"seq": 0}, "seq"),
        ({"car": "car-1"}, "car"),
        ({"mono_ns": 2**63}, "mono_ns"),
    ],
)
def test_a_malformed_record_is_refused_by_name(
    organiser: Organiser, node: Node, change: dict[str, Any], named: str
) -> None:
    """It should name the record and the field, and store nothing of the batch."""
    before = passes_stored(organiser)
    answer = node.post(node.passing(1), node.passing(2) | change)
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (422, "invalid_request")
    assert problem["params"]["where"] == f"records.1.{named}"
    assert f"records.1.{named}" in problem["detail"]
    assert passes_stored(organiser) == before


def test_a_body_that_is_no_journal_is_refused(organiser: Organiser, node: Node) -> None:
    """It should answer 422 to what isn't JSON and 413 to what is too large."""
    headers = node.headers | {"Content-Type": "application/json"}
    answer = organiser.http.post(node.path, content=b'{"journal_id":', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    huge = b" " * (1024 * 1024 + 1)
    answer = organiser.http.post(node.path, content=huge, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    picture = {"Authorization": f"Bearer {organiser.token('car', 'car-5')}"}
    big = b"\xff\xd8\xff" + b"x" * (64 * 1024)
    answer = organiser.http.put("/cars/car-5/frame", content=big, headers=picture)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    answer = organiser.http.put("/cars/car-5/frame", content=b"GIF89a", headers=picture)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_picture")


def test_a_node_speaks_for_itself_alone(organiser: Organiser, node: Node) -> None:
    """It should refuse a journal under another node's name."""
    body = {"journal_id": node.journal_id, "records": [node.passing(1)]}
    answer = organiser.http.post("/nodes/node-2/journal", json=body, headers=node.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_organisers_see_how_nodes_are(organiser: Organiser, node: Node) -> None:
    """It should show what a node said of itself and how far its journal is stored."""
    start = node.record("start", version="0.1.0", pin_factory="mock", gates=["finish"])
    node.send(start, node.clock())
    (seen,) = (each for each in organiser.get("/nodes") if each["node_id"] == "node-1")
    assert seen["gates"] == ["finish"]
    assert seen["bound_us"] == 1000
    assert seen["acked_seq"] == 2
    assert seen["heard_us"] is not None


def test_many_nodes_at_once_lose_nothing(organiser: Organiser) -> None:
    """It should take journals that come at the same moment, grouped into common commits."""
    before = passes_stored(organiser)
    nodes = [Node(organiser) for _ in range(6)]

    def send(node: Node) -> list[int]:
        return [node.send(node.passing(number)) for number in range(1, 9)]

    with ThreadPoolExecutor(len(nodes)) as pool:
        for marks in pool.map(send, nodes, timeout=60):
            assert marks == list(range(1, 9))
    assert passes_stored(organiser) == before + 48


def test_the_mark_passes_over_what_a_node_gave_up(organiser: Organiser, node: Node) -> None:
    """It should take a node's word for holes where its mark has come to them, and not before."""
    records = [node.passing(n) for n in range(1, 9)]
    far = node.post(records[7], complete=[4, 8]).json()
    assert far["acked_seq"] == 0
    near = node.post(records[0], records[2], complete=[1, 3]).json()
    assert near["acked_seq"] == 3
    assert node.post(records[5], complete=[4, 7]).json()["acked_seq"] == 8


def test_a_node_is_asked_for_a_range(organiser: Organiser, node: Node) -> None:
    """It should say so on the device stream; a node that never spoke can't be asked."""
    node.send(node.passing(1))
    body = {"first_seq": 1, "last_seq": 5}
    with organiser.http.sse("/devices/live", headers=node.headers) as stream:
        events = iter(stream)
        assert next(events).event == "heat"
        organiser.post(f"/nodes/{NODE_ID}/resend", body)
        order = next(each for each in events if each.event == "resend")
    assert json.loads(order.data) == {"node_id": NODE_ID, **body}
    assert organiser.refusal("/nodes/nobody/resend", body)["status"] == 404


def test_a_node_says_how_it_is(organiser: Organiser, node: Node) -> None:
    """It should keep the newest report and show it to marshals, with how long ago it was heard."""
    node.send(node.passing(1))
    report = {
        "boot_id": node.boot_id,
        "mono_ns": 5,
        "wall_utc": "2026-05-01T10:00:00Z",
        "states": ["journal_disk", "hot"],
        "sentences": {"journal_disk": "The disk takes no records."},
        "sensors": [{"gate": "finish", "sensor": "beam", "state": "chatter"}],
        "queue_records": 12,
        "memory_records": 4,
        "journal_seq": 99,
        "journal_bytes": 4096,
        "cpu_temp_c": 82.5,
    }
    path = f"/nodes/{NODE_ID}/health"
    answer = organiser.http.post(path, json=report, headers=node.headers)
    assert answer.status_code == 204, answer.text
    (found,) = [each for each in organiser.get("/nodes") if each["node_id"] == NODE_ID]
    assert found["health"]["states"] == ["journal_disk", "hot"]
    assert found["health"]["sensors"][0]["state"] == "chatter"
    assert found["silent_s"] < 60
    wrong = report | {"states": ["sleepy"]}
    assert organiser.http.post(path, json=wrong, headers=node.headers).status_code == 422
    other = organiser.http.post("/nodes/node-other/health", json=report, headers=node.headers)
    assert other.status_code == 403


def test_a_gate_that_sees_nobody_is_named_while_a_heat_runs(organiser: Organiser) -> None:
    """It should say so of a heard node's gate, and take it back with the next pass."""
    plan = organiser.plan(window_s=600, dead_time_s=0.5, lap_max_s=1)
    node = Node(organiser)
    start = node.record("start", version="1", pin_factory="mock", gates=["finish"])
    node.send(start, node.clock())

    def silent() -> list[str]:
        nodes = {each["node_id"]: each for each in organiser.get("/nodes")}
        return [gate["gate"] for gate in nodes[NODE_ID]["silent_gates"]]

    assert silent() == []
    organiser.start_next(plan)
    wait_until(lambda: silent() == ["finish"], "somebody to notice the silence")
    node.send(node.passing(node.now_mono_ns()))
    assert silent() == []


def test_a_self_test_is_told_to_spectators(organiser: Organiser, node: Node) -> None:
    """It should show a line's newest loop-back figure on the stream, the results and the paper."""
    plan = organiser.plan()
    before = organiser.http.get(f"{plan['path']}/results").json()["timing"]
    result = {
        "gate": "finish",
        "sensor": f"beam-{uuid.uuid4().hex[:8]}",
        "pulses": 200,
        "error_median_ns": 2_000,
        "error_max_ns": 8_100,
        "measured_utc": "2026-05-01T09:00:00Z",
    }
    health = {
        "boot_id": node.boot_id,
        "mono_ns": 5,
        "wall_utc": "2026-05-01T10:00:00Z",
        "states": [],
        "queue_records": 0,
        "memory_records": 0,
        "journal_seq": 1,
        "journal_bytes": 1,
        "loopback": result,
    }
    path = f"/nodes/{NODE_ID}/health"
    for _ in range(2):
        assert organiser.http.post(path, json=health, headers=node.headers).status_code == 204
    told = organiser.get(f"{plan['path']}/results")["timing"]
    (line,) = [each for each in told if each not in before]
    assert (line["sensor"], line["node_id"]) == (result["sensor"], NODE_ID)
    screen = Screen(organiser.url, plan["event_id"])
    ((_, _, report),) = screen.wait_for(1, "timing")
    screen.close()
    assert line in report["lines"]
    page = organiser.http.get(f"{plan['path']}/results/results.html").text
    assert f"finish/{result['sensor']} ±9 µs, n=200 (2026-05-01)" in page


def test_gates_say_what_they_are_for(organiser: Organiser, node: Node) -> None:
    """It should show each gate's job, by its name until somebody gives it another."""
    started = node.record("start", version="1", pin_factory="mock", gates=["finish", "trap"])
    node.send(started)
    job = {"node_id": NODE_ID, "gate": "trap", "role": "sector-2", "lane": 3, "priority": 1}
    organiser.post("/gates", job)
    (found,) = [each for each in organiser.get("/nodes") if each["node_id"] == NODE_ID]
    jobs = {each.pop("gate"): each for each in found["jobs"]}
    assert jobs["finish"] == {"role": "finish", "lane": None, "priority": 0}
    assert jobs["trap"] == {"role": "sector-2", "lane": 3, "priority": 1}
