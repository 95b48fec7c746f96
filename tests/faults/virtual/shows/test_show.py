"""Runs before an audience whose server or worker is killed with -9 in the middle."""

from functools import partial

import pytest

from tests.car_agent.worker.hostile import good
from tests.car_agent.worker.shows.stage import OnStage, in_the_run, with_shows_alone
from tests.faults.siege import MortalServer
from tests.faults.virtual.workers import WorkerProcess, is_gone
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests
from tests.waiting import wait_until

pytestmark = pytest.mark.faults


def has_passed(stage: OnStage) -> bool:
    return bool(stage.view()["heat"]["passes"])


def has_status(stage: OnStage, number: int, status: str) -> bool:
    return bool(stage.submissions()[number]["status"] == status)


def test_a_killed_server_misses_nothing(
    server: MortalServer, organiser: Organiser, guests: Guests, worker: WorkerProcess
) -> None:
    """It should end the heat as it was driven, with the laps that the model drives alone."""
    stage = OnStage(organiser, guests.driver("Apex Otter"), laps=3)
    stage.submit(good())
    stage.until(partial(has_status, stage, 0, "driven"), "the run alone", 120)
    alone = str(stage.submissions()[0]["heat_id"])
    with_shows_alone(stage)
    played = stage.play(stage.submit(good()))
    stage.start(played)
    stage.until(partial(has_passed, stage), "a pass")
    server.kill()
    wait_until(server.is_answering, "the server to be back")
    heat = stage.view()["heat"]
    assert (heat["heat_id"], heat["phase"], heat["interruptions"]) == (played, "running", [])
    stage.until(partial(has_status, stage, 1, "driven"), "the show", 120)
    facts = stage.facts()
    assert in_the_run(facts, played) == in_the_run(facts, alone)
    before = stage.view()
    server.kill()
    wait_until(server.is_answering, "the server to be back")
    assert stage.view() == before


def test_a_killed_worker_breaks_its_show_off(
    organiser: Organiser, guests: Guests, worker: WorkerProcess
) -> None:
    """It should say why on boards, count no attempt, and be played from the beginning."""
    stage = OnStage(organiser, guests.driver("Apex Otter"), laps=1, is_played=True)
    submission_id = stage.submit(good())
    first = stage.play(submission_id)
    stage.start(first)
    stage.until(partial(has_passed, stage), "a pass")
    orphans = worker.kill_and_restart()
    assert orphans
    stage.until(lambda: stage.view()["heat"]["phase"] == "abandoned", "the end of the show")
    assert stage.view()["heat"]["end_reason"] == "worker_lost"
    wait_until(lambda: all(map(is_gone, orphans)), "the end of what the worker had started")
    (shown,) = stage.submissions()
    assert (shown["status"], shown["attempts"], shown["is_shown"]) == ("waiting", 0, False)
    second = stage.play(submission_id)
    stage.start(second)
    stage.until(partial(has_status, stage, 0, "driven"), "the show", 120)
    (row,) = organiser.get(f"{stage.path}/results")["stages"][0]["rows"]
    assert row["value_us"]
