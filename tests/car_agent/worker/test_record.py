"""A virtual run's record: driven by a real worker's process, kept by a real server, analysed."""

import base64
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from car_agent.worker.errors import ServerAwayError
from car_agent.worker.limited.orders import STEPS_MAX, TraceTold
from car_agent.worker.link import ServerLink
from car_agent.worker.record import record_of, run_of
from car_agent.worker.work import Worker
from hardware.virtual.world.designs import track_named
from tests.car_agent.worker.hostile import good
from tests.faults.virtual.workers import WorkerProcess, until
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import (
    Guests,
    LeagueDriver,
    ScriptedWorker,
    enter,
    virtual_stage,
)
from timing_server.contract.machines.workers import (
    MAX_RUN_RECORD_BYTES,
    RunRecorded,
    VirtualJob,
)


def submitted(organiser: Organiser, driver: LeagueDriver, laps: int = 2) -> dict[str, Any]:
    plan = virtual_stage(organiser, laps=laps)
    entry_id = enter(organiser, plan, driver)
    body = {"entry_id": entry_id, "model_sha256": driver.bring(good(), "otter.onnx")}
    path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
    assert driver.http.post(path, json=body).status_code == 201
    return {**plan, "entry_id": entry_id}


def heat_of(organiser: Organiser, plan: dict[str, Any]) -> str | None:
    (shown,) = organiser.get(f"{plan['path']}/virtual")["submissions"]
    return str(shown["heat_id"]) if shown["status"] == "driven" else None


def records_of(driver: LeagueDriver, plan: dict[str, Any], heat_id: str) -> list[Any]:
    told = driver.http.get(f"{plan['path']}/heats/{heat_id}/replay").json()
    (run,) = told["runs"]
    return list(run["records"])


def logged_laps_us(organiser: Organiser, plan: dict[str, Any]) -> list[int]:
    """Return the laps as the log's passes give them, by simulated time alone."""
    page = organiser.get(f"{plan['path']}/log?limit=1000")
    facts = [each["fact"] for each in page["facts"]]
    instants = [each["body"]["mono_ns"] for each in facts if each["type"] == "PassDetected"]
    return [(later - earlier) // 1000 for earlier, later in pairwise(instants)]


def test_a_virtual_run_is_analysed_as_a_real_one(
    organiser: Organiser, driver: LeagueDriver, tmp_path: Path
) -> None:
    """It should tell a path on the road, and the laps that stand in the log."""
    plan = submitted(organiser, driver)
    worker = WorkerProcess(organiser, tmp_path, "lab-7")
    try:
        until(lambda: heat_of(organiser, plan) is not None, "the run", 120.0)
        heat_id = heat_of(organiser, plan)
        assert heat_id is not None
        until(lambda: bool(records_of(driver, plan, heat_id)), "the record", 60.0)
    finally:
        worker.close()
    (record,) = records_of(driver, plan, heat_id)
    assert (record["car_id"], record["model_name"], record["is_own"]) == ("virtual", "otter", True)
    run = f"{plan['path']}/heats/{heat_id}/runs/{plan['entry_id']}"
    told = driver.http.get(f"{run}/analysis").json()
    laps_us = logged_laps_us(organiser, plan)
    assert len(laps_us) == 2
    assert [lap["duration_us"] for lap in told["laps"]] == laps_us
    assert (told["has_positions"], {lap["is_recorded"] for lap in told["laps"]}) == (True, {True})
    track = track_named("oval")
    for number, lap_us in enumerate(laps_us, 1):
        curves = driver.http.get(f"{run}/laps/{number}/curves").json()
        assert (curves["basis"], curves["bound_us"]) == ("distance", 0)
        assert len(curves["at_us"]) == pytest.approx(lap_us * 15 / 1e6, abs=2)
        assert curves["place"] == sorted(curves["place"])
        assert (curves["place"][0] < 0.05, curves["place"][-1] > 0.95) == (True, True)
        for x_m, y_m in zip(curves["x_m"], curves["y_m"], strict=True):
            assert abs(track.project(x_m, y_m).offset_m) < track.width_m
        replay = driver.http.get(f"{run}/laps/{number}/replay").json()
        told_of = (replay["duration_us"], replay["bound_us"], replay["is_cut"])
        assert told_of == (lap_us, 0, False)
        assert len(replay["steps"]) == len(curves["at_us"])


def test_a_record_that_can_not_be_kept_costs_no_run(
    organiser: Organiser, driver: LeagueDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should record the run all the same, once."""
    plan = submitted(organiser, driver, laps=1)
    url = organiser.url.removesuffix("/api/v1")
    link = ServerLink(url, "lab-8", organiser.token("worker", "lab-8"))
    tried: list[str] = []

    def full(*_: object) -> None:
        tried.append("record")
        raise ServerAwayError("Records may take 1 MB here, and do; delete some.")

    monkeypatch.setattr(link, "hand_record", full)
    assert Worker(link, lambda _: None, rest=lambda _: None).work(is_once=True) == 1
    link.close()
    heat_id = heat_of(organiser, plan)
    assert heat_id is not None
    assert len(tried) == 3
    assert records_of(driver, plan, heat_id) == []


def test_a_run_has_one_record_and_it_is_its_workers(
    organiser: Organiser, driver: LeagueDriver, guests: Guests
) -> None:
    """It should take the same again, refuse another, one too large, and one of another's run."""
    plan = submitted(organiser, driver, laps=1)
    worker, other = guests.worker("lab-9"), guests.worker("lab-10")
    job = worker.claim()

    def hand(who: ScriptedWorker, content: bytes) -> Any:
        path = f"{who.path}/leases/{job['lease_id']}/record"
        return who.http.put(path, params={"event_id": plan["event_id"]}, content=content)

    assert hand(worker, b"before its run").json()["code"] == "unknown_run"
    made = RunRecorded.model_validate(worker.hand_in(job, 1.0, 9.0).json())
    record = record_of(run_of(VirtualJob.model_validate(job), made), TraceTold(steps=""))
    assert hand(other, record).json()["code"] == "unknown_run"
    assert hand(worker, bytes(MAX_RUN_RECORD_BYTES + 1)).status_code == 413
    assert [hand(worker, record).status_code for _ in range(2)] == [204, 204]
    assert hand(worker, record + b"more").json()["code"] == "record_unwanted"
    assert len(records_of(driver, plan, made.heat_id)) == 1


def test_the_longest_record_fits() -> None:
    """It should stay below what the server takes, with as many pictures as are kept of a run."""
    step = struct.pack("<qff", 2**50, -0.12345, 0.98765)
    step += struct.pack("<qfffff?", 2**50, -101.2345, -201.2345, -3.14159, 3.12345, 0.98765, False)
    trace = TraceTold(steps=base64.b64encode(step * STEPS_MAX).decode(), lost_steps=5)
    job = VirtualJob.model_validate(
        {
            **dict.fromkeys(("submission_id", "lease_id"), "x" * 36),
            "event_id": "e" * 36,
            "lease_s": 10,
            "attempt": 1,
            "model_sha256": "0" * 64,
            "seed": 1,
            "track": {"name": "oval", "sha256": "0" * 64, "is_file": False},
            "rules": {
                **dict.fromkeys(("objects", "bots", "laps", "resets_max"), 1),
                **dict.fromkeys(("lap_limit_ns", "reset_penalty_ns", "collision_penalty_ns"), 1),
                "bots_change_lanes": False,
            },
        }
    )
    made = RunRecorded(heat_id="h", entry_id="e", race_offset_ns=2**60, model_name="otter")
    record = record_of(run_of(job, made), trace)
    assert MAX_RUN_RECORD_BYTES / 3 < len(record) < MAX_RUN_RECORD_BYTES
