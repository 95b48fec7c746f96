"""A bracket of races of two whose worker is killed with -9 in the middle, with a hostile model."""

from pathlib import Path
from typing import Any

import pytest

from tests.car_agent.worker.hostile import good, no_number
from tests.faults.virtual.workers import WorkerProcess, is_gone, until
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, duel_stage, enter

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

#: What a worker has below it during a race: what begins runs, what drives, and both models.
RACING_N = 4


def drawn(organiser: Organiser, guests: Guests, *models: bytes) -> dict[str, Any]:
    """Plan a bracket, let so many submit, and draw it."""
    plan = duel_stage(organiser, "single_elimination", laps=3)
    stage = f"{plan['path']}/stages/{plan['stage_id']}"
    for number, model in enumerate(models, 1):
        driver = guests.driver(f"Turbo Tester {number}")
        entry_id = enter(organiser, plan, driver)
        body = {"entry_id": entry_id, "model_sha256": driver.bring(model)}
        assert driver.http.post(f"{stage}/submissions", json=body).status_code == 201
    organiser.post(f"{stage}/draw", {})
    organiser.post(f"{stage}/matches", {})
    return plan


def test_a_bracket_outlives_its_worker(
    organiser: Organiser, guests: Guests, tmp_path: Path
) -> None:
    """It should race each match once, leave no process behind, and refuse the hostile model."""
    plan = drawn(organiser, guests, good("fast"), good(), good("balanced"), no_number())
    worker = WorkerProcess(organiser, tmp_path, "worker-1")

    def raced() -> list[Any]:
        shown = organiser.get(f"{plan['path']}/virtual")["submissions"]
        return [duel for each in shown for duel in each["duels"]]

    try:
        until(lambda: len(worker.below()) >= RACING_N, "a race")
        orphans = worker.kill_and_restart()
        until(lambda: all(map(is_gone, orphans)), "the end of a killed worker's race")
        until(lambda: any(each["match_name"] == "final" for each in raced()), "the bracket")
    finally:
        worker.close()
    assert sorted(each["outcome"] for each in raced()) == ["lost", "lost", "won", "won", "won"]
    lines = [each["fact"] for each in organiser.get(f"{plan['path']}/log?limit=1000")["facts"]]
    ended = [each["body"]["heat_id"] for each in lines if each["type"] == "HeatFinished"]
    assert len(ended) == len(set(ended)) == 3
    refused = [each["body"]["sentence"] for each in lines if each["type"] == "SubmissionRefused"]
    assert refused == ["The model's answer is not a number."]
