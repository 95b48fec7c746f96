"""Backups of a real server: after each heat, by hand, fetched, and put back by the command."""

import subprocess
import time
from pathlib import Path

from tests.timing_server.web.live_server import PATIENCE_S, Organiser, organising
from timing_server.adapters.folder.snapshots import check_snapshot
from timing_server.launcher.processes import paddock_command


def paddock(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a person does."""
    return subprocess.run(
        [*paddock_command(), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def until_backups(organiser: Organiser, wanted: int) -> list[dict[str, object]]:
    """Wait until so many are listed: they are taken behind the heat's end, not before it."""
    deadline_s = time.monotonic() + PATIENCE_S
    while len(found := organiser.get("/backups")["backups"]) < wanted:
        assert time.monotonic() < deadline_s, found
        time.sleep(0.02)
    return list(found)


def test_each_heat_leaves_a_backup_and_one_can_be_asked_for(
    organiser: Organiser, tmp_path: Path
) -> None:
    """It should take one when a heat ends, one by hand, and give the file to organisers alone."""
    plan = organiser.plan()
    heat_id = organiser.start_next(plan)
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    assert "after-heat" in str(until_backups(organiser, 1)[0]["name"])
    made = organiser.post("/backups")
    assert "by-hand" in made["name"]
    listed = organiser.get("/backups")
    assert listed["failure"] is None
    assert listed["backups"][0] == made
    answer = organiser.http.get(f"/backups/{made['name']}")
    (tmp_path / "fetched.sqlite3").write_bytes(answer.content)
    assert len(answer.content) == made["bytes_n"]
    assert check_snapshot(tmp_path / "fetched.sqlite3").streams >= 2
    assert b"PRIVATE KEY" not in answer.content
    for name in ("nowhere.sqlite3", "..%2Fpaddock.sqlite3"):
        assert organiser.refusal(f"/backups/{name}", method="GET")["status"] == 404
    marshal = {"Authorization": f"Bearer {organiser.token('marshal', 'nellie-notebook')}"}
    assert organiser.refusal("/backups", method="GET", **marshal)["status"] == 403


def test_a_backup_made_while_racing_is_put_back_by_the_command(tmp_path: Path) -> None:
    """It should bring back the event as it was, refuse under a running server, and say so."""
    folder = tmp_path / "data"
    target = tmp_path / "friday.sqlite3"
    with organising(folder) as organiser:
        plan = organiser.plan(drivers=2)
        organiser.start_next(plan)
        made = paddock("backup", "--data", str(folder), "--out", str(target))
        assert made.returncode == 0, made.stderr
        assert "every chain intact" in made.stdout
        organiser.post("/events", {"name": "Made after the backup"})
        refused = paddock("restore", str(target), "--data", str(folder))
        assert refused.returncode != 0
        assert "already" in refused.stderr
    restored = paddock("restore", str(target), "--data", str(folder))
    assert restored.returncode == 0, restored.stderr
    assert "before-restore-" in restored.stdout
    with organising(folder) as organiser:
        assert [each["name"] for each in organiser.get("/events")] == ["Friday league"]
        assert organiser.get(f"{plan['path']}/view")["view"]["heat"]["phase"] == "running"


def test_a_file_that_is_no_backup_changes_nothing(tmp_path: Path) -> None:
    """It should refuse it in one sentence before anything is touched."""
    (tmp_path / "letter.txt").write_text("Dear organiser")
    done = paddock("restore", str(tmp_path / "letter.txt"), "--data", str(tmp_path / "data"))
    assert done.returncode != 0
    assert "no backup" in done.stderr
    assert not (tmp_path / "data").exists()
