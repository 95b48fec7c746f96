"""A heat in the virtual venue whose car hears race control over a bad network."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import Stack
from tests.network.lossy_link import LossyLink
from tests.waiting import PATIENCE_S
from timing_server.launcher.cast import CAST

pytestmark = pytest.mark.faults

#: A flying lap of this driver takes nine seconds or so, and stays on the road where a busy machine
#: lets a picture wait: nobody puts a car back here.
CALM = next(each for each in CAST if each.character == "cautious")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    running = Stack(tmp_path)
    running.serve_here()
    yield running
    running.close()


def test_the_lap_is_driven_on_the_car(stack: Stack) -> None:
    """It should race as if the network were good: what is late are orders and numbers, no lap.

    Real processes and a lap in real time: it can't take less than that.
    """
    link = LossyLink(stack.port, delay_s=0.3, loss_frac=0.2)
    stack.start_track()
    stack.start_car(CALM, link.url)
    event_id, heat_id = stack.plan_heat(CALM.driver_name)
    path = f"/events/{event_id}"

    def telemetry() -> dict[str, Any]:
        return stack.api.get(f"/cars/{CALM.car_id}")["telemetry"] or {}

    stack.watch.until(lambda: bool(telemetry().get("is_warm")), PATIENCE_S, "the car")
    entry_id = stack.api.get(f"{path}/heats/{heat_id}")["runs"].popitem()[0]
    equip = {
        "entry_id": entry_id,
        "car_id": CALM.car_id,
        "model_sha256": telemetry()["model_sha256"],
    }
    stack.api.post(f"{path}/heats/{heat_id}/equip", equip)
    stack.api.post(f"{path}/next")
    stack.api.post(f"{path}/heats/{heat_id}/start")

    def heat() -> Any:
        return stack.api.get(f"{path}/heats/{heat_id}")

    # How many laps a window holds is a matter of how busy the machine is.
    stack.watch.until(lambda: bool(heat()["laps"]), PATIENCE_S, "a lap")
    stack.api.post(f"{path}/heats/{heat_id}/stop")
    driven = heat()
    assert driven["phase"] == "finished"
    laps = [each for each in driven["laps"].values() if each["state"] == "valid"]
    assert laps
    assert {each["bound_us"] for each in laps} == {0}
    stack.watch.until(
        lambda: stack.api.get("/log/summary")["passes"] == stack.crossings(), PATIENCE_S, "passes"
    )
    # The numbers of the whole heat are in the newest report, however many were late.
    stack.watch.until(lambda: not telemetry()["is_driving"], PATIENCE_S, "the car's last word")
    assert telemetry()["frames"] > sum(each["duration_us"] for each in laps) / 1e6
    assert link.lost > 0
    link.close()
