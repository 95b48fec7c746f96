"""The rehearsal's sheet, with real nodes as processes; and that it can say FAIL."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hardware.cli import node_app
from hardware.gates.edges import Edge
from hardware.recordings.errors import RecordingError
from hardware.recordings.recording import line_of
from hardware.recordings.rehearsal.sheet import _check_node, rehearse
from hardware.recordings.rehearsal.trial import Trial
from tests.hardware.recordings.pulses import edge, pulse

DAY = [
    one
    for lap in range(4)
    for one in (
        *pulse(1000 + 9000.5 * lap, 4, "primary"),
        *pulse(1003 + 9000.5 * lap, 4, "backup"),
        *pulse(1400 + 9000.5 * lap, 1, gate="sector-1"),
    )
]


def test_everything_is_survived(tmp_path: Path) -> None:
    """It should pass on every line: fires twice, chatters, loses contact and power."""
    path = tmp_path / "day.jsonl"
    path.write_text("".join(line_of(one) + "\n" for one in DAY))
    done = CliRunner().invoke(node_app, ["rehearse", str(path), "--json"])
    sheet = json.loads(done.stdout)
    assert sheet["is_passed"], sheet
    assert done.exit_code == 0
    assert [check["name"] for check in sheet["checks"]] == [
        *("double fires", "chatter", "from pin to server", "lost Wi-Fi", "power cut"),
    ]
    assert sheet["checks"][4]["sentence"] == "8 passes of 24 edges arrived, each once"


def test_missing_edges_are_told() -> None:
    """It should fail a node whose pins were deaf for a while, and count the missing edges."""

    def deaf(trial: Trial, edges: Sequence[Edge]) -> bool:
        return trial.run(edges[:-2])

    check = _check_node("deaf", DAY[:6], deaf)
    assert not check.is_passed
    assert check.sentence == "2 edges are missing"


def test_a_node_that_never_comes_up() -> None:
    """It should fail where nothing ran at all."""
    check = _check_node("nothing", DAY[:6], lambda _trial, _edges: False)
    assert not check.is_passed
    assert check.sentence == "the node broke down; 6 edges are missing; nothing passed"


def test_nothing_to_rehearse_with() -> None:
    """It should want a recording in which something passes."""
    with pytest.raises(RecordingError, match=r"Nothing passes a gate in day.jsonl"):
        next(rehearse([edge(5, 0)], "day.jsonl"))
