"""Workers of one process beside each other: all is driven once, and they end together."""

import pytest

from car_agent.worker.crew import work_together
from car_agent.worker.errors import WorkerRefusedError
from car_agent.worker.link import ServerLink
from car_agent.worker.work import Rest, Worker
from tests.car_agent.worker.hostile import good
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, enter, virtual_stage


def test_a_crew_drives_everything_once(organiser: Organiser) -> None:
    """It should drive what several drivers submitted, each once, and count it."""
    guests = Guests(organiser)
    plan = virtual_stage(organiser, laps=1)
    drivers = [guests.driver(f"Torque Tortoise {number}") for number in range(3)]
    for driver in drivers:
        body = {"entry_id": enter(organiser, plan, driver), "model_sha256": driver.bring(good())}
        path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
        assert driver.http.post(path, json=body).status_code == 201
    token = organiser.token("worker", "crew-1")
    links: list[ServerLink] = []

    def hire(rest: Rest) -> Worker:
        links.append(ServerLink(organiser.url.removesuffix("/api/v1"), "crew-1", token))
        return Worker(links[-1], lambda _: None, rest)

    assert work_together(hire, 2, is_once=True) == 3
    shown = [driver.desk(plan["event_id"])["submissions"][0] for driver in drivers]
    assert [each["status"] for each in shown] == ["driven"] * 3
    for link in links:
        link.close()
    guests.close()


def test_one_that_is_refused_ends_all(organiser: Organiser) -> None:
    """It should let nobody wait for ever beside a worker that the server doesn't take."""
    links: list[ServerLink] = []
    tokens = [organiser.token("worker", "crew-2"), "not-a-token"]

    def hire(rest: Rest) -> Worker:
        token = tokens[len(links)]
        links.append(ServerLink(organiser.url.removesuffix("/api/v1"), "crew-2", token))
        return Worker(links[-1], lambda _: None, rest)

    with pytest.raises(WorkerRefusedError):
        work_together(hire, 2, is_once=False)
    for link in links:
        link.close()
