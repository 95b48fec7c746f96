"""Runs that are played at real pace by a real worker, on a real server."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from car_agent.worker.link import ServerLink
from car_agent.worker.work import Worker
from tests.car_agent.worker.hostile import good, no_number
from tests.car_agent.worker.shows.stage import OnStage, in_the_run, with_shows_alone, working
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import LeagueDriver
from timing_server.results_cli import results_app

NS_PER_S = 1_000_000_000


def recorded_ns(facts: list[Any], kind: str, heat_id: str) -> int:
    """Return a fact's own instant in a heat."""
    field = {"HeatStarted": "started_race_ns", "HeatFinished": "ended_race_ns"}[kind]
    (found,) = [
        each["body"][field]
        for each in facts
        if each["type"] == kind and each["body"]["heat_id"] == heat_id
    ]
    return int(found)


def test_it_drives_before_people_as_it_does_alone(
    organiser: Organiser, driver: LeagueDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should take as long as it drives, give the same laps to the nanosecond, and prove them."""
    stage = OnStage(organiser, driver)
    stage.submit(good())
    with working(organiser):
        stage.until(lambda: stage.submissions()[0]["status"] == "driven", "the run alone")
        alone = str(stage.submissions()[0]["heat_id"])
        stage = with_shows_alone(stage)
        played = stage.play(stage.submit(good()))
        stage.start(played)
        stage.until(lambda: stage.shown(played)["laps_done"] is not None, "the run")
        stage.until(lambda: stage.shown(played)["status"] == "driven", "the show")
    facts = stage.facts()
    assert in_the_run(facts, alone) == in_the_run(facts, played)
    (proof,) = [each for each in in_the_run(facts, played) if each[0] == "proof"]
    start_ns = recorded_ns(facts, "HeatStarted", played)
    assert recorded_ns(facts, "HeatFinished", played) == start_ns + proof[2]
    # A pass is a fact as soon as it has happened, not with the whole run.
    (over_ns,) = told_ns(facts, "RunSimulated", "heat_id", played)
    assert told_ns(facts, "PassDetected", "boot_id", played)[0] < over_ns
    assert over_ns >= start_ns + proof[2] - NS_PER_S
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    bundle = tmp_path / "league.zip"
    answer = organiser.http.get(f"{stage.path}/results/bundle-with-models.zip")
    bundle.write_bytes(answer.content)
    done = CliRunner().invoke(results_app, ["verify", str(bundle), "--strict"])
    assert done.exit_code == 0, done.output
    assert "2 virtual runs driven again: bit-identical." in done.output


def told_ns(facts: list[Any], kind: str, field: str, value: str) -> list[int]:
    """Return when facts were logged."""
    own = [each for each in facts if each["type"] == kind]
    return [each["race_ns"] for each in own if each["body"][field] == value]


def test_boards_see_track_car_and_picture(organiser: Organiser, driver: LeagueDriver) -> None:
    """It should show the stage's track, where the car is, what it does and what it sees."""
    stage = OnStage(organiser, driver, is_played=True)
    heat_id = stage.play(stage.submit(good()))
    with working(organiser):
        stage.start(heat_id)
        frame = "/cars/virtual/frame"
        stage.until(lambda: organiser.http.get(frame).status_code == 200, "a picture")
        assert organiser.http.get(frame).content.startswith(b"\xff\xd8\xff")
        stage.until(lambda: bool(stage.view()["heat"]["laps"]), "a lap")
        assert stage.view()["heat"]["is_virtual"]
        stage.until(lambda: stage.shown(heat_id)["status"] == "driven", "the show")


def test_a_model_that_fails_ends_its_show(organiser: Organiser, driver: LeagueDriver) -> None:
    """It should say so on the board, and refuse the submission with the model's sentence."""
    stage = OnStage(organiser, driver, is_played=True)
    submission_id = stage.submit(no_number())
    heat_id = stage.play(submission_id)
    with working(organiser):
        stage.start(heat_id)
        stage.until(lambda: stage.submissions()[0]["status"] == "refused", "its refusal")
    assert stage.submissions()[0]["sentence"] == "The model's answer is not a number."
    heat = stage.view()["heat"]
    assert (heat["phase"], heat["end_reason"]) == ("abandoned", "model_failed")


def test_a_show_that_is_stopped_waits_again(organiser: Organiser, driver: LeagueDriver) -> None:
    """It should let go of the run at once, and play it from the beginning when it is asked to."""
    stage = OnStage(organiser, driver, is_played=True)
    submission_id = stage.submit(good())
    with working(organiser):
        first = stage.play(submission_id)
        stage.start(first)
        stage.until(lambda: bool(stage.view()["heat"]["passes"]), "a pass")
        organiser.post(f"{stage.path}/heats/{first}/stop")
        (shown,) = stage.submissions()
        assert (shown["status"], shown["is_shown"], shown["attempts"]) == ("waiting", False, 0)
        second = stage.play(submission_id)
        stage.start(second)
        stage.until(lambda: stage.shown(second)["status"] == "driven", "the show")
    assert stage.submissions()[0]["laps_completed"] == 1


def test_a_show_takes_a_worker_from_what_it_drives(
    organiser: Organiser, driver: LeagueDriver
) -> None:
    """It should give a long run back for the show, and drive it afterwards."""
    stage = OnStage(organiser, driver, laps=100)
    long_run, shown = stage.submit(good()), stage.submit(good())
    with working(organiser):
        stage.until(lambda: stage.submissions()[0]["status"] == "running", "the long run")
        heat_id = stage.play(shown)
        stage.until(lambda: stage.shown(heat_id)["is_ready"], "a worker")
        (back, _) = stage.submissions()
        assert (back["submission_id"], back["status"], back["attempts"]) == (long_run, "waiting", 0)
        organiser.post(f"{stage.path}/heats/{heat_id}/stop")
        for submission_id in (long_run, shown):
            organiser.post(f"{stage.path}/submissions/{submission_id}/withdraw")


def test_no_worker_drives_what_is_for_shows(organiser: Organiser, driver: LeagueDriver) -> None:
    """It should leave the queue of such a stage alone, whatever time it has."""
    stage = OnStage(organiser, driver, is_played=True)
    stage.submit(good())
    link = ServerLink(
        organiser.url.removesuffix("/api/v1"), "lab-2", organiser.token("worker", "lab-2")
    )
    assert Worker(link, lambda _: None).work(is_once=True) == 0
    link.close()
    assert stage.submissions()[0]["status"] == "waiting"
