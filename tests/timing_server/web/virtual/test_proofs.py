"""The server drives virtual runs again: the same, not comparable, or a worker that lied."""

import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from car_agent.worker.link import ServerLink
from car_agent.worker.simulator import versions
from car_agent.worker.work import Worker
from tests.timing_server.web.live_server import PATIENCE_S, Organiser
from tests.timing_server.web.virtual.league import (
    Guests,
    LeagueDriver,
    duel_stage,
    enter,
    library_model,
    virtual_stage,
)

DRIVE_PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def otter(guests: Guests) -> LeagueDriver:
    driver = guests.driver("Apex Otter")
    driver.bring(library_model())
    return driver


def submitted(organiser: Organiser, otter: LeagueDriver, runs: int = 1) -> str:
    """Plan an event and submit to it; return its path."""
    plan = virtual_stage(organiser, laps=1)
    entry_id = enter(organiser, plan, otter)
    body = {"entry_id": entry_id, "model_sha256": otter.bring(library_model())}
    for _ in range(runs):
        path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
        assert otter.http.post(path, json=body).status_code == 201
    return str(plan["path"])


def drive(organiser: Organiser) -> None:
    token = organiser.token("worker", "lab-1")
    link = ServerLink(organiser.url.removesuffix("/api/v1"), "lab-1", token)
    Worker(link, lambda _: None).work(is_once=True)
    link.close()


def settled(organiser: Organiser, path: str) -> list[Any]:
    """Return the runs once nothing waits or is driven any more."""
    until = time.monotonic() + DRIVE_PATIENCE_S
    while time.monotonic() < until:
        runs = organiser.get(f"{path}/results/proofs")["runs"]
        if all(each["outcome"]["state"] not in {"waiting", "running"} for each in runs):
            return list(runs)
        time.sleep(0.3)
    raise AssertionError("The server doesn't drive again.")


def ask(organiser: Organiser, path: str, **body: Any) -> Any:
    return organiser.http.post(f"{path}/results/proofs", json=body)


def test_runs_come_out_the_same(organiser: Organiser, otter: LeagueDriver) -> None:
    """It should tell what each run was computed with, and drive one or all of them again."""
    path = submitted(organiser, otter, runs=2)
    drive(organiser)
    with httpx2.Client(base_url=organiser.url, timeout=PATIENCE_S) as stranger:
        told = stranger.get(f"{path}/results/proofs").json()
        assert stranger.post(f"{path}/results/proofs", json={}).status_code == 401
    assert otter.http.post(f"{path}/results/proofs", json={}).status_code == 403
    first, second = told["runs"]
    assert (told["is_open"], first["driver"], first["seed"]) == (True, "Apex Otter", 7)
    assert first["simulator"] == versions().model_dump()
    assert first["outcome"]["state"] == second["outcome"]["state"] == "none"
    assert ask(organiser, path, heat_ids=[second["heat_id"]]).status_code == 202
    states = [each["outcome"]["state"] for each in settled(organiser, path)]
    assert states == ["none", "identical"]
    assert ask(organiser, path).status_code == 202
    for run in settled(organiser, path):
        assert run["outcome"]["state"] == "identical"
        assert run["outcome"]["facts"] > 5
        assert run["outcome"]["sentence"].startswith("bit-identical (")


def test_a_worker_that_lies_is_found_out(
    organiser: Organiser, otter: LeagueDriver, guests: Guests
) -> None:
    """It should name the fact that no such model, track and seed give on the same simulator."""
    path = submitted(organiser, otter)
    worker = guests.worker("liar-1")
    job = worker.claim()
    run = {
        "model_sha256": job["model_sha256"],
        "track_sha256": job["track"]["sha256"],
        "seed": job["seed"],
        "laps_tried": 1,
        "passes_ns": [1_000_000_000, 3_000_000_000],
        "resets_ns": [],
        "beginnings_ns": [],
        "sim_ns": 3_000_000_000,
    }
    body = {"run": run, "simulator": versions().model_dump()}
    answer = worker.http.post(f"{worker.path}/leases/{job['lease_id']}/run", json=body)
    assert answer.status_code == 201
    ask(organiser, path)
    (found,) = settled(organiser, path)
    outcome = found["outcome"]
    assert outcome["state"] == "changed"
    assert outcome["fact_kind"] in {"BootBound", "PassDetected"}
    assert "isn't what this model, track and seed give" in outcome["sentence"]


def test_another_simulator_is_shown(
    organiser: Organiser, otter: LeagueDriver, guests: Guests
) -> None:
    """It should say in what the simulators differ, and whether the laps do."""
    path = submitted(organiser, otter)
    worker = guests.worker("elsewhere-1")
    assert worker.hand_in(worker.claim(), 1.0, 9.0).status_code == 201
    ask(organiser, path)
    (found,) = settled(organiser, path)
    outcome = found["outcome"]
    assert outcome["state"] == "apart"
    parts = {each["name"]: each for each in outcome["apart"]}
    assert parts["source_sha256"]["then"] == "5f" * 32
    assert parts["source_sha256"]["here"] == versions().source_sha256
    assert outcome["fact_seq"] is not None


def test_a_model_that_is_gone_is_missed(organiser: Organiser, guests: Guests, folder: Path) -> None:
    """It should say that it isn't here, and refuse nothing."""
    hare = guests.driver("Turbo Hare")
    path = submitted(organiser, hare)
    drive(organiser)
    (run,) = organiser.get(f"{path}/results/proofs")["runs"]
    kept = folder / "models" / f"{run['model_sha256']}.onnx"
    content = kept.read_bytes()
    kept.unlink()
    try:
        ask(organiser, path)
        (found,) = settled(organiser, path)
        assert found["outcome"]["state"] == "no_model"
    finally:
        kept.write_bytes(content)


def test_a_race_of_two_comes_out_the_same(organiser: Organiser, guests: Guests) -> None:
    """It should drive both again together, and name both."""
    plan = duel_stage(organiser, "points", laps=1)
    for name, model in (("Volt Vixen", "fast"), ("Torque Tortoise", "cautious")):
        rival = guests.driver(name)
        entry_id = enter(organiser, plan, rival)
        body = {"entry_id": entry_id, "model_sha256": rival.bring(library_model(model))}
        path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
        assert rival.http.post(path, json=body).status_code == 201
    drive(organiser)
    assert ask(organiser, plan["path"]).is_success
    (run,) = settled(organiser, plan["path"])
    assert (run["driver"], run["outcome"]["state"]) == (
        "Volt Vixen – Torque Tortoise",
        "identical",
    )
