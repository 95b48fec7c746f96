"""A model reaches a car over a link that breaks again and again, with everything real."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.e2e.stack import Stack
from tests.hardware.cameras.videos import darkness, record_video
from tests.network.cutting_link import CuttingLink
from tests.waiting import PATIENCE_S
from timing_server.launcher.credentials import provide_token, token_file
from timing_server.launcher.processes import ProcessSpec

pytestmark = pytest.mark.faults

LIBRARY = Path(__file__).parents[2] / "car_agent" / "models" / "library"
CAR = "red"
#: A fifth of the model; telemetry's answers are far smaller.
CUT_AFTER_BYTES = 100_000


@dataclass
class Garage:
    """A server with one car behind a broken link, and the two models of its two heats."""

    stack: Stack
    proxy: CuttingLink
    folder: Path

    def car(self) -> Any:
        (car,) = self.stack.api.get("/fleet")
        return car

    def wait_for(self, holds: Callable[[Any], bool]) -> Any:
        """Return the car once that is true of it."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not holds(car := self.car()):
            assert time.monotonic() < deadline_s, car
            self.stack.watch.rest(0.2)
        return car

    def wait_until_warm(self, sha256: str) -> None:
        """Wait for the car to tell that it is ready with that model, as arming wants it."""

        def is_warm() -> bool:
            told = self.stack.api.get(f"/cars/{CAR}")["telemetry"] or {}
            return told.get("model_sha256") == sha256 and bool(told.get("is_warm"))

        self.stack.watch.until(is_warm, PATIENCE_S, "the car to be ready with its model")

    def bring(self, name: str) -> str:
        """Bring a model of the library for the venue; return its hash."""
        token = token_file(self.folder / "tokens", "organiser").read_text().strip()
        answer = httpx2.post(
            f"{self.stack.url}/api/v1/models",
            files={"model": (f"{name}.onnx", (LIBRARY / f"{name}.onnx").read_bytes())},
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_S,
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sha256"])


@pytest.fixture
def garage(tmp_path: Path) -> Iterator[Garage]:
    stack = Stack(tmp_path)
    stack.start_server()
    proxy = CuttingLink(stack.port, CUT_AFTER_BYTES)
    stack.api.post("/cars", {"car_id": CAR, "name": "Volt", "colour": "#a3e635"})
    provide_token(stack.api, tmp_path / "tokens", CAR, "car")
    options = {
        "--car-id": CAR,
        "--server": f"http://127.0.0.1:{proxy.port}",
        "--token-file": str(token_file(tmp_path / "tokens", CAR)),
        "--model": str(LIBRARY / "balanced.onnx"),
        "--camera": f"file:{record_video(tmp_path / 'track.avi', repeat(darkness(), 15), 15.0)}",
        "--actuators": "none",
        "--data": str(tmp_path / "car"),
    }
    arguments = (word for option in options.items() for word in option)
    stack.supervisor.start(ProcessSpec(CAR, ("car", *arguments), 0))
    yield Garage(stack, proxy, tmp_path)
    stack.close()
    proxy.close()


def plan_two_heats(garage: Garage) -> tuple[str, tuple[str, str], tuple[str, str]]:
    """Plan a heat with the model that the car has, and one with another; return ids and hashes."""
    api = garage.stack.api
    event, first = garage.stack.plan_heat("Turbo Tester")
    path = f"/events/{event}"
    (stage,) = api.get(f"{path}/stages")
    (entry,) = api.get(f"{path}/entries")
    body = {"stage_id": stage["stage_id"], "entry_ids": [entry["entry_id"]]}
    second = api.post(f"{path}/heats", body)["heat_id"]
    old = sha256((LIBRARY / "balanced.onnx").read_bytes()).hexdigest()
    new = garage.bring("fast")
    for heat_id, model in ((first, old), (second, new)):
        run = {"entry_id": entry["entry_id"], "car_id": CAR, "model_sha256": model}
        api.post(f"{path}/heats/{heat_id}/equip", run)
    return path, (first, second), (old, new)


def test_the_next_heats_model_comes_while_this_one_is_on(garage: Garage) -> None:
    """It should be resumed where the link broke, proved, and loaded only for its own heat.

    Then the car is asked for its log and started anew, and comes back with the same model.
    """
    path, (first, second), (old, new) = plan_two_heats(garage)
    api = garage.stack.api
    api.post(f"{path}/next")
    garage.wait_for(lambda each: each["condition"] and each["has_guard"])
    garage.wait_until_warm(old)
    api.post(f"{path}/heats/{first}/start")
    garage.wait_for(lambda each: each["is_driving"])
    states: set[str] = set()

    def is_here(car: Any) -> bool:
        deliveries = (car["condition"] or {}).get("deliveries", [])
        states.update(each["state"] for each in deliveries)
        return bool(deliveries) and {each["state"] for each in deliveries} == {"ready"}

    car = garage.wait_for(is_here)
    size_bytes = (LIBRARY / "fast.onnx").stat().st_size
    assert garage.proxy.cuts >= size_bytes // CUT_AFTER_BYTES - 1
    assert "ready" in states
    assert car["condition"]["loaded_sha256"] == old
    assert car["is_driving"]
    assert [run["model_name"] for run in car["runs"]] == [old[:12], "fast"]
    # Half a model costs no more than the rest of it: what came before a cut is asked for once.
    kept = garage.folder / "car" / "models" / f"{new}.onnx"
    assert kept.read_bytes() == (LIBRARY / "fast.onnx").read_bytes()

    api.post(f"{path}/heats/{first}/stop")
    api.post(f"{path}/heats/order", {"heat_ids": [second]})
    garage.wait_for(lambda each: each["condition"]["loaded_sha256"] == new)
    garage.wait_until_warm(new)

    api.post(f"/cars/{CAR}/log/request")
    garage.wait_for(lambda each: each["log_us"] is not None and each["errands"] == [])
    log = api.get(f"/cars/{CAR}/log")
    assert "model_loaded" in log["text"]

    before = garage.stack.supervisor.pid(CAR)
    api.post(f"/cars/{CAR}/restart")
    garage.stack.watch.until(
        lambda: garage.stack.supervisor.pid(CAR) != before, PATIENCE_S, "the car to come back"
    )
    car = garage.wait_for(lambda each: each["condition"]["loaded_sha256"] == new)
    assert car["errands"] == []
