"""``paddock node passes`` as a process would run it."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hardware.cli import node_app
from hardware.node.journal import JOURNAL_FILE, Journal
from hardware.recordings.errors import RecordingError
from hardware.recordings.recording import line_of, read_recording
from tests.hardware.node.records import OTHER_BOOT_ID, edge_draft, pass_draft
from tests.hardware.recordings.pulses import edge, pulse

EDGES = (*pulse(1000, 5), *pulse(2000, 1), *pulse(9482.9, 5), edge(20_000))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "day.jsonl"
    path.write_text("".join(line_of(one) + "\n" for one in EDGES))
    return path


def test_json(recording: Path) -> None:
    """It should print one object of exactly the documented shape."""
    done = CliRunner().invoke(node_app, ["passes", str(recording), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {
        "passes": [
            {"gate": "finish", "mono_ns": 1_000_000_000, "pulse_ns": 5_000_000, "edges": 2},
            {"gate": "finish", "mono_ns": 9_482_900_000, "pulse_ns": 5_000_000, "edges": 2},
            {"gate": "finish", "mono_ns": 20_000_000_000, "pulse_ns": None, "edges": 1},
        ],
        "ignored": [{"mono_ns": 2_000_000_000, "reason": "inside_dead_time"}],
        "health": [
            {"mono_ns": 22_000_000_000, "gate": "finish", "sensor": "beam", "state": "stuck"}
        ],
    }


def test_words(recording: Path) -> None:
    """It should tell people the same, with laps."""
    done = CliRunner().invoke(node_app, ["passes", str(recording)])
    assert "3 passes" in done.stdout
    assert "lap 8.482900000 s" in done.stdout
    assert "within 2 s after a counted pass" in done.stdout
    assert "finish/beam stuck" in done.stdout


def test_from_a_pipe(recording: Path) -> None:
    """It should read standard input where the recording is '-'."""
    done = CliRunner().invoke(
        node_app, ["passes", "-", "--json"], input=recording.read_text(encoding="ascii")
    )
    assert len(json.loads(done.stdout)["passes"]) == 3


def test_no_recording(tmp_path: Path) -> None:
    """It should refuse with the sentence that the command line prints."""
    done = CliRunner().invoke(node_app, ["passes", str(tmp_path / "none")])
    assert isinstance(done.exception, RecordingError)


def test_recording_of_a_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should write the edges of the newest boot, and need neither server nor pins."""
    monkeypatch.setenv("PADDOCK_CONFIG", os.devnull)
    (tmp_path / "node").mkdir()
    journal = Journal(tmp_path / "node" / JOURNAL_FILE)
    journal.append([edge_draft(5, boot_id=OTHER_BOOT_ID), edge_draft(7), pass_draft(7)])
    journal.append([edge_draft(9, 0)])
    journal.close()
    file = tmp_path / "new.jsonl"
    arguments = ["--data", str(tmp_path / "node"), "record", str(file), "--from-journal"]
    done = CliRunner().invoke(node_app, arguments)
    assert done.stdout == f"2 edges in {file}\n", done.output
    assert [(one.mono_ns, one.level) for one in read_recording(file)] == [(7, 1), (9, 0)]
