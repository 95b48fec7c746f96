"""A primary and its backup at one line, over HTTP alone: who counts, and what marshals see."""

from typing import Any

import pytest

from tests.timing_server.web.live_server import NODE_ID, Node, Organiser

BACKUP_ID = "node-2"
LAP_NS = 5_000_000_000


class BackupNode(Node):
    """The second node of the line, with a token and a clock of its own."""

    def __init__(self, organiser: Organiser) -> None:
        super().__init__(organiser)
        self.path = f"/nodes/{BACKUP_ID}/journal"
        self.headers = {"Authorization": f"Bearer {organiser.token('node', BACKUP_ID)}"}
        self.race_offset_ns = -77_000_000_000


@pytest.fixture
def plan(organiser: Organiser) -> dict[str, Any]:
    plan = organiser.plan()
    gate = {"node_id": BACKUP_ID, "gate": "finish", "role": "finish", "priority": 1}
    organiser.post("/gates", gate | {"event": plan["event_id"]})
    plan["heat"] = organiser.start_next(plan)
    return plan


def test_a_backup_takes_over(organiser: Organiser, plan: dict[str, Any]) -> None:
    """It should count the backup's pass where the primary missed one, and say so of the others."""
    primary, backup = Node(organiser), BackupNode(organiser)
    primary.send(primary.clock())
    backup.send(backup.clock())
    primary_ns, backup_ns = primary.now_mono_ns(), backup.now_mono_ns()
    backup.send(*(backup.passing(backup_ns + n * LAP_NS) for n in range(3)))
    seen_ns = (primary_ns, primary_ns + 2 * LAP_NS)
    primary.send(*(primary.passing(at_ns) for at_ns in seen_ns))
    passes = organiser.get(f"{plan['path']}/passes")
    verdicts: dict[str, list[str]] = {NODE_ID: [], BACKUP_ID: []}
    for each in passes:
        verdicts[each["pass_ref"].split(":")[0]].append(each["verdict"])
    assert sorted(verdicts[BACKUP_ID]) == ["backed_up", "backed_up", "counted"]
    assert verdicts[NODE_ID] == ["counted", "counted"]
    laps = organiser.get(f"{plan['path']}/view")["view"]["heat"]["laps"]
    assert len(laps) == 2
    assert all(lap["bound_us"] > 0 for lap in laps.values())
