"""Real cars measured over the interface: from a record to a stress card as that car sees."""

import time
from collections.abc import Iterator
from math import degrees
from pathlib import Path
from typing import Any

import pytest

from tests.car_agent.matching.standing import MOUNTED, standing
from tests.timing_server.web.fleet.driven import Driven, driven_heat
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import LeagueDriver, library_model

TEST_PATIENCE_S = 240.0


@pytest.fixture(scope="module")
def driven(organiser: Organiser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    folder = tmp_path_factory.mktemp("car")
    with driven_heat(organiser, folder, jpeg=standing) as found:
        found.handover.work()
        yield found


def match(driven: Driven, **changes: Any) -> Any:
    body = {"event_id": driven.plan["event_id"], "record_id": driven.record_id, **changes}
    return driven.organiser.http.post("/workshop/cars/matches", json=body, timeout=120)


def after_test(organiser: Organiser, driver: LeagueDriver, sha256: str, **order: Any) -> Any:
    """Let a model be tested; return its history once that is over."""
    body = {"sha256": sha256, **order}
    assert driver.http.post("/workshop/tests", json=body).is_success
    until = time.monotonic() + TEST_PATIENCE_S
    while time.monotonic() < until:
        tests = driver.http.get("/workshop/tests").json()
        if all(each["state"] in {"done", "failed"} for each in tests):
            assert [each["sentence"] for each in tests] == [None] * len(tests)
            return organiser.get(f"/models/{sha256}/history?driver_id={driver.driver_id}")
        time.sleep(0.5)
    raise AssertionError("The test isn't over.")


def test_a_car_is_measured_looked_at_and_kept(driven: Driven) -> None:
    """It should find the mount, show three pictures, and keep it under the car's name."""
    organiser = driven.organiser
    desk = organiser.get("/workshop/cars")
    (record,) = desk["records"]
    assert (desk["is_open"], desk["cars"]) == (True, [])
    assert (record["car_id"], record["record_id"]) == ("red", driven.record_id)
    assert driven.driver.get("/workshop/cars").json()["records"] == []
    assert driven.driver.post("/workshop/cars/matches", json={}).status_code == 403
    found = match(driven)
    assert found.status_code == 201, found.text
    measured = found.json()
    camera = measured["figures"]["camera"]
    assert degrees(camera["pitch_rad"]) == pytest.approx(18, abs=1)
    assert camera["height_m"] == pytest.approx(MOUNTED.camera.height_m, abs=0.008)
    assert measured["figures"]["latency"]["latency_s"] == pytest.approx(0.011)
    assert not measured["is_kept"]
    for name in ("real", "drawn", "measured"):
        shown = driven.driver.get(f"/workshop/cars/{measured['measured_id']}/{name}.png")
        assert shown.headers["content-type"] == "image/png"
        assert shown.content.startswith(b"\x89PNG")
    assert organiser.get("/workshop/cars")["cars"] == []
    body = {"measured_id": measured["measured_id"]}
    assert organiser.http.put("/workshop/cars/blue", json=body).status_code == 404
    assert organiser.http.put("/workshop/cars/red", json=body).is_success
    (kept,) = driven.driver.get("/workshop/cars").json()["cars"]
    assert (kept["about"]["car_id"], kept["is_kept"]) == ("red", True)
    assert kept["figures"] == measured["figures"]
    assert driven.driver.get("/workshop/cars/red/real.png").is_success


def test_what_is_not_here_is_not_measured(driven: Driven) -> None:
    """It should know neither a track nor a record that nobody has."""
    assert match(driven, track="nowhere").json()["code"] == "unknown_track"
    assert match(driven, record_id="ab" * 32).json()["code"] == "unknown_record"


def test_a_model_is_tested_as_that_car(driven: Driven, folder: Path) -> None:
    """It should drive other laps than the usual car, and keep both apart."""
    organiser = driven.organiser
    driver = LeagueDriver(organiser, "Apex Otter")
    sha256 = driver.bring(library_model("balanced"))
    assert (folder / "measured" / "cars" / "red" / "car.json").is_file()
    order = {"kind": "laps", "track": "demo", "laps": 2}
    after_test(organiser, driver, sha256, **order)
    history = after_test(organiser, driver, sha256, **order, as_measured="red")
    measured, plain = history["virtual"]
    assert (measured["as_measured"], plain["as_measured"]) == ("red", None)
    assert measured["best_us"] != plain["best_us"]
    (row,) = driver.http.get("/models/library").json()
    assert [each["as_measured"] for each in row["virtual"]] == [None]
    unknown = driver.http.post(
        "/workshop/tests", json={"sha256": sha256, **order, "as_measured": "blue"}
    )
    assert unknown.status_code == 404
    driver.http.close()


def test_a_car_is_forgotten(driven: Driven) -> None:
    """It should be no choice any more, pictures and all."""
    assert driven.organiser.http.delete("/workshop/cars/red").status_code == 204
    assert driven.organiser.http.delete("/workshop/cars/red").status_code == 404
    assert driven.driver.get("/workshop/cars/red/real.png").status_code == 404
    assert driven.driver.get("/workshop/cars").json()["cars"] == []
