"""The worker's command with a real Ray cluster: the same laps as on this machine."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.car_agent.worker.hostile import good, no_number
from tests.faults.virtual.workers import until
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, duel_stage, enter, virtual_stage

pytest.importorskip("ray")
trial = pytest.importorskip("car_agent.cluster.trial")
pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]

SEED = 7


def work(organiser: Organiser, folder: Path, *more: str) -> str:
    """Run the command until nothing waits; return what it printed."""
    token = folder / "worker.token"
    if not token.exists():
        token.write_text(organiser.token("worker", "lab-1"), encoding="utf-8")
        token.chmod(0o600)
    command = [
        *(sys.executable, "-m", "timing_server", "worker", "--once", "--name", "lab-1"),
        *("--server", organiser.url.removesuffix("/api/v1"), "--token-file", str(token), *more),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_kept_process_that_died_is_replaced() -> None:
    """It should drive on with another one where the kernel or a person has ended it."""
    first = trial._nursery()
    assert trial._nursery() is first
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: not first.is_alive, "the end of the kept process")
    with trial._nursery() as second:
        assert second is not first
        assert second.is_alive
    assert not second.is_alive


def test_a_cluster_gives_the_same_laps(organiser: Organiser, cluster: str, tmp_path: Path) -> None:
    """It should drive there to the nanosecond as here, and refuse a hostile model alike."""
    guests = Guests(organiser)
    drivers = [guests.driver(f"Volt Vixen {number}") for number in range(3)]
    told = []
    for more in ((), ("--workers", cluster)):
        plan = virtual_stage(organiser, laps=2, seed=SEED)
        for driver, model in zip(drivers, (good(), no_number(), good("fast")), strict=True):
            body = {
                "entry_id": enter(organiser, plan, driver),
                "model_sha256": driver.bring(model),
            }
            path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
            assert driver.http.post(path, json=body).status_code == 201
        printed = work(organiser, tmp_path, *more)
        assert "3 runs were driven." in printed
        shown = [driver.desk(plan["event_id"])["submissions"][0] for driver in drivers]
        keys = ("status", "laps_completed", "best_us", "total_us", "resets", "sentence")
        told.append([[each[key] for key in keys] for each in shown])
    guests.close()
    assert "drives 2 runs at a time" in printed
    assert told[0] == told[1]
    assert [each[0] for each in told[1]] == ["driven", "refused", "driven"]


def test_a_cluster_races_two_alike(organiser: Organiser, cluster: str, tmp_path: Path) -> None:
    """It should give a race of two the same end there as here."""
    guests = Guests(organiser)
    rivals = [guests.driver(f"Torque Tortoise {number}") for number in range(2)]
    told = []
    for more in ((), ("--workers", cluster)):
        plan = duel_stage(organiser, "points", laps=2)
        for driver, model in zip(rivals, (good(), good("fast")), strict=True):
            entry_id = enter(organiser, plan, driver)
            body = {"entry_id": entry_id, "model_sha256": driver.bring(model)}
            path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
            assert driver.http.post(path, json=body).status_code == 201
        assert "1 runs were driven." in work(organiser, tmp_path, *more)
        shown = [driver.desk(plan["event_id"])["submissions"][0] for driver in rivals]
        told.append([(each["total_us"], each["duels"][0]["outcome"]) for each in shown])
    guests.close()
    assert told[0] == told[1]
    assert [outcome for _, outcome in told[1]] == ["lost", "won"]


def test_no_cluster_is_said(organiser: Organiser, tmp_path: Path) -> None:
    """It should end with a sentence for an address that is none."""
    with pytest.raises(AssertionError, match="no cluster's address"):
        work(organiser, tmp_path, "--workers", "127.0.0.2:10001")
