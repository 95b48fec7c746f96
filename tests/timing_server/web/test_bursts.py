"""Many gates of many nodes at once: what comes within a second is all there, in order."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.timing_server.web.live_server import Organiser

NODES, GATES, PASSES, PARTS = 6, 4, 100, 5
_APART_NS = 1_000_000_000 // PASSES


def journal_of(number: int) -> list[dict[str, Any]]:
    """Return a node's hundred passes of one second, its gates in turn, behind its clock."""
    shared = {"boot_id": str(uuid.uuid4()), "wall_utc": "2026-05-01T10:00:00+00:00"}
    clock = {"kind": "clock", "seq": 1, "mono_ns": 0, "race_offset_ns": number, "bound_ns": 9}
    passes = [
        {
            "kind": "pass",
            "seq": 2 + at,
            "mono_ns": 10**12 + at * _APART_NS,
            "gate": f"gate-{at % GATES}",
            "edges": 2,
            "sensors": ["beam"],
        }
        for at in range(PASSES)
    ]
    return [shared | each for each in (clock, *passes)]


def test_600_passes_within_a_second(organiser: Organiser) -> None:
    """It should store each of 600 passes once, every node's in the order of its journal."""
    plan = organiser.plan()
    before = int(organiser.get("/log/summary")["passes"])
    names = [f"burst-{uuid.uuid4().hex[:8]}" for _ in range(NODES)]
    tokens = {name: organiser.token("node", name) for name in names}
    journals = {name: journal_of(number) for number, name in enumerate(names)}

    def send(name: str, part: int) -> int:
        records = journals[name][part::PARTS]  # five requests at once, each with holes
        answer = organiser.http.post(
            f"/nodes/{name}/journal",
            json={"journal_id": ids[name], "records": records},
            headers={"Authorization": f"Bearer {tokens[name]}"},
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["acked_seq"])

    ids = {name: str(uuid.uuid4()) for name in names}
    with ThreadPoolExecutor(NODES * PARTS) as pool:
        jobs = [pool.submit(send, name, part) for part in range(PARTS) for name in names]
        marks = [job.result() for job in jobs]
    assert max(marks) == PASSES + 1
    assert int(organiser.get("/log/summary")["passes"]) == before + NODES * PASSES

    listed = organiser.get(f"{plan['path']}/passes")
    for name in names:
        found = [each for each in listed if each["node_id"] == name]
        seqs = [int(each["pass_ref"].rsplit(":", 1)[1]) for each in found]
        assert seqs == list(range(2, 2 + PASSES))
        assert [each["gate"] for each in found] == [f"gate-{at % GATES}" for at in range(PASSES)]
