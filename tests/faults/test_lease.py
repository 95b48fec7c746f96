"""A car drives by its lease: through a restart of the server, over a bad network, and no longer.

Server, car and guard are processes of their own; the PWM chip is a folder.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.faults.leased_car import LeasedCar, start_heat, telemetry
from tests.faults.siege import MortalServer
from tests.network.lossy_link import LossyLink
from tests.timing_server.web.live_server import Organiser, organising
from tests.waiting import wait_until

pytestmark = pytest.mark.faults


def held_of(organiser: Organiser, plan: dict[str, Any]) -> str | None:
    """Return why the heat's one car is held, None where it isn't."""
    (run,) = organiser.get(f"{plan['path']}/view")["view"]["heat"]["runs"].values()
    held: str | None = run.get("held")
    return held


def test_a_restart_of_the_server(
    server: MortalServer, organiser: Organiser, tmp_path: Path
) -> None:
    """It should drive on while a server is killed and comes back, and stop without one.

    What it drives on by is the contact limit of each stage: a minute, then a second. Once that ran
    out it waits for somebody to say go.
    """
    car = LeasedCar(tmp_path, organiser, server.url.removesuffix("/api/v1"))
    try:
        plan = start_heat(organiser, contact_limit_s=60)
        wait_until(car.drives, "the car to drive")
        server.kill()
        wait_until(server.is_answering, "the server to be back")
        wait_until(
            lambda: (telemetry(organiser).get("lease_left_ms") or 0) > 0,
            "the car to be in contact again",
        )
        wait_until(car.drives, "the car to drive on without another go")
        assert held_of(organiser, plan) is None
        organiser.post(f"{plan['path']}/heats/{plan['heats'][0]}/stop")
        wait_until(car.stands, "the car to stop with its heat")

        plan = start_heat(organiser, contact_limit_s=1)
        wait_until(
            lambda: 0 < (telemetry(organiser).get("lease_left_ms") or 0) <= 1000,
            "the car to have the leave of this heat",
        )
        wait_until(car.drives, "the car to drive")
        server.close()
        wait_until(car.stands, "the car to stop without a server")
        server.start()
        wait_until(server.is_answering, "the server to be back")
        run = f"{plan['path']}/heats/{plan['heats'][0]}/runs/{plan['entries'][0]}"
        wait_until(
            lambda: car.drives() or held_of(organiser, plan) == "contact_lost",
            "the car to say that it was lost",
        )
        assert not car.drives()
        organiser.post(f"{run}/go")
        wait_until(car.drives, "the car to drive again")
    finally:
        car.close()


def test_stops_over_a_bad_network(tmp_path: Path) -> None:
    """It should drive, stop by hand and by emergency, and answer, however late the words come."""
    folder = tmp_path / "server"
    folder.mkdir()
    with organising(folder) as organiser:
        stop_and_go(tmp_path, organiser, LossyLink(urlsplit(organiser.url).port or 0, 0.3, 0.2))


def stop_and_go(folder: Path, organiser: Organiser, link: LossyLink) -> None:
    car = LeasedCar(folder, organiser, link.url)
    try:
        plan = start_heat(organiser)
        run = f"{plan['path']}/heats/{plan['heats'][0]}/runs/{plan['entries'][0]}"
        wait_until(car.drives, "the car to drive")
        organiser.post(f"{run}/hold")
        wait_until(lambda: not car.drives(), "the car to be held")
        organiser.post(f"{run}/go")
        wait_until(car.drives, "the car to go")
        organiser.post(f"{plan['path']}/cars/red/stop")
        wait_until(lambda: not car.drives(), "the car to stop")

        def answer() -> dict[str, int] | None:
            view = organiser.get(f"{plan['path']}/view")["view"]
            found: dict[str, int] | None = view["car_stops"]["red"].get("obeyed")
            return found

        wait_until(lambda: answer() is not None, "the car's answer")
        told = answer()
        assert told is not None
        # The way there took 300 ms at the least; the clocks lie within what the car says of them.
        assert told["latency_us"] + told["bound_us"] >= 300_000
        organiser.post(f"{plan['path']}/cars/red/stop/lift")
        organiser.post(f"{run}/go")
        wait_until(car.drives, "the car to go again")
        assert link.lost > 0
    finally:
        car.close()
        link.close()
