"""A virtual league over the interface: an organiser, drivers with models, workers by hand."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx2

from tests.timing_server.web.live_server import PATIENCE_S, Organiser

LIBRARY = Path(__file__).parents[4] / "car_agent" / "models" / "library"
TRIAL_PATIENCE_S = 120.0
SIMULATOR = {
    "source_sha256": "5f" * 32,
    "architecture": "x86_64",
    "python": "3.11.15",
    "numpy": "2.4.1",
    "opencv": "4.13.0",
    "onnxruntime": "1.30.0",
}


class LeagueDriver:
    """A driver's browser with a model of the library."""

    def __init__(self, organiser: Organiser, name: str) -> None:
        self.driver_id = str(organiser.post("/drivers", {"name": name})["driver_id"])
        body = {"role": "driver", "principal": self.driver_id, "scope": self.driver_id}
        token = organiser.post("/credentials", body)["token"]
        self.http = httpx2.Client(
            base_url=organiser.url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TRIAL_PATIENCE_S,
        )

    def bring(self, content: bytes, name: str = "lap.onnx") -> str:
        """Upload a model; return its hash."""
        answer = self.http.post("/models", files={"model": (name, content)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sha256"])

    def desk(self, event_id: str) -> Any:
        """Return what the driver sees of a virtual race."""
        answer = self.http.get(f"/events/{event_id}/virtual")
        assert answer.status_code == 200, answer.text
        return answer.json()


class ScriptedWorker:
    """A worker that is told what it drove."""

    def __init__(self, organiser: Organiser, name: str) -> None:
        self.path = f"/workers/{name}"
        token = organiser.token("worker", name)
        self.http = httpx2.Client(
            base_url=organiser.url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_S,
        )

    def claim(self) -> Any:
        """Return the next run, None while none waits."""
        answer = self.http.post(f"{self.path}/claim")
        assert answer.status_code == 200, answer.text
        return answer.json()["job"]

    def renew(self, job: Any, laps_done: int = 0) -> Any:
        """Say that the worker lives."""
        body = {"laps_done": laps_done}
        return self.http.post(f"{self.path}/leases/{job['lease_id']}", json=body)

    def hand_in(self, job: Any, *passes_s: float, **changes: Any) -> Any:
        """Hand a run in."""
        run = {
            "model_sha256": job["model_sha256"],
            "track_sha256": job["track"]["sha256"],
            "seed": job["seed"],
            "laps_tried": max(0, len(passes_s) - 1),
            "passes_ns": [round(each * 1e9) for each in passes_s],
            "resets_ns": [],
            "collisions_ns": [],
            "beginnings_ns": [],
            "sim_ns": round(max(passes_s, default=0.0) * 1e9),
        }
        body = {"run": run | changes, "simulator": SIMULATOR}
        return self.http.post(f"{self.path}/leases/{job['lease_id']}/run", json=body)

    def fail(self, job: Any, sentence: str) -> Any:
        """Say that the model ended its own run."""
        body = {"sentence": sentence}
        return self.http.post(f"{self.path}/leases/{job['lease_id']}/failure", json=body)


class Guests:
    """Drivers and workers of a test, whose connections are given back at its end."""

    def __init__(self, organiser: Organiser) -> None:
        self._organiser = organiser
        self._open: list[httpx2.Client] = []

    def driver(self, name: str) -> LeagueDriver:
        """Sign a driver up."""
        driver = LeagueDriver(self._organiser, name)
        self._open.append(driver.http)
        return driver

    def worker(self, name: str) -> ScriptedWorker:
        """Let a worker in."""
        worker = ScriptedWorker(self._organiser, name)
        self._open.append(worker.http)
        return worker

    def close(self) -> None:
        """Give the connections back."""
        for client in self._open:
            client.close()


@cache
def library_model(name: str = "cautious") -> bytes:
    """Return a model's bytes."""
    return (LIBRARY / f"{name}.onnx").read_bytes()


def times(opens_h: float = -1, closes_h: float = 1) -> dict[str, str]:
    """Return opening and closing, in hours from now."""
    now = datetime.now(UTC)
    return {
        "opens_utc": (now + timedelta(hours=opens_h)).isoformat(),
        "closes_utc": (now + timedelta(hours=closes_h)).isoformat(),
    }


def virtual_stage(organiser: Organiser, **rules: Any) -> dict[str, Any]:
    """Plan an event, which owns no gates, with a virtual stage; returns its ids."""
    event_id = organiser.post("/events", {"name": "Online league"})["event_id"]
    path = f"/events/{event_id}"
    stage_id = organiser.post(f"{path}/stages", {"title": "Qualifier"})["stage_id"]
    body = {"track_id": "oval", "laps": 3, "seed": 7, **times(), **rules}
    answer = organiser.http.put(f"{path}/stages/{stage_id}/virtual", json=body)
    assert answer.is_success, answer.text
    return {"event_id": event_id, "path": path, "stage_id": stage_id}


def duel_stage(organiser: Organiser, format_name: str, **rules: Any) -> dict[str, Any]:
    """Plan an event with a stage in which two race each other; returns its ids."""
    event_id = organiser.post("/events", {"name": "Head to head"})["event_id"]
    path = f"/events/{event_id}"
    stage = {"title": "Duels", "format_name": format_name}
    stage_id = organiser.post(f"{path}/stages", stage)["stage_id"]
    kind = {"track_id": "oval", "race_kind": "head_to_head", "laps": 2, "seed": 7}
    body = {**kind, "resets_max": 20, **times(), **rules}
    answer = organiser.http.put(f"{path}/stages/{stage_id}/virtual", json=body)
    assert answer.is_success, answer.text
    return {"event_id": event_id, "path": path, "stage_id": stage_id}


def enter(organiser: Organiser, plan: dict[str, Any], driver: LeagueDriver) -> str:
    """Enter a driver; return the entry."""
    body = {"driver_ids": [driver.driver_id]}
    return str(organiser.post(f"{plan['path']}/entries", body)["entry_id"])
