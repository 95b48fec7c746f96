"""Workers against a real server: runs driven, handed in once, given back."""

from collections.abc import Iterator
from typing import Any

import pytest

from car_agent.worker.errors import WorkerRefusedError, WorkerUnfitError
from car_agent.worker.link import ServerLink
from car_agent.worker.work import Worker
from tests.car_agent.worker.hostile import good, no_number
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import LeagueDriver, enter, virtual_stage
from timing_server.contract.machines.workers import VirtualJob


@pytest.fixture
def link(organiser: Organiser) -> Iterator[ServerLink]:
    url = organiser.url.removesuffix("/api/v1")
    opened = ServerLink(url, "worker-1", organiser.token("worker", "worker-1"))
    yield opened
    opened.close()


def submit(plan: dict[str, Any], driver: LeagueDriver, entry_id: str, model: bytes) -> None:
    body = {"entry_id": entry_id, "model_sha256": driver.bring(model)}
    path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
    answer = driver.http.post(path, json=body)
    assert answer.status_code == 201, answer.text


def test_what_waits_is_driven(organiser: Organiser, driver: LeagueDriver, link: ServerLink) -> None:
    """It should drive a good model, refuse a bad one with its sentence, and end when none waits."""
    plan = virtual_stage(organiser, laps=2)
    entry_id = enter(organiser, plan, driver)
    submit(plan, driver, entry_id, good())
    submit(plan, driver, entry_id, no_number())
    said: list[str] = []
    assert Worker(link, said.append).work(is_once=True) == 2
    first, second = driver.desk(plan["event_id"])["submissions"]
    assert (first["status"], first["laps_completed"]) == ("driven", 2)
    assert (second["status"], second["sentence"]) == (
        "refused",
        "The model's answer is not a number.",
    )
    (row,) = organiser.get(f"{plan['path']}/results")["stages"][0]["rows"]
    assert row["value_us"] == first["best_us"] // 1000 * 1000


def test_two_workers_give_the_same_laps(
    organiser: Organiser, driver: LeagueDriver, link: ServerLink
) -> None:
    """It should drive the same model by the same seed to the nanosecond again."""
    bests = []
    for _ in range(2):
        plan = virtual_stage(organiser, laps=2)
        submit(plan, driver, enter(organiser, plan, driver), good())
        Worker(link, lambda _: None).work(is_once=True)
        (shown,) = driver.desk(plan["event_id"])["submissions"]
        bests.append((shown["best_us"], shown["total_us"], shown["resets"]))
    assert bests[0] == bests[1]


def test_objects_are_on_the_road(
    organiser: Organiser, driver: LeagueDriver, link: ServerLink
) -> None:
    """It should drive among boxes where the stage says so, and record what was hit."""
    plan = virtual_stage(organiser, laps=1, race_kind="objects", objects=4, lap_limit_s=30)
    submit(plan, driver, enter(organiser, plan, driver), good())
    Worker(link, lambda _: None).work(is_once=True)
    (shown,) = driver.desk(plan["event_id"])["submissions"]
    assert (shown["status"], shown["laps_tried"]) == ("driven", 1)


def test_a_heat_on_this_machine_comes_first(
    organiser: Organiser, driver: LeagueDriver, link: ServerLink
) -> None:
    """It should claim nothing while a heat is at the line of this machine's server."""
    plan = virtual_stage(organiser, laps=1)
    submit(plan, driver, enter(organiser, plan, driver), good())
    heat = organiser.plan()
    organiser.post(f"{heat['path']}/next")
    rests = 0

    class EnoughError(Exception):
        """The test has seen enough."""

    def rest(_: float) -> None:
        nonlocal rests
        rests += 1
        if rests == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        Worker(link, lambda _: None, rest).work()
    (shown,) = driver.desk(plan["event_id"])["submissions"]
    assert shown["status"] == "waiting"
    organiser.stop_running_heat()
    assert Worker(link, lambda _: None).work(is_once=True) == 1


def test_a_worker_of_another_release_gives_the_run_back(
    organiser: Organiser,
    driver: LeagueDriver,
    link: ServerLink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It should end itself rather than refuse a model for its own want of the track."""
    plan = virtual_stage(organiser, laps=1)
    submit(plan, driver, enter(organiser, plan, driver), good())
    claim = link.claim

    def elsewhere(**asked: bool) -> VirtualJob | None:
        job = claim(**asked)
        if job is None:
            return None
        track = job.track.model_copy(update={"name": "nowhere"})
        return job.model_copy(update={"track": track})

    with monkeypatch.context() as patched:
        patched.setattr(link, "claim", elsewhere)
        with pytest.raises(WorkerUnfitError, match="no track 'nowhere'"):
            Worker(link, lambda _: None).work()
    (shown,) = driver.desk(plan["event_id"])["submissions"]
    assert (shown["status"], shown["attempts"]) == ("waiting", 0)
    assert Worker(link, lambda _: None).work(is_once=True) == 1


def test_a_wrong_token_ends_the_worker(organiser: Organiser) -> None:
    """It should say what to do."""
    url = organiser.url.removesuffix("/api/v1")
    stranger = ServerLink(url, "worker-1", "no-token")
    with pytest.raises(WorkerRefusedError, match="--pair"):
        Worker(stranger, lambda _: None).work()
    stranger.close()
