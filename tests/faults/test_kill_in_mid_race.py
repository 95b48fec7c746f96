"""Kill -9 of the server and of the node in the middle of a heat, with everything real."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.race import HeadlessRace
from timing_server.contract.machines.devices import PositionReport
from timing_server.launcher.follow import LiveFollower

pytestmark = pytest.mark.faults


@pytest.fixture
def race(tmp_path: Path) -> Iterator[HeadlessRace]:
    running = HeadlessRace(tmp_path, "--seed", "7", "--heats", "1", "--window-s", "14")
    yield running
    running.close()


def ignore(_report: PositionReport) -> None:
    """Take no interest in where the car is."""


@pytest.mark.parametrize("victim", ["server", "node"])
def test_kill_loses_and_doubles_nothing(race: HeadlessRace, victim: str) -> None:
    """It should lose no pass and double none, and a board that follows should end up right."""
    race.wait_until(lambda: race.passes_stored() >= 1)
    event_id = race.get("/events/active")["event_id"]
    board = LiveFollower(race.base_url, event_id, ignore)
    try:
        race.wait_until(lambda: bool(board.view))
        race.kill("serve" if victim == "server" else victim)
        seen: list[str] = []

        def board_has_result() -> bool:
            heat = board.view.get("heat") or {}
            if heat.get("phase") == "finished":
                seen.extend(
                    f"{lap['number']}:{lap['duration_us']}"
                    for lap in heat["laps"].values()
                    if lap["state"] == "valid"
                )
            return bool(seen)

        race.wait_until(board_has_result)
    finally:
        board.stop()
    report = race.finish()
    assert report["passes_seen"] == report["passes_stored"] > 1
    (row,) = report["standings"]
    assert row["laps"], race.logs()
    assert sorted(seen) == sorted(f"{i}:{us}" for i, us in enumerate(row["laps"], start=1))
