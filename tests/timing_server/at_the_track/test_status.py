"""How the parts of a machine are, told in words from what systemd says."""

from pathlib import Path

import pytest

from tests.timing_server.at_the_track.commands import program, venue
from timing_server.at_the_track import status as subject
from timing_server.at_the_track.plan import unit_place
from timing_server.at_the_track.steps import Target

KEYS = ("ActiveState", "SubState", "Result", "UnitFileState", "NRestarts", "ActiveEnterTimestamp")


def told(*values: str) -> str:
    return "\n".join(f"{key}={value}" for key, value in zip(KEYS, values, strict=True))


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A machine on which the server is installed."""

    def path(_: Target, place: object) -> Path:
        return tmp_path / str(place).removeprefix("/")

    monkeypatch.setattr(Target, "path", path)
    unit = tmp_path / str(unit_place("server")).removeprefix("/")
    unit.parent.mkdir(parents=True)
    unit.touch()
    return Target()


@pytest.mark.parametrize(
    ("values", "state", "note"),
    [
        (("active", "running", "success", "enabled", "0", "Fri 2026-05-01 09:00"), "runs", "since"),
        (("inactive", "dead", "success", "enabled", "0", ""), "is stopped", ""),
        (("failed", "failed", "watchdog", "enabled", "2", ""), "has failed", "watchdog"),
        (
            ("activating", "auto-restart", "exit-code", "enabled", "7", ""),
            "comes back in a moment",
            "restarted 7 times",
        ),
    ],
)
def test_words_for_each_state(
    target: Target, values: tuple[str, ...], state: str, note: str
) -> None:
    """It should say what a person would, and where to read more."""
    row = subject.status_rows(target, lambda _: told(*values))[0]
    assert (row.name, row.state, row.at_boot) == ("server", state, "starts")
    assert note in row.note


def test_each_camera(target: Target) -> None:
    """It should show each camera by its gate, as its own unit is."""
    wants = unit_place("server").parent / "multi-user.target.wants"
    folder = target.path(wants)
    folder.mkdir()
    target.path(unit_place("camera")).touch()
    for gate in ("finish", "sector-1"):
        (folder / f"paddock-camera@{gate}.service").touch()
    asked: list[str] = []

    def ask(argv: tuple[str, ...]) -> str:
        asked.append(argv[2])
        return told("failed", "dead", "watchdog", "enabled", "2", "")

    rows = [each for each in subject.status_rows(target, ask) if "camera" in each.name]
    assert [each.name for each in rows] == ["camera finish", "camera sector-1"]
    assert "journalctl -u paddock-camera@finish.service" in rows[0].note
    assert "paddock-camera@sector-1.service" in asked


def test_where_nobody_answers(target: Target) -> None:
    """It should say so rather than guess."""
    row = subject.status_rows(target, lambda _: None)[0]
    assert (row.state, row.note) == ("is installed", "systemd doesn't answer here")


def test_columns_line_up(target: Target) -> None:
    """It should print a table, one line for each part and the hotspot."""
    lines = subject.table(subject.status_rows(target, lambda _: None)).splitlines()
    assert [line.split()[0] for line in lines] == [
        *("part", "server", "node", "camera", "kiosk", "hotspot")
    ]
    assert len({line.find("isn't") for line in lines if "isn't" in line}) == 1


def test_it_only_asks(tmp_path: Path) -> None:
    """It should change nothing and need no rights."""
    program(tmp_path, "systemctl", f'echo "$@" >> {tmp_path}/asked')
    venue("status", path=tmp_path)
    asked = tmp_path / "asked"
    assert not asked.exists() or set(asked.read_text().split()[::3]) == {"show"}
