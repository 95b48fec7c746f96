"""Races of two against a real server: paired, driven, handed in once, and what came of them."""

from collections.abc import Iterator
from typing import Any

import onnx
import pytest

from car_agent.worker.link import ServerLink
from car_agent.worker.work import Worker
from tests.car_agent.worker.hostile import good, no_number
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, LeagueDriver, duel_stage, enter


@pytest.fixture
def link(organiser: Organiser) -> Iterator[ServerLink]:
    url = organiser.url.removesuffix("/api/v1")
    opened = ServerLink(url, "worker-1", organiser.token("worker", "worker-1"))
    yield opened
    opened.close()


@pytest.fixture
def drivers(guests: Guests) -> list[LeagueDriver]:
    return [guests.driver(name) for name in ("Apex Otter", "Volt Vixen")]


def submitted(
    organiser: Organiser, plan: dict[str, Any], drivers: list[LeagueDriver], *models: bytes
) -> None:
    """Enter the drivers, each with a model."""
    for driver, model in zip(drivers, models, strict=True):
        entry_id = enter(organiser, plan, driver)
        body = {"entry_id": entry_id, "model_sha256": driver.bring(model)}
        path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
        assert driver.http.post(path, json=body).status_code == 201


def test_two_who_wait_race_each_other(
    organiser: Organiser, drivers: list[LeagueDriver], link: ServerLink
) -> None:
    """It should tell each whom it met and how it went, keep both records, and give a point."""
    plan = duel_stage(organiser, "points", laps=2)
    submitted(organiser, plan, drivers, good("fast"), good())
    assert Worker(link, lambda _: None).work(is_once=True) == 1
    (fast,), (cautious,) = (each.desk(plan["event_id"])["submissions"] for each in drivers)
    assert (fast["status"], cautious["status"]) == ("driven", "driven")
    (won,), (lost,) = fast["duels"], cautious["duels"]
    assert (won["outcome"], won["rival"]) == ("won", "Volt Vixen")
    assert (lost["outcome"], lost["rival"]) == ("lost", "Apex Otter")
    rows = organiser.get(f"{plan['path']}/results")["stages"][0]["rows"]
    assert [row["value_points"] for row in rows] == [1, 0]
    replay = drivers[0].http.get(f"{plan['path']}/heats/{won['heat_id']}/replay").json()
    cars = [record["car_id"] for run in replay["runs"] for record in run["records"]]
    assert sorted(cars) == ["virtual", "virtual-2"]


def test_a_hostile_model_hurts_nobody(
    organiser: Organiser, drivers: list[LeagueDriver], link: ServerLink
) -> None:
    """It should be refused with its sentence, and lose to the one that drove without it."""
    plan = duel_stage(organiser, "points", laps=1)
    submitted(organiser, plan, drivers, no_number(), good("fast"))
    assert Worker(link, lambda _: None).work(is_once=True) == 1
    (hostile,), (fair,) = (each.desk(plan["event_id"])["submissions"] for each in drivers)
    assert (hostile["status"], hostile["sentence"]) == (
        "refused",
        "The model's answer is not a number.",
    )
    (won,) = fair["duels"]
    assert (won["outcome"], won["has_rival_driven"]) == ("won", False)


def test_one_alone_waits_for_a_rival(
    organiser: Organiser, drivers: list[LeagueDriver], link: ServerLink
) -> None:
    """It should drive nothing, and say what it waits for."""
    plan = duel_stage(organiser, "points", laps=1)
    submitted(organiser, plan, drivers[:1], good())
    assert Worker(link, lambda _: None).work(is_once=True) == 0
    (waiting,) = drivers[0].desk(plan["event_id"])["submissions"]
    assert (waiting["status"], waiting["place"], waiting["waits_for"]) == (
        "waiting",
        None,
        "rival",
    )
    path = f"{plan['path']}/submissions/{waiting['submission_id']}/withdraw"
    assert drivers[0].http.post(path).is_success


def test_a_match_is_driven_once_it_is_planned(
    organiser: Organiser, drivers: list[LeagueDriver], link: ServerLink
) -> None:
    """It should wait for the draw, and then decide the final."""
    plan = duel_stage(organiser, "single_elimination", laps=1)
    submitted(organiser, plan, drivers, good(), good("fast"))
    assert Worker(link, lambda _: None).work(is_once=True) == 0
    (waiting,) = drivers[0].desk(plan["event_id"])["submissions"]
    assert waiting["waits_for"] == "match"
    stage = f"{plan['path']}/stages/{plan['stage_id']}"
    organiser.post(f"{stage}/draw", {})
    organiser.post(f"{stage}/matches", {})
    assert Worker(link, lambda _: None).work(is_once=True) == 1
    (fast,) = drivers[1].desk(plan["event_id"])["submissions"]
    (won,) = fast["duels"]
    assert (won["outcome"], won["match_name"]) == ("won", "final")


def test_a_model_that_may_race_again_can_not_be_deleted(
    organiser: Organiser, guests: Guests, link: ServerLink
) -> None:
    """It should be kept between two matches, and be its driver's again once all are decided."""
    four = [guests.driver(name) for name in ("Apex Otter", "Volt Vixen", "Kerb Koala", "Pit Puma")]
    plan = duel_stage(organiser, "single_elimination", laps=1)
    entry_ids = [enter(organiser, plan, each) for each in four]
    stage = f"{plan['path']}/stages/{plan['stage_id']}"
    fast, cautious = four[0].bring(_own_copy(good("fast"))), four[3].bring(good())
    for at, model in ((0, fast), (3, cautious)):
        body = {"entry_id": entry_ids[at], "model_sha256": model}
        assert four[at].http.post(f"{stage}/submissions", json=body).status_code == 201
    organiser.post(f"{stage}/draw", {"entry_ids": entry_ids})
    organiser.post(f"{stage}/matches", {})
    assert four[0].http.delete(f"/models/{fast}").json()["code"] == "model_waits"
    assert Worker(link, lambda _: None).work(is_once=True) == 1
    refused = four[0].http.delete(f"/models/{fast}").json()
    assert (refused["code"], refused["params"]["title"]) == ("model_racing", "Duels")
    for each in entry_ids[1:3]:
        organiser.post(f"{plan['path']}/entries/{each}/withdraw", {"reason": "Went home."})
    Worker(link, lambda _: None).work(is_once=True)
    assert four[0].http.delete(f"/models/{fast}").is_success


def _own_copy(model: bytes) -> bytes:
    """Return a model that drives alike and that nobody else has brought."""
    copied = onnx.load_from_string(model)
    copied.doc_string = "Nobody else's."
    return bytes(copied.SerializeToString())
