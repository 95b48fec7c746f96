"""Races of two that are played at real pace by a real worker, on a real server."""

from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.car_agent.worker.hostile import good, no_number
from tests.car_agent.worker.shows.stage import OnDuelStage, in_the_duel, with_shows_alone, working
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, LeagueDriver
from timing_server.results_cli import results_app


@pytest.fixture
def drivers(guests: Guests) -> list[LeagueDriver]:
    return [guests.driver(name) for name in ("Apex Otter", "Volt Vixen")]


def driven_alone(stage: OnDuelStage) -> str:
    """Return the heat that nobody looked on at."""
    stage.until(lambda: bool(stage.submissions()[-1]["duels"]), "the race alone", 120)
    return str(stage.submissions()[-1]["duels"][0]["heat_id"])


def played(stage: OnDuelStage) -> str:
    """Return a heat that was played to its end."""
    heat_id = stage.play_next()
    stage.start(heat_id)
    stage.until(lambda: stage.phase(heat_id) == "finished", "the show", 120)
    return heat_id


def has_picture(organiser: Organiser, car_id: str) -> bool:
    return organiser.http.get(f"/cars/{car_id}/frame").status_code == 200


def check_proof(stage: OnDuelStage, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Drive the whole bundle again; return what is said of it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    bundle = folder / "league.zip"
    answer = stage.organiser.http.get(f"{stage.path}/results/bundle-with-models.zip")
    bundle.write_bytes(answer.content)
    done = CliRunner().invoke(results_app, ["verify", str(bundle), "--strict"])
    assert done.exit_code == 0, done.output
    return done.output


def test_two_race_before_people_as_they_do_alone(
    organiser: Organiser,
    drivers: list[LeagueDriver],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It should give both the same laps to the nanosecond, the same winner, and prove them."""
    stage = OnDuelStage(organiser, drivers, laps=2)
    with working(organiser):
        stage.submit_all(good("fast"), good())
        alone = driven_alone(stage)
        with_shows_alone(stage)
        stage.submit_all(good("fast"), good())
        live = played(stage)
    facts = stage.facts()
    before_people = in_the_duel(facts, live)
    assert len(before_people) == 2
    assert before_people == in_the_duel(facts, alone)
    outcomes = [[each["outcome"] for each in made["duels"]] for made in stage.submissions()]
    assert outcomes == [["won"], ["lost"], ["won"], ["lost"]]
    told = check_proof(stage, tmp_path, monkeypatch)
    assert "2 virtual runs driven again: bit-identical." in told


def test_a_model_that_breaks_off_loses_and_the_other_begins_anew(
    organiser: Organiser,
    drivers: list[LeagueDriver],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It should drive the other's very race without it, blame nobody else, and prove it."""
    stage = OnDuelStage(organiser, drivers)
    with working(organiser):
        stage.submit_all(no_number(), good("fast"))
        alone = driven_alone(stage)
        with_shows_alone(stage)
        stage.submit_all(no_number(), good("fast"))
        live = played(stage)
    runs = stage.view()["heat"]["runs"]
    assert sorted(str(each.get("status")) for each in runs.values()) == ["None", "dnf"]
    facts = stage.facts()
    before_people = in_the_duel(facts, live)
    assert len(before_people) == 1
    assert before_people == in_the_duel(facts, alone)
    hostile, fair = stage.submissions()[-2:]
    assert (hostile["status"], hostile["sentence"]) == (
        "refused",
        "The model's answer is not a number.",
    )
    assert (fair["status"], fair["duels"][0]["outcome"]) == ("driven", "won")
    assert "bit-identical" in check_proof(stage, tmp_path, monkeypatch)


def test_boards_see_both(organiser: Organiser, drivers: list[LeagueDriver]) -> None:
    """It should show what each sees, and where both are, and keep a record of each."""
    stage = OnDuelStage(organiser, drivers, is_played=True)
    stage.submit_all(good("fast"), good())
    heat_id = stage.play_next()
    with working(organiser):
        stage.start(heat_id)
        for car_id in ("virtual", "virtual-2"):
            stage.until(partial(has_picture, organiser, car_id), "a picture")
        stage.until(lambda: stage.phase(heat_id) == "finished", "the show", 120)
        path = f"{stage.path}/heats/{heat_id}/replay"

        def cars() -> list[str]:
            runs = drivers[0].http.get(path).json()["runs"]
            return sorted(record["car_id"] for run in runs for record in run["records"])

        stage.until(lambda: cars() == ["virtual", "virtual-2"], "both records")
    places = [run.get("place") for run in stage.view()["heat"]["runs"].values()]
    assert sorted(places) == [1, 2]


def test_a_match_that_is_stopped_is_played_again(
    organiser: Organiser, drivers: list[LeagueDriver]
) -> None:
    """It should wait again though it was sent back or stopped, and decide the final at last."""
    stage = OnDuelStage(organiser, drivers, "single_elimination", is_played=True)
    stage.submit_all(good("fast"), good())
    organiser.post(f"{stage.path}/stages/{stage.plan['stage_id']}/draw", {})
    with working(organiser):
        first = stage.play_next()
        stage.until(lambda: stage.shown(first)["is_ready"], "a worker")
        organiser.post(f"{stage.path}/heats/{first}/stop")
        assert stage.play_next() == first
        stage.start(first)
        stage.until(lambda: bool(stage.view()["heat"]["passes"]), "a pass")
        organiser.post(f"{stage.path}/heats/{first}/stop")
        assert stage.view()["heat"]["end_reason"] == "show_stopped"
        second = played(stage)
    assert second != first
    fast, cautious = stage.submissions()
    assert [each["outcome"] for each in fast["duels"]] == ["won"]
    assert [each["outcome"] for each in cautious["duels"]] == ["lost"]
